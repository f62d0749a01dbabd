//! The compiled form: rules, bodies, invariants and updates as native code.

use super::model;
use crate::aggregate::argument;
use crate::aggregate::declaration::{Command, Declaration, Event, Guard, Method, Rule, RuleKind};
use crate::parameters::Parameter;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ReturnType;
use syn::spanned::Spanned;

/// `impl Aggregate` and `impl Named`.
pub(crate) fn aggregate(declaration: &Declaration) -> TokenStream {
    let Declaration {
        path, name, this, ..
    } = declaration;
    let (event_enum, command_enum) = (declaration.event_enum(), declaration.command_enum());
    let rule_enum = declaration.rule_enum();
    let has_invariants = declaration.invariants().next().is_some();
    let model = model::model(declaration);
    let command = local("command");
    let commands = declaration
        .commands
        .iter()
        .map(|one| propose(declaration, one, &command));
    let events = declaration
        .events
        .iter()
        .map(|event| evolve(declaration, event));
    let (before, after) = (local("before"), local("after"));
    let (uphold, broken) = invariants(declaration, &before, &after, &command);
    let event = local("event");
    quote! {
        #[automatically_derived]
        impl ::lawful::Named for #path {
            const NAME: &'static str = #name;
        }

        #[automatically_derived]
        impl ::lawful::Aggregate for #path {
            type Command = #command_enum;
            type Event = #event_enum;
            type Rule = #rule_enum;

            const NAME: &'static str = #name;
            const HAS_INVARIANTS: bool = #has_invariants;

            fn model() -> &'static ::lawful::model::AggregateModel {
                static MODEL: ::lawful::model::AggregateModel = #model;
                &MODEL
            }

            fn propose(
                &#this,
                #command: &#command_enum,
            ) -> ::core::result::Result<::lawful::Events<#event_enum>, ::lawful::Rejection> {
                match *#command { #(#commands)* }
            }

            fn uphold(
                #before: &Self,
                #after: &Self,
                #command: &#command_enum,
            ) -> ::core::result::Result<(), ::lawful::Rejection> {
                #uphold
            }

            fn evolve(&mut #this, #event: &#event_enum) {
                match *#event { #(#events)* }
            }

            fn broken_invariants(&#this) -> ::std::vec::Vec<#rule_enum> {
                #broken
            }
        }
    }
}

