//! Turns the verdicts of the compiled rules into a rejection that explains itself. Only the rejecting path comes here.
//!
//! The generic functions are thin: they hand the state's fields on demand to code that knows no types.

mod names;
mod reads;

use crate::__private::datum;
use crate::evaluate::{Fault, Machine, faults};
use crate::model::{
    AggregateModel, CommandModel, Constant, Parameter, RuleKind, RuleModel, StateModel, Text,
};
use crate::{Aggregate, Broken, Command, Datum, Rejection, Rule};
use reads::{Reads, Source};
use std::borrow::Cow;

/// `command` breaks what it requires. `leaves` holds the value of each rule of `requires` in declared order; where `then` was not
/// looked at, its rules are missing.
#[cold]
pub fn requires<A: Aggregate>(state: &A, command: &A::Command, leaves: &[bool]) -> Rejection {
    let source = Source {
        field: &|name| state.field(name),
        whole: &|| datum(state),
    };
    refused(
        A::model(),
        command.name(),
        &command.arguments(),
        leaves,
        &source,
    )
}

/// The body of `command` returned `Err(rule)`.
#[cold]
pub fn returned<A: Aggregate>(state: &A, command: &A::Command, rule: A::Rule) -> Rejection {
    let source = Source {
        field: &|name| state.field(name),
        whole: &|| datum(state),
    };
    let model = A::model();
    // The arguments that the body had in mind are not known, only the state is.
    let broken = match model.rule(rule.name()) {
        Some(rule) => explained(model, rule, true, &[], &source),
        None => unknown(rule.name(), rule.sentence()),
    };
    Rejection::new(model.name.clone(), command.name(), vec![broken])
}

/// The events of `command` would break these invariants.
#[cold]
pub fn invariants<A: Aggregate>(
    before: &A,
    after: &A,
    command: &A::Command,
    broken: &[A::Rule],
) -> Rejection {
    let before = Source {
        field: &|name| before.field(name),
        whole: &|| datum(before),
    };
    let after = Source {
        field: &|name| after.field(name),
        whole: &|| datum(after),
    };
    let model = A::model();
    let broken = broken.iter().map(|rule| match model.rule(rule.name()) {
        Some(rule) => {
            let arguments = step_arguments(model, rule, &before);
            explained(model, rule, true, &arguments, &after)
        }
        None => unknown(rule.name(), rule.sentence()),
    });
    Rejection::new(model.name.clone(), command.name(), broken.collect())
}

/// What is required before a program begins is broken. The model holds nothing but that: see [`guard_model`].
#[cold]
#[must_use]
pub fn guarded(
    model: &'static AggregateModel,
    program: &'static str,
    given: &[(&str, Datum)],
    leaves: &[bool],
) -> Rejection {
    refused(model, program, given, leaves, &NOTHING)
}

/// A free rule that was looked at by itself is broken.
#[cold]
#[must_use]
pub fn free(rule: &'static RuleModel, given: Vec<(&'static str, Option<Datum>)>) -> Rejection {
    static MODEL: AggregateModel = guard_model(&[]);
    let given = given
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let broken = explained(&MODEL, rule, true, &given.collect::<Vec<_>>(), &NOTHING);
    Rejection::new("", rule.name.clone(), vec![broken])
}

/// There is no state where no aggregate is.
const NOTHING: Source<'static> = Source {
    field: &|_| None,
    whole: &|| Datum::Tuple(Vec::new()),
};

/// A model without an aggregate, for rules that stand alone.
#[must_use]
pub const fn guard_model(commands: &'static [CommandModel]) -> AggregateModel {
    const NO_TEXT: Text = Cow::Borrowed("");
    AggregateModel {
        name: NO_TEXT,
        doc: NO_TEXT,
        state: StateModel {
            name: NO_TEXT,
            fields: Cow::Borrowed(&[]),
            variants: Cow::Borrowed(&[]),
            values: Cow::Borrowed(&[]),
        },
        initial: Constant::Known(Datum::UNIT),
        rules: Cow::Borrowed(&[]),
        invariants: Cow::Borrowed(&[]),
        commands: Cow::Borrowed(commands),
        events: Cow::Borrowed(&[]),
        helpers: Cow::Borrowed(&[]),
        snapshot: None,
    }
}

