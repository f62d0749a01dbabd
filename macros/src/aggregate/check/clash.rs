//! Names that are there twice.

use super::Checker;
use crate::aggregate::declaration::{Declaration, Event, Method};
use crate::{messages, naming, words};
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;

impl Checker<'_> {
    /// Takes away what would be declared twice.
    pub(super) fn clashes(&mut self, declaration: &mut Declaration) {
        let event_enum = declaration.event_enum().to_string();
        let command_enum = declaration.command_enum().to_string();
        let rule_enum = declaration.rule_enum().to_string();
        self.names(&declaration.events);
        self.recorded(declaration.commands.iter().map(|command| &command.method));
        self.variants(&mut declaration.events, |event| &event.method, &event_enum);
        self.variants(
            &mut declaration.commands,
            |command| &command.method,
            &command_enum,
        );
        self.variants(&mut declaration.rules, |rule| &rule.method, &rule_enum);
    }

    pub(super) fn variants<T>(
        &mut self,
        all: &mut Vec<T>,
        method: impl Fn(&T) -> &Method,
        of: &str,
    ) {
        let mut kept: Vec<T> = Vec::new();
        for one in all.drain(..) {
            let variant = &method(&one).variant;
            match kept.iter().find(|other| method(other).variant == *variant) {
                Some(first) => {
                    let first = naming::plain(&method(first).ident);
                    let message = messages::same_variant(&variant.to_string(), of, &first);
                    self.mistakes.at(&method(&one).ident, message);
                }
                None => kept.push(one),
            }
        }
        *all = kept;
    }

    pub(super) fn recorded<'a>(&mut self, methods: impl Iterator<Item = &'a Method>) {
        let mut seen: Vec<&Method> = Vec::new();
        for method in methods {
            match seen.iter().find(|other| other.name == method.name) {
                // The same variant is reported as such.
                Some(first) if first.variant != method.variant => {
                    let message = messages::same_record(&method.name, &naming::plain(&first.ident));
                    self.mistakes.at(&method.ident, message);
                }
                _ => seen.push(method),
            }
        }
    }

    /// Names and aliases of events, which share one space.
    pub(super) fn names(&mut self, events: &[Event]) {
        self.recorded(events.iter().map(|event| &event.method));
        for (index, event) in events.iter().enumerate() {
            for alias in &event.aliases {
                let owner = events.iter().enumerate().find(|(other, owner)| {
                    *other != index
                        && (owner.method.name == *alias
                            || *other < index && owner.aliases.contains(alias))
                });
                if let Some((_, owner)) = owner {
                    let message = messages::alias_clash(alias, &owner.method.name);
                    let attribute = event.method.attributes.iter();
                    let mut attribute =
                        attribute.filter(|it| crate::attributes::is(it, words::EVENT));
                    let at = attribute
                        .next()
                        .map_or_else(|| event.method.ident.span(), Spanned::span);
                    self.mistakes
                        .at_span(alias_span(event, alias).unwrap_or(at), message);
                }
            }
        }
    }
}

/// Where an alias is written.
fn alias_span(event: &Event, alias: &str) -> Option<Span> {
    fn search(tokens: TokenStream, alias: &str) -> Option<Span> {
        tokens.into_iter().find_map(|token| match token {
            proc_macro2::TokenTree::Literal(literal) => {
                let text: syn::LitStr = syn::parse2(literal.to_token_stream()).ok()?;
                (text.value() == alias).then(|| literal.span())
            }
            proc_macro2::TokenTree::Group(group) => search(group.stream(), alias),
            _ => None,
        })
    }
    event
        .method
        .attributes
        .iter()
        .find_map(|attribute| search(attribute.to_token_stream(), alias))
}
