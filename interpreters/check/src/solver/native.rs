//! Runs a counterexample as the compiled code would.

use super::Claim;
use crate::caught::caught;
use crate::explore::{Outcome, step};
use crate::interpreted::Call;
use lawful::{Aggregate, Command, Datum};
use serde_json::{Map, Value, json};

/// What becomes of the command, if that is what the claim denies (or, for a rule, what it says). Else why the example is none.
pub(super) fn run<A: Aggregate>(
    state: &Datum,
    when: &Call,
    claim: &Claim,
) -> Result<String, String> {
    let native: A = serde_json::from_value(state.to_json())
        .map_err(|error| format!("its state `{state}` cannot be made: {error}"))?;
    if Datum::of(&native).ok().as_ref() != Some(state) {
        return Err(format!(
            "its state `{state}` cannot be made from its JSON form"
        ));
    }
    let data: Map<String, Value> = when
        .arguments
        .iter()
        .map(|(name, value)| (name.clone(), value.to_json()))
        .collect();
    let command: A::Command = serde_json::from_value(json!({"type": when.name, "data": data}))
        .map_err(|error| format!("its command `{when}` cannot be made: {error}"))?;
    if Call::of_command(&command) != *when || command.name() != when.name {
        return Err(format!(
            "its command `{when}` cannot be made from its JSON form"
        ));
    }
    let broken = caught(|| native.broken_invariants());
    if !broken.is_ok_and(|broken| broken.is_empty()) {
        return Err(format!(
            "its state `{state}` breaks an invariant in the compiled code"
        ));
    }
    let outcome = step(&native, &command);
    let told = match &outcome {
        Outcome::Accepted(events, _) => {
            let events: Vec<_> = events.iter().map(ToString::to_string).collect();
            events.join(", ")
        }
        Outcome::Nothing => "accepted, nothing recorded".to_owned(),
        Outcome::Rejected(rejection) => {
            let broken: Vec<_> = rejection
                .broken()
                .iter()
                .map(lawful::Broken::rule)
                .collect();
            format!("rejected by {}", broken.join(", "))
        }
        Outcome::Defect(text) => format!("panics: {text}"),
    };
    let confirmed = match (claim, &outcome) {
        (Claim::Keeps(invariant), Outcome::Rejected(rejection)) => rejection
            .broken()
            .iter()
            .any(|broken| broken.rule() == invariant),
        (Claim::Refuses(_), Outcome::Rejected(rejection)) => match rejection.broken() {
            // Nothing else may refuse, and no invariant.
            [broken] => {
                let mut invariants = A::model().invariants.iter();
                !invariants.any(|known| known.name == broken.rule())
            }
            _ => false,
        },
        (Claim::StaysWithin { .. }, Outcome::Defect(_))
        | (Claim::Accepts, Outcome::Accepted(..) | Outcome::Nothing) => true,
        (Claim::Accepts, Outcome::Rejected(rejection)) => {
            // Only invariants hold it back.
            let of = |rule: &str| A::model().invariants.iter().any(|known| known.name == rule);
            rejection.broken().iter().all(|broken| of(broken.rule()))
        }
        _ => false,
    };
    if confirmed {
        return Ok(told);
    }
    Err(format!(
        "the compiled code does not agree with the counterexample: `{when}` in `{state}` is {told}"
    ))
}
