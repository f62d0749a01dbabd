//! What a domain becomes for its programs: requests and answers of any aggregate or service, and the programs by name.

use crate::documentation;
use crate::domain::check::{Aggregate, Declaration, Service};
use crate::naming::plain;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned;

fn generated(declaration: &Declaration, suffix: &str) -> Ident {
    let ident = &declaration.item.ident;
    format_ident!("{}{suffix}", plain(ident), span = ident.span())
}

fn variants(declaration: &Declaration) -> Vec<&Ident> {
    let aggregates = declaration.aggregates.iter();
    aggregates.map(|aggregate| &aggregate.variant).collect()
}

fn paths(declaration: &Declaration) -> Vec<&Path> {
    let aggregates = declaration.aggregates.iter();
    aggregates.map(|aggregate| &aggregate.path).collect()
}

/// What the author can name: `BankEvent`, `BankRequest`, `BankCall`, `BankReply` and `BankServices`.
pub(crate) fn open(declaration: &Declaration) -> TokenStream {
    let event = event(declaration);
    let messages = messages(declaration);
    let services = (!declaration.services.is_empty()).then(|| services(declaration));
    quote!(#event #messages #services)
}

fn derives() -> TokenStream {
    quote! {
        #[derive(
            ::core::fmt::Debug,
            ::core::clone::Clone,
            ::core::cmp::PartialEq,
            ::lawful::__private::serde::Serialize,
            ::lawful::__private::serde::Deserialize
        )]
        #[allow(clippy::all, clippy::pedantic, dead_code, missing_docs, private_interfaces, unreachable_pub)]
    }
}

/// What `wait` answers.
fn event(declaration: &Declaration) -> TokenStream {
    let vis = &declaration.item.vis;
    let conditions = documentation::conditions(&declaration.item.attrs);
    let event = generated(declaration, "Event");
    let doc = format!(
        "An event of any aggregate of `{}`, as a program that waits is told.",
        plain(&declaration.item.ident)
    );
    let derives = derives();
    let variants = declaration
        .aggregates
        .iter()
        .map(|Aggregate { path, variant, .. }| {
            let doc = format!("Of `{}`.", plain(variant));
            quote! {
                #[doc = #doc]
                #variant {
                    /// Which one.
                    id: ::lawful::Id<#path>,
                    /// What happened.
                    event: <#path as ::lawful::Aggregate>::Event,
                    /// Where in the log.
                    position: ::lawful::Position,
                }
            }
        });
    quote! {
        #[doc = #doc]
        #conditions
        #derives
        #[serde(crate = "::lawful::__private::serde", rename_all = "snake_case")]
        #vis enum #event { #(#variants,)* }
    }
}

/// `BankAsk` and `BankTold`: what is said to an aggregate, and by one.
fn messages(declaration: &Declaration) -> TokenStream {
    let vis = &declaration.item.vis;
    let ident = &declaration.item.ident;
    let conditions = documentation::conditions(&declaration.item.attrs);
    let (ask, told) = (
        generated(declaration, "Ask"),
        generated(declaration, "Told"),
    );
    let name = plain(ident);
    let ask_doc = format!("What a program asks of an aggregate of `{name}`; one variant for each.");
    let told_doc = format!("What an aggregate of `{name}` answers; one variant for each.");
    let lints = quote!(#[allow(clippy::all, clippy::pedantic, dead_code, private_interfaces, unreachable_pub)]);
    quote! {
        #[doc = #ask_doc]
        #conditions
        #lints
        #vis type #ask = <#ident as ::lawful::Domain>::One<::lawful::program::Asks>;

        #[doc = #told_doc]
        #conditions
        #lints
        #vis type #told = <#ident as ::lawful::Domain>::One<::lawful::program::Tells>;
    }
}

fn services(declaration: &Declaration) -> TokenStream {
    let vis = &declaration.item.vis;
    let conditions = documentation::conditions(&declaration.item.attrs);
    let name = plain(&declaration.item.ident);
    let (call, reply) = (
        generated(declaration, "Call"),
        generated(declaration, "Reply"),
    );
    let services = generated(declaration, "Services");
    let variants: Vec<&Ident> = declaration
        .services
        .iter()
        .map(|one| &one.variant)
        .collect();
    let paths: Vec<&Path> = declaration.services.iter().map(|one| &one.path).collect();
    let types = types(declaration);
    let derives = derives();
    let call_doc = format!("A call of any service of `{name}`.");
    let reply_doc = format!("What a call of any service of `{name}` is answered with.");
    let doc = format!("An implementation of each service of `{name}`.");
    let fields =
        declaration
            .services
            .iter()
            .zip(&types)
            .map(|(Service { field, variant, .. }, ty)| {
                let doc = format!("Anything that implements `{}`.", plain(variant));
                quote!(#[doc = #doc] pub #field: #ty)
            });
    quote! {
        #[doc = #call_doc]
        #conditions
        #derives
        #[serde(crate = "::lawful::__private::serde", rename_all = "snake_case")]
        #vis enum #call { #(#variants(<dyn #paths as ::lawful::program::Service>::Call),)* }

        #[doc = #reply_doc]
        #conditions
        #derives
        #[serde(crate = "::lawful::__private::serde", rename_all = "snake_case")]
        #vis enum #reply { #(#variants(<dyn #paths as ::lawful::program::Service>::Reply),)* }

        #[doc = #doc]
        #conditions
        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::default::Default)]
        #[allow(clippy::all, clippy::pedantic, dead_code, unreachable_pub)]
        #vis struct #services<#(#types),*> { #(#fields,)* }
    }
}

