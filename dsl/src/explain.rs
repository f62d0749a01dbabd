//! Turns the verdicts of the compiled rules into a rejection that explains itself. Only the rejecting path comes here.

use crate::{Aggregate, Rejection};

/// `command` breaks what it requires. `leaves` holds the value of each rule of `requires` in declared order; where `then` was not
/// looked at, its rules are missing.
#[cold]
pub fn requires<A: Aggregate>(_state: &A, _command: &A::Command, _leaves: &[bool]) -> Rejection {
    todo!()
}

/// The body of `command` returned `Err(rule)`.
#[cold]
pub fn returned<A: Aggregate>(_state: &A, _command: &A::Command, _rule: A::Rule) -> Rejection {
    todo!()
}

/// The events of `command` would break these invariants.
#[cold]
pub fn invariants<A: Aggregate>(
    _before: &A,
    _after: &A,
    _command: &A::Command,
    _broken: &[A::Rule],
) -> Rejection {
    todo!()
}
