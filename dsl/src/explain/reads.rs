//! What a body reads of the state, so that no more of it is converted.

use crate::Datum;
use crate::model::{AggregateModel, Expr};

/// A state whose fields are read one at a time.
pub(super) struct Source<'s> {
    /// A field of a struct state.
    pub(super) field: &'s dyn Fn(&str) -> Option<Datum>,
    /// All of it.
    pub(super) whole: &'s dyn Fn() -> Datum,
}

impl Source<'_> {
    /// The state with the fields that are read; an enum is read whole.
    pub(super) fn read(&self, model: &AggregateModel, reads: &Reads<'_>) -> Datum {
        if reads.whole || !model.state.variants.is_empty() {
            return (self.whole)();
        }
        let fields = reads.fields.iter().filter_map(|name| {
            let value = (self.field)(name)?;
            Some(((*name).to_owned(), value))
        });
        Datum::Struct {
            name: model.state.name.to_string(),
            fields: fields.collect(),
        }
    }
}

/// What is read.
#[derive(Debug, Default)]
pub(super) struct Reads<'m> {
    fields: Vec<&'m str>,
    whole: bool,
    called: Vec<&'m str>,
}

impl<'m> Reads<'m> {
    /// Adds what an expression reads of `self`, through the rules and helpers that it calls.
    pub(super) fn add(&mut self, model: &'m AggregateModel, expr: &'m Expr) {
        expr.walk(&mut |expr| match expr {
            Expr::Field(name) => self.fields.push(name),
            Expr::State | Expr::Deciding => self.whole = true,
            Expr::Rule { name, .. } | Expr::Helper { name, .. } => self.add_called(model, name),
            _ => {}
        });
    }

    /// Adds what an expression reads of the other state that a parameter holds.
    pub(super) fn add_through(
        &mut self,
        model: &'m AggregateModel,
        expr: &'m Expr,
        parameter: &str,
    ) {
        let is_other = |of: &[Expr]| matches!(of, [Expr::Parameter(name)] if name == parameter);
        match expr {
            Expr::Access { of, field } if is_other(of) => self.fields.push(field),
            Expr::Of { state, call } if is_other(state) => {
                for call in call.iter() {
                    if let Expr::Rule { name, arguments } | Expr::Helper { name, arguments } = call
                    {
                        self.add_called(model, name);
                        for argument in arguments.iter() {
                            self.add_through(model, argument, parameter);
                        }
                    }
                }
            }
            Expr::Parameter(name) if name == parameter => self.whole = true,
            expr => {
                for child in expr.children() {
                    self.add_through(model, child, parameter);
                }
            }
        }
    }

    fn add_called(&mut self, model: &'m AggregateModel, name: &'m str) {
        if self.called.contains(&name) {
            return;
        }
        self.called.push(name);
        let rule = model.rule(name).map(|rule| &rule.body);
        let helper = model.helper(name).map(|helper| &helper.body);
        for body in rule.into_iter().chain(helper) {
            self.add(model, body);
        }
    }
}
