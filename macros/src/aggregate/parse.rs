//! Takes the declaration apart: which methods carry which of our attributes.

use crate::attributes::{self, Word};
use crate::mistakes::Mistakes;
use crate::parameters::is_taken;
use crate::{messages, naming, words};
use proc_macro2::TokenStream;
use syn::{Attribute, FnArg, ImplItem, ImplItemFn, ItemImpl};

/// What a method is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Event,
    Command,
    Rule,
    Invariant,
}

impl Role {
    const ALL: [Role; 4] = [Role::Event, Role::Command, Role::Rule, Role::Invariant];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Role::Event => words::EVENT,
            Role::Command => words::COMMAND,
            Role::Rule => words::RULE,
            Role::Invariant => words::INVARIANT,
        }
    }

    fn words(self) -> &'static [&'static str] {
        match self {
            Role::Event => words::OF_EVENT,
            Role::Command => words::OF_COMMAND,
            Role::Rule | Role::Invariant => &[],
        }
    }
}

/// A method, with what stood in its attribute.
pub(crate) struct Member {
    /// `None`: a helper.
    pub(crate) role: Option<Role>,
    pub(crate) words: Vec<Word>,
    /// As written, with all its attributes.
    pub(crate) method: ImplItemFn,
}

pub(crate) struct Parsed {
    pub(crate) words: Vec<Word>,
    /// What the compiler sees: without our attributes.
    pub(crate) item: ItemImpl,
    pub(crate) members: Vec<Member>,
}

pub(crate) fn parse(attribute: TokenStream, mut item: ItemImpl, mistakes: &mut Mistakes) -> Parsed {
    let words = attributes::words("aggregate", attribute, words::OF_AGGREGATE, &[], mistakes);
    let mut members = Vec::new();
    for part in &mut item.items {
        match part {
            ImplItem::Fn(method) => members.push(member(method, mistakes)),
            ImplItem::Const(constant) => no_method(&mut constant.attrs, "constant", mistakes),
            ImplItem::Type(ty) => no_method(&mut ty.attrs, "type", mistakes),
            _ => {}
        }
    }
    Parsed {
        words,
        item,
        members,
    }
}

fn member(method: &mut ImplItemFn, mistakes: &mut Mistakes) -> Member {
    let original = method.clone();
    cfg(&method.attrs, "method", mistakes);
    let mut role: Option<Role> = None;
    let mut words = Vec::new();
    method.attrs.retain(|attribute| {
        let Some(found) = role_of(attribute) else {
            return keep_unknown(attribute, mistakes);
        };
        match role {
            Some(first) if first == found => {
                mistakes.at(attribute, messages::attribute_twice(found.word()));
            }
            Some(first) => {
                mistakes.at(attribute, messages::two_roles(first.word(), found.word()));
            }
            None => {
                let inside = attributes::inside(attribute, mistakes);
                let repeatable = &[words::ALIAS, words::UPCAST];
                words =
                    attributes::words(found.word(), inside, found.words(), repeatable, mistakes);
                role = Some(found);
            }
        }
        false
    });
    if role.is_some() {
        for input in &mut method.sig.inputs {
            if let FnArg::Typed(parameter) = input {
                parameter.attrs.retain(|attribute| !is_taken(attribute));
            }
        }
    }
    Member {
        role,
        words,
        method: original,
    }
}

/// What is no method has no role. Ours are taken away, so that the compiler does not report them again.
fn no_method(attributes: &mut Vec<Attribute>, what: &str, mistakes: &mut Mistakes) {
    cfg(attributes, what, mistakes);
    attributes.retain(|attribute| {
        let role = role_of(attribute);
        if let Some(role) = role {
            mistakes.at(attribute, messages::role_on(role.word(), what));
        }
        role.is_none()
    });
}

fn role_of(attribute: &Attribute) -> Option<Role> {
    Role::ALL
        .into_iter()
        .find(|role| attributes::is(attribute, role.word()))
}

/// Reports an attribute that was probably meant to be ours, and takes it away, so that the compiler does not report it again.
fn keep_unknown(attribute: &Attribute, mistakes: &mut Mistakes) -> bool {
    const BUILT_IN: [&str; 4] = ["inline", "allow", "expect", "test"];
    let Some(found) = attribute.path().get_ident().map(naming::plain) else {
        return true;
    };
    if BUILT_IN.contains(&found.as_str()) {
        return true;
    }
    let Some(near) = naming::nearest(&found, words::ROLES.iter().copied()) else {
        return true;
    };
    mistakes.at(attribute.path(), messages::unknown_role(&found, near));
    false
}

fn cfg(attributes: &[Attribute], what: &str, mistakes: &mut Mistakes) {
    for attribute in attributes
        .iter()
        .filter(|attribute| crate::parameters::is_cfg(attribute))
    {
        if attribute.path().is_ident("cfg") {
            mistakes.at(attribute, messages::cfg_on_member(what));
        }
    }
}
