//! The enums of events, commands and rules.

use crate::aggregate::declaration::{Declaration, Method};
use crate::naming::plain;
use crate::parameters::Parameter;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// The three enums with what can be called on them.
pub(crate) fn enums(declaration: &Declaration) -> TokenStream {
    let name = plain(&declaration.ident);
    let events = payload(
        declaration,
        &declaration.event_enum(),
        &format!(" What can happen to `{name}`."),
        declaration.events.iter().map(|event| &event.method),
    );
    let commands = payload(
        declaration,
        &declaration.command_enum(),
        &format!(" What `{name}` can be asked to do."),
        declaration.commands.iter().map(|command| &command.method),
    );
    let rules = rules(declaration);
    quote!(#events #commands #rules)
}

/// An enum with a struct variant and a constructor for each method.
fn payload<'a>(
    declaration: &Declaration,
    of: &Ident,
    doc: &str,
    methods: impl Iterator<Item = &'a Method> + Clone,
) -> TokenStream {
    let (vis, conditions) = (&declaration.vis, &declaration.conditions);
    let exact = declaration
        .exact
        .then(|| quote!(, ::core::cmp::Eq, ::core::hash::Hash));
    let variants = methods.clone().map(variant);
    let constructors = methods.map(|method| constructor(vis, method));
    quote! {
        #[doc = #doc]
        #conditions
        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq #exact)]
        #[allow(clippy::all, clippy::pedantic, dead_code, missing_docs, private_interfaces, unreachable_pub)]
        #vis enum #of {
            #(#variants,)*
        }

        #conditions
        #[allow(clippy::all, clippy::pedantic, dead_code, missing_docs, private_bounds, private_interfaces, unreachable_pub)]
        impl #of {
            #(#constructors)*
        }
    }
}

fn variant(method: &Method) -> TokenStream {
    let Method {
        variant,
        parameters,
        ..
    } = method;
    let comments = method.comments();
    let fields = parameters
        .iter()
        .map(|Parameter { ident, owned, .. }| quote!(#ident: #owned));
    quote! {
        #(#comments)*
        #variant { #(#fields),* }
    }
}

fn constructor(vis: &TokenStream, method: &Method) -> TokenStream {
    let Method {
        ident,
        variant,
        parameters,
        ..
    } = method;
    let comments = method.comments();
    let inputs = constructor_inputs(method);
    let fields = parameters.iter().map(|parameter| {
        let ident = &parameter.ident;
        if parameter.refused {
            quote!(#ident: { let _ = #ident; })
        } else if parameter.borrowed {
            quote!(#ident: ::lawful::__private::IntoOwned::into_owned(#ident))
        } else {
            quote!(#ident)
        }
    });
    quote! {
        #(#comments)*
        #[must_use]
        #[inline]
        #vis fn #ident(#(#inputs),*) -> Self {
            Self::#variant { #(#fields),* }
        }
    }
}

/// What a constructor takes: anything that becomes the owned type for a by-reference parameter, and its own type for any other.
pub(crate) fn constructor_inputs(method: &Method) -> impl Iterator<Item = TokenStream> {
    method.parameters.iter().map(|parameter| {
        let Parameter { ident, owned, .. } = parameter;
        if parameter.refused {
            quote!(#ident: impl ::core::marker::Sized)
        } else if parameter.borrowed {
            quote!(#ident: impl ::lawful::__private::IntoOwned<#owned>)
        } else {
            quote!(#ident: #owned)
        }
    })
}

/// Whether a parameter has a mistake that leaves it without a type.
pub(crate) fn refused(method: &Method) -> bool {
    method.parameters.iter().any(|parameter| parameter.refused)
}

fn rules(declaration: &Declaration) -> TokenStream {
    let (vis, conditions) = (&declaration.vis, &declaration.conditions);
    let of = declaration.rule_enum();
    let doc = format!(
        " The rules and invariants of `{}`.",
        plain(&declaration.ident)
    );
    let variants = declaration.rules.iter().map(|rule| {
        let comments = rule.method.comments();
        let variant = &rule.method.variant;
        quote!(#(#comments)* #variant)
    });
    let names = declaration.rules.iter().map(|rule| {
        let Method { variant, name, .. } = &rule.method;
        quote!(#of::#variant => #name)
    });
    let sentences = declaration.rules.iter().map(|rule| {
        let variant = &rule.method.variant;
        let sentence = rule.method.sentence();
        quote!(#of::#variant => #sentence)
    });
    quote! {
        #[doc = #doc]
        #conditions
        #[derive(
            ::core::fmt::Debug,
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash
        )]
        #[allow(clippy::all, clippy::pedantic, dead_code, missing_docs, unreachable_pub)]
        #vis enum #of {
            #(#variants,)*
        }

        #conditions
        #[allow(clippy::all, clippy::pedantic, dead_code, unreachable_pub)]
        impl #of {
            /// The rule's name in snake case.
            #[must_use]
            #vis const fn name(self) -> &'static str {
                match self { #(#names,)* }
            }

            /// The author's sentence, true when the rule is kept.
            #[must_use]
            #vis const fn sentence(self) -> &'static str {
                match self { #(#sentences,)* }
            }
        }
    }
}

/// What the language asks of a rule enum.
pub(crate) fn rule_impls(declaration: &Declaration) -> TokenStream {
    let of = declaration.rule_enum();
    let aggregate = &declaration.name;
    quote! {
        #[automatically_derived]
        impl ::lawful::Rule for #of {
            fn aggregate(&self) -> &'static str {
                #aggregate
            }

            fn name(&self) -> &'static str {
                #of::name(*self)
            }

            fn sentence(&self) -> &'static str {
                #of::sentence(*self)
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Display for #of {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(#of::name(*self))
            }
        }
    }
}
