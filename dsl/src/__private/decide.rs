use crate::{Aggregate, Decision, Events, Rejection};

/// What the body of a command decided.
///
/// # Errors
///
/// The rule that only the body could look at.
pub fn decided<A: Aggregate, D: Decision<A>>(
    state: &A,
    command: &A::Command,
    decision: D,
) -> Result<Events<A::Event>, Rejection> {
    decision
        .into_events()
        .map_err(|rule| super::returned(state, command, rule))
}

/// An invariant, natively.
#[derive(Debug, Clone, Copy)]
pub struct Invariant<A: Aggregate> {
    /// Which.
    pub rule: A::Rule,
    /// Whether it holds in one state; `None` for a step invariant, which needs two.
    pub holds: Option<fn(&A) -> bool>,
}

/// Some invariants do not hold `after` the command, as `held` tells: those count that held `before`.
///
/// # Errors
///
/// Every invariant that counts, in declared order.
#[cold]
pub fn uphold<A: Aggregate>(
    before: &A,
    after: &A,
    command: &A::Command,
    held: &[bool],
    invariants: &[Invariant<A>],
) -> Result<(), Rejection> {
    let mut born = None;
    let mut counts = |invariant: &Invariant<A>| match invariant.holds {
        Some(holds) => holds(before) || *born.get_or_insert_with(|| *before == A::default()),
        None => true,
    };
    let broken: Vec<A::Rule> = invariants
        .iter()
        .zip(held)
        .filter(|(invariant, held)| !**held && counts(invariant))
        .map(|(invariant, _)| invariant.rule)
        .collect();
    if broken.is_empty() {
        Ok(())
    } else {
        Err(super::invariants(before, after, command, &broken))
    }
}

/// The invariants of one state that do not hold.
#[must_use]
pub fn broken_invariants<A: Aggregate>(state: &A, invariants: &[Invariant<A>]) -> Vec<A::Rule> {
    let broken = |invariant: &&Invariant<A>| invariant.holds.is_some_and(|holds| !holds(state));
    invariants
        .iter()
        .filter(broken)
        .map(|invariant| invariant.rule)
        .collect()
}
