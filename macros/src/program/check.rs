//! Finds the mistakes of a program.

use crate::aggregate::{Guard, Rules};
use crate::attributes::Word;
use crate::mistakes::Mistakes;
use crate::naming::{camel, is_snake, plain};
use crate::parameters::{self, Parameter, Use};
use crate::{documentation, messages, words};
use proc_macro2::Ident;
use syn::{Expr, FnArg, ItemFn, ReturnType, Safety, Type, parse_quote};

pub(crate) struct Declaration {
    pub(crate) item: ItemFn,
    /// As stored: `transfer`.
    pub(crate) name: String,
    /// `Transfer`.
    pub(crate) value: Ident,
    pub(crate) doc: String,
    /// `Atomic<Bank>`, without the `&mut`.
    pub(crate) capability: Type,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) output: Type,
    pub(crate) requires: Vec<Guard>,
}

/// `None` where there is nothing that a value could be made for.
pub(crate) fn check(given: &[Word], item: &ItemFn, mistakes: &mut Mistakes) -> Option<Declaration> {
    let sig = &item.sig;
    let name = plain(&sig.ident);
    if sig.asyncness.is_none() {
        mistakes.at(&sig.fn_token, messages::program_not_async(&name));
    }
    if let Safety::Unsafe(token) = &sig.safety {
        mistakes.at(token, messages::program_unsafe());
    }
    if !sig.generics.params.is_empty() {
        mistakes.at(&sig.generics, messages::generic("a program"));
        return None;
    }
    let output = match &sig.output {
        ReturnType::Type(_, ty) => (**ty).clone(),
        ReturnType::Default => {
            mistakes.at(&sig.ident, messages::program_returns_nothing());
            return None;
        }
    };
    let mut inputs = sig.inputs.iter();
    let capability = capability(inputs.next(), &sig.ident, mistakes)?;
    let mut parameters = Vec::new();
    for (place, input) in inputs.enumerate() {
        let purpose = Use::Field { exact: false };
        parameters.push(parameters::read(
            input,
            &parse_quote!(Self),
            purpose,
            place,
            mistakes,
        )?);
    }
    let find = |word: &str| given.iter().find(|given| given.is(word));
    let value = find(words::VALUE).and_then(|word| word.parsed(mistakes, "MoveMoney"));
    let requires =
        find(words::REQUIRES).map(|word| word.list::<Expr>(mistakes, "is_payable(amount)"));
    let rules = Rules {
        aggregate: &sig.ident,
        declared: &[],
        members: &[],
        free: true,
    };
    let requires = rules.list(&requires.unwrap_or_default(), mistakes);
    Some(Declaration {
        name: stored(find(words::NAME), name.clone(), mistakes),
        value: value.unwrap_or_else(|| Ident::new(&camel(&name), sig.ident.span())),
        doc: documentation::sentence(&item.attrs),
        item: item.clone(),
        capability,
        parameters,
        output,
        requires,
    })
}

fn stored(word: Option<&Word>, name: String, mistakes: &mut Mistakes) -> String {
    let Some(text) = word.and_then(|word| word.text(mistakes)) else {
        return name;
    };
    if !is_snake(&text.value()) {
        mistakes.at(&text, messages::not_a_name(&text.value()));
    }
    text.value()
}

/// The type behind `bank: &mut Perform<Bank>`.
fn capability(first: Option<&FnArg>, name: &Ident, mistakes: &mut Mistakes) -> Option<Type> {
    match first {
        Some(FnArg::Typed(typed)) => match parameters::bare(&typed.ty) {
            Type::Reference(reference) if reference.mutability.is_some() => {
                return Some((*reference.elem).clone());
            }
            other => mistakes.at(other, messages::program_capability()),
        },
        Some(receiver @ FnArg::Receiver(_)) => {
            mistakes.at(receiver, messages::program_capability());
        }
        None => mistakes.at(name, messages::program_capability()),
    }
    None
}
