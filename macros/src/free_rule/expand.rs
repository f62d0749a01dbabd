//! What a free rule becomes: the function as it is, and a type of the same name that stands for the rule.

use super::check::Declaration;
use crate::aggregate::expand_model as model;
use crate::documentation;
use crate::naming::{plain, words};
use crate::parameters::Parameter;
use crate::read::{self, Scope};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemFn;

pub(crate) fn whole(declaration: &Declaration) -> TokenStream {
    let Declaration { item, parameters } = declaration;
    let companion = companion(item);
    let ident = &item.sig.ident;
    let conditions = documentation::conditions(&item.attrs);
    let name = plain(ident);
    let sentence = documentation::sentence(&item.attrs);
    let sentence = if sentence.is_empty() {
        words(&name)
    } else {
        sentence
    };
    let scope = Scope {
        aggregate: None,
        event_enum: None,
        rule_enum: None,
        parameters: parameters
            .iter()
            .map(|parameter| parameter.ident.clone())
            .collect(),
        rules: Vec::new(),
        events: Vec::new(),
        helpers: Vec::new(),
        event_names: Vec::new(),
    };
    let body = read::body(&scope, &item.block);
    let model_parameters = model::parameters(parameters);
    let (name, sentence) = (model::text(&name), model::text(&sentence));
    let (inputs, arguments): (Vec<TokenStream>, Vec<TokenStream>) =
        parameters.iter().map(by_reference).unzip();
    let check = check(parameters);
    quote! {
        #[allow(
            clippy::must_use_candidate,
            clippy::needless_pass_by_value,
            clippy::ptr_arg,
            clippy::ref_option,
            clippy::trivially_copy_pass_by_ref
        )]
        #item
        #companion

        #conditions
        #[doc(hidden)]
        #[allow(clippy::all, clippy::pedantic, dead_code, private_interfaces, unreachable_pub)]
        const _: () = {
            impl #ident {
                #[doc(hidden)]
                pub fn holds(#(#inputs),*) -> bool {
                    #ident(#(#arguments),*)
                }

                #check
            }

            #[automatically_derived]
            impl ::lawful::FreeRule for #ident {
                const MODEL: &'static ::lawful::model::RuleModel = &::lawful::model::RuleModel {
                    name: #name,
                    sentence: #sentence,
                    kind: ::lawful::model::RuleKind::Rule,
                    parameters: #model_parameters,
                    body: #body,
                };
            }

            #[automatically_derived]
            impl ::lawful::RuleName for #ident {
                fn owner(&self) -> ::core::option::Option<&str> {
                    ::core::option::Option::None
                }

                fn rule_name(&self) -> &str {
                    &<#ident as ::lawful::FreeRule>::MODEL.name
                }
            }
        };
    }
}

/// The function and the type, so that its users see only our error.
pub(crate) fn fallback(item: &ItemFn) -> TokenStream {
    let companion = companion(item);
    quote!(#item #companion)
}

fn companion(item: &ItemFn) -> TokenStream {
    let (vis, ident) = (&item.vis, &item.sig.ident);
    let comments = documentation::comments(&item.attrs);
    let conditions = documentation::conditions(&item.attrs);
    quote! {
        #(#comments)*
        #conditions
        #[allow(clippy::all, clippy::pedantic, dead_code, missing_docs, non_camel_case_types, unreachable_pub)]
        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::marker::Copy)]
        #vis struct #ident {}
    }
}

/// The rule by itself, for programs: `within_limit::check(&student)?`.
fn check(parameters: &[Parameter]) -> TokenStream {
    let inputs = parameters
        .iter()
        .map(|Parameter { ident, written, .. }| quote!(#ident: #written));
    let (holds, given): (Vec<TokenStream>, Vec<TokenStream>) = parameters
        .iter()
        .map(
            |Parameter {
                 ident, borrowed, ..
             }| {
                let reference = if *borrowed {
                    quote!(#ident)
                } else {
                    quote!(&#ident)
                };
                let name = plain(ident);
                let value = quote!(::lawful::__private::Argument(#reference).datum());
                (reference, quote!((#name, #value)))
            },
        )
        .unzip();
    quote! {
        /// Whether the rule is kept; if not, a rejection that explains itself.
        ///
        /// # Errors
        ///
        /// The rejection.
        pub fn check(#(#inputs),*) -> ::core::result::Result<(), ::lawful::Rejection> {
            #[allow(unused_imports)]
            use ::lawful::__private::Unserialisable as _;
            if Self::holds(#(#holds),*) {
                return ::core::result::Result::Ok(());
            }
            ::core::result::Result::Err(::lawful::__private::free(
                <Self as ::lawful::FreeRule>::MODEL,
                ::std::vec![#(#given),*],
            ))
        }
    }
}

/// A list of rules does not know how a free rule takes its arguments, and passes all by reference.
fn by_reference(parameter: &Parameter) -> (TokenStream, TokenStream) {
    let Parameter {
        ident,
        written,
        borrowed,
        ..
    } = parameter;
    if *borrowed {
        (quote!(#ident: #written), quote!(#ident))
    } else {
        (
            quote!(#ident: &#written),
            quote!(::core::clone::Clone::clone(#ident)),
        )
    }
}
