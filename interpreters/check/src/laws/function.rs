//! The same state and command always lead to the same decision, also where the state was written and read back in between.

use super::forms::told;
use super::{Says, World};
use crate::explore::{Outcome, step};
use lawful::Aggregate;

pub(super) fn decides_alike<A: Aggregate>(
    world: &World<'_, A>,
    command: &A::Command,
    outcome: &Outcome<A>,
) -> Says {
    let again = step(world.state, command);
    if !same(outcome, &again) {
        return Says::Broken(format!(
            "first: {}\nagain: {}",
            told::<A>(outcome),
            told::<A>(&again)
        ));
    }
    let Ok(decoded) = &world.decoded else {
        // Another law says so.
        return Says::Silent;
    };
    let read = step(decoded, command);
    if same(outcome, &read) {
        return Says::Kept;
    }
    Says::Broken(format!(
        "decided:                       {}\nafter the state was read back: {}",
        told::<A>(outcome),
        told::<A>(&read)
    ))
}

/// Whether two decisions are the same; what becomes of the state is another law's.
fn same<A: Aggregate>(one: &Outcome<A>, two: &Outcome<A>) -> bool {
    match (one, two) {
        (Outcome::Accepted(one, _), Outcome::Accepted(two, _)) => **one == **two,
        (Outcome::Nothing, Outcome::Nothing) => true,
        (Outcome::Rejected(one), Outcome::Rejected(two)) => one == two,
        (Outcome::Defect(one), Outcome::Defect(two)) => one == two,
        _ => false,
    }
}
