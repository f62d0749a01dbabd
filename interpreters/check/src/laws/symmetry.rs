//! Rules can do nothing with an id but compare it with another one, so that any two of a kind can be exchanged.

use super::forms::told;
use super::{Says, World};
use crate::explore::{Outcome, step};
use lawful::{Aggregate, Uuid};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// In how many of the first states this is looked at: ids are exchanged in JSON, which takes its time.
const FIRST: usize = 10;

pub(super) fn holds<A: Aggregate>(
    world: &World<'_, A>,
    command: &A::Command,
    outcome: &Outcome<A>,
) -> Says {
    if world.place >= FIRST || !world.exchangeable {
        return Says::Silent;
    }
    let mut pairs: Vec<(Uuid, Uuid)> = Vec::new();
    for (first, (kind, of)) in world.domains.ids() {
        let second = world.domains.ids().iter();
        let mut second = second.filter(|(_, other)| **other == (*kind, 1));
        if *of == 0
            && let Some((second, _)) = second.next()
        {
            pairs.push((*first, *second));
        }
    }
    if pairs.is_empty() {
        return Says::Silent;
    }
    let exchanged = (exchanged(world.state, &pairs), exchanged(command, &pairs));
    let (Some(state), Some(command)) = exchanged else {
        return Says::Silent;
    };
    let other = step(&state, &command);
    let same = match (outcome, &other) {
        (Outcome::Accepted(events, _), Outcome::Accepted(others, _)) => {
            events.len() == others.len()
                && events.iter().zip(others).all(|(event, other)| {
                    self::exchanged(event, &pairs).is_none_or(|event| event == *other)
                })
        }
        (Outcome::Nothing, Outcome::Nothing) | (Outcome::Defect(_), Outcome::Defect(_)) => true,
        (Outcome::Rejected(one), Outcome::Rejected(two)) => {
            let rules = |rejection: &lawful::Rejection| -> Vec<(String, bool)> {
                let broken = rejection.broken().iter();
                broken
                    .map(|broken| (broken.rule().to_owned(), broken.expected()))
                    .collect()
            };
            rules(one) == rules(two)
        }
        _ => false,
    };
    if same {
        return Says::Kept;
    }
    Says::Broken(format!(
        "decided:                         {}\nwith ids exchanged, `{command}`: {}\n\
         the rules depend on the order of ids: `Scope::distinct_ids`, or compare something else",
        told::<A>(outcome),
        told::<A>(&other)
    ))
}

/// The value with the ids of each pair exchanged.
fn exchanged<T: Serialize + DeserializeOwned>(value: &T, pairs: &[(Uuid, Uuid)]) -> Option<T> {
    let mut text = serde_json::to_string(value).ok()?;
    for (one, two) in pairs {
        let (one, two) = (one.to_string(), two.to_string());
        let aside = "?".repeat(one.len());
        text = text
            .replace(&one, &aside)
            .replace(&two, &one)
            .replace(&aside, &two);
    }
    serde_json::from_str(&text).ok()
}
