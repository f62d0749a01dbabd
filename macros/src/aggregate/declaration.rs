//! An aggregate that was checked: everything that the expansion needs, without a way to fail.

use crate::documentation;
use crate::naming;
use crate::parameters::Parameter;
use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Block, Expr, Path, ReturnType};

pub(crate) struct Declaration {
    /// `Account`, as written after `impl`.
    pub(crate) path: Path,
    /// Its last segment.
    pub(crate) ident: Ident,
    /// `account`.
    pub(crate) name: String,
    /// The sentence above the `impl`, if there is one.
    pub(crate) doc: String,
    pub(crate) conditions: TokenStream,
    pub(crate) vis: TokenStream,
    pub(crate) exact: bool,
    pub(crate) snapshot: Option<u32>,
    pub(crate) events: Vec<Event>,
    pub(crate) commands: Vec<Command>,
    /// Rules, then invariants.
    pub(crate) rules: Vec<Rule>,
    pub(crate) helpers: Vec<Helper>,
    /// How `self` is written, for code in which the author's expressions stand.
    pub(crate) this: Ident,
}

/// What every member has.
#[derive(Clone)]
pub(crate) struct Method {
    pub(crate) ident: Ident,
    pub(crate) variant: Ident,
    /// As recorded.
    pub(crate) name: String,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) output: ReturnType,
    pub(crate) block: Block,
}

pub(crate) struct Event {
    pub(crate) method: Method,
    pub(crate) version: u32,
    pub(crate) aliases: Vec<String>,
    pub(crate) upcasts: Vec<(u32, Path)>,
}

pub(crate) struct Command {
    pub(crate) method: Method,
    pub(crate) requires: Vec<Guard>,
    pub(crate) unless: Vec<Guard>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuleKind {
    Rule,
    Invariant,
    Step,
}

pub(crate) struct Rule {
    pub(crate) method: Method,
    pub(crate) kind: RuleKind,
    /// Whether it takes `&self`.
    pub(crate) looks: bool,
}

pub(crate) struct Helper {
    pub(crate) method: Method,
    pub(crate) mutates: bool,
}

/// One entry of `requires(..)` or `unless(..)`.
pub(crate) enum Guard {
    Own {
        /// As written in the list, where errors belong.
        ident: Ident,
        looks: bool,
        arguments: Vec<Argument>,
    },
    Free {
        path: Path,
        arguments: Vec<Expr>,
    },
    Not(Box<Guard>),
    All(Vec<Guard>),
    Any(Vec<Guard>),
    Then(Vec<Guard>),
}

pub(crate) struct Argument {
    pub(crate) expr: Expr,
    /// Whether the rule takes it by reference.
    pub(crate) borrowed: bool,
}

impl Declaration {
    pub(crate) fn invariants(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|rule| rule.kind != RuleKind::Rule)
    }

    pub(crate) fn event_enum(&self) -> Ident {
        self.generated("Event")
    }

    pub(crate) fn command_enum(&self) -> Ident {
        self.generated("Command")
    }

    pub(crate) fn rule_enum(&self) -> Ident {
        self.generated("Rule")
    }

    fn generated(&self, suffix: &str) -> Ident {
        let name = naming::plain(&self.ident);
        Ident::new(&format!("{name}{suffix}"), self.ident.span())
    }
}

impl Method {
    pub(crate) fn doc(&self) -> String {
        documentation::sentence(&self.attributes)
    }

    /// The author's sentence, or the name in words.
    pub(crate) fn sentence(&self) -> String {
        let sentence = self.doc();
        if sentence.is_empty() {
            naming::words(&self.name)
        } else {
            sentence
        }
    }

    pub(crate) fn comments(&self) -> Vec<Attribute> {
        documentation::comments(&self.attributes)
    }

    pub(crate) fn parameter_names(&self) -> Vec<String> {
        self.parameters
            .iter()
            .map(|parameter| naming::plain(&parameter.ident))
            .collect()
    }
}
