//! Every model that differs from another one in one place.

use super::tree::{Change, Role, emptied, negated, vary};
use lawful::model::{
    AggregateModel, CommandModel, Expr, Field, FreeRef, Guard, List, RuleModel, RuleRef,
};
use std::borrow::Cow;

/// A changed model.
pub(super) struct Candidate {
    pub(super) change: Change,
    /// What it belongs to: `rule covers`.
    pub(super) place: String,
    pub(super) sentence: String,
    /// The lines that are no longer there, and those that came instead.
    pub(super) before: Vec<String>,
    pub(super) after: Vec<String>,
    /// The name of what was changed, as [`reached`](super::reach::reached) tells it.
    pub(super) name: String,
    pub(super) model: AggregateModel,
}

/// All of them, in the order in which the model is shown. Invariants stay as they are: they are what changes are judged by.
pub(super) fn candidates(model: &AggregateModel) -> Vec<Candidate> {
    let mut all = Vec::new();
    for (place, rule) in model.rules.iter().enumerate() {
        for (change, body) in rule_bodies(rule) {
            let mut changed = model.clone();
            changed.rules.to_mut()[place].body = body;
            let shown = changed.rules[place].to_string();
            let item = Item("rule", &rule.name, &rule.sentence, rule.to_string());
            all.push(item.candidate(change, &shown, changed));
        }
    }
    for (path, rule) in model.free_rules() {
        for (change, body) in rule_bodies(rule) {
            let other = RuleModel {
                body,
                ..rule.clone()
            };
            let mut changed = model.clone();
            for command in changed.commands.to_mut() {
                replace_free(&mut command.requires, path, &other);
                replace_free(&mut command.unless, path, &other);
            }
            let item = Item("rule", path, &rule.sentence, rule.to_string());
            all.push(item.candidate(change, &other.to_string(), changed));
        }
    }
    for (place, command) in model.commands.iter().enumerate() {
        for (change, other) in commands(command) {
            let mut changed = model.clone();
            let shown = other.to_string();
            changed.commands.to_mut()[place] = other;
            let item = Item("command", &command.name, &command.doc, command.to_string());
            all.push(item.candidate(change, &shown, changed));
        }
    }
    for (place, event) in model.events.iter().enumerate() {
        for (change, update) in updates(&event.update, &model.state.fields) {
            let mut changed = model.clone();
            changed.events.to_mut()[place].update = update;
            let shown = changed.events[place].to_string();
            let item = Item("event", &event.name, &event.doc, event.to_string());
            all.push(item.candidate(change, &shown, changed));
        }
    }
    for (place, helper) in model.helpers.iter().enumerate() {
        let bodies = if helper.mutates {
            updates(&helper.body, &model.state.fields)
        } else {
            vary(&helper.body, Role::Value)
        };
        for (change, body) in bodies {
            let mut changed = model.clone();
            changed.helpers.to_mut()[place].body = body;
            let shown = changed.helpers[place].to_string();
            let item = Item("helper", &helper.name, "", helper.to_string());
            all.push(item.candidate(change, &shown, changed));
        }
    }
    all
}

/// What is changed: its kind, its name, its sentence and how it is shown.
struct Item<'m>(&'static str, &'m str, &'m str, String);

impl Item<'_> {
    fn candidate(self, change: Change, shown: &str, model: AggregateModel) -> Candidate {
        let Item(kind, name, sentence, original) = self;
        let (before, after) = lines_that_differ(&original, shown);
        Candidate {
            change,
            place: format!("{kind} {name}"),
            sentence: sentence.lines().next().unwrap_or("").trim().to_owned(),
            before,
            after,
            name: format!("{kind} {name}"),
            model,
        }
    }
}

