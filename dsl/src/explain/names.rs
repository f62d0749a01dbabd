//! The names in a rule's expression for which values are shown.

use crate::model::{AggregateModel, Expr, Parameter, RuleModel, named_constants};

/// The names as they are shown, each with the expression that gives its value: fields, parameters, constants and calls, in the order
/// of the source, each once. Names that the rule binds itself have no value of their own.
pub(super) fn of<'m>(model: &'m AggregateModel, rule: &'m RuleModel) -> Vec<(String, &'m Expr)> {
    let mut names = Names {
        is_enum: !model.state.variants.is_empty(),
        constants: named_constants([&rule.body])
            .into_iter()
            .map(|(name, _)| name)
            .collect(),
        taken: taken(rule),
        found: Vec::new(),
    };
    names.walk(&rule.body);
    names.found
}

/// What a field must be told from: the rule's parameters and everything that the rule binds.
fn taken(rule: &RuleModel) -> Vec<Parameter> {
    let bound = rule.body.names().into_iter().map(|name| Parameter {
        name: name.to_owned().into(),
        ty: "".into(),
        samples: [].as_slice().into(),
    });
    rule.parameters.iter().cloned().chain(bound).collect()
}

struct Names<'m> {
    is_enum: bool,
    constants: Vec<&'m str>,
    taken: Vec<Parameter>,
    found: Vec<(String, &'m Expr)>,
}

impl<'m> Names<'m> {
    fn walk(&mut self, expr: &'m Expr) {
        match expr {
            Expr::Field(_) | Expr::Parameter(_) => self.add(expr),
            Expr::State if self.is_enum => self.add(expr),
            Expr::Constant(path, _) if self.constants.contains(&path.as_ref()) => self.add(expr),
            Expr::Access { .. } if is_rooted(expr) => self.add(expr),
            Expr::Rule { arguments, .. } | Expr::Helper { arguments, .. } => {
                self.add(expr);
                self.walk_all(arguments);
            }
            Expr::Of { call, .. } => {
                self.add(expr);
                for call in call.iter().flat_map(Expr::children) {
                    self.walk(call);
                }
            }
            expr => {
                for child in expr.children() {
                    self.walk(child);
                }
            }
        }
    }

    fn walk_all(&mut self, all: &'m [Expr]) {
        for expr in all {
            self.walk(expr);
        }
    }

    fn add(&mut self, expr: &'m Expr) {
        let name = expr.shown(&self.taken).to_string();
        if self.found.iter().all(|(found, _)| *found != name) {
            self.found.push((name, expr));
        }
    }
}

/// Whether `a.b.c` begins with a field of the state or a parameter.
fn is_rooted(expr: &Expr) -> bool {
    match expr {
        Expr::Access { of, .. } => matches!(of.as_ref(), [of] if is_rooted(of)),
        Expr::Field(_) | Expr::Parameter(_) => true,
        _ => false,
    }
}
