//! What an aggregate becomes. Nothing here can fail.

mod calls;
pub(crate) mod decide;
mod enums;
mod fallback;
pub(crate) mod model;
mod wire;

use super::declaration::Declaration;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{ItemImpl, parse_quote};

pub(crate) use fallback::fallback;

/// The author's own `impl`, with the warnings off that the form of a declaration would cause.
pub(crate) fn item(item: &ItemImpl) -> ItemImpl {
    let mut item = item.clone();
    item.attrs.push(parse_quote! {
        #[allow(
            dead_code,
            unused_variables,
            clippy::fn_params_excessive_bools,
            clippy::must_use_candidate,
            clippy::needless_pass_by_value,
            clippy::ptr_arg,
            clippy::ref_option,
            clippy::should_implement_trait,
            clippy::too_many_arguments,
            clippy::trivially_copy_pass_by_ref,
            clippy::unnecessary_wraps,
            clippy::unused_self,
            clippy::wrong_self_convention
        )]
    });
    item
}

/// Everything beside the author's own `impl`.
pub(crate) fn whole(declaration: &Declaration) -> TokenStream {
    let conditions = &declaration.conditions;
    let enums = enums::enums(declaration);
    let wire = wire::wire(declaration);
    let rules = enums::rule_impls(declaration);
    let aggregate = decide::aggregate(declaration);
    let calls = calls::calls(declaration);
    quote! {
        #enums
        #conditions
        #[doc(hidden)]
        #[allow(clippy::all, clippy::pedantic, dead_code, missing_docs, non_camel_case_types, unused_variables)]
        const _: () = {
            #wire
            #rules
            #aggregate
        };
        #calls
    }
}
