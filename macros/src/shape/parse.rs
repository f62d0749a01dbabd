//! Takes a struct or enum apart.

use crate::attributes;
use crate::mistakes::Mistakes;
use crate::parameters::is_float;
use crate::{messages, words};
use proc_macro2::{Ident, TokenStream};
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::{
    Attribute, Field, Fields, GenericArgument, Generics, Item, Path, PathArguments, Token, Type,
    Visibility,
};

/// Which of the three attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    State,
    Entity,
    Value,
    Row,
}

impl Kind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::State => "state",
            Kind::Entity => "entity",
            Kind::Value => "value",
            Kind::Row => "row",
        }
    }

    fn words(self) -> &'static [&'static str] {
        match self {
            Kind::State => words::OF_STATE,
            Kind::Entity => words::OF_ENTITY,
            Kind::Value => words::OF_VALUE,
            Kind::Row => words::OF_ROW,
        }
    }

    fn accepted(self) -> &'static str {
        match self {
            Kind::State => "the struct or enum that is an aggregate's state",
            Kind::Entity => "a struct with the field `id: Id<Self>`",
            Kind::Value => "a struct or enum",
            Kind::Row => "a struct with named fields, one of them with `#[key]`",
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
    /// Whether it should derive `Default` and cannot, which was reported.
    pub(crate) default_missing: bool,
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
        Item::Enum(it) => {
            if matches!(kind, Kind::Entity | Kind::Row) {
                mistakes.at(
                    &it.enum_token,
                    messages::shape_on(kind.word(), kind.accepted()),
                );
            }
            let variants = it.variants.iter().cloned().collect();
            (
                &it.attrs,
                &it.vis,
                &it.ident,
                &it.generics,
                Body::Enum(variants),
            )
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
        default_missing: false,
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

    /// Every field, of the struct or of all variants.
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

    /// The variant marked `#[default]`.
    pub(crate) fn default_variant(&self) -> Option<&syn::Variant> {
        match &self.body {
            Body::Struct(_) => None,
            Body::Enum(variants) => variants
                .iter()
                .find(|variant| variant.attrs.iter().any(is_default)),
        }
    }

    /// Whether it is an enum that should derive `Default` and cannot.
    pub(crate) fn lacks_default(&self) -> bool {
        matches!(self.body, Body::Enum(_))
            && self.derives("Default")
            && self
                .default_variant()
                .is_none_or(|variant| !matches!(variant.fields, Fields::Unit))
    }

    /// The id of an entity.
    pub(crate) fn id(&self) -> Option<&Field> {
        let named = |field: &&Field| field.ident.as_ref().is_some_and(|ident| ident == "id");
        match &self.body {
            Body::Struct(fields) => fields.iter().find(named),
            Body::Enum(_) => None,
        }
    }

    /// `Id<Self>`, or with the name in place of `Self`.
    pub(crate) fn is_own_id(&self, field: &Field) -> bool {
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
            Some(GenericArgument::Type(Type::Path(of))) => {
                arguments.args.len() == 1
                    && (of.path.is_ident("Self") || of.path.is_ident(&self.ident))
            }
            _ => false,
        }
    }

    /// The fields of a row that have an attribute: `#[key]` or `#[index]`.
    pub(crate) fn marked<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a Field> {
        self.all_fields()
            .filter(move |field| field.attrs.iter().any(|found| attributes::is(found, word)))
    }

    /// Takes away what was reported and would be reported again by the compiler.
    pub(crate) fn repair(&mut self) {
        let floats = self.all_fields().any(|field| has_float(&field.ty));
        self.exact &= !floats;
        if self.kind == Kind::Entity && self.id().is_none_or(|field| !self.is_own_id(field)) {
            self.kind = Kind::Value;
        }
        self.default_missing = self.lacks_default();
        let default_missing = self.default_missing;
        let row = self.kind == Kind::Row;
        let keep = |attribute: &Attribute| {
            let ours =
                attributes::is(attribute, words::KEY) || attributes::is(attribute, words::INDEX);
            !(row && ours
                || attribute.path().is_ident("cfg")
                || default_missing && is_default(attribute))
        };
        match &mut self.item {
            Item::Struct(item) => {
                item.fields
                    .iter_mut()
                    .for_each(|field| field.attrs.retain(keep));
            }
            Item::Enum(item) => {
                for variant in &mut item.variants {
                    variant.attrs.retain(keep);
                    variant
                        .fields
                        .iter_mut()
                        .for_each(|field| field.attrs.retain(keep));
                }
            }
            _ => {}
        }
    }
}

fn is_default(attribute: &Attribute) -> bool {
    attribute.path().is_ident("default")
}

/// Whether there is a floating-point number inside.
fn has_float(ty: &Type) -> bool {
    struct Search(bool);
    impl<'a> Visit<'a> for Search {
        fn visit_type_path(&mut self, path: &'a syn::TypePath) {
            self.0 |= is_float(path);
            syn::visit::visit_type_path(self, path);
        }
    }
    let mut search = Search(false);
    search.visit_type(ty);
    search.0
}
