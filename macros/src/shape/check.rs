//! Finds the mistakes of a struct or enum.

use super::parse::{Body, Kind, Parsed};
use crate::mistakes::Mistakes;
use crate::naming::plain;
use crate::parameters::{is_cfg, is_float};
use crate::read::type_text;
use crate::{messages, words};
use syn::Type;
use syn::visit::Visit;

/// Whether what is generated for it makes sense.
pub(crate) fn check(parsed: &Parsed, mistakes: &mut Mistakes) -> bool {
    let word = parsed.kind.word();
    for trait_name in &parsed.without {
        if !words::DERIVES.contains(&plain(trait_name).as_str()) {
            let message = messages::unknown_derive(&plain(trait_name), words::DERIVES);
            mistakes.at(trait_name, message);
        }
    }
    if let Some(name) = parsed
        .name
        .as_ref()
        .filter(|name| !crate::naming::is_snake(&name.value()))
    {
        mistakes.at(name, messages::not_a_name(&name.value()));
    }
    for field in parsed.all_fields() {
        conditional(&field.attrs, "field", mistakes);
        if parsed.exact {
            exact(&field.ty, word, mistakes);
        }
    }
    if let Body::Enum(variants) = &parsed.body {
        for variant in variants {
            conditional(&variant.attrs, "variant", mistakes);
        }
    }
    if parsed.lacks_default() {
        default(parsed, mistakes);
    }
    entity(parsed, mistakes);
    let sound = super::row::check(parsed, mistakes);
    if !parsed.generics.params.is_empty() {
        let message = messages::generic(&format!("{} {word}", messages::article(word)));
        mistakes.at(&parsed.generics, message);
        return false;
    }
    if let Some(clause) = &parsed.generics.where_clause {
        mistakes.at(clause, messages::where_clause(word));
        return false;
    }
    sound
}

fn conditional(attributes: &[syn::Attribute], what: &str, mistakes: &mut Mistakes) {
    for attribute in attributes {
        if is_cfg(attribute) && attribute.path().is_ident("cfg") {
            mistakes.at(attribute, messages::cfg_on_member(what));
        }
    }
}

/// Floating-point numbers have no `Eq`.
fn exact(ty: &Type, word: &str, mistakes: &mut Mistakes) {
    struct Search<'a>(&'a str, &'a mut Mistakes);
    impl<'a> Visit<'a> for Search<'_> {
        fn visit_type_path(&mut self, path: &'a syn::TypePath) {
            if is_float(path) {
                let found = type_text(&Type::Path(path.clone()));
                self.1.at(path, messages::float(&found, self.0));
            }
            syn::visit::visit_type_path(self, path);
        }
    }
    Search(word, mistakes).visit_type(ty);
}

/// An enum that derives `Default` says where it begins. Without that the derive itself would fail, with a message of its own.
fn default(parsed: &Parsed, mistakes: &mut Mistakes) {
    match parsed.default_variant() {
        None => mistakes.at(&parsed.ident, messages::no_default_variant()),
        Some(variant) => {
            let message = messages::default_with_fields(&plain(&variant.ident));
            mistakes.at(&variant.ident, message);
        }
    }
}

fn entity(parsed: &Parsed, mistakes: &mut Mistakes) {
    // An enum was reported as such.
    if parsed.kind != Kind::Entity || matches!(parsed.body, Body::Enum(_)) {
        return;
    }
    match parsed.id() {
        None => mistakes.at(
            &parsed.ident,
            messages::entity_without_id(&plain(&parsed.ident)),
        ),
        Some(field) if !parsed.is_own_id(field) => {
            mistakes.at(&field.ty, messages::entity_id_type(&type_text(&field.ty)));
        }
        Some(_) => {}
    }
}
