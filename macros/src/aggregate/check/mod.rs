//! Finds every mistake of an aggregate, and keeps what is right.

mod clash;
mod command;
mod event;
mod rule;

pub(crate) use rule::returns_bool;

use super::declaration::{Declaration, Helper, Method};
use super::parse::{Member, Parsed, Role};
use super::reach;
use crate::attributes::Word;
use crate::mistakes::Mistakes;
use crate::parameters::{self, Parameter, Use};
use crate::totality::{self, Demand};
use crate::{documentation, messages, naming, words};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{ImplItemFn, Path, Receiver, ReceiverKind, Safety, Type};

/// `None` where there is not even a name to call anything after.
pub(crate) fn check(parsed: &Parsed, mistakes: &mut Mistakes) -> Option<Declaration> {
    let path = self_type(parsed, mistakes)?;
    let ident = path.segments.last()?.ident.clone();
    let exact = !parsed
        .words
        .iter()
        .any(|word| word.is(words::INEXACT) && word.flag(mistakes));
    let mut checker = Checker {
        path: &path,
        exact,
        mistakes,
    };
    let mut declaration = Declaration {
        name: checker.aggregate_name(&parsed.words, &ident),
        doc: documentation::sentence(&parsed.item.attrs),
        conditions: documentation::conditions(&parsed.item.attrs),
        vis: checker.visibility(&parsed.words),
        snapshot: checker.snapshot(&parsed.words),
        rules: checker.rules(&parsed.members),
        events: checker.events(&parsed.members),
        helpers: checker.helpers(&parsed.members),
        commands: Vec::new(),
        this: this(parsed),
        path: path.clone(),
        exact,
        ident,
    };
    declaration.commands = checker.commands(&parsed.members, &declaration);
    checker.bodies(parsed);
    checker.clashes(&mut declaration);
    Some(declaration)
}

/// `self` as the author writes it.
fn this(parsed: &Parsed) -> Ident {
    let receiver = parsed
        .members
        .iter()
        .find_map(|member| member.method.sig.receiver());
    let span = receiver.map_or_else(Span::call_site, |receiver| receiver.self_token.span);
    Ident::new("self", span)
}

fn self_type(parsed: &Parsed, mistakes: &mut Mistakes) -> Option<Path> {
    let item = &parsed.item;
    if let Some((path, _)) = &item.trait_ {
        mistakes.at(path, messages::trait_impl());
        return None;
    }
    if let Some(token) = &item.unsafety {
        mistakes.at(token, messages::unsafe_impl());
    }
    let mut sound = true;
    if !item.generics.params.is_empty() {
        mistakes.at(&item.generics, messages::generic("an aggregate"));
        sound = false;
    } else if let Some(clause) = &item.generics.where_clause {
        mistakes.at(clause, messages::where_clause("aggregate"));
        sound = false;
    }
    match parameters::bare(&item.self_ty) {
        Type::Path(ty) if ty.qself.is_none() => {
            let arguments = ty
                .path
                .segments
                .iter()
                .find(|part| !part.arguments.is_none());
            match arguments {
                Some(part) if sound => {
                    mistakes.at(&part.arguments, messages::generic("an aggregate"));
                    None
                }
                _ => sound.then(|| ty.path.clone()),
            }
        }
        other => {
            mistakes.at(other, messages::self_type());
            None
        }
    }
}

struct Checker<'a> {
    path: &'a Path,
    exact: bool,
    mistakes: &'a mut Mistakes,
}

