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

#[cfg(test)]
mod tests {
    use super::faults;
    use crate::model::{Guard, RuleRef};
    use std::borrow::Cow::{Borrowed, Owned};

    fn rule(name: &'static str) -> Guard {
        Guard::Rule {
            rule: RuleRef::Own(Borrowed(name)),
            arguments: Borrowed(&[]),
        }
    }

    fn not(guard: Guard) -> Guard {
        Guard::Not(Owned(vec![guard]))
    }

    fn all(guards: Vec<Guard>) -> Guard {
        Guard::All(Owned(guards))
    }

    fn any(guards: Vec<Guard>) -> Guard {
        Guard::Any(Owned(guards))
    }

    #[track_caller]
    fn check(guards: &[Guard], leaves: &[bool], expected: &[(&str, bool)]) {
        let found: Vec<_> = faults(guards, leaves)
            .iter()
            .map(|fault| (fault.name(), fault.expected))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn every_broken_entry_is_named_in_order() {
        let guards = [rule("a"), rule("b"), not(rule("c"))];
        check(&guards, &[true, true, false], &[]);
        check(&guards, &[false, true, true], &[("a", true), ("c", false)]);
    }

    #[test]
    fn of_all_the_first_that_does_not_hold_is_at_fault() {
        let guards = [all(vec![rule("a"), rule("b"), rule("c")])];
        check(&guards, &[true, false, false], &[("b", true)]);
    }

    #[test]
    fn of_any_the_first_is_at_fault() {
        let guards = [any(vec![rule("a"), rule("b")])];
        check(&guards, &[false, false], &[("a", true)]);
        check(&guards, &[false, true], &[]);
    }

    #[test]
    fn under_not_the_roles_are_exchanged() {
        let guards = [not(all(vec![rule("a"), rule("b")]))];
        check(&guards, &[true, true], &[("a", false)]);
        check(&guards, &[true, false], &[]);
        let guards = [not(any(vec![rule("a"), rule("b"), rule("c")]))];
        check(&guards, &[false, true, true], &[("b", false)]);
        let guards = [not(not(rule("a")))];
        check(&guards, &[false], &[("a", true)]);
        let guards = [not(any(vec![
            not(rule("a")),
            all(vec![rule("b"), rule("c")]),
        ]))];
        check(&guards, &[true, true, true], &[("b", false)]);
        check(&guards, &[false, true, true], &[("a", true)]);
    }

    #[test]
    fn then_is_looked_at_only_when_what_stands_before_it_holds() {
        let then = Guard::Then(Owned(vec![rule("b"), not(rule("c"))]));
        let guards = [rule("a"), then];
        check(&guards, &[false], &[("a", true)]);
        check(&guards, &[true, false, true], &[("b", true), ("c", false)]);
        check(&guards, &[true, true, false], &[]);
    }

    #[test]
    fn missing_values_name_nothing() {
        check(&[rule("a"), rule("b")], &[false], &[("a", true)]);
        check(&[all(vec![rule("a"), rule("b")])], &[true], &[]);
    }
}
