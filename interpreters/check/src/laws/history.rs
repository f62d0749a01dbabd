use super::report::{LawResult, story};
use super::{Says, World};
use crate::Exploration;
use crate::explore::Outcome;
use lawful::Aggregate;

/// A state, written as a snapshot and read back.
pub(super) fn decoded<A: Aggregate>(state: &A) -> Result<A, String> {
    let text = serde_json::to_string(state).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| format!("{error} in {text}"))
}

/// The events lead from the snapshot of a state to the same state as from the state itself.
pub(super) fn goes_on<A: Aggregate>(
    world: &World<'_, A>,
    _: &A::Command,
    outcome: &Outcome<A>,
) -> Says {
    let Outcome::Accepted(events, after) = outcome else {
        return Says::Silent;
    };
    let mut state = match &world.decoded {
        Ok(state) => state.clone(),
        Err(why) => return Says::Broken(format!("the snapshot cannot be read back: {why}")),
    };
    for event in events {
        state.evolve(event);
    }
    if state == *after {
        Says::Kept
    } else {
        Says::Broken(format!(
            "after it:                    {after:?}\nafter it, from the snapshot: {state:?}"
        ))
    }
}

/// A state is the fold of its history, one event after the other, and nothing else: its version is the number of its events, and the state
/// as of an earlier version is the fold of the first ones.
pub(super) fn is_fold<A: Aggregate>(exploration: &Exploration<A>) -> LawResult {
    let mut result = LawResult::new("a state is the fold of its history");
    for (place, state) in exploration.states().iter().enumerate() {
        let mut folded = A::default();
        for event in &exploration.history(place) {
            folded.evolve(event);
        }
        if folded == *state {
            result.keep();
        } else {
            let story = story(exploration, place, None);
            result.break_by(format!("{story}\nfolded again: {folded:?}"));
        }
    }
    result
}