/// The arm of a command: rules, silence, body.
fn propose(declaration: &Declaration, one: &Command, command: &Ident) -> TokenStream {
    let this = &declaration.this;
    let Command {
        method,
        requires,
        unless,
    } = one;
    let (
        of,
        Method {
            ident,
            variant,
            parameters,
            ..
        },
    ) = (declaration.command_enum(), method);
    let pattern = parameters
        .iter()
        .map(|Parameter { ident, .. }| quote!(ref #ident));
    // A borrowed parameter is what the author wrote it to be, `&str` and not `&String`.
    let borrowed = parameters.iter().filter(|parameter| parameter.borrowed);
    let borrowed =
        borrowed.map(|Parameter { ident, written, .. }| quote!(let #ident: #written = #ident;));
    let mut native = Native {
        declaration: Some(declaration),
        parameters,
        calls: Vec::new(),
    };
    let held = local("held");
    let refuse = quote!(::lawful::__private::requires(#this, #command, &#held));
    let requires = native.stages(requires, &refuse);
    let unless = (!unless.is_empty()).then(|| {
        let conditions: Vec<TokenStream> = unless.iter().map(|guard| native.lazy(guard)).collect();
        quote! {
            if #(#conditions)&&* {
                return ::core::result::Result::Ok(::lawful::Few::None);
            }
        }
    });
    let arguments = parameters.iter().map(pass);
    let at = match &method.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => ident.span(),
    };
    let mut called = ident.clone();
    called.set_span(at.resolved_at(ident.span()));
    let call = quote_spanned!(at=> Self::#called(#this, #(#arguments),*));
    let decided = quote_spanned!(at=> ::lawful::__private::decided(#this, #command, #call));
    quote! {
        #of::#variant { #(#pattern),* } => {
            #(#borrowed)*
            #requires
            #unless
            #decided
        }
    }
}

/// A bound parameter, as the method takes it.
fn pass(parameter: &Parameter) -> TokenStream {
    let ident = &parameter.ident;
    if parameter.borrowed {
        ident.to_token_stream()
    } else {
        quote!(::core::clone::Clone::clone(#ident))
    }
}

/// The stages of a list of free rules; `refuse` makes the rejection from the local `held`.
pub(crate) fn free_guard(
    guards: &[Guard],
    parameters: &[Parameter],
    refuse: &TokenStream,
) -> TokenStream {
    let mut native = Native {
        declaration: None,
        parameters,
        calls: Vec::new(),
    };
    native.stages(guards, refuse)
}

struct Native<'a> {
    /// `None`: all rules are free.
    declaration: Option<&'a Declaration>,
    parameters: &'a [Parameter],
    /// The calls of rules so far, in declared order.
    calls: Vec<TokenStream>,
}

impl Native<'_> {
    /// Evaluates every rule once, up to `then(..)`; and the rest only where all so far hold.
    fn stages(&mut self, guards: &[Guard], refuse: &TokenStream) -> TokenStream {
        let held = local("held");
        let (first, then) = match guards.split_last() {
            Some((Guard::Then(then), first)) => (first, Some(then)),
            _ => (guards, None),
        };
        if first.is_empty() {
            return then
                .map(|then| self.stages(then, refuse))
                .unwrap_or_default();
        }
        let before = self.calls.len();
        let holds: Vec<TokenStream> = first.iter().map(|guard| self.eager(guard, &held)).collect();
        let earlier = (0..before).map(|index| at(&held, index));
        let calls = &self.calls[before..];
        let stage = quote! {
            let #held = [#(#earlier,)* #(#calls),*];
            if !(#(#holds)&&*) {
                return ::core::result::Result::Err(#refuse);
            }
        };
        let then = then.map(|then| self.stages(then, refuse));
        quote!(#stage #then)
    }

    /// Over the rules that were evaluated.
    fn eager(&mut self, guard: &Guard, held: &Ident) -> TokenStream {
        match guard {
            Guard::Own { .. } | Guard::Free { .. } => {
                let call = self.call(guard);
                self.calls.push(call);
                at(held, self.calls.len() - 1)
            }
            Guard::Not(inner) => {
                let inner = self.eager(inner, held);
                quote!(!#inner)
            }
            Guard::All(inner) | Guard::Then(inner) => {
                let inner: Vec<TokenStream> =
                    inner.iter().map(|guard| self.eager(guard, held)).collect();
                quote!((#(#inner)&&*))
            }
            Guard::Any(inner) => {
                let inner: Vec<TokenStream> =
                    inner.iter().map(|guard| self.eager(guard, held)).collect();
                quote!((#(#inner)||*))
            }
        }
    }

    /// In one expression that stops where the answer is known.
    fn lazy(&self, guard: &Guard) -> TokenStream {
        match guard {
            Guard::Own { .. } | Guard::Free { .. } => self.call(guard),
            Guard::Not(inner) => {
                let inner = self.lazy(inner);
                quote!(!#inner)
            }
            Guard::All(inner) | Guard::Then(inner) => {
                let inner = inner.iter().map(|guard| self.lazy(guard));
                quote!((#(#inner)&&*))
            }
            Guard::Any(inner) => {
                let inner = inner.iter().map(|guard| self.lazy(guard));
                quote!((#(#inner)||*))
            }
        }
    }

    fn call(&self, guard: &Guard) -> TokenStream {
        match (guard, self.declaration) {
            (
                Guard::Own {
                    ident,
                    looks,
                    arguments,
                },
                Some(Declaration { this, .. }),
            ) => {
                let state = looks.then(|| quote!(#this,));
                let arguments = arguments.iter().map(|argument| {
                    argument::native(&argument.expr, self.parameters, argument.borrowed)
                });
                quote_spanned!(ident.span()=> Self::#ident(#state #(#arguments),*))
            }
            (Guard::Free { path, arguments }, _) => {
                let arguments = arguments
                    .iter()
                    .map(|argument| argument::native(argument, self.parameters, true));
                quote_spanned!(path.span()=> <#path>::holds(#(#arguments),*))
            }
            (Guard::Own { .. }, None) => TokenStream::new(),
            (Guard::Not(_) | Guard::All(_) | Guard::Any(_) | Guard::Then(_), _) => self.lazy(guard),
        }
    }
}

/// `held[2]`
fn at(held: &Ident, index: usize) -> TokenStream {
    let index = Literal::usize_unsuffixed(index);
    quote!(#held[#index])
}

/// The arm of an event.
fn evolve(declaration: &Declaration, event: &Event) -> TokenStream {
    let this = &declaration.this;
    let (
        of,
        Method {
            ident,
            variant,
            parameters,
            ..
        },
    ) = (declaration.event_enum(), &event.method);
    let pattern = parameters
        .iter()
        .map(|Parameter { ident, .. }| quote!(ref #ident));
    let arguments = parameters.iter().map(pass);
    quote!(#of::#variant { #(#pattern),* } => Self::#ident(#this, #(#arguments),*),)
}

/// The bodies of `uphold` and `broken_invariants`.
fn invariants(
    declaration: &Declaration,
    before: &Ident,
    after: &Ident,
    command: &Ident,
) -> (TokenStream, TokenStream) {
    let this = &declaration.this;
    let invariants: Vec<&Rule> = declaration.invariants().collect();
    if invariants.is_empty() {
        return (
            quote!(::core::result::Result::Ok(())),
            quote!(::std::vec::Vec::new()),
        );
    }
    let rule_enum = declaration.rule_enum();
    let held = local("held");
    let calls = invariants.iter().map(|rule| {
        let ident = &rule.method.ident;
        let step = (rule.kind == RuleKind::Step).then(|| quote!(, #before));
        quote!(Self::#ident(#after #step))
    });
    let table = invariants.iter().map(|rule| {
        let Method { ident, variant, .. } = &rule.method;
        let holds = if rule.kind == RuleKind::Step {
            quote!(::core::option::Option::None)
        } else {
            quote!(::core::option::Option::Some(Self::#ident))
        };
        quote!(::lawful::__private::Invariant { rule: #rule_enum::#variant, holds: #holds })
    });
    let count = Literal::usize_unsuffixed(invariants.len());
    let table = quote!(&[#(#table),*]);
    let uphold = quote! {
        let #held = [#(#calls),*];
        if #held == [true; #count] {
            return ::core::result::Result::Ok(());
        }
        ::lawful::__private::uphold(#before, #after, #command, &#held, #table)
    };
    (
        uphold,
        quote!(::lawful::__private::broken_invariants(#this, #table)),
    )
}

/// A local that no name of the author's can meet.
fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
