//! Guards, in the author's sentences.

use super::command::stated;
use crate::block::{Inline, Item, code, link, text};
use crate::content::id;
use crate::words::Words;
use crate::{declared, uses};
use lawful::model::{AggregateModel, Expr, Guard, Parameter, RuleModel, RuleRef};

/// An entry for each guard. `scope` is what the ids of its rules begin with.
pub(crate) fn guards(
    aggregate: Option<&AggregateModel>,
    parameters: &[Parameter],
    scope: [&str; 2],
    guards: &[Guard],
) -> Vec<Item> {
    let writer = Writer {
        aggregate,
        parameters,
        scope,
    };
    guards.iter().map(|guard| writer.guard(guard, "")).collect()
}

struct Writer<'m> {
    aggregate: Option<&'m AggregateModel>,
    parameters: &'m [Parameter],
    scope: [&'m str; 2],
}

impl Writer<'_> {
    fn guard(&self, guard: &Guard, before: &str) -> Item {
        match guard {
            Guard::Rule { rule, arguments } => self.rule(rule, arguments, before),
            Guard::Not(inner) => match &**inner {
                [Guard::Rule { rule, arguments }] => {
                    self.rule(rule, arguments, &format!("{before}not: "))
                }
                [Guard::All(inner)] => self.several(&format!("{before}not all of these:"), inner),
                [Guard::Any(inner)] => self.several(&format!("{before}none of these:"), inner),
                inner => self.several(&format!("{before}not all of these:"), inner),
            },
            Guard::All(inner) => self.several(&format!("{before}all of these:"), inner),
            Guard::Any(inner) => self.several(&format!("{before}at least one of these:"), inner),
            Guard::Then(inner) => {
                self.several(&format!("{before}and then, once all that holds:"), inner)
            }
        }
    }

    fn several(&self, words: &str, inner: &[Guard]) -> Item {
        Item {
            line: vec![text(words)],
            inside: inner.iter().map(|guard| self.guard(guard, "")).collect(),
        }
    }

    fn rule(&self, rule: &RuleRef, arguments: &[Expr], before: &str) -> Item {
        let called = uses::called(rule);
        let call = declared::call(called, arguments, self.parameters);
        let Some(meant) = uses::meant(rule, self.aggregate) else {
            return Item::new(vec![text(before), code(call)]);
        };
        let to = id(&[self.scope[0], self.scope[1], called]);
        let sentence = stated(&meant.sentence, &meant.name);
        let mut line = vec![text(before), link(&to, vec![text(sentence)])];
        line.extend(self.given(meant, arguments));
        line.extend([text(" "), code(call)]);
        Item::new(line)
    }

    /// What the rule's words stand for, where the command calls it something else.
    fn given(&self, rule: &RuleModel, arguments: &[Expr]) -> Vec<Inline> {
        let mut out = Vec::new();
        for (parameter, argument) in rule.parameters.iter().zip(arguments) {
            let shown = argument.shown(self.parameters).to_string();
            if shown == parameter.name {
                continue;
            }
            let before = if out.is_empty() {
                ", where the "
            } else {
                ", the "
            };
            let parameter = crate::names::words(&parameter.name);
            out.push(text(format!("{before}{parameter} is ")));
            match Words::new(self.aggregate, self.parameters).said(argument) {
                Some(said) => out.extend(said),
                None => out.push(code(shown)),
            }
        }
        out
    }
}