/// The lines between the first and the last in which two texts differ.
fn lines_that_differ(one: &str, two: &str) -> (Vec<String>, Vec<String>) {
    let (one, two): (Vec<_>, Vec<_>) = (one.lines().collect(), two.lines().collect());
    let same = |(one, two): &(&&str, &&str)| one == two;
    let start = one.iter().zip(&two).take_while(same).count();
    let (rest, other) = (&one[start..], &two[start..]);
    let end = rest
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take_while(same)
        .count();
    let trimmed = |lines: &[&str]| lines.iter().map(|line| line.trim().to_owned()).collect();
    (
        trimmed(&rest[..rest.len() - end]),
        trimmed(&other[..other.len() - end]),
    )
}

fn rule_bodies(rule: &RuleModel) -> Vec<(Change, Expr)> {
    let mut all = vary(&rule.body, Role::Value);
    all.extend(negated(&rule.body).map(|body| (Change::NegateRule, body)));
    all
}

fn updates(update: &Expr, fields: &[Field]) -> Vec<(Change, Expr)> {
    let mut all = vary(update, Role::Update(fields));
    all.extend(emptied(update).map(|update| (Change::DropUpdate, update)));
    all
}

fn commands(command: &CommandModel) -> Vec<(Change, CommandModel)> {
    let mut all = Vec::new();
    for (change, requires) in guards(&command.requires) {
        let requires = Cow::Owned(requires);
        let command = command.clone();
        all.push((
            change,
            CommandModel {
                requires,
                ..command
            },
        ));
    }
    for (change, unless) in guards(&command.unless) {
        let unless = Cow::Owned(unless);
        let command = command.clone();
        all.push((change, CommandModel { unless, ..command }));
    }
    for (change, body) in vary(&command.body, Role::Decision) {
        let command = command.clone();
        all.push((change, CommandModel { body, ..command }));
    }
    all
}

fn guards(guards: &[Guard]) -> Vec<(Change, Vec<Guard>)> {
    let mut all = Vec::new();
    for (place, guard) in guards.iter().enumerate() {
        let mut fewer = guards.to_vec();
        fewer.remove(place);
        all.push((Change::DropGuard, fewer));
        for (change, guard) in within(guard) {
            let mut changed = guards.to_vec();
            changed[place] = guard;
            all.push((change, changed));
        }
    }
    all
}

/// The changes inside of one entry.
fn within(guard: &Guard) -> Vec<(Change, Guard)> {
    let inner = |list: &List<Guard>, of: fn(List<Guard>) -> Guard| -> Vec<(Change, Guard)> {
        let changed = guards(list).into_iter();
        // Without its last rule the entry is gone as a whole, which is tried already.
        changed
            .filter(|(_, guards)| !guards.is_empty())
            .map(|(change, guards)| (change, of(Cow::Owned(guards))))
            .collect()
    };
    match guard {
        Guard::Not(list) => inner(list, Guard::Not),
        Guard::All(list) => inner(list, Guard::All),
        Guard::Any(list) => inner(list, Guard::Any),
        Guard::Then(list) => inner(list, Guard::Then),
        Guard::Rule { rule, arguments } => {
            let varied = arguments.iter().enumerate().flat_map(|(place, argument)| {
                vary(argument, Role::Value)
                    .into_iter()
                    .map(move |changed| (place, changed))
            });
            varied
                .map(|(place, (change, argument))| {
                    let mut arguments = arguments.to_vec();
                    arguments[place] = argument;
                    let rule = rule.clone();
                    let arguments = Cow::Owned(arguments);
                    (change, Guard::Rule { rule, arguments })
                })
                .collect()
        }
    }
}

fn replace_free(guards: &mut List<Guard>, path: &str, other: &RuleModel) {
    for guard in guards.to_mut() {
        match guard {
            Guard::Not(list) | Guard::All(list) | Guard::Any(list) | Guard::Then(list) => {
                replace_free(list, path, other);
            }
            Guard::Rule { rule, .. } => {
                if let RuleRef::Free(known, rule) = rule
                    && *known == path
                {
                    *rule = FreeRef::Known(Box::new(other.clone()));
                }
            }
        }
    }
}
