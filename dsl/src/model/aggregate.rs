use super::{Constant, Expr, List, Text};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cell::RefCell;

/// One aggregate, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AggregateModel {
    /// In snake case, as in stream names: `account`.
    pub name: Text,
    /// The author's sentence about it.
    pub doc: Text,
    /// Fields or variants of the state.
    pub state: StateModel,
    /// Rules, in declared order.
    pub rules: List<RuleModel>,
    /// Invariants, in declared order.
    pub invariants: List<RuleModel>,
    /// Commands, in declared order.
    pub commands: List<CommandModel>,
    /// Events, in declared order.
    pub events: List<EventModel>,
    /// Methods without an attribute that rules, events or commands call.
    pub helpers: List<HelperModel>,
    /// `#[aggregate(snapshot = n)]`: the author asks for a snapshot each n events, whatever the fold looks like.
    pub snapshot: Option<u32>,
}

/// The shape of an aggregate's state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StateModel {
    /// The Rust name: `Account`.
    pub name: Text,
    /// Fields of a struct state; empty for an enum state.
    pub fields: List<Field>,
    /// Variants of an enum state; empty for a struct state.
    pub variants: List<Variant>,
    /// The values and entities that fields are made of, as far as they were declared with `#[value]` or `#[entity]`.
    pub values: List<ValueModel>,
}

/// The shape of a `#[value]` or `#[entity]` type.
///
/// A declaration holds a pointer to the shape, because the macro that reads a field sees only the name of its type; `get`
/// resolves it, and is `None` for a type that was not declared with either attribute.
#[derive(Clone)]
pub enum ValueModel {
    /// From a declaration.
    Native(fn() -> Option<&'static StateModel>),
    /// Read back.
    Known(Box<StateModel>),
}

impl ValueModel {
    /// The shape, if the type was declared with `#[value]` or `#[entity]`.
    #[must_use]
    pub fn get(&self) -> Option<&StateModel> {
        match self {
            ValueModel::Native(shape) => shape(),
            ValueModel::Known(shape) => Some(shape),
        }
    }

    /// Calls `run` with the shape, or with `None` where `run` is already about that very shape: types may hold one another.
    fn once<R>(&self, run: impl FnOnce(Option<&StateModel>) -> R) -> R {
        let Some(shape) = self.get() else {
            return run(None);
        };
        let place = std::ptr::from_ref(shape).addr();
        if WITHIN.with_borrow(|within| within.contains(&place)) {
            return run(None);
        }
        WITHIN.with_borrow_mut(|within| within.push(place));
        let _leave = Leave;
        run(Some(shape))
    }
}

/// Leaves the innermost shape, on a panic too.
struct Leave;

impl Drop for Leave {
    fn drop(&mut self) {
        WITHIN.with_borrow_mut(Vec::pop);
    }
}

thread_local! {
    /// Where the shapes are that [`ValueModel::once`] is about, outermost first.
    static WITHIN: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

impl std::fmt::Debug for ValueModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.once(|shape| shape.fmt(f))
    }
}

impl PartialEq for ValueModel {
    fn eq(&self, other: &Self) -> bool {
        match (self.get(), other.get()) {
            (Some(one), Some(two)) if std::ptr::eq(one, two) => true,
            _ => self.once(|one| other.once(|two| one == two)),
        }
    }
}

impl Serialize for ValueModel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.once(|shape| shape.serialize(serializer))
    }
}

impl<'de> Deserialize<'de> for ValueModel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::<StateModel>::deserialize(deserializer)? {
            Some(shape) => ValueModel::Known(Box::new(shape)),
            None => ValueModel::Native(|| None),
        })
    }
}

/// A named field and the source text of its type, with canonical spacing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The field's name; its index for a tuple struct or tuple variant.
    pub name: Text,
    /// The type as written: `Option<String>`.
    pub ty: Text,
}

/// A variant of an enum state or value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// The Rust name: `Placed`.
    pub name: Text,
    /// Its fields, named or numbered.
    pub fields: List<Field>,
}

/// A parameter of a rule, command, event or helper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: Text,
    /// The owned type that a command or event holds for it: `String` for a `&str` parameter.
    pub ty: Text,
    /// `#[samples(..)]`: the values that checks try. Empty: they are derived from the type.
    #[serde(default, skip_serializing_if = "has_none")]
    pub samples: List<Constant>,
}

#[allow(clippy::ptr_arg, reason = "serde hands the field as it is")]
fn has_none(samples: &List<Constant>) -> bool {
    samples.is_empty()
}

/// What a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleKind {
    /// `#[rule]`: a command may require it.
    Rule,
    /// `#[invariant]` over a state.
    Invariant,
    /// `#[invariant]` over the states before and after a command.
    Step,
}