fn refused(
    model: &'static AggregateModel,
    name: &'static str,
    given: &[(&str, Datum)],
    leaves: &[bool],
    source: &Source<'_>,
) -> Rejection {
    let broken = match model.command(name) {
        Some(command) => faults(&command.requires, leaves)
            .iter()
            .map(|fault| required(model, command, given, fault, source))
            .collect(),
        None => Vec::new(),
    };
    Rejection::new(model.name.clone(), name, broken)
}

fn required(
    model: &'static AggregateModel,
    command: &'static CommandModel,
    given: &[(&str, Datum)],
    fault: &Fault<'static>,
    source: &Source<'_>,
) -> Broken {
    let Some(rule) = fault.model(model) else {
        return Broken::new(fault.name(), "", fault.expected, "", Vec::new());
    };
    let mut reads = Reads::default();
    for argument in fault.arguments {
        reads.add(model, argument);
    }
    let mut machine = Machine::new(model, source.read(model, &reads));
    let known = known(&command.parameters, given);
    let arguments = rule.parameters.iter().zip(fault.arguments);
    let arguments = arguments.filter_map(|(parameter, argument)| {
        let value = machine.value_of(&known, argument).ok()?;
        Some((parameter.name.to_string(), value))
    });
    let arguments: Vec<_> = arguments.collect();
    explained(model, rule, fault.expected, &arguments, source)
}

/// The command's arguments by name.
fn known(parameters: &[Parameter], given: &[(&str, Datum)]) -> Vec<(String, Datum)> {
    parameters
        .iter()
        .filter_map(|parameter| {
            let (_, value) = given
                .iter()
                .find(|(name, _)| crate::datum::same_name(name, &parameter.name))?;
            Some((parameter.name.to_string(), value.clone()))
        })
        .collect()
}

/// The state before, as far as a step invariant reads it.
fn step_arguments(
    model: &'static AggregateModel,
    rule: &'static RuleModel,
    before: &Source<'_>,
) -> Vec<(String, Datum)> {
    match (rule.kind, rule.parameters.first()) {
        (RuleKind::Step, Some(parameter)) => {
            let mut reads = Reads::default();
            reads.add_through(model, &rule.body, &parameter.name);
            vec![(parameter.name.to_string(), before.read(model, &reads))]
        }
        _ => Vec::new(),
    }
}

/// A broken rule with its expression and what the names in it stood for. What cannot be evaluated is left out.
fn explained(
    model: &'static AggregateModel,
    rule: &'static RuleModel,
    expected: bool,
    arguments: &[(String, Datum)],
    source: &Source<'_>,
) -> Broken {
    let mut reads = Reads::default();
    reads.add(model, &rule.body);
    let mut machine = Machine::new(model, source.read(model, &reads));
    let mut values = Vec::new();
    for (name, expr) in names::of(model, rule) {
        if let Ok(value) = machine.value_of(arguments, expr) {
            values.push((name, value));
        }
    }
    // The whole is evaluated for what it shows on its way: the element for which `all` fails.
    let _ = machine.value_of(arguments, &rule.body);
    values.append(&mut machine.seen.failing);
    let values = values
        .into_iter()
        .filter(|(_, value)| value.why_unserialisable().is_none())
        .map(|(name, value)| (name, value.to_json()));
    Broken::new(
        rule.name.clone(),
        rule.sentence.clone(),
        expected,
        rule.body.shown(&rule.parameters).to_string(),
        values.collect(),
    )
}

/// A rule that the model does not hold: only what the rule says by itself can be told.
fn unknown(rule: &'static str, sentence: &'static str) -> Broken {
    Broken::new(rule, sentence, true, "", Vec::new())
}
