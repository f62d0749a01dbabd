//! `#[program]`: parse, check, expand.

mod asks;
mod check;
mod expand;

use crate::mistakes::Mistakes;
use crate::{messages, words};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Item;

pub(crate) fn program(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let Ok(parsed) = syn::parse2::<Item>(item.clone()) else {
        // The compiler has spoken.
        return item;
    };
    let mut mistakes = Mistakes::default();
    let words = crate::attributes::words(
        words::PROGRAM,
        attribute,
        words::OF_PROGRAM,
        &[],
        &mut mistakes,
    );
    let Item::Fn(parsed) = &parsed else {
        mistakes.at(&parsed.to_token_stream(), messages::program_on());
        let report = mistakes.report();
        return quote!(#report #item);
    };
    let declaration = check::check(&words, parsed, &mut mistakes);
    let report = mistakes.report();
    let generated = match declaration {
        Some(declaration) if mistakes.is_empty() => expand::whole(&declaration),
        Some(declaration) => expand::fallback(&declaration),
        None => item,
    };
    quote!(#report #generated)
}
