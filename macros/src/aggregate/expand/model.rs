//! The declaration as data.

use crate::aggregate::declaration::{
    Argument, Command, Declaration, Event, Guard, Helper, Method, Rule, RuleKind,
};
use crate::naming::plain;
use crate::read::{self, Scope};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

/// The `AggregateModel`, as the value of a static.
pub(crate) fn model(declaration: &Declaration) -> TokenStream {
    let Declaration {
        path, name, doc, ..
    } = declaration;
    let name = text(name);
    let doc = if doc.is_empty() {
        quote!(::std::borrow::Cow::Borrowed(::lawful::__private::state_doc::<#path>()))
    } else {
        text(doc)
    };
    let (invariants, rules): (Vec<&Rule>, Vec<&Rule>) = declaration
        .rules
        .iter()
        .partition(|rule| rule.kind != RuleKind::Rule);
    let rules = list(rules.into_iter().map(|one| rule(declaration, one)));
    let invariants = list(invariants.into_iter().map(|one| rule(declaration, one)));
    let commands = list(
        declaration
            .commands
            .iter()
            .map(|one| command(declaration, one)),
    );
    let events = list(declaration.events.iter().map(|one| event(declaration, one)));
    let helpers = list(
        declaration
            .helpers
            .iter()
            .map(|one| helper(declaration, one)),
    );
    let snapshot = option(declaration.snapshot);
    quote! {
        ::lawful::model::AggregateModel {
            name: #name,
            doc: #doc,
            state: ::lawful::__private::state_shape::<#path>(),
            rules: #rules,
            invariants: #invariants,
            commands: #commands,
            events: #events,
            helpers: #helpers,
            snapshot: #snapshot,
        }
    }
}

pub(crate) fn text(text: &str) -> TokenStream {
    quote!(::std::borrow::Cow::Borrowed(#text))
}

pub(crate) fn list(items: impl Iterator<Item = TokenStream>) -> TokenStream {
    quote!(::std::borrow::Cow::Borrowed(&[#(#items),*]))
}

fn option<T: ToTokens>(value: Option<T>) -> TokenStream {
    value.map_or_else(
        || quote!(::core::option::Option::None),
        |value| quote!(::core::option::Option::Some(#value)),
    )
}

pub(crate) fn parameters(parameters: &[crate::parameters::Parameter]) -> TokenStream {
    list(parameters.iter().map(|parameter| {
        let (name, ty) = (text(&plain(&parameter.ident)), text(&parameter.text));
        let samples = list(parameter.samples.iter().map(|sample| {
            let owned = &parameter.owned;
            let value = if parameter.borrowed {
                quote_spanned!(sample.span()=> ::lawful::__private::IntoOwned::<#owned>::into_owned(#sample))
            } else {
                sample.to_token_stream()
            };
            quote! {
                ::lawful::model::Constant::Native(|| {
                    let sample: #owned = #value;
                    ::lawful::__private::datum(&sample)
                })
            }
        }));
        quote!(::lawful::model::Parameter { name: #name, ty: #ty, samples: #samples })
    }))
}

/// What the body of a method may refer to.
fn scope<'a>(declaration: &'a Declaration, method: &Method) -> Scope<'a> {
    let signature = |method: &Method| (plain(&method.ident), method.parameter_names());
    Scope {
        aggregate: Some(&declaration.ident),
        event_enum: Some(declaration.event_enum()),
        rule_enum: Some(declaration.rule_enum()),
        parameters: method
            .parameters
            .iter()
            .map(|parameter| parameter.ident.clone())
            .collect(),
        rules: declaration
            .rules
            .iter()
            .map(|rule| signature(&rule.method))
            .collect(),
        events: declaration
            .events
            .iter()
            .map(|event| signature(&event.method))
            .collect(),
        helpers: declaration
            .helpers
            .iter()
            .map(|helper| signature(&helper.method))
            .collect(),
        event_names: declaration
            .events
            .iter()
            .map(|event| (plain(&event.method.ident), event.method.name.clone()))
            .filter(|(method, recorded)| method != recorded)
            .collect(),
    }
}

fn body(declaration: &Declaration, method: &Method) -> TokenStream {
    read::body(&scope(declaration, method), &method.block)
}

fn rule(declaration: &Declaration, rule: &Rule) -> TokenStream {
    let Rule { method, kind, .. } = rule;
    let kind = match kind {
        RuleKind::Rule => quote!(Rule),
        RuleKind::Invariant => quote!(Invariant),
        RuleKind::Step => quote!(Step),
    };
    let (name, sentence) = (text(&method.name), text(&method.sentence()));
    let parameters = parameters(&method.parameters);
    let body = body(declaration, method);
    quote! {
        ::lawful::model::RuleModel {
            name: #name,
            sentence: #sentence,
            kind: ::lawful::model::RuleKind::#kind,
            parameters: #parameters,
            body: #body,
        }
    }
}

fn command(declaration: &Declaration, command: &Command) -> TokenStream {
    let Command {
        method,
        requires,
        unless,
    } = command;
    let scope = scope(declaration, method);
    let requires = guards(&scope, requires);
    let unless = guards(&scope, unless);
    let body = body(declaration, method);
    command_model(
        &method.name,
        &method.doc(),
        &method.parameters,
        &requires,
        &unless,
        &body,
    )
}

/// The model of a command that only requires something: what a program does before it begins.
pub(crate) fn command_of(
    name: &str,
    doc: &str,
    parameters: &[crate::parameters::Parameter],
    requires: &TokenStream,
) -> TokenStream {
    let body = quote!(::lawful::model::Expr::Opaque(::std::borrow::Cow::Borrowed(
        ""
    )));
    command_model(
        name,
        doc,
        parameters,
        requires,
        &list(std::iter::empty()),
        &body,
    )
}

fn command_model(
    name: &str,
    doc: &str,
    given: &[crate::parameters::Parameter],
    requires: &TokenStream,
    unless: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let (name, doc) = (text(name), text(doc));
    let parameters = parameters(given);
    quote! {
        ::lawful::model::CommandModel {
            name: #name,
            doc: #doc,
            parameters: #parameters,
            requires: #requires,
            unless: #unless,
            body: #body,
        }
    }
}

pub(crate) fn guards(scope: &Scope<'_>, guards: &[Guard]) -> TokenStream {
    list(guards.iter().map(|one| guard(scope, one)))
}

fn guard(scope: &Scope<'_>, guard: &Guard) -> TokenStream {
    let (variant, inside) = match guard {
        Guard::Own {
            ident, arguments, ..
        } => {
            let name = text(&plain(ident));
            let rule = quote!(::lawful::model::RuleRef::Own(#name));
            let arguments = arguments.iter().map(|Argument { expr, .. }| expr);
            return rule_guard(scope, &rule, arguments);
        }
        Guard::Free { path, arguments } => {
            let written = text(&path.to_token_stream().to_string().replace(' ', ""));
            let rule = quote! {
                ::lawful::model::RuleRef::Free(
                    #written,
                    ::lawful::model::FreeRef::Native(<#path as ::lawful::FreeRule>::MODEL),
                )
            };
            return rule_guard(scope, &rule, arguments.iter());
        }
        Guard::Not(inside) => (quote!(Not), std::slice::from_ref(&**inside)),
        Guard::All(inside) => (quote!(All), inside.as_slice()),
        Guard::Any(inside) => (quote!(Any), inside.as_slice()),
        Guard::Then(inside) => (quote!(Then), inside.as_slice()),
    };
    let inside = guards(scope, inside);
    quote!(::lawful::model::Guard::#variant(#inside))
}

fn rule_guard<'a>(
    scope: &Scope<'_>,
    rule: &TokenStream,
    arguments: impl Iterator<Item = &'a Expr>,
) -> TokenStream {
    let arguments = list(arguments.map(|argument| read::expression(scope, argument)));
    quote!(::lawful::model::Guard::Rule { rule: #rule, arguments: #arguments })
}

fn event(declaration: &Declaration, event: &Event) -> TokenStream {
    let Event {
        method,
        version,
        aliases,
        upcasts,
    } = event;
    let (name, doc) = (text(&method.name), text(&method.doc()));
    let parameters = parameters(&method.parameters);
    let aliases = list(aliases.iter().map(|alias| text(alias)));
    let upcasts = list(upcasts.iter().map(|(from, path)| {
        let path = text(&path.to_token_stream().to_string().replace(' ', ""));
        quote!(::lawful::model::Upcast { from: #from, path: #path })
    }));
    let update = body(declaration, method);
    quote! {
        ::lawful::model::EventModel {
            name: #name,
            doc: #doc,
            version: #version,
            parameters: #parameters,
            aliases: #aliases,
            upcasts: #upcasts,
            update: #update,
        }
    }
}

fn helper(declaration: &Declaration, helper: &Helper) -> TokenStream {
    let Helper { method, mutates } = helper;
    let name = text(&method.name);
    let parameters = parameters(&method.parameters);
    let body = body(declaration, method);
    quote! {
        ::lawful::model::HelperModel {
            name: #name,
            parameters: #parameters,
            mutates: #mutates,
            body: #body,
        }
    }
}
