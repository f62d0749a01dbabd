//! Takes a read model apart and finds its mistakes.

use crate::mistakes::Mistakes;
use crate::naming::plain;
use crate::parameters::{self, Parameter, Use, bare};
use crate::read::type_text;
use crate::totality::{self, Demand};
use crate::{attributes, documentation, messages, words};
use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, ImplItem, ImplItemFn, ItemImpl, Path, ReturnType, Safety, Token, Type,
    parse_quote,
};

pub(super) struct Declaration {
    /// `Holding`, as written after `impl`.
    pub(super) path: Path,
    pub(super) conditions: TokenStream,
    /// The sentence above the `impl`, if there is one.
    pub(super) doc: String,
    pub(super) version: u32,
    pub(super) fingerprint: u64,
    pub(super) handlers: Vec<Handler>,
    pub(super) ignores: Vec<Path>,
    /// Where the compiler should point to when an event is forgotten.
    pub(super) span: Span,
}

pub(super) struct Handler {
    pub(super) ident: Ident,
    pub(super) events: Vec<Path>,
    pub(super) doc: String,
    pub(super) inputs: Vec<Input>,
}

/// What a parameter is filled with.
pub(super) enum Input {
    Rows,
    Origin,
    /// The event's parameter of the same name.
    Given(Box<Parameter>),
}

/// `None` where the `impl` is of nothing that can be named.
pub(super) fn check(
    attribute: TokenStream,
    item: &ItemImpl,
    mistakes: &mut Mistakes,
) -> Option<Declaration> {
    let span = attribute.span();
    let words = attributes::words("read_model", attribute, words::OF_READ_MODEL, &[], mistakes);
    let version = words.iter().find(|word| word.is(words::VERSION));
    let version = version.and_then(|word| word.number(mistakes));
    let ignores = words.iter().find(|word| word.is(words::IGNORES));
    let ignores: Vec<Path> = ignores
        .map(|word| word.list(mistakes, "AccountEvent::Renamed"))
        .unwrap_or_default();
    let path = match bare(&item.self_ty) {
        Type::Path(path) if item.trait_.is_none() && item.generics.params.is_empty() => {
            path.path.clone()
        }
        other => {
            mistakes.at(other, messages::read_model_on());
            return None;
        }
    };
    let mut handlers: Vec<Handler> = Vec::new();
    for member in &item.items {
        let (attributes, method) = match member {
            ImplItem::Fn(member) => (&member.attrs, Some(member)),
            ImplItem::Const(member) => (&member.attrs, None),
            _ => continue,
        };
        let on: Vec<&Attribute> = attributes
            .iter()
            .filter(|found| attributes::is(found, words::ON))
            .collect();
        match (on.as_slice(), method) {
            ([], _) => {}
            ([on, ..], None) => mistakes.at(on, messages::role_on(words::ON, "constant")),
            ([on, more @ ..], Some(method)) => {
                if let Some(again) = more.first() {
                    mistakes.at(again, messages::attribute_twice(words::ON));
                }
                handlers.push(handler(on, method, mistakes));
            }
        }
    }
    if handlers.is_empty() {
        mistakes.at(&item.impl_token, messages::read_model_empty());
    }
    once(&handlers, &ignores, mistakes);
    Some(Declaration {
        path,
        conditions: documentation::conditions(&item.attrs),
        doc: documentation::sentence(&item.attrs),
        version: version.map_or(1, |(version, _)| version),
        fingerprint: super::fingerprint::of(item),
        handlers,
        ignores,
        span: if words.is_empty() {
            Span::call_site()
        } else {
            span
        },
    })
}

fn handler(on: &Attribute, method: &ImplItemFn, mistakes: &mut Mistakes) -> Handler {
    let sig = &method.sig;
    let name = plain(&sig.ident);
    if let Some(token) = &sig.asyncness {
        mistakes.at(token, messages::modifier("async", words::HANDLER));
    }
    if let Safety::Unsafe(token) = &sig.safety {
        mistakes.at(token, messages::modifier("unsafe", words::HANDLER));
    }
    if !sig.generics.params.is_empty() {
        mistakes.at(&sig.generics, messages::generic_method(words::HANDLER));
    }
    if let ReturnType::Type(_, ty) = &sig.output
        && !matches!(&**ty, Type::Tuple(tuple) if tuple.elems.is_empty())
    {
        mistakes.at(ty, messages::handler_returns(&type_text(ty)));
    }
    totality::check(&method.block, words::HANDLER, Demand::Total, mistakes);
    let mut inputs = Vec::new();
    for (place, input) in sig.inputs.iter().enumerate() {
        let FnArg::Typed(typed) = input else {
            mistakes.at(input, messages::handler_receiver(&name));
            continue;
        };
        let input = if is_reference_to(&typed.ty, words::ROWS) {
            Input::Rows
        } else if is_reference_to(&typed.ty, words::ORIGIN) {
            Input::Origin
        } else {
            let this = parse_quote!(Self);
            let Some(read) = parameters::read(input, &this, Use::Passed, place, mistakes) else {
                continue;
            };
            Input::Given(Box::new(read))
        };
        let again = |other: &Input| match (other, &input) {
            (Input::Rows, Input::Rows) => Some(words::ROWS),
            (Input::Origin, Input::Origin) => Some(words::ORIGIN),
            _ => None,
        };
        if let Some(what) = inputs.iter().find_map(again) {
            mistakes.at(typed, messages::handler_parameter_twice(what));
        }
        inputs.push(input);
    }
    let receives = sig.receiver().is_some();
    if !receives && !inputs.iter().any(|input| matches!(input, Input::Rows)) {
        mistakes.at(&sig.ident, messages::handler_without_rows(&name));
    }
    Handler {
        ident: sig.ident.clone(),
        events: events(on, mistakes),
        doc: documentation::sentence(&method.attrs),
        inputs,
    }
}

/// The events of `#[on(..)]`.
fn events(on: &Attribute, mistakes: &mut Mistakes) -> Vec<Path> {
    let list = Punctuated::<Path, Token![,]>::parse_terminated;
    let tokens = attributes::inside(on, mistakes);
    if tokens.is_empty() {
        mistakes.at(on, messages::handler_without_events());
        return Vec::new();
    }
    if let Ok(paths) = syn::parse::Parser::parse2(list, tokens.clone()) {
        return paths.into_iter().collect();
    }
    mistakes.at(&tokens, messages::handler_event(&tokens));
    Vec::new()
}

/// Every event is named with its enum, and once.
fn once(handlers: &[Handler], ignores: &[Path], mistakes: &mut Mistakes) {
    let mut seen: Vec<String> = Vec::new();
    let handled = handlers.iter().flat_map(|handler| &handler.events);
    for event in handled.chain(ignores) {
        let of = event.segments.iter().rev().nth(1);
        if !of.is_some_and(|of| plain(&of.ident).ends_with(words::EVENTS)) {
            mistakes.at(event, messages::handler_event(event));
            continue;
        }
        let text = text(event);
        if seen.contains(&text) {
            mistakes.at(event, messages::handled_twice(&text));
        }
        seen.push(text);
    }
}

/// A path as the author wrote it.
pub(super) fn text(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}

/// Whether it is `&Name<..>` or `&mut Name<..>`.
fn is_reference_to(ty: &Type, name: &str) -> bool {
    let Type::Reference(reference) = bare(ty) else {
        return false;
    };
    let Type::Path(path) = bare(&reference.elem) else {
        return false;
    };
    let last = path.path.segments.last();
    last.is_some_and(|last| last.ident == name)
}
