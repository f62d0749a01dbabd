//! What a service becomes: the trait with futures that can change threads, its calls and answers as data, and its requests.

use super::check::{Declaration, Input, Method};
use crate::aggregate::expand_model as model;
use crate::documentation;
use crate::naming::{self, plain};
use crate::parameters::Parameter;
use crate::read::type_text;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ItemTrait, TraitItem, parse_quote};

pub(crate) fn expand(declaration: &Declaration) -> TokenStream {
    let rewritten = rewritten(declaration);
    let data = data(declaration);
    let calls = calls(declaration);
    let impls = impls(declaration);
    quote!(#rewritten #data #calls #impls)
}

/// The author's trait: `async fn` as `fn .. -> impl Future + Send`, and nothing else changed.
pub(super) fn rewritten(declaration: &Declaration) -> ItemTrait {
    let mut item = declaration.item.clone();
    let name = plain(&item.ident);
    let message = format!("`{{Self}}` does not implement the service `{name}`");
    let label = format!("not an implementation of `{name}`");
    let note = format!("write `impl {name} for {{Self}}`, with each method as `async fn`");
    item.attrs.push(parse_quote! {
        #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
    });
    item.colon_token.get_or_insert_default();
    item.supertraits.push(parse_quote!(::core::marker::Send));
    item.supertraits.push(parse_quote!(::core::marker::Sync));
    item.supertraits.push(parse_quote!('static));
    let methods = declaration.methods.iter();
    let mut methods = methods.map(|method| (method.ident.to_string(), method));
    for member in &mut item.items {
        let TraitItem::Fn(member) = member else {
            continue;
        };
        if member.sig.asyncness.take().is_none() {
            continue;
        }
        let Some((_, method)) = methods.find(|(name, _)| member.sig.ident == name) else {
            continue;
        };
        let output = &method.output;
        member.sig.output = parse_quote! {
            -> impl ::core::future::Future<Output = #output> + ::core::marker::Send
        };
        let clause = member.sig.generics.make_where_clause();
        clause
            .predicates
            .push(parse_quote!(Self: ::core::marker::Sized));
        if let Some(block) = &method.default {
            member.default = Some(parse_quote!({ async move #block }));
        }
    }
    item
}

fn call_enum(declaration: &Declaration) -> Ident {
    generated(declaration, "", "Call")
}

fn reply_enum(declaration: &Declaration) -> Ident {
    generated(declaration, "", "Reply")
}

fn generated(declaration: &Declaration, before: &str, after: &str) -> Ident {
    let ident = &declaration.item.ident;
    format_ident!("{before}{}{after}", plain(ident), span = ident.span())
}

/// `NoticesCall` and `NoticesReply`.
fn data(declaration: &Declaration) -> TokenStream {
    let vis = &declaration.item.vis;
    let conditions = documentation::conditions(&declaration.item.attrs);
    let name = plain(&declaration.item.ident);
    let (call, reply) = (call_enum(declaration), reply_enum(declaration));
    let call_doc = format!("A call of the service [`{name}`].");
    let reply_doc = format!("What a call of the service [`{name}`] is answered with.");
    let variants = declaration.methods.iter().map(|method| {
        let Method { variant, .. } = method;
        let comments = documentation::comments(&method.attributes);
        let fields = method.given().map(|parameter| {
            let Parameter {
                ident,
                owned,
                serde,
                ..
            } = parameter;
            quote!(#(#serde)* #ident: #owned)
        });
        quote!(#(#comments)* #variant { #(#fields),* })
    });
    let replies = declaration.methods.iter().map(|method| {
        let Method {
            variant, answer, ..
        } = method;
        quote!(#variant(#answer))
    });
    let derives = quote! {
        #[derive(
            ::core::fmt::Debug,
            ::core::clone::Clone,
            ::core::cmp::PartialEq,
            ::lawful::__private::serde::Serialize,
            ::lawful::__private::serde::Deserialize
        )]
        #[serde(crate = "::lawful::__private::serde", rename_all = "snake_case")]
        #[allow(clippy::all, clippy::pedantic, dead_code, missing_docs, private_interfaces, unreachable_pub)]
    };
    quote! {
        #[doc = #call_doc]
        #conditions
        #derives
        #vis enum #call { #(#variants,)* }

        #[doc = #reply_doc]
        #conditions
        #derives
        #vis enum #reply { #(#replies,)* }
    }
}

/// `NoticesCalls`, and the trait that brings `bank.notices()`.
fn calls(declaration: &Declaration) -> TokenStream {
    let ItemTrait {
        vis, ident, attrs, ..
    } = &declaration.item;
    let conditions = documentation::conditions(attrs);
    let name = plain(ident);
    let calls = generated(declaration, "", "Calls");
    let call = generated(declaration, "Call", "");
    let entry = naming::identifier(&declaration.name, ident.span());
    let doc = format!("The methods of the service [`{name}`] as requests of a program.");
    let call_doc = format!(
        "`bank.{}()`: the service [`{name}`], in a program.",
        declaration.name
    );
    let bounds = quote! {
        __R: ::lawful::program::Unhurried,
        __R::Domain: ::lawful::program::HasService<dyn #ident>
    };
    let requests = declaration
        .methods
        .iter()
        .enumerate()
        .filter(|(_, method)| method.given().all(|parameter| !parameter.refused))
        .map(|(index, method)| request(declaration, index, method, &bounds));
    quote! {
        #[doc = #doc]
        #conditions
        #[must_use = "calls do nothing until one of them is `.await`ed"]
        #[allow(clippy::all, clippy::pedantic, dead_code, missing_debug_implementations, private_interfaces, unreachable_pub)]
        #vis struct #calls<'program, __R: ::lawful::program::Row> {
            perform: &'program mut ::lawful::program::Perform<__R>,
        }

        #conditions
        #[allow(clippy::all, clippy::pedantic, dead_code, missing_docs, private_bounds, private_interfaces, unreachable_pub)]
        impl<'program, __R: ::lawful::program::Row> #calls<'program, __R> {
            #(#requests)*
        }

        #[doc = #call_doc]
        #conditions
        #[allow(clippy::all, clippy::pedantic, dead_code, private_bounds, private_interfaces, unreachable_pub)]
        #vis trait #call<__R: ::lawful::program::Row> {
            #[doc = #call_doc]
            fn #entry(&mut self) -> #calls<'_, __R>
            where
                #bounds;
        }

        #conditions
        #[doc(hidden)]
        #[allow(clippy::all, clippy::pedantic, private_bounds, private_interfaces)]
        const _: () = {
            #[automatically_derived]
            impl<__R: ::lawful::program::Row> #call<__R> for ::lawful::program::Perform<__R> {
                fn #entry(&mut self) -> #calls<'_, __R>
                where
                    #bounds
                {
                    #calls { perform: self }
                }
            }
        };
    }
}

fn request(
    declaration: &Declaration,
    index: usize,
    method: &Method,
    bounds: &TokenStream,
) -> TokenStream {
    let ItemTrait { vis, ident: of, .. } = &declaration.item;
    let Method { ident, variant, .. } = method;
    let comments = documentation::comments(&method.attributes);
    let call = call_enum(declaration);
    let index = Literal::usize_unsuffixed(index);
    let inputs = method.given().map(|parameter| {
        let Parameter { ident, owned, .. } = parameter;
        if parameter.borrowed {
            quote!(#ident: impl ::lawful::__private::IntoOwned<#owned>)
        } else {
            quote!(#ident: #owned)
        }
    });
    let fields = method.given().map(|parameter| {
        let ident = &parameter.ident;
        if parameter.borrowed {
            quote!(#ident: ::lawful::__private::IntoOwned::into_owned(#ident))
        } else {
            ident.to_token_stream()
        }
    });
    quote! {
        #(#comments)*
        #vis fn #ident(
            self,
            #(#inputs),*
        ) -> ::lawful::program::Asking<'program, __R, ::lawful::program::Replies<dyn #of, #index>>
        where
            #bounds
        {
            self.perform.call::<dyn #of, #index>(#call::#variant { #(#fields),* })
        }
    }
}

/// What the language asks of a service.
fn impls(declaration: &Declaration) -> TokenStream {
    let ItemTrait { ident, attrs, .. } = &declaration.item;
    let conditions = documentation::conditions(attrs);
    let name = &declaration.name;
    let (call, reply) = (call_enum(declaration), reply_enum(declaration));
    let model = model(declaration);
    let methods = &declaration.methods;
    let read = methods.iter().enumerate().map(|(index, method)| {
        let index = Literal::usize_unsuffixed(index);
        let Method {
            variant, answer, ..
        } = method;
        quote! {
            #[automatically_derived]
            impl ::lawful::program::Method<#index> for dyn #ident {
                type Output = #answer;

                fn read(reply: #reply) -> ::core::option::Option<#answer> {
                    #[allow(unreachable_patterns)]
                    match reply {
                        #reply::#variant(answer) => ::core::option::Option::Some(answer),
                        _ => ::core::option::Option::None,
                    }
                }
            }
        }
    });
    let journaled = methods.iter().flat_map(journaled);
    let f = local("f");
    let show_call = methods.iter().map(|method| {
        let (of, fields) = (&method.variant, method.given().map(|one| &one.ident));
        let whole = format!("{name}.{}", plain(&method.ident));
        let shown = method.given().map(|parameter| {
            let (ident, name) = (&parameter.ident, plain(&parameter.ident));
            quote!((#name, #ident))
        });
        quote!(#call::#of { #(#fields),* } => ::lawful::__private::show_call(#f, #whole, &[#(#shown),*]))
    });
    let show_reply = methods.iter().map(|method| {
        let of = &method.variant;
        quote!(#reply::#of(answer) => ::core::fmt::Debug::fmt(answer, f))
    });
    // An enum without variants is matched by value.
    let (deref, empty) = (methods.is_empty().then(|| quote!(*)), methods.is_empty());
    let serve = methods.iter().map(|method| serve(declaration, method));
    let (service, asked, key) = (local("service"), local("call"), local("key"));
    let arc = (!empty).then(|| arc(declaration));
    quote! {
        #conditions
        #[doc(hidden)]
        #[allow(clippy::all, clippy::pedantic, dead_code, private_bounds, private_interfaces, unused_variables)]
        const _: () = {
            #[automatically_derived]
            impl ::lawful::program::Service for dyn #ident {
                type Call = #call;
                type Reply = #reply;

                const NAME: &'static str = #name;

                fn model() -> &'static ::lawful::model::ServiceModel {
                    static MODEL: ::lawful::model::ServiceModel = #model;
                    &MODEL
                }
            }

            #(#read)*

            #[automatically_derived]
            impl ::core::fmt::Display for #call {
                fn fmt(&self, #f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    match #deref self { #(#show_call,)* }
                }
            }

            #[automatically_derived]
            impl ::core::fmt::Display for #reply {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    match #deref self { #(#show_reply,)* }
                }
            }

            #[automatically_derived]
            impl<__T: #ident> ::lawful::program::ServedBy<__T> for dyn #ident {
                async fn serve(
                    #service: &__T,
                    #asked: &#call,
                    #key: &::lawful::program::IdempotencyKey,
                ) -> ::core::result::Result<#reply, ::lawful::Failure> {
                    match #deref #asked { #(#serve,)* }
                }
            }

            #arc

            #(#journaled)*
        };
    }
}

/// The declaration as data.
fn model(declaration: &Declaration) -> TokenStream {
    let name = model::text(&declaration.name);
    let doc = model::text(&documentation::sentence(&declaration.item.attrs));
    let calls = model::list(declaration.methods.iter().map(|method| {
        let name = model::text(&plain(&method.ident));
        let doc = model::text(&documentation::sentence(&method.attributes));
        let parameters = model::parameters(method.given());
        let answer = model::text(&type_text(&method.answer));
        quote! {
            ::lawful::model::CallModel {
                name: #name,
                doc: #doc,
                parameters: #parameters,
                answer: #answer,
            }
        }
    }));
    quote! {
        ::lawful::model::ServiceModel {
            name: #name,
            doc: #doc,
            calls: #calls,
        }
    }
}

/// Says at the type itself that a journal cannot hold it.
fn journaled(method: &Method) -> Vec<TokenStream> {
    let types = method
        .given()
        .filter(|parameter| !parameter.refused)
        .map(|parameter| &parameter.owned);
    types
        .chain([&method.answer])
        .map(|ty| {
            quote_spanned! {ty.span()=>
                const _: fn() = ::lawful::__private::journaled::<#ty>;
            }
        })
        .collect()
}

fn serve(declaration: &Declaration, method: &Method) -> TokenStream {
    let (call, reply) = (call_enum(declaration), reply_enum(declaration));
    let of = &declaration.item.ident;
    let Method { ident, variant, .. } = method;
    let fields = method.given().map(|parameter| &parameter.ident);
    let (service, key) = (local("service"), local("key"));
    let arguments = method.inputs.iter().map(|input| match input {
        Input::Given(parameter) if parameter.borrowed => parameter.ident.to_token_stream(),
        Input::Given(parameter) => {
            let ident = &parameter.ident;
            quote!(::core::clone::Clone::clone(#ident))
        }
        Input::Key { ty, .. } if matches!(crate::parameters::bare(ty), syn::Type::Reference(_)) => {
            key.to_token_stream()
        }
        Input::Key { .. } => quote!(::core::clone::Clone::clone(#key)),
    });
    let answer = quote!(<__T as #of>::#ident(#service, #(#arguments),*).await);
    let fails = method.may_fail.then(|| quote!(?));
    quote! {
        #call::#variant { #(#fields),* } => {
            ::core::result::Result::Ok(#reply::#variant(#answer #fails))
        }
    }
}

/// A shared implementation is one too, so that a test can keep its recorder.
fn arc(declaration: &Declaration) -> TokenStream {
    let of = &declaration.item.ident;
    let methods = declaration.methods.iter().map(|method| {
        let Method { ident, output, .. } = method;
        let inputs = method.inputs.iter().map(|input| match input {
            Input::Given(parameter) => {
                let Parameter { ident, written, .. } = &**parameter;
                quote!(#ident: #written)
            }
            Input::Key { ident, ty } => quote!(#ident: #ty),
        });
        let arguments = method.inputs.iter().map(|input| match input {
            Input::Given(parameter) => &parameter.ident,
            Input::Key { ident, .. } => ident,
        });
        quote! {
            fn #ident(
                &self,
                #(#inputs),*
            ) -> impl ::core::future::Future<Output = #output> + ::core::marker::Send {
                <__T as #of>::#ident(&**self, #(#arguments),*)
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl<__T: #of> #of for ::std::sync::Arc<__T> {
            #(#methods)*
        }
    }
}

/// A local that no name of the author's can meet.
fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