/// A type parameter for each service, named like it.
fn types(declaration: &Declaration) -> Vec<Ident> {
    let services = declaration.services.iter();
    services
        .map(|service| format_ident!("{}Service", plain(&service.variant)))
        .collect()
}

/// What the author does not name.
pub(crate) fn hidden(declaration: &Declaration, one: &Ident) -> TokenStream {
    let (variants, paths) = (variants(declaration), paths(declaration));
    let derives = derives();
    let domain = &declaration.item.ident;
    let services = (!declaration.services.is_empty()).then(|| provided(declaration));
    let serviceless = declaration.services.is_empty().then(|| {
        quote! {
            #[automatically_derived]
            impl ::lawful::program::Serviceless for #domain {}
        }
    });
    let lists = declaration.programs.iter().map(|path| {
        quote_spanned! {path.span()=>
            #[automatically_derived]
            impl ::lawful::program::Lists<#path> for #domain {}

            const _: fn() = ::lawful::__private::program_of::<#domain, #path>;
        }
    });
    quote! {
        #derives
        #[serde(crate = "::lawful::__private::serde", bound = "", rename_all = "snake_case")]
        pub enum #one<M: ::lawful::program::Message> { #(#variants(M::Of<#paths>),)* }

        #services
        #serviceless
        #(#lists)*
    }
}

fn provided(declaration: &Declaration) -> TokenStream {
    let domain = &declaration.item.ident;
    let (call, reply) = (
        generated(declaration, "Call"),
        generated(declaration, "Reply"),
    );
    let services = generated(declaration, "Services");
    let types = types(declaration);
    let variants: Vec<&Ident> = declaration
        .services
        .iter()
        .map(|one| &one.variant)
        .collect();
    let memberships = declaration
        .services
        .iter()
        .map(|Service { path, variant, .. }| {
            quote_spanned! {path.span()=>
                #[automatically_derived]
                impl ::lawful::program::HasService<dyn #path> for #domain {
                    fn call(call: <dyn #path as ::lawful::program::Service>::Call) -> #call {
                        #call::#variant(call)
                    }

                    fn reply(
                        reply: #reply,
                    ) -> ::core::option::Option<<dyn #path as ::lawful::program::Service>::Reply> {
                        #[allow(unreachable_patterns)]
                        match reply {
                            #reply::#variant(reply) => ::core::option::Option::Some(reply),
                            _ => ::core::option::Option::None,
                        }
                    }
                }
            }
        });
    let bounds = declaration
        .services
        .iter()
        .zip(&types)
        .map(|(Service { path, .. }, ty)| quote!(#ty: #path));
    let serve = declaration.services.iter().zip(&types).map(
        |(
            Service {
                path,
                variant,
                field,
            },
            ty,
        )| {
            quote! {
                #call::#variant(call) => {
                    <dyn #path as ::lawful::program::ServedBy<#ty>>::serve(&self.#field, call, key)
                        .await
                        .map(#reply::#variant)
                }
            }
        },
    );
    quote! {
        #(#memberships)*

        #[automatically_derived]
        impl ::core::fmt::Display for #call {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self { #(Self::#variants(call) => ::core::fmt::Display::fmt(call, f),)* }
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Display for #reply {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self { #(Self::#variants(reply) => ::core::fmt::Display::fmt(reply, f),)* }
            }
        }

        #[automatically_derived]
        impl<#(#bounds),*> ::lawful::program::Serves<#domain> for #services<#(#types),*> {
            async fn serve(
                &self,
                call: &#call,
                key: &::lawful::program::IdempotencyKey,
            ) -> ::core::result::Result<#reply, ::lawful::Failure> {
                match call { #(#serve)* }
            }
        }
    }
}

