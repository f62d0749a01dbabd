//! `#[read_model]`: parse and check, then expand.

mod check;
mod expand;
mod fingerprint;

use crate::messages;
use crate::mistakes::Mistakes;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Item;

pub(crate) fn read_model(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let Ok(parsed) = syn::parse2::<Item>(item.clone()) else {
        // The compiler has spoken.
        return item;
    };
    let mut mistakes = Mistakes::default();
    let Item::Impl(parsed) = &parsed else {
        mistakes.at(&parsed.to_token_stream(), messages::read_model_on());
        let report = mistakes.report();
        return quote!(#report #item);
    };
    let declaration = check::check(attribute, parsed, &mut mistakes);
    let item = expand::item(parsed);
    let generated = match &declaration {
        Some(declaration) if mistakes.is_empty() => expand::whole(declaration),
        Some(declaration) => expand::fallback(declaration),
        None => TokenStream::new(),
    };
    let report = mistakes.report();
    quote!(#report #item #generated)
}
