//! Rules and invariants.

use super::{Checker, Found, of, receiver};
use crate::aggregate::declaration::{Rule, RuleKind};
use crate::aggregate::parse::{Member, Role};
use crate::mistakes::Mistakes;
use crate::parameters::{self, Use};
use crate::{messages, naming, words};
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{ReturnType, Type};

impl Checker<'_> {
    pub(super) fn rules(&mut self, members: &[Member]) -> Vec<Rule> {
        let mut rules: Vec<Rule> = of(members, Role::Rule)
            .map(|member| self.rule(member))
            .collect();
        rules.extend(of(members, Role::Invariant).filter_map(|member| self.invariant(member)));
        rules
    }

    pub(super) fn rule(&mut self, member: &Member) -> Rule {
        let sig = &member.method.sig;
        let name = naming::plain(&sig.ident);
        let looks = match receiver(&member.method) {
            Found::Nothing => false,
            Found::Shared => true,
            Found::Other(receiver, found) => {
                self.mistakes
                    .at(receiver, messages::rule_receiver(&name, &found));
                true
            }
        };
        if words::CONNECTIVES.contains(&name.as_str()) {
            self.mistakes.at(&sig.ident, messages::reserved_rule(&name));
        }
        returns_bool(words::RULE, &sig.ident, &sig.output, self.mistakes);
        let method = self.method(member, Use::Passed);
        Rule {
            method,
            kind: RuleKind::Rule,
            looks,
        }
    }

    pub(super) fn invariant(&mut self, member: &Member) -> Option<Rule> {
        let sig = &member.method.sig;
        let name = naming::plain(&sig.ident);
        match receiver(&member.method) {
            Found::Shared => {}
            Found::Nothing => self
                .mistakes
                .at(&sig.ident, messages::invariant_receiver(&name)),
            Found::Other(receiver, _) => {
                self.mistakes
                    .at(receiver, messages::invariant_receiver(&name));
            }
        }
        returns_bool(words::INVARIANT, &sig.ident, &sig.output, self.mistakes);
        let method = self.method(member, Use::Passed);
        let kind = match method.parameters.as_slice() {
            [] => RuleKind::Invariant,
            [before] if self.is_state(&before.written) => RuleKind::Step,
            _ => {
                let inputs = sig
                    .inputs
                    .iter()
                    .skip(usize::from(sig.receiver().is_some()));
                let inputs: TokenStream = inputs.map(ToTokens::to_token_stream).collect();
                self.mistakes
                    .at(&inputs, messages::invariant_parameters(&name));
                return None;
            }
        };
        Some(Rule {
            method,
            kind,
            looks: true,
        })
    }

    pub(super) fn is_state(&self, ty: &Type) -> bool {
        match parameters::bare(ty) {
            Type::Reference(reference) if reference.mutability.is_none() => {
                matches!(parameters::bare(&reference.elem), Type::Path(path) if path.path == *self.path)
            }
            _ => false,
        }
    }
}

/// A rule, free or not, is `bool`.
pub(crate) fn returns_bool(
    role: &str,
    ident: &Ident,
    output: &ReturnType,
    mistakes: &mut Mistakes,
) {
    match output {
        ReturnType::Default => mistakes.at(ident, messages::rule_returns(role, "nothing")),
        ReturnType::Type(_, ty) => {
            if !matches!(parameters::bare(ty), Type::Path(path) if path.path.is_ident("bool")) {
                let found = format!("`{}`", crate::read::type_text(ty));
                mistakes.at(ty, messages::rule_returns(role, &found));
            }
        }
    }
}
