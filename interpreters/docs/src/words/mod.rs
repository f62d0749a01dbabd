//! Expressions and updates in plain words, for people who read no Rust. Where a form has no plain words, the answer is `None`, and the
//! expression stands alone.

mod condition;
mod types;
mod update;
mod value;

pub(crate) use types::type_words;

use crate::block::{Inline, text};
use lawful::model::{AggregateModel, Expr, Parameter, RuleKind, RuleModel};

/// A phrase, as parts of a line.
type Phrase = Vec<Inline>;

/// What names mean where an expression stands.
pub(crate) struct Words<'m> {
    aggregate: Option<&'m AggregateModel>,
    parameters: &'m [Parameter],
    /// What a step invariant calls the state before.
    before: Option<&'m str>,
}

impl<'m> Words<'m> {
    /// In a command or event with these parameters.
    pub(crate) fn new(aggregate: Option<&'m AggregateModel>, parameters: &'m [Parameter]) -> Self {
        Words {
            aggregate,
            parameters,
            before: None,
        }
    }

    /// In a rule; without an aggregate for a free one.
    pub(crate) fn of_rule(aggregate: Option<&'m AggregateModel>, rule: &'m RuleModel) -> Self {
        let before = rule
            .parameters
            .first()
            .filter(|_| rule.kind == RuleKind::Step);
        Words {
            before: before.map(|parameter| &*parameter.name),
            ..Words::new(aggregate, &rule.parameters)
        }
    }

    /// What a rule says: everything that has to hold.
    pub(crate) fn rule(&self, body: &Expr) -> Option<Vec<Phrase>> {
        let all = self.conditions(body)?;
        Some(all.into_iter().map(joined).collect())
    }

    /// What an expression stands for.
    pub(crate) fn said(&self, expr: &Expr) -> Option<Phrase> {
        self.value(expr).map(joined)
    }

    /// What an event does, a phrase for each change; empty where it changes nothing.
    pub(crate) fn update(&self, body: &Expr) -> Option<Vec<Phrase>> {
        let changes = self.changes(body)?;
        Some(changes.into_iter().map(joined).collect())
    }

    /// Whether a parameter is the state before a step.
    fn is_before(&self, name: &str) -> bool {
        self.before == Some(name)
    }

    /// Whether a field has the name of a parameter, so that the two must be told apart.
    fn is_ambiguous(&self, name: &str) -> bool {
        let is_parameter = self
            .parameters
            .iter()
            .any(|parameter| parameter.name == name);
        let fields = self.aggregate.map(|aggregate| &aggregate.state.fields);
        is_parameter && fields.is_some_and(|fields| fields.iter().any(|field| field.name == name))
    }
}

/// The only expression of a list.
fn only(list: &[Expr]) -> Option<&Expr> {
    match list {
        [one] => Some(one),
        _ => None,
    }
}

/// Two expressions.
fn both(list: &[Expr]) -> Option<(&Expr, &Expr)> {
    match list {
        [one, two] => Some((one, two)),
        _ => None,
    }
}

/// A phrase from words and phrases.
macro_rules! phrase {
    ($($part:expr),* $(,)?) => {{
        let mut whole: $crate::words::Phrase = Vec::new();
        $($crate::words::Said::say($part, &mut whole);)*
        whole
    }};
}
use phrase;

/// Something that a phrase is made of.
trait Said {
    fn say(self, whole: &mut Phrase);
}

impl Said for &str {
    fn say(self, whole: &mut Phrase) {
        whole.push(text(self));
    }
}

impl Said for Inline {
    fn say(self, whole: &mut Phrase) {
        whole.push(self);
    }
}

impl Said for Phrase {
    fn say(self, whole: &mut Phrase) {
        whole.extend(self);
    }
}

/// Neighbouring words as one.
fn joined(phrase: Phrase) -> Phrase {
    let mut out: Phrase = Vec::new();
    for part in phrase {
        match (out.last_mut(), part) {
            (Some(Inline::Text(before)), Inline::Text(more)) => before.push_str(&more),
            (_, part) => out.push(part),
        }
    }
    out
}
