//! Finds the mistakes of a struct or enum.

use super::parse::{Body, Kind, Parsed};
use crate::mistakes::Mistakes;
use crate::naming::plain;
use crate::parameters::{is_cfg, is_float};
use crate::read::type_text;
use crate::{messages, words};
use quote::ToTokens;
use syn::visit::Visit;
use syn::{Field, Fields, GenericArgument, PathArguments, Type};

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
    let mut sound = default(parsed, mistakes) && entity(parsed, mistakes);
    if !parsed.generics.params.is_empty() {
        let message = messages::generic(&format!("{} {word}", messages::article(word)));
        mistakes.at(&parsed.generics, message);
        sound = false;
    } else if let Some(clause) = &parsed.generics.where_clause {
        mistakes.at(clause, messages::where_clause(word));
        sound = false;
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
fn default(parsed: &Parsed, mistakes: &mut Mistakes) -> bool {
    let Body::Enum(variants) = &parsed.body else {
        return true;
    };
    if !parsed.derives("Default") {
        return true;
    }
    let mut marked = variants
        .iter()
        .filter(|variant| variant.attrs.iter().any(|it| it.path().is_ident("default")));
    match marked.next() {
        None => {
            mistakes.at(&parsed.ident, messages::no_default_variant());
            false
        }
        Some(variant) if !matches!(variant.fields, Fields::Unit) => {
            let message = messages::default_with_fields(&plain(&variant.ident));
            mistakes.at(&variant.ident, message);
            false
        }
        Some(_) => true,
    }
}

fn entity(parsed: &Parsed, mistakes: &mut Mistakes) -> bool {
    if parsed.kind != Kind::Entity {
        return true;
    }
    let name = plain(&parsed.ident);
    let id = parsed
        .all_fields()
        .find(|field| field.ident.as_ref().is_some_and(|ident| ident == "id"));
    match id {
        None => {
            mistakes.at(&parsed.ident, messages::entity_without_id(&name));
            false
        }
        Some(field) if !is_own_id(field, &name) => {
            mistakes.at(&field.ty, messages::entity_id_type(&type_text(&field.ty)));
            false
        }
        Some(_) => true,
    }
}

/// `Id<Self>`, or with the name in place of `Self`.
fn is_own_id(field: &Field, name: &str) -> bool {
    let Type::Path(path) = &field.ty else {
        return false;
    };
    let Some(last) = path.path.segments.last().filter(|last| last.ident == "Id") else {
        return false;
    };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return false;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(ty)) => {
            let text = ty.to_token_stream().to_string();
            arguments.args.len() == 1 && (text == "Self" || text == name)
        }
        _ => false,
    }
}
