//! `#[aggregate]`: parse, check, expand.

mod argument;
mod check;
mod declaration;
mod expand;
mod guard;
mod parse;
mod reach;

pub(crate) use check::returns_bool;
pub(crate) use declaration::Guard;
pub(crate) use expand::decide::free_guard;
pub(crate) use expand::model as expand_model;
pub(crate) use guard::Rules;

use crate::mistakes::Mistakes;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ItemImpl;

pub(crate) fn aggregate(attribute: TokenStream, item: &TokenStream) -> TokenStream {
    let Ok(parsed) = syn::parse2::<ItemImpl>(item.clone()) else {
        return not_an_impl(item);
    };
    let mut mistakes = Mistakes::default();
    let parsed = parse::parse(attribute, parsed, &mut mistakes);
    let declaration = check::check(&parsed, &mut mistakes);
    let item = expand::item(&parsed.item);
    let generated = match &declaration {
        Some(declaration) if mistakes.is_empty() => expand::whole(declaration),
        Some(declaration) => expand::fallback(declaration),
        None => TokenStream::new(),
    };
    let report = mistakes.report();
    quote!(#report #item #generated)
}

/// On another item, say so; on what is no Rust, stay silent: the compiler has spoken.
fn not_an_impl(item: &TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    if let Ok(other) = syn::parse2::<syn::Item>(item.clone()) {
        let (at, found) = match &other {
            syn::Item::Struct(found) => (found.struct_token.to_token_stream(), "a struct"),
            syn::Item::Enum(found) => (found.enum_token.to_token_stream(), "an enum"),
            syn::Item::Fn(found) => (found.sig.fn_token.to_token_stream(), "a function"),
            syn::Item::Trait(found) => (found.trait_token.to_token_stream(), "a trait"),
            other => (other.to_token_stream(), "something else"),
        };
        mistakes.at(&at, crate::messages::aggregate_on(found));
    }
    let report = mistakes.report();
    quote!(#report #item)
}
