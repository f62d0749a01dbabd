use super::{Says, World};
use crate::explore::Outcome;
use lawful::{Aggregate, Rule};

/// No accepted command leads to a state that breaks an invariant which held before.
pub(super) fn holds<A: Aggregate>(
    world: &World<'_, A>,
    command: &A::Command,
    outcome: &Outcome<A>,
) -> Says {
    let Outcome::Accepted(_, after) = outcome else {
        return Says::Silent;
    };
    if let Err(rejection) = A::uphold(world.state, after, command) {
        return Says::Broken(format!("accepted, and yet: {rejection}"));
    }
    let before = world.state.broken_invariants();
    let broken = after.broken_invariants();
    match broken.iter().find(|rule| !before.contains(rule)) {
        None => Says::Kept,
        Some(rule) => Says::Broken(format!(
            "accepted, and the state after it breaks {}: {after:?}",
            rule.name()
        )),
    }
}
