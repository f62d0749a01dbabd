//! Whether rules and invariants hold more or less often than they did.

use super::shape::same;
use super::{RuleChange, RuleKind};
use crate::interpreted::Call;
use lawful::Datum;
use lawful::model::{self, AggregateModel, Parameter, RuleModel};
use std::collections::{BTreeMap, BTreeSet};

/// The rules that both versions have, and what was seen of them.
pub(super) struct Rules<'m> {
    earlier: &'m AggregateModel,
    present: &'m AggregateModel,
    seen: Vec<Seen<'m>>,
    /// Rules of which no value of a parameter is known, as sentences.
    pub(super) gaps: Vec<String>,
}

struct Seen<'m> {
    rule: &'m RuleModel,
    was: &'m RuleModel,
    /// The arguments to try; one empty list for a rule over the state alone.
    arguments: Vec<Vec<(&'m str, Datum)>>,
    now_holds: Option<String>,
    no_longer_holds: Option<String>,
}

/// How many combinations of arguments are tried in each state.
const MOST: usize = 200;

impl<'m> Rules<'m> {
    pub(super) fn new(
        earlier: &'m AggregateModel,
        present: &'m AggregateModel,
        commands: &[Call],
    ) -> Self {
        let values = values(present, commands);
        let mut gaps = Vec::new();
        let mut seen = Vec::new();
        for rule in present.rules.iter().chain(present.invariants.iter()) {
            let Some(was) = earlier.rule(&rule.name) else {
                continue;
            };
            if !same(&was.parameters, &rule.parameters) || was.kind != rule.kind {
                continue;
            }
            let is_step = rule.kind == model::RuleKind::Step;
            let arguments = if is_step {
                Some(vec![Vec::new()])
            } else {
                combinations(&rule.parameters, &values)
            };
            match arguments {
                Some(arguments) => seen.push(Seen {
                    rule,
                    was,
                    arguments,
                    now_holds: None,
                    no_longer_holds: None,
                }),
                None => gaps.push(format!(
                    "no command has parameters to try `{}` with",
                    rule.name
                )),
            }
        }
        Rules {
            earlier,
            present,
            seen,
            gaps,
        }
    }

    /// Compares the rules in the states of both versions after one history.
    pub(super) fn look_at(&mut self, one: &Datum, two: &Datum) {
        for seen in &mut self.seen {
            if seen.rule.kind == model::RuleKind::Step {
                continue;
            }
            for arguments in &seen.arguments {
                let name = &seen.rule.name;
                let was = lawful::holds(self.earlier, name, one, arguments);
                let is = lawful::holds(self.present, name, two, arguments);
                let found = match (was, is) {
                    (Ok(false), Ok(true)) => &mut seen.now_holds,
                    (Ok(true), Ok(false)) => &mut seen.no_longer_holds,
                    _ => continue,
                };
                found.get_or_insert_with(|| told(two, arguments));
            }
        }
    }

    /// Compares the step invariants over the same step of both versions: the states before and after it.
    pub(super) fn look_at_step(&mut self, one: [&Datum; 2], two: [&Datum; 2]) {
        for seen in &mut self.seen {
            let (model::RuleKind::Step, Some(before)) =
                (seen.rule.kind, seen.rule.parameters.first())
            else {
                continue;
            };
            let before = |state: &Datum| [(&*before.name, state.clone())];
            let name = &seen.rule.name;
            let was = lawful::holds(self.earlier, name, one[1], &before(one[0]));
            let is = lawful::holds(self.present, name, two[1], &before(two[0]));
            let found = match (was, is) {
                (Ok(false), Ok(true)) => &mut seen.now_holds,
                (Ok(true), Ok(false)) => &mut seen.no_longer_holds,
                _ => continue,
            };
            found.get_or_insert_with(|| format!("{} after {}", two[1], two[0]));
        }
    }

    /// The rules that say something else.
    pub(super) fn changes(self) -> Vec<RuleChange> {
        let changed = self.seen.into_iter().filter_map(|seen| {
            let kind = match (&seen.now_holds, &seen.no_longer_holds) {
                (Some(_), None) => RuleKind::Weaker,
                (None, Some(_)) => RuleKind::Stronger,
                (Some(_), Some(_)) => RuleKind::Different,
                (None, None) if seen.was.body != seen.rule.body => RuleKind::Rewritten,
                (None, None) => return None,
            };
            let lines = |rule: &RuleModel, other: &RuleModel| -> Vec<String> {
                let other = other.to_string();
                let others: BTreeSet<_> = other.lines().collect();
                let shown = rule.to_string();
                let own = shown.lines().filter(|line| !others.contains(line));
                own.map(|line| line.trim().to_owned()).collect()
            };
            Some(RuleChange {
                rule: seen.rule.name.to_string(),
                invariant: seen.rule.kind != model::RuleKind::Rule,
                kind,
                before: lines(seen.was, seen.rule),
                after: lines(seen.rule, seen.was),
                now_holds: seen.now_holds,
                no_longer_holds: seen.no_longer_holds,
            })
        });
        changed.collect()
    }
}

fn told(state: &Datum, arguments: &[(&str, Datum)]) -> String {
    let arguments = arguments.iter();
    let arguments = arguments.map(|(name, value)| format!("{name} = {value}"));
    let told: Vec<_> = [state.to_string()].into_iter().chain(arguments).collect();
    told.join(", ")
}

/// The values that commands take, by the type of their parameters.
fn values(model: &AggregateModel, commands: &[Call]) -> BTreeMap<String, Vec<Datum>> {
    let mut values: BTreeMap<String, Vec<Datum>> = BTreeMap::new();
    for call in commands {
        let Some(command) = model.command(&call.name) else {
            continue;
        };
        for (parameter, (_, value)) in command.parameters.iter().zip(&call.arguments) {
            let known = values.entry(parameter.ty.to_string()).or_default();
            if !known.contains(value) {
                known.push(value.clone());
            }
        }
    }
    values
}

/// Every combination of values for these parameters, simplest first; `None` where no value of one of them is known.
fn combinations<'m>(
    parameters: &'m [Parameter],
    values: &BTreeMap<String, Vec<Datum>>,
) -> Option<Vec<Vec<(&'m str, Datum)>>> {
    let mut all = vec![Vec::new()];
    for parameter in parameters {
        let values = values.get(&*parameter.ty)?;
        all = all
            .into_iter()
            .flat_map(|before: Vec<(&'m str, Datum)>| {
                values.iter().map(move |value| {
                    let mut longer = before.clone();
                    longer.push((&*parameter.name, value.clone()));
                    longer
                })
            })
            .take(MOST)
            .collect();
    }
    Some(all)
}