impl Checker<'_> {
    pub(super) fn aggregate_name(&mut self, given: &[Word], ident: &Ident) -> String {
        let default = naming::snake(&naming::plain(ident));
        let name = self.recorded_name(given, &default);
        if words::RESERVED_AGGREGATES.contains(&name.as_str()) {
            let at = given.iter().find(|word| word.is(words::NAME));
            let at = at.map_or_else(|| ident.to_token_stream(), ToTokens::to_token_stream);
            self.mistakes.at(&at, messages::reserved_aggregate(&name));
        }
        name
    }

    /// `name = ".."`, or the default.
    pub(super) fn recorded_name(&mut self, given: &[Word], default: &str) -> String {
        let Some(literal) = find(given, words::NAME).and_then(|word| word.text(self.mistakes))
        else {
            return default.to_owned();
        };
        let name = literal.value();
        if naming::is_snake(&name) {
            name
        } else {
            self.mistakes.at(&literal, messages::not_a_name(&name));
            default.to_owned()
        }
    }

    pub(super) fn visibility(&mut self, given: &[Word]) -> TokenStream {
        find(given, words::VIS)
            .and_then(|word| word.parsed::<syn::Visibility>(self.mistakes, "pub(crate)"))
            .map_or_else(|| quote!(pub), ToTokens::into_token_stream)
    }

    pub(super) fn snapshot(&mut self, given: &[Word]) -> Option<u32> {
        find(given, words::SNAPSHOT)
            .and_then(|word| word.number(self.mistakes))
            .map(|(number, _)| number)
    }

    /// Methods without an attribute, as far as their signature can be told.
    pub(super) fn helpers(&mut self, members: &[Member]) -> Vec<Helper> {
        let called = reach::from_roles(members);
        let helpers = members.iter().filter(|member| member.role.is_none());
        let mut found = Vec::new();
        for member in helpers {
            let sig = &member.method.sig;
            let plain = sig.generics.params.is_empty() && sig.asyncness.is_none();
            if !plain || !called.contains(&naming::plain(&sig.ident)) {
                continue;
            }
            // What a helper takes is Rust's business; one that cannot be told is not read.
            let mut silent = Mistakes::default();
            let mut checker = Checker {
                path: self.path,
                exact: self.exact,
                mistakes: &mut silent,
            };
            let method = checker.method(member, Use::Passed);
            let mutates = match receiver(&member.method) {
                Found::Other(_, text) if text == "&mut self" => true,
                Found::Other(..) => continue,
                _ => false,
            };
            if silent.is_empty() {
                found.push(Helper { method, mutates });
            }
        }
        found
    }

    /// What every member needs.
    pub(super) fn method(&mut self, member: &Member, purpose: Use) -> Method {
        let sig = &member.method.sig;
        let role = member.role.map_or("helper", Role::word);
        self.modifiers(&member.method, role);
        let mut parameters: Vec<Parameter> = Vec::new();
        for (place, input) in sig.inputs.iter().enumerate() {
            parameters.extend(parameters::read(
                input,
                self.path,
                purpose,
                place,
                self.mistakes,
            ));
        }
        let name = naming::plain(&sig.ident);
        let mut variant = naming::camel(&name);
        if variant.is_empty() || variant == "Self" || !variant.starts_with(char::is_alphabetic) {
            self.mistakes.at(&sig.ident, messages::no_variant(&name));
            variant = format!("Variant{variant}_");
        }
        Method {
            variant: Ident::new(&variant, sig.ident.span()),
            ident: sig.ident.clone(),
            name,
            attributes: member.method.attrs.clone(),
            parameters,
            output: sig.output.clone(),
            block: member.method.block.clone(),
        }
    }

    pub(super) fn modifiers(&mut self, method: &ImplItemFn, role: &str) {
        let sig = &method.sig;
        if let Some(token) = &sig.asyncness {
            self.mistakes.at(token, messages::modifier("async", role));
        }
        if let Safety::Unsafe(token) = &sig.safety {
            self.mistakes.at(token, messages::modifier("unsafe", role));
        }
        if let Some(abi) = &sig.abi {
            self.mistakes.at(abi, messages::modifier("extern", role));
        }
        if !sig.generics.params.is_empty() {
            self.mistakes
                .at(&sig.generics, messages::generic_method(role));
        } else if let Some(clause) = &sig.generics.where_clause {
            self.mistakes.at(clause, messages::where_clause(role));
        }
    }

    /// Bodies of rules, invariants and events are total, and so is what they call; those of commands give the same answer each time.
    pub(super) fn bodies(&mut self, parsed: &Parsed) {
        let total = reach::from(&parsed.members, |role| {
            role.is_some_and(|role| role != Role::Command)
        });
        let called = reach::from_roles(&parsed.members);
        for member in &parsed.members {
            let (role, demand) = match member.role {
                Some(Role::Command) => (words::COMMAND, Demand::Repeatable),
                Some(role) => (role.word(), Demand::Total),
                None => {
                    let name = naming::plain(&member.method.sig.ident);
                    if total.contains(&name) {
                        ("method that a rule or event calls", Demand::Total)
                    } else if called.contains(&name) {
                        ("method that a command calls", Demand::Repeatable)
                    } else {
                        continue;
                    }
                }
            };
            totality::check(&member.method.block, role, demand, self.mistakes);
        }
    }
}

/// How a method takes the state.
pub(super) enum Found<'a> {
    Nothing,
    Shared,
    Other(&'a Receiver, String),
}

pub(super) fn receiver(method: &ImplItemFn) -> Found<'_> {
    let Some(receiver) = method.sig.receiver() else {
        return Found::Nothing;
    };
    match &receiver.kind {
        ReceiverKind::Reference(_, None, None) => Found::Shared,
        ReceiverKind::Reference(_, None, Some(_)) => Found::Other(receiver, "&mut self".to_owned()),
        ReceiverKind::Value => Found::Other(receiver, "self".to_owned()),
        _ => {
            let text = receiver.to_token_stream().to_string();
            Found::Other(receiver, text.replace(" :", ":").replace("& ", "&"))
        }
    }
}

pub(super) fn of(members: &[Member], role: Role) -> impl Iterator<Item = &Member> {
    members
        .iter()
        .filter(move |member| member.role == Some(role))
}

pub(super) fn find<'a>(given: &'a [Word], name: &str) -> Option<&'a Word> {
    given.iter().find(|word| word.is(name))
}
