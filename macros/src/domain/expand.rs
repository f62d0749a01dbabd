//! What a domain becomes. Nothing here can fail.

mod programs;

use super::check::{Aggregate, Declaration, Service};
use crate::documentation;
use crate::naming::plain;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned;

pub(crate) fn expand(declaration: &Declaration) -> TokenStream {
    let Declaration {
        item,
        doc,
        aggregates,
        ..
    } = declaration;
    let ident = &item.ident;
    let conditions = documentation::conditions(&item.attrs);
    let payload = format_ident!("__{}Event", plain(ident));
    let each = format_ident!("__{}Each", plain(ident));
    let one = format_ident!("__{}One", plain(ident));
    let name = plain(ident);
    let models = aggregates.iter().map(|Aggregate { path, .. }| {
        quote!(::core::clone::Clone::clone(<#path as ::lawful::Aggregate>::model()))
    });
    let services = declaration.services.iter().map(|Service { path, .. }| {
        quote!(::core::clone::Clone::clone(<dyn #path as ::lawful::program::Service>::model()))
    });
    let programs = declaration.programs.iter().map(|path| {
        quote! {
            ::core::clone::Clone::clone(
                <<#path as ::lawful::program::ProgramFunction>::Value as ::lawful::program::ProgramValue>::model()
            )
        }
    });
    let payload_impl = payload_impl(&payload, aggregates);
    let each_impl = each_impl(&each, aggregates);
    let memberships = aggregates
        .iter()
        .map(|aggregate| membership(ident, &payload, &each, &one, aggregate));
    let open = programs::open(declaration);
    let hidden = programs::hidden(declaration, &one);
    let associated = programs::associated(declaration, &payload, &one);
    quote! {
        #open

        #conditions
        #[doc(hidden)]
        #[allow(clippy::all, clippy::pedantic, missing_docs, non_camel_case_types, private_bounds, private_interfaces, unreachable_pub)]
        const _: () = {
            #payload_impl
            #each_impl
            #hidden

            #[automatically_derived]
            impl ::lawful::Domain for #ident {
                type Event = #payload;
                type Each<F: ::lawful::Family> = #each<F>;
                #associated

                fn model() -> ::lawful::model::DomainModel {
                    ::lawful::__private::domain_model(
                        #name,
                        #doc,
                        ::std::vec![#(#models),*],
                        ::std::vec![#(#services),*],
                        ::std::vec![#(#programs),*],
                    )
                }
            }

            #(#memberships)*
        };
    }
}

/// An event of any of the aggregates.
fn payload_impl(payload: &Ident, aggregates: &[Aggregate]) -> TokenStream {
    let paths: Vec<_> = aggregates.iter().map(|aggregate| &aggregate.path).collect();
    let variants: Vec<_> = aggregates
        .iter()
        .map(|aggregate| &aggregate.variant)
        .collect();
    let events = paths.iter().map(|path| event(path));
    let names: Vec<TokenStream> = paths
        .iter()
        .map(|path| quote_spanned!(path.span()=> <#path as ::lawful::Aggregate>::NAME))
        .collect();
    quote! {
        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq)]
        pub enum #payload {
            #(#variants(#events),)*
            __Process(::std::sync::Arc<::lawful::program::ProcessEvent>),
        }

        const _: () = ::lawful::__private::distinct(&[#(#names),*]);

        #[automatically_derived]
        impl ::lawful::Payload for #payload {
            const AGGREGATES: &'static [&'static str] = &[#(#names),*];

            fn aggregate_named(name: &str) -> ::core::option::Option<&'static str> {
                #(
                    if name == #names {
                        return ::core::option::Option::Some(#names);
                    }
                )*
                ::lawful::program::known_process_stream(name)
            }

            fn aggregate(&self) -> &'static str {
                match self {
                    #(Self::#variants(_) => #names,)*
                    Self::__Process(event) => event.stream(),
                }
            }

            fn name(&self) -> &'static str {
                match self {
                    #(Self::#variants(event) => ::lawful::Event::name(event),)*
                    Self::__Process(event) => event.kind().name(),
                }
            }

            fn schema_version(&self) -> u32 {
                match self {
                    #(Self::#variants(event) => ::lawful::Event::schema_version(event),)*
                    Self::__Process(event) => event.schema_version(),
                }
            }

            fn encode(&self) -> ::lawful::__private::serde_json::Result<::std::string::String> {
                match self {
                    #(Self::#variants(event) => ::lawful::Event::encode(event),)*
                    Self::__Process(event) => ::core::result::Result::Ok(event.data().to_owned()),
                }
            }

            fn decode(
                aggregate: &str,
                name: &str,
                schema_version: u32,
                data: &str,
            ) -> ::core::result::Result<Self, ::lawful::log::Undecodable> {
                #(
                    if aggregate == #names {
                        return ::lawful::Event::decode(name, schema_version, data).map(Self::#variants);
                    }
                )*
                match ::lawful::program::ProcessEvent::decode(aggregate, name, schema_version, data) {
                    ::core::option::Option::Some(event) => {
                        event.map(|event| Self::__Process(::std::sync::Arc::new(event)))
                    }
                    ::core::option::Option::None => {
                        ::core::result::Result::Err(::lawful::log::Undecodable::UnknownType)
                    }
                }
            }
        }
    }
}

/// The event of an aggregate. What is said of an aggregate stands at its name, so that one that is none is reported there.
fn event(path: &Path) -> TokenStream {
    quote_spanned!(path.span()=> <#path as ::lawful::Aggregate>::Event)
}

/// One thing for each aggregate.
fn each_impl(each: &Ident, aggregates: &[Aggregate]) -> TokenStream {
    let paths: Vec<_> = aggregates.iter().map(|aggregate| &aggregate.path).collect();
    let fields: Vec<_> = aggregates
        .iter()
        .map(|aggregate| &aggregate.field)
        .collect();
    quote! {
        pub struct #each<F: ::lawful::Family> {
            #(#fields: F::Of<#paths>,)*
        }

        #[automatically_derived]
        impl<F: ::lawful::Family> ::core::default::Default for #each<F> {
            fn default() -> Self {
                #each { #(#fields: ::core::default::Default::default(),)* }
            }
        }
    }
}

fn membership(
    domain: &Ident,
    payload: &Ident,
    each: &Ident,
    one: &Ident,
    aggregate: &Aggregate,
) -> TokenStream {
    let Aggregate {
        path,
        variant,
        field,
    } = aggregate;
    let event = event(path);
    quote! {
        #[automatically_derived]
        impl ::lawful::Has<#path> for #domain {
            fn inject(event: #event) -> #payload {
                #payload::#variant(event)
            }

            fn project(event: &#payload) -> ::core::option::Option<&#event> {
                #[allow(unreachable_patterns)]
                match event {
                    #payload::#variant(event) => ::core::option::Option::Some(event),
                    _ => ::core::option::Option::None,
                }
            }

            fn each<F: ::lawful::Family>(each: &#each<F>) -> &F::Of<#path> {
                &each.#field
            }

            #[inline]
            fn one<M: ::lawful::program::Message>(message: M::Of<#path>) -> #one<M> {
                #one::#variant(message)
            }

            #[inline]
            fn of_one<M: ::lawful::program::Message>(
                message: #one<M>,
            ) -> ::core::option::Option<M::Of<#path>> {
                #[allow(unreachable_patterns)]
                match message {
                    #one::#variant(message) => ::core::option::Option::Some(message),
                    _ => ::core::option::Option::None,
                }
            }
        }
    }
}
