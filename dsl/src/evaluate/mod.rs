//! Evaluates the trees of a model: the second form of every declaration, which must agree with the compiled one.

use crate::Datum;
use crate::model::AggregateModel;

/// What a command leads to, according to the trees.
#[derive(Debug, Clone, PartialEq)]
pub enum Decided {
    /// Accepted: events by name, with their arguments in declared order. None, where `unless` holds or the body says so.
    Accepted(Vec<(String, Vec<(String, Datum)>)>),
    /// Rejected: every rule whose value is not the expected one, in declared order, and the expected value.
    Rejected(Vec<(String, bool)>),
}

/// Why a tree cannot be evaluated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EvaluateError {
    /// Code that was not understood.
    #[error("`{0}` was not understood when the declaration was read")]
    Opaque(String),
    /// Arithmetic left the range of its type.
    #[error("`{0}` overflows")]
    Overflow(String),
    /// The tree and the value do not fit together.
    #[error("{0}")]
    Mismatch(String),
}

/// Decides a command over the state before it, invariants included.
///
/// # Errors
///
/// Where a tree cannot be evaluated.
pub fn decide(
    _model: &AggregateModel,
    _state: &Datum,
    _command: &str,
    _arguments: &[(&str, Datum)],
) -> Result<Decided, EvaluateError> {
    todo!()
}

/// The state after an event.
///
/// # Errors
///
/// Where a tree cannot be evaluated.
pub fn evolve(
    _model: &AggregateModel,
    _state: &Datum,
    _event: &str,
    _arguments: &[(&str, Datum)],
) -> Result<Datum, EvaluateError> {
    todo!()
}

/// Whether a rule or invariant holds in a state; for a step invariant, the argument is the state before.
///
/// # Errors
///
/// Where a tree cannot be evaluated.
pub fn holds(
    _model: &AggregateModel,
    _rule: &str,
    _state: &Datum,
    _arguments: &[(&str, Datum)],
) -> Result<bool, EvaluateError> {
    todo!()
}
