//! Guards: which rules a command names, and which of them are at fault.

use super::{EvaluateError, Machine};
use crate::Datum;
use crate::model::{AggregateModel, Expr, Guard, Parameter, RuleModel, RuleRef};
use std::slice::Iter;

/// A rule whose value is not the expected one, as a guard names it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault<'m> {
    /// The rule, as the guard names it.
    pub(crate) rule: &'m RuleRef,
    /// Its arguments, in the terms of the command.
    pub(crate) arguments: &'m [Expr],
    /// The value that was asked for.
    pub(crate) expected: bool,
}

impl<'m> Fault<'m> {
    /// The rule's name; for a free rule the last segment of its path.
    pub(crate) fn name(&self) -> &'m str {
        match self.rule {
            RuleRef::Own(name) => name,
            RuleRef::Free(_, rule) => &rule.get().name,
        }
    }

    /// The rule itself.
    pub(crate) fn model(&self, aggregate: &'m AggregateModel) -> Option<&'m RuleModel> {
        match self.rule {
            RuleRef::Own(name) => aggregate.rule(name),
            RuleRef::Free(_, rule) => Some(rule.get()),
        }
    }
}

/// The rules at fault, in declared order, by the value of each rule in declared order. Values that are missing at the end belong to a
/// `then` that was not looked at.
pub(crate) fn faults<'m>(guards: &'m [Guard], leaves: &[bool]) -> Vec<Fault<'m>> {
    let mut leaves = leaves.iter();
    let mut broken = Vec::new();
    collect(guards, &mut leaves, &mut broken);
    broken
}

fn collect<'m>(guards: &'m [Guard], leaves: &mut Iter<'_, bool>, broken: &mut Vec<Fault<'m>>) {
    for guard in guards {
        match guard {
            Guard::Then(inner) if broken.is_empty() => collect(inner, leaves, broken),
            Guard::Then(_) => {}
            guard => match truth(guard, leaves) {
                Some(verdict) if !verdict.value => broken.extend(verdict.fault(true)),
                Some(_) => {}
                None => return,
            },
        }
    }
}

/// A guard with the values of the rules in it.
struct Verdict<'m> {
    value: bool,
    of: Of<'m>,
}

enum Of<'m> {
    Rule(&'m RuleRef, &'m [Expr]),
    Not(Vec<Verdict<'m>>),
    All(Vec<Verdict<'m>>),
    Any(Vec<Verdict<'m>>),
}

fn truth<'m>(guard: &'m Guard, leaves: &mut Iter<'_, bool>) -> Option<Verdict<'m>> {
    let mut inner = |guards: &'m [Guard]| -> Option<Vec<Verdict<'m>>> {
        guards.iter().map(|guard| truth(guard, leaves)).collect()
    };
    Some(match guard {
        Guard::Rule { rule, arguments } => Verdict {
            value: *leaves.next()?,
            of: Of::Rule(rule, arguments),
        },
        Guard::Not(guards) => {
            let inner = inner(guards)?;
            Verdict {
                value: !inner.iter().all(|verdict| verdict.value),
                of: Of::Not(inner),
            }
        }
        Guard::All(guards) | Guard::Then(guards) => {
            let inner = inner(guards)?;
            Verdict {
                value: inner.iter().all(|verdict| verdict.value),
                of: Of::All(inner),
            }
        }
        Guard::Any(guards) => {
            let inner = inner(guards)?;
            Verdict {
                value: inner.iter().any(|verdict| verdict.value),
                of: Of::Any(inner),
            }
        }
    })
}

impl<'m> Verdict<'m> {
    /// The first rule inside that keeps this guard from having the expected value.
    fn fault(&self, expected: bool) -> Option<Fault<'m>> {
        match &self.of {
            Of::Rule(rule, arguments) => Some(Fault {
                rule,
                arguments,
                expected,
            }),
            Of::Not(inner) => inner.first()?.fault(!expected),
            Of::All(inner) if expected => inner.iter().find(|one| !one.value)?.fault(true),
            Of::All(inner) => inner.first()?.fault(false),
            Of::Any(inner) if expected => inner.first()?.fault(true),
            Of::Any(inner) => inner.iter().find(|one| one.value)?.fault(false),
        }
    }
}

impl<'m> Machine<'m> {
    /// The value of each rule that a command names, in declared order. `then` is looked at only where everything before it holds.
    pub(super) fn leaves(
        &mut self,
        guards: &'m [Guard],
        parameters: &'m [Parameter],
        arguments: &[Datum],
    ) -> Result<Vec<bool>, EvaluateError> {
        let mut leaves = Vec::new();
        self.look(guards, parameters, arguments, &mut leaves)?;
        Ok(leaves)
    }

    fn look(
        &mut self,
        guards: &'m [Guard],
        parameters: &'m [Parameter],
        arguments: &[Datum],
        leaves: &mut Vec<bool>,
    ) -> Result<(), EvaluateError> {
        let start = leaves.len();
        for (place, guard) in guards.iter().enumerate() {
            match guard {
                Guard::Then(inner) => {
                    if faults(&guards[..place], &leaves[start..]).is_empty() {
                        self.look(inner, parameters, arguments, leaves)?;
                    }
                }
                Guard::Not(inner) | Guard::All(inner) | Guard::Any(inner) => {
                    self.look(inner, parameters, arguments, leaves)?;
                }
                Guard::Rule {
                    rule,
                    arguments: given,
                } => {
                    let rule = self.named(rule)?;
                    let given = self.in_terms_of(parameters, arguments, given)?;
                    leaves.push(self.rule(rule, given)?);
                }
            }
        }
        Ok(())
    }

    /// The rule that a guard names.
    fn named(&self, rule: &'m RuleRef) -> Result<&'m RuleModel, EvaluateError> {
        match rule {
            RuleRef::Own(name) => self
                .model()
                .rule(name)
                .ok_or_else(|| super::unknown("rule", name, &self.model().name)),
            RuleRef::Free(_, rule) => Ok(rule.get()),
        }
    }
}
