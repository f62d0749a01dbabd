//! Reads `requires(..)` and `unless(..)`.

use super::declaration::{Argument, Guard, Rule, RuleKind};
use super::parse::{Member, Role};
use crate::mistakes::Mistakes;
use crate::naming::plain;
use crate::{messages, totality, words};
use proc_macro2::Ident;
use quote::ToTokens;
use syn::{BinOp, Expr, ExprCall, Path, UnOp};

/// What a guard may name.
pub(crate) struct Rules<'a> {
    pub(crate) aggregate: &'a Ident,
    pub(crate) declared: &'a [Rule],
    pub(crate) members: &'a [Member],
    /// Whether every rule is a free one, because there is no aggregate.
    pub(crate) free: bool,
}

impl Rules<'_> {
    /// A whole list: `then(..)` may stand last.
    pub(crate) fn list(&self, entries: &[Expr], mistakes: &mut Mistakes) -> Vec<Guard> {
        let mut guards = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let Some((word, inside)) = connective(entry).filter(|(word, _)| *word == words::THEN)
            else {
                guards.extend(self.guard(entry, mistakes));
                continue;
            };
            if index + 1 < entries.len() {
                mistakes.at(word, messages::then_not_last());
            } else if index == 0 {
                mistakes.at(word, messages::then_alone());
            } else if inside.is_empty() {
                mistakes.at(word, messages::empty_group(words::THEN));
            }
            guards.push(Guard::Then(self.list(&inside, mistakes)));
        }
        guards
    }

    fn guard(&self, entry: &Expr, mistakes: &mut Mistakes) -> Option<Guard> {
        match entry {
            Expr::Group(group) => self.guard(&group.expr, mistakes),
            Expr::Paren(paren) => self.guard(&paren.expr, mistakes),
            Expr::Path(path) if path.qself.is_none() => self.rule(&path.path, None, mistakes),
            Expr::Call(call) => self.call(call, mistakes),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => {
                let write = format!("not({})", unary.expr.to_token_stream());
                mistakes.at(&unary.op, messages::guard_operator("!", &write));
                None
            }
            Expr::Binary(binary) if matches!(binary.op, BinOp::Or(_)) => {
                mistakes.at(&binary.op, messages::guard_operator("||", "any(.., ..)"));
                None
            }
            Expr::Binary(binary) if matches!(binary.op, BinOp::And(_)) => {
                mistakes.at(&binary.op, messages::guard_operator("&&", "all(.., ..)"));
                None
            }
            other => {
                mistakes.at(other, messages::not_a_guard(other));
                None
            }
        }
    }

    fn call(&self, call: &ExprCall, mistakes: &mut Mistakes) -> Option<Guard> {
        let Expr::Path(function) = &*call.func else {
            mistakes.at(call, messages::not_a_guard(call));
            return None;
        };
        let whole = Expr::Call(call.clone());
        let Some((word, inside)) = connective(&whole) else {
            return self.rule(&function.path, Some(call), mistakes);
        };
        let name = plain(word);
        if name == words::THEN {
            mistakes.at(word, messages::then_inside("not, all or any"));
            return None;
        }
        if name == words::NOT {
            if inside.len() != 1 {
                mistakes.at(word, messages::not_takes_one(inside.len()));
            }
            let guards = self.inside(&name, &inside, mistakes);
            return guards
                .into_iter()
                .next()
                .map(|guard| Guard::Not(Box::new(guard)));
        }
        if inside.is_empty() {
            mistakes.at(word, messages::empty_group(&name));
        }
        let guards = self.inside(&name, &inside, mistakes);
        Some(if name == words::ALL {
            Guard::All(guards)
        } else {
            Guard::Any(guards)
        })
    }

    fn inside(&self, word: &str, entries: &[Expr], mistakes: &mut Mistakes) -> Vec<Guard> {
        let mut guards = Vec::new();
        for entry in entries {
            match connective(entry) {
                Some((then, _)) if *then == words::THEN => {
                    mistakes.at(then, messages::then_inside(word));
                }
                _ => guards.extend(self.guard(entry, mistakes)),
            }
        }
        guards
    }

    fn rule(&self, path: &Path, call: Option<&ExprCall>, mistakes: &mut Mistakes) -> Option<Guard> {
        let arguments: Vec<Expr> = call
            .map(|call| call.args.iter().cloned().collect())
            .unwrap_or_default();
        for argument in &arguments {
            totality::check_argument(argument, mistakes);
        }
        if let Some(ident) = path.get_ident()
            && (!self.free || words::CONNECTIVES.contains(&plain(ident).as_str()))
        {
            return self.own(ident, arguments, mistakes);
        }
        let first = &path.segments[0].ident;
        if path.segments.len() == 2 && (first == "Self" || first == self.aggregate) {
            let name = plain(&path.segments[1].ident);
            mistakes.at(path, messages::own_rule_by_path(&name));
            return None;
        }
        Some(Guard::Free {
            path: path.clone(),
            arguments,
        })
    }

    fn own(&self, ident: &Ident, arguments: Vec<Expr>, mistakes: &mut Mistakes) -> Option<Guard> {
        let name = plain(ident);
        let Some(rule) = self
            .declared
            .iter()
            .find(|rule| plain(&rule.method.ident) == name)
        else {
            self.no_rule(ident, &name, mistakes);
            return None;
        };
        if rule.kind != RuleKind::Rule {
            mistakes.at(ident, messages::invariant_required(&name));
            return None;
        }
        let parameters = &rule.method.parameters;
        if parameters.len() != arguments.len() {
            let takes = rule.method.parameter_names();
            mistakes.at(ident, messages::arguments(&name, &takes, arguments.len()));
            return None;
        }
        Some(Guard::Own {
            ident: ident.clone(),
            looks: rule.looks,
            arguments: parameters
                .iter()
                .zip(arguments)
                .map(|(parameter, expr)| Argument {
                    expr,
                    borrowed: parameter.borrowed,
                })
                .collect(),
        })
    }

    fn no_rule(&self, ident: &Ident, name: &str, mistakes: &mut Mistakes) {
        if words::CONNECTIVES.contains(&name) {
            mistakes.at(ident, messages::connective_alone(name));
            return;
        }
        let member = self
            .members
            .iter()
            .find(|member| plain(&member.method.sig.ident) == name);
        match member {
            // A rule with a mistake of its own, which is reported.
            Some(member) if matches!(member.role, Some(Role::Rule | Role::Invariant)) => {}
            Some(member) => {
                let role = member
                    .role
                    .map_or("method without an attribute", Role::word);
                mistakes.at(ident, messages::not_a_rule(name, role));
            }
            None => {
                let known: Vec<String> = self
                    .declared
                    .iter()
                    .filter(|rule| rule.kind == RuleKind::Rule)
                    .map(|rule| plain(&rule.method.ident))
                    .collect();
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                let message = messages::unknown_rule(name, &plain(self.aggregate), &known);
                mistakes.at(ident, message);
            }
        }
    }
}

/// `not(..)`, `all(..)`, `any(..)` or `then(..)`: the word and what is inside.
fn connective(entry: &Expr) -> Option<(&Ident, Vec<Expr>)> {
    let Expr::Call(call) = entry else {
        return None;
    };
    let Expr::Path(function) = &*call.func else {
        return None;
    };
    let word = function.path.get_ident()?;
    words::CONNECTIVES
        .contains(&plain(word).as_str())
        .then(|| (word, call.args.iter().cloned().collect()))
}
