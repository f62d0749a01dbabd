//! What a struct or enum becomes. Nothing here can fail.

use super::clone::{self, is_copy, names};
use super::parse::{Body, Kind, Parsed};
use crate::documentation;
use crate::naming::{plain, snake};
use crate::read::type_text;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use std::collections::BTreeMap;
use syn::visit::Visit;
use syn::{Attribute, Fields, TypePath};

/// The author's item with its derives, and the impls beside it.
pub(crate) fn expand(parsed: &Parsed) -> TokenStream {
    let Parsed {
        item,
        ident,
        attributes,
        ..
    } = parsed;
    let conditions = documentation::conditions(attributes);
    let derives = derives(parsed);
    let serde = serde(parsed);
    let schema = schema(parsed);
    let clone = clone::clone(parsed);
    let shape = shape(parsed);
    let default = parsed.default_missing.then(|| default(ident));
    let impls = match parsed.kind {
        Kind::State => state(parsed, &shape),
        Kind::Entity => entity(parsed, &shape),
        Kind::Value => described(ident, &shape),
        Kind::Row => {
            let (described, row) = (described(ident, &shape), super::row::expand(parsed));
            quote!(#described #row)
        }
    };
    quote! {
        #derives
        #serde
        #schema
        #item

        #conditions
        #[doc(hidden)]
        #[allow(clippy::all, clippy::pedantic, dead_code, unreachable_patterns, unused_imports, unused_variables)]
        const _: () = {
            use ::lawful::__private::Undescribed as _;

            #clone
            #default
            #impls
        };
    }
}

fn derives(parsed: &Parsed) -> TokenStream {
    let paths = [
        ("Debug", quote!(::core::fmt::Debug)),
        ("Clone", quote!(::core::clone::Clone)),
        ("Default", quote!(::core::default::Default)),
        ("PartialEq", quote!(::core::cmp::PartialEq)),
        ("Eq", quote!(::core::cmp::Eq)),
        ("Hash", quote!(::core::hash::Hash)),
        ("Serialize", quote!(::lawful::__private::serde::Serialize)),
        (
            "Deserialize",
            quote!(::lawful::__private::serde::Deserialize),
        ),
    ];
    let paths = paths
        .into_iter()
        .filter(|(name, _)| *name != "Default" || !parsed.default_missing)
        .filter(|(name, _)| parsed.derives(name) && (*name != "Clone" || is_copy(parsed)))
        .map(|(_, path)| path);
    quote!(#[derive(#(#paths),*)])
}

/// Where serde is found; and for values and entities that they refuse unknown fields, as the events do that they are part of.
fn serde(parsed: &Parsed) -> Option<TokenStream> {
    let ours = parsed.derives("Serialize") || parsed.derives("Deserialize");
    let theirs = serde_texts(&parsed.attributes);
    if !ours || theirs.iter().any(|text| text.contains("crate")) {
        return None;
    }
    let named = match &parsed.body {
        Body::Struct(fields) => matches!(fields, Fields::Named(_)),
        Body::Enum(_) => true,
    };
    let flat = parsed.all_fields().any(|field| {
        serde_texts(&field.attrs)
            .iter()
            .any(|text| text.contains("flatten"))
    });
    let deny = parsed.kind != Kind::State && named && !flat && theirs.is_empty();
    let deny = deny.then(|| quote!(, deny_unknown_fields));
    Some(quote!(#[serde(crate = "::lawful::__private::serde" #deny)]))
}

/// Stands in where a mistake was reported.
fn default(ident: &Ident) -> TokenStream {
    quote! {
        impl ::core::default::Default for #ident {
            fn default() -> Self {
                ::core::unreachable!()
            }
        }
    }
}

fn serde_texts(attributes: &[Attribute]) -> Vec<String> {
    let serde = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"));
    serde
        .map(|attribute| attribute.to_token_stream().to_string())
        .collect()
}

fn schema(parsed: &Parsed) -> Option<TokenStream> {
    let derived = parsed.derived.iter().any(|derived| derived == "JsonSchema");
    (cfg!(feature = "schema") && !derived).then(|| {
        quote! {
            #[derive(::lawful::__private::schemars::JsonSchema)]
            #[schemars(crate = "::lawful::__private::schemars")]
        }
    })
}

/// The `StateModel`, as the value of a constant.
fn shape(parsed: &Parsed) -> TokenStream {
    let name = text(&plain(&parsed.ident));
    let (fields, variants) = match &parsed.body {
        Body::Struct(inside) => (fields(inside), list(std::iter::empty())),
        Body::Enum(variants) => {
            let variants = variants.iter().map(|variant| {
                let (name, fields) = (text(&plain(&variant.ident)), fields(&variant.fields));
                quote!(::lawful::model::Variant { name: #name, fields: #fields })
            });
            (list(std::iter::empty()), list(variants))
        }
    };
    let values = list(mentioned(parsed).into_iter().map(|path| {
        quote!(::lawful::model::ValueModel::Native(::lawful::__private::Shape::<#path>::get))
    }));
    quote! {
        &::lawful::model::StateModel {
            name: #name,
            fields: #fields,
            variants: #variants,
            values: #values,
        }
    }
}

fn text(text: &str) -> TokenStream {
    quote!(::std::borrow::Cow::Borrowed(#text))
}

fn list(items: impl Iterator<Item = TokenStream>) -> TokenStream {
    quote!(::std::borrow::Cow::Borrowed(&[#(#items),*]))
}

fn fields(fields: &Fields) -> TokenStream {
    list(fields.iter().enumerate().map(|(index, field)| {
        let name = field
            .ident
            .as_ref()
            .map_or_else(|| index.to_string(), plain);
        let (name, ty) = (text(&name), text(&type_text(&field.ty)));
        quote!(::lawful::model::Field { name: #name, ty: #ty })
    }))
}

/// The types in fields that may have been declared with `#[value]` or `#[entity]`, in the order in which they are met.
fn mentioned(parsed: &Parsed) -> Vec<TypePath> {
    /// Types of the language and its library, which were not.
    const KNOWN: &[&str] = &[
        "Self",
        "bool",
        "char",
        "str",
        "i8",
        "i16",
        "i32",
        "i64",
        "i128",
        "isize",
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "usize",
        "f32",
        "f64",
        "String",
        "Option",
        "Vec",
        "VecDeque",
        "Box",
        "Rc",
        "Arc",
        "Cow",
        "BTreeMap",
        "BTreeSet",
        "HashMap",
        "HashSet",
        "Result",
        "Id",
        "Timestamp",
        "Duration",
        "Uuid",
        "PhantomData",
    ];
    struct Walk<'a> {
        own: &'a Ident,
        met: BTreeMap<String, usize>,
        paths: Vec<TypePath>,
    }
    impl<'a> Visit<'a> for Walk<'_> {
        fn visit_type_path(&mut self, path: &'a TypePath) {
            let Some(last) = path.path.segments.last() else {
                return;
            };
            let name = last.ident.to_string();
            // An id tells which, not what.
            if name == "Id" {
                return;
            }
            let own = path.path.is_ident(self.own);
            let text = path.to_token_stream().to_string();
            if !own && !KNOWN.contains(&name.as_str()) && !self.met.contains_key(&text) {
                self.met.insert(text, self.paths.len());
                self.paths.push(path.clone());
            }
            syn::visit::visit_type_path(self, path);
        }
    }
    let mut walk = Walk {
        own: &parsed.ident,
        met: BTreeMap::new(),
        paths: Vec::new(),
    };
    for field in parsed.all_fields() {
        walk.visit_type(&field.ty);
    }
    walk.paths
}

fn state(parsed: &Parsed, shape: &TokenStream) -> TokenStream {
    let ident = &parsed.ident;
    let doc = documentation::sentence(&parsed.attributes);
    let field = match &parsed.body {
        Body::Struct(fields) if !fields.is_empty() => {
            let arms = fields.iter().zip(names(fields)).map(|(field, name)| {
                let text = field.ident.as_ref().map_or_else(|| name.to_string(), plain);
                quote!(#text => ::core::option::Option::Some(::lawful::__private::datum(&self.#name)))
            });
            quote!(match name { #(#arms,)* _ => ::core::option::Option::None })
        }
        _ => quote!(::core::option::Option::None),
    };
    quote! {
        #[automatically_derived]
        impl ::lawful::State for #ident {
            const DOC: &'static str = #doc;
            const SHAPE: &'static ::lawful::model::StateModel = #shape;

            fn field(&self, name: &str) -> ::core::option::Option<::lawful::Datum> {
                #field
            }
        }
    }
}

fn entity(parsed: &Parsed, shape: &TokenStream) -> TokenStream {
    let Parsed { ident, vis, .. } = parsed;
    let name = parsed
        .name
        .as_ref()
        .map_or_else(|| snake(&plain(ident)), syn::LitStr::value);
    let described = described(ident, shape);
    quote! {
        #described

        #[automatically_derived]
        impl ::lawful::Named for #ident {
            const NAME: &'static str = #name;
        }

        impl #ident {
            /// Whether both are the same entity, in whatever state: their ids are equal.
            #[must_use]
            #vis fn same(&self, other: &Self) -> bool {
                self.id == other.id
            }
        }
    }
}

fn described(ident: &Ident, shape: &TokenStream) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::lawful::__private::Described for #ident {
            const SHAPE: &'static ::lawful::model::StateModel = #shape;
        }
    }
}
