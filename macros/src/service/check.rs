//! Finds the mistakes of a service.

use crate::mistakes::Mistakes;
use crate::naming::{camel, plain, snake};
use crate::parameters::{self, Parameter, Use};
use crate::{messages, words};
use proc_macro2::Ident;
use syn::{
    Attribute, Block, FnArg, GenericArgument, ItemTrait, PathArguments, ReceiverKind, ReturnType,
    Safety, TraitItem, TraitItemFn, Type, parse_quote,
};

pub(crate) struct Declaration {
    pub(crate) item: ItemTrait,
    /// `notices`.
    pub(crate) name: String,
    pub(crate) methods: Vec<Method>,
}

pub(crate) struct Method {
    pub(crate) ident: Ident,
    pub(crate) variant: Ident,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) inputs: Vec<Input>,
    /// As written.
    pub(crate) output: Type,
    /// What a program is told.
    pub(crate) answer: Type,
    /// Whether it is declared `-> Result<answer, Failure>`.
    pub(crate) may_fail: bool,
    pub(crate) default: Option<Block>,
}

pub(crate) enum Input {
    Given(Box<Parameter>),
    /// The interpreter fills it in.
    Key {
        ident: Ident,
        ty: Box<Type>,
    },
}

impl Method {
    /// What the program passes.
    pub(crate) fn given(&self) -> impl Iterator<Item = &Parameter> + Clone {
        self.inputs.iter().filter_map(|input| match input {
            Input::Given(parameter) => Some(&**parameter),
            Input::Key { .. } => None,
        })
    }
}

pub(crate) fn check(item: &ItemTrait, mistakes: &mut Mistakes) -> Declaration {
    if !item.generics.params.is_empty() {
        mistakes.at(&item.generics, messages::generic("a service"));
    }
    let name = snake(&plain(&item.ident));
    if words::RESERVED_AGGREGATES.contains(&name.as_str()) {
        mistakes.at(&item.ident, messages::reserved_service(&name));
    }
    let mut methods: Vec<Method> = Vec::new();
    for member in &item.items {
        match member {
            TraitItem::Fn(member) => methods.extend(method(member, mistakes)),
            other => mistakes.at(other, messages::service_member()),
        }
    }
    Declaration {
        item: item.clone(),
        name,
        methods,
    }
}

fn method(member: &TraitItemFn, mistakes: &mut Mistakes) -> Option<Method> {
    let sig = &member.sig;
    let name = plain(&sig.ident);
    if sig.asyncness.is_none() {
        mistakes.at(&sig.fn_token, messages::service_not_async(&name));
    }
    if let Safety::Unsafe(token) = &sig.safety {
        mistakes.at(token, messages::modifier("unsafe", words::SERVICE));
    }
    if !sig.generics.params.is_empty() {
        mistakes.at(&sig.generics, messages::generic_method("service's method"));
    }
    let shared = sig
        .receiver()
        .is_some_and(|receiver| matches!(&receiver.kind, ReceiverKind::Reference(_, _, None)));
    if !shared {
        mistakes.at(&sig.ident, messages::service_receiver(&name));
    }
    let mut inputs = Vec::new();
    for (place, input) in sig.inputs.iter().enumerate() {
        let FnArg::Typed(typed) = input else {
            continue;
        };
        if let (true, syn::Pat::Ident(ident)) = (is_key(&typed.ty), &*typed.pat) {
            inputs.push(Input::Key {
                ident: ident.ident.clone(),
                ty: typed.ty.clone(),
            });
            continue;
        }
        let this = parse_quote!(Self);
        let purpose = Use::Field { exact: false };
        inputs.push(Input::Given(Box::new(parameters::read(
            input, &this, purpose, place, mistakes,
        )?)));
    }
    let output: Type = match &sig.output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, ty) => (**ty).clone(),
    };
    let fails = may_fail(&output);
    Some(Method {
        ident: sig.ident.clone(),
        variant: Ident::new(&camel(&name), sig.ident.span()),
        attributes: member.attrs.clone(),
        inputs,
        answer: fails.clone().unwrap_or_else(|| output.clone()),
        may_fail: fails.is_some(),
        output,
        default: member.default.clone(),
    })
}

fn is_key(ty: &Type) -> bool {
    match parameters::bare(ty) {
        Type::Reference(reference) => is_key(&reference.elem),
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == words::IDEMPOTENCY_KEY),
        _ => false,
    }
}

/// The `T` of `Result<T, Failure>`.
fn may_fail(output: &Type) -> Option<Type> {
    let Type::Path(path) = parameters::bare(output) else {
        return None;
    };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == "Result")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    let mut arguments = arguments.args.iter();
    match (arguments.next(), arguments.next()) {
        (Some(GenericArgument::Type(answer)), Some(GenericArgument::Type(Type::Path(error)))) => {
            let error = error.path.segments.last()?;
            (error.ident == "Failure").then(|| answer.clone())
        }
        _ => None,
    }
}
