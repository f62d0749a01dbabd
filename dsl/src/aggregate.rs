use crate::log::Undecodable;
use crate::model::{AggregateModel, RuleModel, StateModel};
use crate::{Datum, Events, Rejection};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::{Debug, Display};
use std::ops::Deref;

/// The state of an aggregate, as `#[state]` prepares it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the state of an aggregate",
    label = "this struct or enum has no `#[state]`",
    note = "write `#[state]` above `struct {Self}` (or `enum {Self}`)"
)]
pub trait State:
    Clone + Default + PartialEq + Debug + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// The author's sentence about it.
    const DOC: &'static str;

    /// Its fields or variants.
    const SHAPE: &'static StateModel;

    /// The value of one field of a struct state, by its Rust name. `None` for an enum state and for an unknown name.
    fn field(&self, name: &str) -> Option<Datum>;
}

/// A type whose ids can be made from names: aggregates and entities.
pub trait Named {
    /// In snake case: `account`.
    const NAME: &'static str;
}

/// An aggregate: what may be decided, and what becomes of the state.
///
/// `#[aggregate]` on an `impl` writes this; nobody else needs to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an aggregate",
    label = "no `#[aggregate] impl {Self}` is in sight",
    note = "write `#[aggregate]` above the `impl {Self}` that declares its events, rules and commands"
)]
pub trait Aggregate: State + Named {
    /// Its commands: `AccountCommand`.
    type Command: Command;
    /// Its events: `AccountEvent`.
    type Event: Event;
    /// Its rules and invariants: `AccountRule`.
    type Rule: Rule;

    /// In snake case, as in stream names: `account`.
    const NAME: &'static str;

    /// Whether any invariant is declared. Where none is, nothing needs to be tried before it is appended.
    const HAS_INVARIANTS: bool;

    /// The declaration as data.
    fn model() -> &'static AggregateModel;

    /// Whether the command is accepted, and what it then records.
    ///
    /// This is the whole decision: rules, body and invariants. It copies the state where an invariant is declared; interpreters
    /// that keep a second buffer call [`Aggregate::propose`] and [`Aggregate::uphold`] instead.
    ///
    /// # Errors
    ///
    /// Every rule that is broken, in declared order.
    fn decide(&self, command: &Self::Command) -> Result<Events<Self::Event>, Rejection> {
        let events = self.propose(command)?;
        if Self::HAS_INVARIANTS && !events.is_empty() {
            let mut after = self.clone();
            for event in &events {
                after.evolve(event);
            }
            Self::uphold(self, &after, command)?;
        }
        Ok(events)
    }

    /// What the rules and the body say, before the invariants are looked at.
    ///
    /// # Errors
    ///
    /// Every rule that is broken, in declared order.
    fn propose(&self, command: &Self::Command) -> Result<Events<Self::Event>, Rejection>;

    /// Whether the invariants let `command` lead from `before` to `after`.
    ///
    /// An invariant that `before` broke already does not refuse, unless `before` is the state before anything happened.
    ///
    /// # Errors
    ///
    /// Every invariant that is broken, in declared order.
    fn uphold(before: &Self, after: &Self, command: &Self::Command) -> Result<(), Rejection>;

    /// What becomes of the state.
    fn evolve(&mut self, event: &Self::Event);

    /// The invariants that this state breaks, for reports: loading never looks at them.
    fn broken_invariants(&self) -> Vec<Self::Rule>;

    /// Starts a decision that is taken event by event.
    fn deciding(&self) -> Deciding<Self> {
        Deciding {
            state: self.clone(),
            events: Events::None,
        }
    }
}

/// The events of one aggregate: an enum with a variant for each.
pub trait Event:
    Clone + Debug + Display + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// In snake case: `deposited`.
    fn name(&self) -> &'static str;

    /// Its parameters by name, in declared order.
    fn arguments(&self) -> Vec<(&'static str, Datum)>;

    /// The schema version that [`Event::encode`] writes.
    fn schema_version(&self) -> u32;

    /// The data as a JSON object: `{"amount":50}`.
    ///
    /// # Errors
    ///
    /// Where a field's own serialisation fails.
    fn encode(&self) -> serde_json::Result<String>;

    /// Reads the data of an event of this or an older name and schema version.
    ///
    /// # Errors
    ///
    /// An unknown name, an unknown version, data that does not fit.
    fn decode(name: &str, schema_version: u32, data: &str) -> Result<Self, Undecodable>;
}

