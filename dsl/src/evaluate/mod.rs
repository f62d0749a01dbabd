//! Evaluates the trees of a model: the second form of every declaration, which must agree with the compiled one.
//!
//! Values carry the places that they stand for (see `value`), because references are not kept in the trees: assignments and methods
//! that change something write through the places. The texts of types fill in what a tree leaves open (see `shape`).

mod calls;
mod expression;
mod guard;
mod machine;
mod methods;
mod number;
mod pattern;
mod shape;
mod value;

pub(crate) use guard::{Fault, faults};
pub(crate) use machine::Machine;

use crate::Datum;
use crate::model::{AggregateModel, RuleKind};

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
#[non_exhaustive]
pub enum EvaluateError {
    /// Code that was not understood.
    #[error("`{0}` was not understood when the declaration was read")]
    Opaque(String),
    /// Arithmetic left the range of its type.
    #[error("`{0}` overflows")]
    Overflow(String),
    /// A division by zero.
    #[error("`{0}` divides by zero")]
    DivisionByZero(String),
    /// The tree and the value do not fit together.
    #[error("{0}")]
    Mismatch(String),
}

/// Decides a command over the state before it, invariants included.
///
/// `default` is the state before anything happened: an invariant that the state already broke does not reject, unless it is that one.
///
/// # Errors
///
/// Where a tree cannot be evaluated.
pub fn decide(
    model: &AggregateModel,
    default: &Datum,
    state: &Datum,
    command: &str,
    arguments: &[(&str, Datum)],
) -> Result<Decided, EvaluateError> {
    let Some(command) = model.command(command) else {
        return Err(unknown("command", command, &model.name));
    };
    let mut machine = Machine::new(model, state.clone());
    let arguments = machine.arguments(&command.parameters, arguments)?;
    let leaves = machine.leaves(&command.requires, &command.parameters, &arguments)?;
    let broken = faults(&command.requires, &leaves);
    if !broken.is_empty() {
        return Ok(Decided::Rejected(named(&broken)));
    }
    if !command.unless.is_empty() {
        let leaves = machine.leaves(&command.unless, &command.parameters, &arguments)?;
        if faults(&command.unless, &leaves).is_empty() {
            return Ok(Decided::Accepted(Vec::new()));
        }
    }
    let events = match machine.body(command, &arguments)? {
        Ok(events) => events,
        Err(rule) => return Ok(Decided::Rejected(vec![(rule, true)])),
    };
    if events.is_empty() || model.invariants.is_empty() {
        return Ok(Decided::Accepted(events));
    }
    let mut after = state.clone();
    for (name, arguments) in &events {
        let arguments: Vec<_> = arguments
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        after = evolve(model, &after, name, &arguments)?;
    }
    let broken = broken_invariants(model, default, state, &after)?;
    Ok(if broken.is_empty() {
        Decided::Accepted(events)
    } else {
        Decided::Rejected(broken)
    })
}

/// The state after an event.
///
/// # Errors
///
/// Where a tree cannot be evaluated.
pub fn evolve(
    model: &AggregateModel,
    state: &Datum,
    event: &str,
    arguments: &[(&str, Datum)],
) -> Result<Datum, EvaluateError> {
    let Some(event) = model.event(event) else {
        return Err(unknown("event", event, &model.name));
    };
    let mut machine = Machine::new(model, state.clone());
    let arguments = machine.arguments(&event.parameters, arguments)?;
    machine.evolve(event, arguments)?;
    Ok(machine.into_state())
}

/// Whether a rule or invariant holds in a state; for a step invariant, the argument is the state before.
///
/// # Errors
///
/// Where a tree cannot be evaluated.
pub fn holds(
    model: &AggregateModel,
    rule: &str,
    state: &Datum,
    arguments: &[(&str, Datum)],
) -> Result<bool, EvaluateError> {
    let Some(rule) = model.rule(rule) else {
        return Err(unknown("rule", rule, &model.name));
    };
    let mut machine = Machine::new(model, state.clone());
    let arguments = machine.arguments(&rule.parameters, arguments)?;
    machine.rule(rule, arguments)
}

/// The invariants that a step breaks, with the value that was asked for.
fn broken_invariants(
    model: &AggregateModel,
    default: &Datum,
    before: &Datum,
    after: &Datum,
) -> Result<Vec<(String, bool)>, EvaluateError> {
    let mut broken = Vec::new();
    for invariant in model.invariants.iter() {
        let breaks = if invariant.kind == RuleKind::Step {
            let parameter = invariant.parameters.first().map_or("", |named| &named.name);
            !holds(
                model,
                &invariant.name,
                after,
                &[(parameter, before.clone())],
            )?
        } else {
            !holds(model, &invariant.name, after, &[])?
                && (before == default || holds(model, &invariant.name, before, &[])?)
        };
        if breaks {
            broken.push((invariant.name.to_string(), true));
        }
    }
    Ok(broken)
}

fn named(faults: &[Fault<'_>]) -> Vec<(String, bool)> {
    faults
        .iter()
        .map(|fault| (fault.name().to_owned(), fault.expected))
        .collect()
}

fn unknown(what: &str, name: &str, aggregate: &str) -> EvaluateError {
    EvaluateError::Mismatch(format!("`{aggregate}` has no {what} `{name}`"))
}
