//! What a program becomes: the function as it is, and its call as a value.

use super::asks::{self, Ask};
use super::check::Declaration;
use crate::aggregate::{expand_model, free_guard};
use crate::documentation;
use crate::naming::plain;
use crate::parameters::Parameter;
use crate::read::{Scope, type_text};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ItemFn, parse_quote, parse_quote_spanned};

pub(crate) fn whole(declaration: &Declaration) -> TokenStream {
    let item = item(declaration, !declaration.requires.is_empty());
    let companion = companion(declaration);
    let value = value(declaration);
    let impls = impls(declaration);
    quote!(#item #companion #value #impls)
}

/// The function and both types, so that their users see only our error.
pub(crate) fn fallback(declaration: &Declaration) -> TokenStream {
    let item = item(declaration, false);
    let companion = companion(declaration);
    let value = value(declaration);
    quote!(#item #companion #value)
}

/// The author's own function. A forgotten `.await` is an error in it, and what it requires is looked at first.
fn item(declaration: &Declaration, guarded: bool) -> ItemFn {
    let mut item = declaration.item.clone();
    item.attrs.push(parse_quote!(#[deny(unused_must_use)]));
    item.attrs
        .push(parse_quote!(#[allow(clippy::needless_pass_by_value)]));
    if guarded {
        let ident = &item.sig.ident;
        let arguments = declaration.parameters.iter().map(|parameter| {
            let ident = &parameter.ident;
            if parameter.borrowed {
                ident.to_token_stream()
            } else {
                quote!(&#ident)
            }
        });
        let at = declaration.output.span();
        let guard = parse_quote_spanned!(at=> #ident::requires(#(#arguments),*)?;);
        item.block.stmts.insert(0, guard);
    }
    item
}

/// A type of the function's name, imported by the same `use`, through which a domain finds the value.
fn companion(declaration: &Declaration) -> TokenStream {
    let ItemFn {
        vis, sig, attrs, ..
    } = &declaration.item;
    let ident = &sig.ident;
    let comments = documentation::comments(attrs);
    let conditions = documentation::conditions(attrs);
    quote! {
        #(#comments)*
        #conditions
        #[allow(clippy::all, clippy::pedantic, dead_code, missing_docs, non_camel_case_types, unreachable_pub)]
        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::marker::Copy)]
        #vis struct #ident {}
    }
}

fn value(declaration: &Declaration) -> TokenStream {
    let Declaration {
        item,
        value,
        parameters,
        ..
    } = declaration;
    let vis = &item.vis;
    let comments = documentation::comments(&item.attrs);
    let conditions = documentation::conditions(&item.attrs);
    let doc = format!(
        " A call of the program [`{0}`](fn@{0}), as a value.",
        plain(&item.sig.ident)
    );
    let doc = if comments.is_empty() {
        vec![quote!(#[doc = #doc])]
    } else {
        vec![
            quote!(#(#comments)*),
            quote!(#[doc = ""]),
            quote!(#[doc = #doc]),
        ]
    };
    let fields = parameters.iter().map(|parameter| {
        let Parameter {
            ident,
            owned,
            serde,
            ..
        } = parameter;
        quote!(#(#serde)* #vis #ident: #owned)
    });
    quote! {
        #(#doc)*
        #conditions
        #[derive(
            ::core::fmt::Debug,
            ::core::clone::Clone,
            ::core::cmp::PartialEq,
            ::lawful::__private::serde::Serialize,
            ::lawful::__private::serde::Deserialize
        )]
        #[serde(crate = "::lawful::__private::serde", deny_unknown_fields)]
        #[allow(clippy::all, clippy::pedantic, dead_code, missing_docs, private_interfaces, unreachable_pub)]
        #vis struct #value {
            #(#fields,)*
        }
    }
}

fn impls(declaration: &Declaration) -> TokenStream {
    let Declaration {
        item,
        name,
        value,
        capability,
        parameters,
        output,
        ..
    } = declaration;
    let ident = &item.sig.ident;
    let conditions = documentation::conditions(&item.attrs);
    let fields = parameters.iter().map(|parameter| &parameter.ident);
    let arguments = parameters.iter().map(|parameter| {
        let ident = &parameter.ident;
        if parameter.borrowed {
            quote!(&#ident)
        } else {
            ident.to_token_stream()
        }
    });
    let perform = Ident::new("perform", Span::mixed_site());
    let journaled = parameters.iter().map(|parameter| {
        let ty = &parameter.owned;
        quote_spanned!(ty.span()=> const _: fn() = ::lawful::__private::journaled::<#ty>;)
    });
    let returned = quote_spanned! {output.span()=>
        const _: fn() = ::lawful::__private::returned_by_program::<#output>;
    };
    let guard = guard(declaration);
    let model = model(declaration);
    quote! {
        #conditions
        #[doc(hidden)]
        #[allow(clippy::all, clippy::pedantic, dead_code, private_bounds, private_interfaces, unused_variables)]
        const _: () = {
            #(#journaled)*
            #returned

            #[automatically_derived]
            impl ::lawful::program::ProgramFunction for #ident {
                type Value = #value;
            }

            #[automatically_derived]
            impl ::lawful::program::ProgramValue for #value {
                type Domain = <<#capability as ::lawful::program::Capability>::Row as ::lawful::program::Row>::Domain;
                type Function = #ident;

                const NAME: &'static str = #name;

                fn model() -> &'static ::lawful::model::ProgramModel {
                    static MODEL: ::lawful::model::ProgramModel = #model;
                    &MODEL
                }
            }

            #[automatically_derived]
            impl<__R: ::lawful::program::Row> ::lawful::program::Program<__R> for #value
            where
                #capability: ::lawful::program::Lend<__R>,
            {
                type Ok = <#output as ::lawful::program::Returned>::Ok;
                type Err = <#output as ::lawful::program::Returned>::Err;

                async fn perform(
                    self,
                    #perform: &mut ::lawful::program::Perform<__R>,
                ) -> ::core::result::Result<Self::Ok, Self::Err> {
                    let #value { #(#fields),* } = self;
                    #ident(
                        <#capability as ::lawful::program::Lend<__R>>::lend(#perform),
                        #(#arguments),*
                    )
                    .await
                }
            }

            #guard
        };
    }
}

/// What the program requires, over references to its parameters.
fn guard(declaration: &Declaration) -> Option<TokenStream> {
    let Declaration {
        item,
        name,
        doc,
        parameters,
        requires,
        ..
    } = declaration;
    if requires.is_empty() {
        return None;
    }
    let ident = &item.sig.ident;
    let scope = scope(declaration);
    let inputs = parameters.iter().map(|parameter| {
        let (ident, owned) = (&parameter.ident, &parameter.owned);
        if parameter.borrowed {
            let written = &parameter.written;
            quote!(#ident: #written)
        } else {
            quote!(#ident: &#owned)
        }
    });
    let given = parameters.iter().map(|parameter| {
        let (ident, name) = (&parameter.ident, plain(&parameter.ident));
        quote!((#name, ::lawful::__private::datum(#ident)))
    });
    let command = expand_model::command_of(
        name,
        doc,
        parameters,
        &expand_model::guards(&scope, requires),
    );
    let held = Ident::new("held", Span::mixed_site());
    let refuse = quote!(::lawful::__private::guarded(&MODEL, #name, &[#(#given),*], &#held));
    let stages = free_guard(requires, parameters, &refuse);
    Some(quote! {
        impl #ident {
            #[doc(hidden)]
            pub fn requires(#(#inputs),*) -> ::core::result::Result<(), ::lawful::Rejection> {
                static MODEL: ::lawful::model::AggregateModel =
                    ::lawful::__private::guard_model(&[#command]);
                #stages
                ::core::result::Result::Ok(())
            }
        }
    })
}

/// What the rules that it requires may name.
fn scope(declaration: &Declaration) -> Scope<'_> {
    Scope {
        aggregate: None,
        event_enum: None,
        rule_enum: None,
        parameters: declaration
            .parameters
            .iter()
            .map(|parameter| parameter.ident.clone())
            .collect(),
        rules: Vec::new(),
        events: Vec::new(),
        helpers: Vec::new(),
        event_names: Vec::new(),
    }
}

/// The declaration as data.
fn model(declaration: &Declaration) -> TokenStream {
    let name = expand_model::text(&declaration.name);
    let doc = expand_model::text(&declaration.doc);
    let parameters = expand_model::parameters(&declaration.parameters);
    let requires = expand_model::guards(&scope(declaration), &declaration.requires);
    let answer = expand_model::text(&type_text(&declaration.output));
    let asks = asks::of(&declaration.item, &declaration.parameters);
    let asks = expand_model::list(asks.into_iter().map(|Ask { of, call, undoes }| {
        let (of, call) = (expand_model::text(&of), expand_model::text(&call));
        quote!(::lawful::model::AskModel { of: #of, call: #call, undoes: #undoes })
    }));
    quote! {
        ::lawful::model::ProgramModel {
            name: #name,
            doc: #doc,
            parameters: #parameters,
            requires: #requires,
            answer: #answer,
            asks: #asks,
        }
    }
}
