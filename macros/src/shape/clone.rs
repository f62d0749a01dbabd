//! `Clone`, field by field in `clone_from` too, so that a second buffer keeps its allocations.

use super::parse::{Body, Parsed};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Fields;

/// The impl, unless the author has one; `Copy` types derive theirs.
pub(crate) fn clone(parsed: &Parsed) -> Option<TokenStream> {
    if !parsed.derives("Clone") || is_copy(parsed) {
        return None;
    }
    let ident = &parsed.ident;
    let (clone, clone_from) = match &parsed.body {
        Body::Struct(fields) => of_struct(fields),
        Body::Enum(variants) => of_enum(variants),
    };
    let source = source();
    Some(quote! {
        #[automatically_derived]
        impl ::core::clone::Clone for #ident {
            fn clone(&self) -> Self {
                #clone
            }

            fn clone_from(&mut self, #source: &Self) {
                #clone_from
            }
        }
    })
}

pub(crate) fn is_copy(parsed: &Parsed) -> bool {
    parsed.derived.iter().any(|derived| derived == "Copy")
}

fn source() -> Ident {
    Ident::new("source", Span::mixed_site())
}

fn of_struct(fields: &Fields) -> (TokenStream, TokenStream) {
    let source = source();
    let names: Vec<TokenStream> = names(fields).collect();
    (
        quote!(Self { #(#names: ::core::clone::Clone::clone(&self.#names),)* }),
        quote!(#(::core::clone::Clone::clone_from(&mut self.#names, &#source.#names);)*),
    )
}

fn of_enum(variants: &[syn::Variant]) -> (TokenStream, TokenStream) {
    let source = source();
    let this = Ident::new("this", Span::mixed_site());
    let clones = variants.iter().map(|variant| {
        let (ident, names, locals) = parts(variant, "part");
        quote! {
            Self::#ident { #(#names: ref #locals),* } => {
                Self::#ident { #(#names: ::core::clone::Clone::clone(#locals)),* }
            }
        }
    });
    let in_place = variants
        .iter()
        .filter(|variant| !variant.fields.is_empty())
        .map(|variant| {
            let (ident, names, locals) = parts(variant, "part");
            let (_, _, sources) = parts(variant, "from");
            quote! {
                (Self::#ident { #(#names: #locals),* }, Self::#ident { #(#names: #sources),* }) => {
                    #(::core::clone::Clone::clone_from(#locals, #sources);)*
                }
            }
        });
    (
        quote!(match *self { #(#clones)* }),
        quote! {
            match (self, #source) {
                #(#in_place)*
                (#this, #source) => *#this = ::core::clone::Clone::clone(#source),
            }
        },
    )
}

/// The variant's name, its fields' names, and as many locals.
fn parts<'a>(variant: &'a syn::Variant, local: &str) -> (&'a Ident, Vec<TokenStream>, Vec<Ident>) {
    let names: Vec<TokenStream> = names(&variant.fields).collect();
    let locals = (0..names.len())
        .map(|index| Ident::new(&format!("{local}{index}"), Span::mixed_site()))
        .collect();
    (&variant.ident, names, locals)
}

/// Names, or indices.
pub(crate) fn names(fields: &Fields) -> impl Iterator<Item = TokenStream> {
    fields
        .iter()
        .enumerate()
        .map(|(index, field)| match &field.ident {
            Some(ident) => ident.to_token_stream(),
            None => Literal::usize_unsuffixed(index).to_token_stream(),
        })
}
