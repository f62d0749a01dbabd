//! `#[service]`: parse, check, expand.

mod check;
mod expand;

use crate::mistakes::Mistakes;
use crate::{messages, words};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Item;

pub(crate) fn service(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let Ok(parsed) = syn::parse2::<Item>(item.clone()) else {
        // The compiler has spoken.
        return item;
    };
    let mut mistakes = Mistakes::default();
    crate::attributes::words(words::SERVICE, attribute, &[], &[], &mut mistakes);
    let Item::Trait(parsed) = &parsed else {
        mistakes.at(&parsed.to_token_stream(), messages::service_on());
        let report = mistakes.report();
        return quote!(#report #item);
    };
    let declaration = check::check(parsed, &mut mistakes);
    let report = mistakes.report();
    let generated = if mistakes.is_empty() {
        expand::expand(&declaration)
    } else {
        expand::rewritten(&declaration).into_token_stream()
    };
    quote!(#report #generated)
}
