//! `#[rule]` on a free function: parse, check, expand.

mod check;
mod expand;

use crate::mistakes::Mistakes;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemFn;

pub(crate) fn rule(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let Ok(parsed) = syn::parse2::<ItemFn>(item.clone()) else {
        return item;
    };
    let mut mistakes = Mistakes::default();
    crate::attributes::words("rule", attribute, &[], &[], &mut mistakes);
    let declaration = check::check(&parsed, &mut mistakes);
    let report = mistakes.report();
    let generated = match declaration {
        Some(declaration) if mistakes.is_empty() => expand::whole(&declaration),
        _ => expand::fallback(&parsed),
    };
    quote!(#report #generated)
}