/// The part of `impl Domain` that programs need.
pub(crate) fn associated(declaration: &Declaration, payload: &Ident, one: &Ident) -> TokenStream {
    let domain = &declaration.item.ident;
    let name = plain(domain);
    let event = generated(declaration, "Event");
    let (variants, paths) = (variants(declaration), paths(declaration));
    let (call, reply, atomic) = if declaration.services.is_empty() {
        let never = quote!(::lawful::program::Never);
        (never.clone(), never, quote!(#domain))
    } else {
        let (call, reply) = (
            generated(declaration, "Call"),
            generated(declaration, "Reply"),
        );
        (
            quote!(#call),
            quote!(#reply),
            quote!(::lawful::program::AtomicRow<#domain>),
        )
    };
    let programs: Vec<TokenStream> = declaration
        .programs
        .iter()
        .map(|path| quote!(<#path as ::lawful::program::ProgramFunction>::Value))
        .collect();
    let recorded = recorded(declaration, payload, &event);
    quote! {
        type One<M: ::lawful::program::Message> = #one<M>;
        type Call = #call;
        type Reply = #reply;
        type Occurrence = #event;
        type Atomic = #atomic;

        const PROGRAMS: &'static [&'static str] =
            &[#(<#programs as ::lawful::program::ProgramValue>::NAME),*];

        #recorded

        #[inline]
        fn visit<M: ::lawful::program::Message, V: ::lawful::program::Visit<Self, M>>(
            message: &#one<M>,
            visitor: V,
        ) -> V::Out {
            match message {
                #(
                    #one::#variants(message) => {
                        ::lawful::program::Visit::visit::<#paths>(visitor, message)
                    }
                )*
            }
        }

        async fn visit_async<M: ::lawful::program::Message, V: ::lawful::program::VisitAsync<Self, M>>(
            message: &#one<M>,
            visitor: V,
        ) -> V::Out {
            match message {
                #(
                    #one::#variants(message) => {
                        ::lawful::program::VisitAsync::visit::<#paths>(visitor, message).await
                    }
                )*
            }
        }

        async fn resume<V: ::lawful::program::Resume<Self>>(
            name: &str,
            data: &str,
            visitor: V,
        ) -> ::core::result::Result<V::Out, ::lawful::Failure> {
            #(
                if name == <#programs as ::lawful::program::ProgramValue>::NAME {
                    let program = ::lawful::__private::program_value::<#programs>(data)?;
                    return ::core::result::Result::Ok(
                        ::lawful::program::Resume::resume(visitor, program).await,
                    );
                }
            )*
            ::core::result::Result::Err(::lawful::__private::unlisted(
                #name,
                name,
                <Self as ::lawful::Domain>::PROGRAMS,
            ))
        }

        #[inline(always)]
        fn exchange<T>(meet: impl ::core::ops::FnOnce(&::lawful::program::Exchange<Self>) -> T) -> T {
            ::std::thread_local! {
                static EXCHANGE: ::lawful::program::Exchange<#domain> =
                    const { ::lawful::program::Exchange::new() };
            }
            EXCHANGE.with(meet)
        }
    }
}

/// What the log records, as programs see it, and the lines of journals among it.
fn recorded(declaration: &Declaration, payload: &Ident, event: &Ident) -> TokenStream {
    let variants = variants(declaration);
    quote! {
        fn occurrence(
            stream: ::lawful::Uuid,
            event: &#payload,
            position: ::lawful::Position,
        ) -> ::core::option::Option<#event> {
            match event {
                #(
                    #payload::#variants(event) => ::core::option::Option::Some(#event::#variants {
                        id: ::lawful::Id::from_uuid(stream),
                        event: ::core::clone::Clone::clone(event),
                        position,
                    }),
                )*
                #payload::__Process(_) => ::core::option::Option::None,
            }
        }

        fn journaled(event: ::lawful::program::ProcessEvent) -> #payload {
            #payload::__Process(::std::sync::Arc::new(event))
        }

        fn journal(
            event: &#payload,
        ) -> ::core::option::Option<&::lawful::program::ProcessEvent> {
            match event {
                #payload::__Process(event) => ::core::option::Option::Some(event),
                _ => ::core::option::Option::None,
            }
        }
    }
}
