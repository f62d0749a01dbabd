//! The compiled code and the trees say the same, and refuse by the same rules.

use super::{Says, World};
use crate::explore::Outcome;
use lawful::{Aggregate, Command, Datum, Decided, EvaluateError, Event};

pub(super) fn agree<A: Aggregate>(
    world: &World<'_, A>,
    command: &A::Command,
    outcome: &Outcome<A>,
) -> Says {
    let (default, datum) = match (world.default, &world.datum) {
        (Ok(default), Ok(datum)) => (default, datum),
        (Err(why), _) | (_, Err(why)) => {
            return Says::Broken(format!("the state does not serialise: {why}"));
        }
    };
    let model = A::model();
    let decided = lawful::decide(model, default, datum, command.name(), &command.arguments());
    let decided = match decided {
        Ok(decided) => decided,
        Err(EvaluateError::Opaque(source)) => return Says::Unseen(source),
        Err(_) if matches!(outcome, Outcome::Defect(_)) => return Says::Kept,
        Err(error) => {
            return Says::Broken(format!(
                "compiled: {}\nmodel:    {error}",
                told::<A>(outcome)
            ));
        }
    };
    if !alike(&decided, outcome) {
        return Says::Broken(format!(
            "compiled: {}\nmodel:    {}",
            told::<A>(outcome),
            shown(&decided)
        ));
    }
    let Outcome::Accepted(events, after) = outcome else {
        return Says::Kept;
    };
    let mut state = datum.clone();
    for event in events {
        state = match lawful::evolve(model, &state, event.name(), &event.arguments()) {
            Ok(state) => state,
            Err(EvaluateError::Opaque(source)) => return Says::Unseen(source),
            Err(error) => {
                return Says::Broken(format!(
                    "compiled: `{event}` leads to {after:?}\nmodel:    {error}"
                ));
            }
        };
    }
    match Datum::of(after) {
        Ok(compiled) if compiled == state => Says::Kept,
        Ok(compiled) => Says::Broken(format!(
            "compiled: the state after it is {compiled}\nmodel:    the state after it is {state}"
        )),
        Err(error) => Says::Broken(format!("the state after it does not serialise: {error}")),
    }
}

fn alike<A: Aggregate>(decided: &Decided, outcome: &Outcome<A>) -> bool {
    match (decided, outcome) {
        (Decided::Accepted(events), Outcome::Nothing) => events.is_empty(),
        (Decided::Accepted(events), Outcome::Accepted(compiled, _)) => {
            events.len() == compiled.len()
                && events.iter().zip(compiled).all(|((name, given), event)| {
                    let arguments = event.arguments();
                    name == event.name()
                        && given.len() == arguments.len()
                        && given
                            .iter()
                            .zip(&arguments)
                            .all(|((_, one), (_, two))| one == two)
                })
        }
        (Decided::Rejected(rules), Outcome::Rejected(rejection)) => {
            let broken = rejection.broken();
            rules.len() == broken.len()
                && rules.iter().zip(broken).all(|((name, expected), broken)| {
                    name == broken.rule() && *expected == broken.expected()
                })
        }
        _ => false,
    }
}

/// An outcome in a line.
pub(super) fn told<A: Aggregate>(outcome: &Outcome<A>) -> String {
    match outcome {
        Outcome::Accepted(events, _) => {
            let events: Vec<_> = events.iter().map(ToString::to_string).collect();
            format!("accepted, records {}", events.join(", "))
        }
        Outcome::Nothing => "accepted, records nothing".to_owned(),
        Outcome::Rejected(rejection) => {
            let rules = rejection.broken().iter();
            let rules: Vec<_> = rules.map(|it| named(it.rule(), it.expected())).collect();
            format!("rejected by {}", rules.join(", "))
        }
        Outcome::Defect(text) => format!("panics: {}", text.lines().next().unwrap_or_default()),
    }
}

fn shown(decided: &Decided) -> String {
    match decided {
        Decided::Accepted(events) if events.is_empty() => "accepted, records nothing".to_owned(),
        Decided::Accepted(events) => {
            let events: Vec<_> = events
                .iter()
                .map(|(name, arguments)| {
                    let arguments: Vec<_> = arguments
                        .iter()
                        .map(|(name, value)| format!("{name}: {value}"))
                        .collect();
                    format!("{name}({})", arguments.join(", "))
                })
                .collect();
            format!("accepted, records {}", events.join(", "))
        }
        Decided::Rejected(rules) => {
            let rules: Vec<_> = rules
                .iter()
                .map(|(name, expected)| named(name, *expected))
                .collect();
            format!("rejected by {}", rules.join(", "))
        }
    }
}

fn named(rule: &str, expected: bool) -> String {
    if expected {
        rule.to_owned()
    } else {
        format!("not({rule})")
    }
}
