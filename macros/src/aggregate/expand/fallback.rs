//! What stands in for an aggregate with mistakes, so that the compiler does not add errors of its own to ours.

use super::{calls, enums};
use crate::aggregate::declaration::Declaration;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// The enums, and impls without content.
pub(crate) fn fallback(declaration: &Declaration) -> TokenStream {
    let Declaration {
        path,
        name,
        conditions,
        ..
    } = declaration;
    let enums = enums::enums(declaration);
    let rules = enums::rule_impls(declaration);
    let calls = calls::calls(declaration);
    let (event_enum, command_enum) = (declaration.event_enum(), declaration.command_enum());
    let rule_enum = declaration.rule_enum();
    let (events, commands) = (payload(&event_enum), payload(&command_enum));
    let stop = quote!({ ::core::unreachable!() });
    quote! {
        #enums
        #calls
        #conditions
        #[doc(hidden)]
        #[allow(clippy::all, clippy::pedantic, dead_code, unused_variables)]
        const _: () = {
            #rules
            #events
            #commands

            impl ::lawful::Event for #event_enum {
                fn name(&self) -> &'static str #stop
                fn arguments(&self) -> ::std::vec::Vec<(&'static str, ::lawful::Datum)> #stop
                fn schema_version(&self) -> u32 #stop
                fn encode(&self) -> ::lawful::__private::serde_json::Result<::std::string::String> #stop
                fn decode(
                    _: &str,
                    _: u32,
                    _: &str,
                ) -> ::core::result::Result<Self, ::lawful::log::Undecodable> #stop
            }

            impl ::lawful::Command for #command_enum {
                fn name(&self) -> &'static str #stop
                fn arguments(&self) -> ::std::vec::Vec<(&'static str, ::lawful::Datum)> #stop
            }

            impl ::lawful::Named for #path {
                const NAME: &'static str = #name;
            }

            impl ::lawful::Aggregate for #path {
                type Command = #command_enum;
                type Event = #event_enum;
                type Rule = #rule_enum;

                const NAME: &'static str = #name;
                const HAS_INVARIANTS: bool = false;

                fn model() -> &'static ::lawful::model::AggregateModel #stop
                fn propose(
                    &self,
                    _: &#command_enum,
                ) -> ::core::result::Result<::lawful::Events<#event_enum>, ::lawful::Rejection> #stop
                fn uphold(
                    _: &Self,
                    _: &Self,
                    _: &#command_enum,
                ) -> ::core::result::Result<(), ::lawful::Rejection> #stop
                fn evolve(&mut self, _: &#event_enum) #stop
                fn broken_invariants(&self) -> ::std::vec::Vec<#rule_enum> #stop
            }
        };
    }
}

fn payload(of: &Ident) -> TokenStream {
    let stop = quote!({ ::core::unreachable!() });
    quote! {
        impl ::core::fmt::Display for #of {
            fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result #stop
        }

        impl ::lawful::__private::serde::Serialize for #of {
            fn serialize<S: ::lawful::__private::serde::Serializer>(
                &self,
                _: S,
            ) -> ::core::result::Result<S::Ok, S::Error> #stop
        }

        impl<'de> ::lawful::__private::serde::Deserialize<'de> for #of {
            fn deserialize<D: ::lawful::__private::serde::Deserializer<'de>>(
                _: D,
            ) -> ::core::result::Result<Self, D::Error> #stop
        }
    }
}
