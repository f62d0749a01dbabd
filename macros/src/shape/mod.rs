//! `#[state]`, `#[entity]`, `#[value]` and `#[row]`: parse, check, expand.

mod check;
mod clone;
mod expand;
mod parse;
mod row;

pub(crate) use parse::Kind;

use crate::mistakes::Mistakes;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn shape(kind: Kind, attribute: TokenStream, item: TokenStream) -> TokenStream {
    let Ok(parsed) = syn::parse2::<syn::Item>(item.clone()) else {
        // The compiler has spoken.
        return item;
    };
    let mut mistakes = Mistakes::default();
    let Some(mut parsed) = parse::parse(kind, attribute, &parsed, &mut mistakes) else {
        let report = mistakes.report();
        return quote!(#report #item);
    };
    let sound = check::check(&parsed, &mut mistakes);
    parsed.repair();
    let report = mistakes.report();
    // With a mistake too, as far as it makes sense, so that the compiler does not add errors of its own to ours.
    let generated = if sound {
        expand::expand(&parsed)
    } else {
        let item = &parsed.item;
        quote!(#item)
    };
    quote!(#report #generated)
}
