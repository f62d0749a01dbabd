//! What a read model becomes: the methods as they are, and the fold that calls them.

use super::check::{Declaration, Handler, Input, text};
use crate::naming::{identifier, plain};
use crate::{attributes, words};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{ImplItem, ItemImpl, Path};

/// The author's `impl` without our attributes.
pub(super) fn item(item: &ItemImpl) -> TokenStream {
    let mut item = item.clone();
    for member in &mut item.items {
        let (attributes, handles) = match member {
            ImplItem::Fn(member) => {
                let handles = member
                    .attrs
                    .iter()
                    .any(|found| attributes::is(found, words::ON));
                (&mut member.attrs, handles)
            }
            ImplItem::Const(member) => (&mut member.attrs, false),
            _ => continue,
        };
        attributes.retain(|found| !attributes::is(found, words::ON));
        if handles {
            // How an event's parameter is taken is the author's choice.
            attributes.push(syn::parse_quote!(
                #[allow(clippy::needless_pass_by_value, clippy::ptr_arg, clippy::trivially_copy_pass_by_ref)]
            ));
        }
    }
    quote!(#item)
}

pub(super) fn whole(declaration: &Declaration) -> TokenStream {
    let Declaration {
        path,
        conditions,
        span,
        version,
        fingerprint,
        ..
    } = declaration;
    let enums = enums(declaration);
    let bounds = enums.iter().map(|of| {
        let aggregate = aggregate_of(of);
        quote!(::lawful::Has<#aggregate>)
    });
    let folds = enums.iter().map(|of| {
        let arms = arms(declaration, of);
        let aggregate = aggregate_of(of);
        // A forgotten event is told by the compiler, which knows them all; it points to what is matched.
        let event = quote_spanned!(*span => event);
        quote! {
            if let ::core::option::Option::Some(#event) =
                <D as ::lawful::Has<#aggregate>>::project(&entry.event)
            {
                match #event { #(#arms)* }
                return;
            }
        }
    });
    let model = model(declaration);
    quote! {
        #conditions
        #[doc(hidden)]
        #[allow(clippy::all, clippy::pedantic, unused_variables, unused_imports)]
        const _: () = {
            #[automatically_derived]
            impl ::lawful::view::ReadModel for #path {
                fn fingerprint() -> u64 {
                    ::lawful::__private::view_fingerprint::<Self>(#fingerprint, #version)
                }

                fn read_model() -> &'static ::lawful::view::ReadModelModel {
                    #model
                }
            }

            #[automatically_derived]
            impl<D: ::lawful::Domain #(+ #bounds)*> ::lawful::view::Folds<D> for #path {
                fn fold(
                    rows: &mut ::lawful::view::Rows<Self>,
                    entry: &::lawful::log::Entry<<D as ::lawful::Domain>::Event>,
                ) {
                    #(#folds)*
                }
            }
        };
    }
}

/// Impls without content, so that the compiler does not add errors of its own to ours.
pub(super) fn fallback(declaration: &Declaration) -> TokenStream {
    let Declaration {
        path, conditions, ..
    } = declaration;
    quote! {
        #conditions
        #[doc(hidden)]
        #[allow(clippy::all, clippy::pedantic, unused_variables)]
        const _: () = {
            impl ::lawful::view::ReadModel for #path {
                fn fingerprint() -> u64 {
                    ::core::unreachable!()
                }

                fn read_model() -> &'static ::lawful::view::ReadModelModel {
                    ::core::unreachable!()
                }
            }

            impl<D: ::lawful::Domain> ::lawful::view::Folds<D> for #path {
                fn fold(
                    rows: &mut ::lawful::view::Rows<Self>,
                    entry: &::lawful::log::Entry<<D as ::lawful::Domain>::Event>,
                ) {
                    ::core::unreachable!()
                }
            }
        };
    }
}

/// The enums of the events that are handled or ignored, each once: `AccountEvent`.
fn enums(declaration: &Declaration) -> Vec<Path> {
    let handled = declaration
        .handlers
        .iter()
        .flat_map(|handler| &handler.events);
    let mut enums: Vec<Path> = Vec::new();
    for event in handled.chain(&declaration.ignores) {
        let of = enum_of(event);
        if !enums.contains(&of) {
            enums.push(of);
        }
    }
    enums
}

fn enum_of(event: &Path) -> Path {
    let mut of = event.clone();
    of.segments.pop();
    of.segments.pop_punct();
    of
}

/// `Account` for `AccountEvent`: what `#[aggregate]` calls the enum.
fn aggregate_of(events: &Path) -> Path {
    let mut aggregate = events.clone();
    if let Some(last) = aggregate.segments.last_mut() {
        let name = plain(&last.ident);
        let name = name.strip_suffix(words::EVENTS).unwrap_or(&name);
        last.ident = identifier(name, last.ident.span());
    }
    aggregate
}

fn arms(declaration: &Declaration, of: &Path) -> Vec<TokenStream> {
    let handled = declaration.handlers.iter().flat_map(|handler| {
        let own = handler.events.iter().filter(|event| enum_of(event) == *of);
        own.map(|event| arm(&declaration.path, handler, event))
    });
    let ignored = declaration
        .ignores
        .iter()
        .filter(|event| enum_of(event) == *of)
        .map(|event| quote!(#event { .. } => {}));
    handled.chain(ignored).collect()
}

fn arm(path: &Path, handler: &Handler, event: &Path) -> TokenStream {
    let (mut fields, mut arguments) = (Vec::new(), Vec::new());
    for input in &handler.inputs {
        match input {
            Input::Rows => arguments.push(quote!(rows)),
            Input::Origin => arguments.push(quote!(&::lawful::view::Origin::of(entry))),
            Input::Given(parameter) => {
                let ident = &parameter.ident;
                let local = format_ident!("of_event_{}", plain(ident), span = ident.span());
                fields.push(quote!(#ident: #local));
                arguments.push(if parameter.borrowed {
                    quote!(#local)
                } else {
                    quote!(::core::clone::Clone::clone(#local))
                });
            }
        }
    }
    let ident = &handler.ident;
    quote!(#event { #(#fields,)* .. } => <#path>::#ident(#(#arguments),*),)
}

fn model(declaration: &Declaration) -> TokenStream {
    let path = &declaration.path;
    let handlers = declaration.handlers.iter().flat_map(|handler| {
        let doc = &handler.doc;
        handler.events.iter().map(move |event| {
            let event = text(event);
            quote!(::lawful::view::HandlerModel { event: #event, doc: #doc })
        })
    });
    let ignores = declaration.ignores.iter().map(text);
    let doc = &declaration.doc;
    let doc = if doc.is_empty() {
        quote!(<#path as ::lawful::view::Row>::DOC)
    } else {
        quote!(#doc)
    };
    quote! {
        static MODEL: ::std::sync::OnceLock<::lawful::view::ReadModelModel> =
            ::std::sync::OnceLock::new();
        MODEL.get_or_init(|| ::lawful::view::ReadModelModel {
            name: <#path as ::lawful::view::Row>::NAME,
            doc: #doc,
            columns: <#path as ::lawful::view::Row>::columns(),
            handlers: &[#(#handlers),*],
            ignores: &[#(#ignores),*],
        })
    }
}