/// A rule or invariant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleModel {
    /// In snake case, as declared: `covers`.
    pub name: Text,
    /// The author's sentence, true when the rule is kept.
    pub sentence: Text,
    /// What it is for.
    pub kind: RuleKind,
    /// Parameters beside the state; a step invariant's is the state before.
    pub parameters: List<Parameter>,
    /// What it says.
    pub body: Expr,
}

/// How a command names a rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum RuleRef {
    /// A rule of the same aggregate, by name.
    Own(Text),
    /// A free rule: the path as written and the rule itself.
    Free(Text, FreeRef),
}

impl PartialEq for RuleRef {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (RuleRef::Own(one), RuleRef::Own(two)) => one == two,
            (RuleRef::Free(one, rule), RuleRef::Free(two, other)) => {
                one == two && rule.get() == other.get()
            }
            _ => false,
        }
    }
}

/// A free rule, from a declaration or read back.
#[derive(Debug, Clone)]
pub enum FreeRef {
    /// From a declaration.
    Native(&'static RuleModel),
    /// Read back.
    Known(Box<RuleModel>),
}

impl FreeRef {
    /// The rule.
    #[must_use]
    pub fn get(&self) -> &RuleModel {
        match self {
            FreeRef::Native(rule) => rule,
            FreeRef::Known(rule) => rule,
        }
    }
}

impl Serialize for FreeRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FreeRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RuleModel::deserialize(deserializer).map(|rule| FreeRef::Known(Box::new(rule)))
    }
}

/// One entry of `requires(..)` or `unless(..)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Guard {
    /// A rule with its arguments.
    Rule {
        /// Which rule.
        rule: RuleRef,
        /// Its arguments.
        arguments: List<Expr>,
    },
    /// `not(..)`: holds one guard.
    Not(List<Guard>),
    /// `all(..)`.
    All(List<Guard>),
    /// `any(..)`.
    Any(List<Guard>),
    /// `then(..)`, the last entry: looked at only when every entry before it holds.
    Then(List<Guard>),
}

/// A command: when it is accepted and what it then records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommandModel {
    /// In snake case, as in JSON: `withdraw`.
    pub name: Text,
    /// The author's sentence.
    pub doc: Text,
    /// Its parameters.
    pub parameters: List<Parameter>,
    /// Rules that must hold.
    pub requires: List<Guard>,
    /// Where all of these hold, the command is accepted and records nothing. Empty: there is no such case.
    pub unless: List<Guard>,
    /// What it records: an expression of [`Expr::Event`]s.
    pub body: Expr,
}

/// An event and what it does to the state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventModel {
    /// In snake case, as in JSON: `withdrawn`.
    pub name: Text,
    /// The author's sentence.
    pub doc: Text,
    /// The present schema version, from 1.
    pub version: u32,
    /// Its parameters.
    pub parameters: List<Parameter>,
    /// Older names that still decode.
    pub aliases: List<Text>,
    /// How older schema versions become newer ones.
    pub upcasts: List<Upcast>,
    /// What it does.
    pub update: Expr,
}

/// An upcaster: from which schema version, and the function's path as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upcast {
    /// The schema version it reads.
    pub from: u32,
    /// The function's path.
    pub path: Text,
}

/// A method without an attribute that others call by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HelperModel {
    /// Its name.
    pub name: Text,
    /// Its parameters beside `self`.
    pub parameters: List<Parameter>,
    /// Whether it takes `&mut self`.
    pub mutates: bool,
    /// What it computes.
    pub body: Expr,
}

/// The aggregates of a domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DomainModel {
    /// The Rust name: `Bank`.
    pub name: Text,
    /// The author's sentence about it.
    pub doc: Text,
    /// Its aggregates, in declared order.
    pub aggregates: Vec<AggregateModel>,
}

impl AggregateModel {
    /// The rule or invariant of this name.
    #[must_use]
    pub fn rule(&self, name: &str) -> Option<&RuleModel> {
        self.rules
            .iter()
            .chain(self.invariants.iter())
            .find(|rule| rule.name == name)
    }

    /// The command of this name.
    #[must_use]
    pub fn command(&self, name: &str) -> Option<&CommandModel> {
        self.commands.iter().find(|command| command.name == name)
    }

    /// The event of this name.
    #[must_use]
    pub fn event(&self, name: &str) -> Option<&EventModel> {
        self.events.iter().find(|event| event.name == name)
    }

    /// The helper of this name.
    #[must_use]
    pub fn helper(&self, name: &str) -> Option<&HelperModel> {
        self.helpers.iter().find(|helper| helper.name == name)
    }
}
