//! `#[domain(aggregates(..))]`: parse, check, expand.

mod check;
mod expand;
mod parse;

use crate::mistakes::Mistakes;
use proc_macro2::TokenStream;
use quote::quote;
use syn::Item;

pub(crate) fn domain(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let Ok(parsed) = syn::parse2::<Item>(item.clone()) else {
        return item;
    };
    let mut mistakes = Mistakes::default();
    let parsed = parse::parse(attribute, &parsed, &mut mistakes);
    let declaration = check::check(parsed, &mut mistakes);
    let report = mistakes.report();
    let generated = declaration.map(|declaration| expand::expand(&declaration));
    quote!(#report #item #generated)
}