/// The commands of one aggregate: an enum with a variant for each.
pub trait Command:
    Clone + Debug + Display + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// In snake case: `withdraw`.
    fn name(&self) -> &'static str;

    /// Its parameters by name, in declared order.
    fn arguments(&self) -> Vec<(&'static str, Datum)>;
}

/// The rules and invariants of one aggregate: a fieldless enum.
pub trait Rule: Copy + Debug + Display + PartialEq + Send + Sync + 'static {
    /// In snake case, of the aggregate.
    fn aggregate(&self) -> &'static str;

    /// In snake case: `covers`.
    fn name(&self) -> &'static str;

    /// The author's sentence, true when the rule is kept.
    fn sentence(&self) -> &'static str;
}

/// A free function marked `#[rule]`, by the type of the same name that stands beside it.
pub trait FreeRule {
    /// What it says.
    const MODEL: &'static RuleModel;
}

/// What can be asked after in a rejection: a variant of a rule enum, or a free rule (`money::is_payable {}`).
pub trait RuleName {
    /// The aggregate that declares it; `None` for a free rule.
    fn owner(&self) -> Option<&str>;

    /// In snake case.
    fn rule_name(&self) -> &str;
}

/// A decision that is taken event by event: it derefs to the state as left by the events so far.
///
/// Made by [`Aggregate::deciding`], and returned from a command's body.
#[derive(Debug, Clone)]
pub struct Deciding<A: Aggregate> {
    state: A,
    events: Events<A::Event>,
}

impl<A: Aggregate> Deciding<A> {
    /// Adds an event; the state changes at once.
    pub fn emit(&mut self, event: A::Event) {
        self.state.evolve(&event);
        self.events.push(event);
    }
}

impl<A: Aggregate> Deref for Deciding<A> {
    type Target = A;

    fn deref(&self) -> &A {
        &self.state
    }
}

/// What the body of a command may return: one event, an array, a `Vec`, a [`Deciding`], an `Option` of these, or a `Result` of
/// these with a rule of the aggregate.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not something a command of `{A}` can decide",
    label = "a command returns its events",
    note = "return one event, `[event; N]`, `Vec<event>`, `Deciding<Self>`, an `Option` of these, or a `Result` of these with the aggregate's rule"
)]
pub trait Decision<A: Aggregate> {
    /// The events, or the rule that only the body could look at.
    ///
    /// # Errors
    ///
    /// The rule that the body returned as `Err`.
    fn into_events(self) -> Result<Events<A::Event>, A::Rule>;
}

#[diagnostic::do_not_recommend]
impl<A: Aggregate<Event = E>, E: Event> Decision<A> for E {
    fn into_events(self) -> Result<Events<E>, A::Rule> {
        Ok(Events::One(self))
    }
}

impl<A: Aggregate, const N: usize> Decision<A> for [A::Event; N] {
    fn into_events(self) -> Result<Events<A::Event>, A::Rule> {
        Ok(self.into_iter().collect())
    }
}

impl<A: Aggregate> Decision<A> for Vec<A::Event> {
    fn into_events(self) -> Result<Events<A::Event>, A::Rule> {
        Ok(self.into())
    }
}

impl<A: Aggregate> Decision<A> for Deciding<A> {
    fn into_events(self) -> Result<Events<A::Event>, A::Rule> {
        Ok(self.events)
    }
}

impl<A: Aggregate, T: Decision<A>> Decision<A> for Option<T> {
    fn into_events(self) -> Result<Events<A::Event>, A::Rule> {
        self.map_or(Ok(Events::None), T::into_events)
    }
}

impl<A: Aggregate, T: Decision<A>> Decision<A> for Result<T, A::Rule> {
    fn into_events(self) -> Result<Events<A::Event>, A::Rule> {
        self?.into_events()
    }
}
