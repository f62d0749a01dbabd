//! Takes a struct or enum apart.

use crate::attributes;
use crate::mistakes::Mistakes;
use crate::{messages, words};
use proc_macro2::{Ident, TokenStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, Generics, Item, Path, Token, Visibility};

/// Which of the three attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    State,
    Entity,
    Value,
}

impl Kind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::State => "state",
            Kind::Entity => "entity",
            Kind::Value => "value",
        }
    }

    fn words(self) -> &'static [&'static str] {
        match self {
            Kind::State => words::OF_STATE,
            Kind::Entity => words::OF_ENTITY,
            Kind::Value => words::OF_VALUE,
        }
    }

    fn accepted(self) -> &'static str {
        match self {
            Kind::State => "the struct or enum that is an aggregate's state",
            Kind::Entity => "a struct with the field `id: Id<Self>`",
            Kind::Value => "a struct or enum",
        }
    }
}

pub(crate) struct Parsed {
    pub(crate) kind: Kind,
    pub(crate) item: Item,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) body: Body,
    /// The traits that the author derives below the attribute.
    pub(crate) derived: Vec<String>,
    pub(crate) exact: bool,
    /// The traits that `without(..)` leaves out.
    pub(crate) without: Vec<Ident>,
    /// `#[entity(name = "..")]`.
    pub(crate) name: Option<syn::LitStr>,
}

pub(crate) enum Body {
    Struct(Fields),
    Enum(Vec<syn::Variant>),
}

/// `None` for what is neither a struct nor an enum.
pub(crate) fn parse(
    kind: Kind,
    attribute: TokenStream,
    item: &Item,
    mistakes: &mut Mistakes,
) -> Option<Parsed> {
    let words = attributes::words(kind.word(), attribute, kind.words(), &[], mistakes);
    let (attributes, vis, ident, generics, body) = match item {
        Item::Struct(it) => (
            &it.attrs,
            &it.vis,
            &it.ident,
            &it.generics,
            Body::Struct(it.fields.clone()),
        ),
        Item::Enum(it) if kind != Kind::Entity => {
            let variants = it.variants.iter().cloned().collect();
            (
                &it.attrs,
                &it.vis,
                &it.ident,
                &it.generics,
                Body::Enum(variants),
            )
        }
        Item::Enum(it) => {
            mistakes.at(
                &it.enum_token,
                messages::shape_on(kind.word(), kind.accepted()),
            );
            return None;
        }
        other => {
            mistakes.at(other, messages::shape_on(kind.word(), kind.accepted()));
            return None;
        }
    };
    let exact = !words
        .iter()
        .any(|word| word.is(words::INEXACT) && word.flag(mistakes));
    let without = words.iter().find(|word| word.is(words::WITHOUT));
    let without = without
        .map(|word| word.list(mistakes, "Default"))
        .unwrap_or_default();
    let name = words
        .iter()
        .find(|word| word.is(words::NAME))
        .and_then(|word| word.text(mistakes));
    Some(Parsed {
        kind,
        exact,
        without,
        name,
        item: item.clone(),
        attributes: attributes.clone(),
        vis: vis.clone(),
        ident: ident.clone(),
        generics: generics.clone(),
        body,
        derived: derived(attributes),
    })
}

/// The last segments of what `#[derive(..)]` names.
fn derived(attributes: &[Attribute]) -> Vec<String> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"))
        .filter_map(|attribute| {
            attribute
                .parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
                .ok()
        })
        .flatten()
        .filter_map(|path| path.segments.last().map(|last| last.ident.to_string()))
        .collect()
}

impl Parsed {
    /// Whether this declaration derives the trait.
    pub(crate) fn derives(&self, name: &str) -> bool {
        let wanted = match name {
            "Default" => self.kind == Kind::State,
            "Eq" | "Hash" => self.exact,
            _ => true,
        };
        wanted
            && !self.derived.iter().any(|derived| derived == name)
            && !self.without.iter().any(|without| without == name)
    }

    /// Every field with the name it has in a model.
    pub(crate) fn all_fields(&self) -> impl Iterator<Item = &syn::Field> {
        let (fields, variants): (Option<&Fields>, &[syn::Variant]) = match &self.body {
            Body::Struct(fields) => (Some(fields), &[]),
            Body::Enum(variants) => (None, variants),
        };
        fields
            .into_iter()
            .chain(variants.iter().map(|variant| &variant.fields))
            .flatten()
    }
}
