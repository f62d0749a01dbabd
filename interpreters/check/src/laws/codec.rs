//! What was written can be read back, and is what it was.

use super::history::decoded;
use super::report::{LawResult, story};
use crate::{Domains, Exploration};
use lawful::{Aggregate, Event};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

pub(super) fn commands<A: Aggregate>(domains: &Domains<A>) -> LawResult {
    let mut result = LawResult::new("commands come back from JSON as they were");
    for command in domains.commands() {
        back(&mut result, command, read(command));
    }
    result
}

pub(super) fn events<A: Aggregate>(domains: &Domains<A>) -> LawResult {
    let mut result = LawResult::new("events come back from JSON and from stores as they were");
    for event in domains.events() {
        back(&mut result, event, read(event));
        let stored = event
            .encode()
            .map_err(|error| error.to_string())
            .and_then(|data| {
                A::Event::decode(event.name(), event.schema_version(), &data)
                    .map_err(|error| format!("{error} in {data}"))
            });
        back(&mut result, event, stored);
        let model = A::model().event(event.name());
        for alias in model.iter().flat_map(|model| model.aliases.iter()) {
            back(&mut result, event, of_old(event, alias));
        }
    }
    result
}

/// The event, written today and read under an older name.
fn of_old<E: Event>(event: &E, alias: &str) -> Result<E, String> {
    let data = event.encode().map_err(|error| error.to_string())?;
    E::decode(alias, event.schema_version(), &data)
        .map_err(|error| format!("as `{alias}`: {error} in {data}"))
}

pub(super) fn states<A: Aggregate>(exploration: &Exploration<A>) -> LawResult {
    let mut result = LawResult::new("states come back from JSON as they were");
    for (place, state) in exploration.states().iter().enumerate() {
        match decoded(state) {
            Ok(read) if read == *state => result.keep(),
            Ok(read) => {
                let story = story(exploration, place, None);
                result.break_by(format!("{story}\nread back: {read:?}"));
            }
            Err(why) => {
                let story = story(exploration, place, None);
                result.break_by(format!("{story}\nread back: {why}"));
            }
        }
    }
    result
}

fn read<T: Serialize + DeserializeOwned>(value: &T) -> Result<T, String> {
    let text = serde_json::to_string(value).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| format!("{error} in {text}"))
}

fn back<T: PartialEq + Debug>(result: &mut LawResult, value: &T, read: Result<T, String>) {
    match read {
        Ok(read) if read == *value => result.keep(),
        Ok(read) => result.break_by(format!("written:   {value:?}\nread back: {read:?}")),
        Err(why) => result.break_by(format!("written:   {value:?}\nread back: {why}")),
    }
}
