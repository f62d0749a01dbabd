//! Which commands may be taken in two places at once, and what breaks otherwise.
//!
//! Replicas accept commands alone, ship the *events* (nobody decides again), and apply them causes first. Which pairs of commands must
//! know of each other, so that replicas that saw the same events agree, and every invariant holds on every replica at every moment?
//!
//! ```
//! use lawful::prelude::*;
//! use lawful_check::coordination::Verdict;
//!
//! /// An item in a shop.
//! #[state]
//! pub struct Item {
//!     left: u32,
//! }
//!
//! #[aggregate]
//! impl Item {
//!     /// One came back.
//!     #[event]
//!     fn returned(&mut self) {
//!         self.left += 1;
//!     }
//!
//!     /// One was sold.
//!     #[event]
//!     fn sold(&mut self) {
//!         self.left = self.left.saturating_sub(1);
//!     }
//!
//!     /// one is left
//!     #[rule]
//!     fn is_there(&self) -> bool {
//!         self.left > 0
//!     }
//!
//!     /// the shelf holds it
//!     #[rule]
//!     fn has_room(&self) -> bool {
//!         self.left < 3
//!     }
//!
//!     /// Takes one back.
//!     #[command(requires(has_room))]
//!     fn take_back(&self) -> ItemEvent {
//!         ItemEvent::returned()
//!     }
//!
//!     /// Sells one.
//!     #[command(requires(is_there))]
//!     fn sell(&self) -> ItemEvent {
//!         ItemEvent::sold()
//!     }
//! }
//!
//! let report = lawful_check::coordination::<Item>().report()?;
//! let selling_twice = report.between("sell", "sell");
//! assert_eq!(selling_twice[0].verdict, Verdict::Order, "the last item is sold twice, and nobody sees it");
//! println!("{report}");
//! # Ok::<(), lawful_check::coordination::CoordinationError>(())
//! ```
//!
//! # Verdicts
//!
//! | in the text | verdict | what it means |
//! |---|---|---|
//! | `yes` | [`Free`](Verdict::Free) | every run equals one in which they come one after the other |
//! | `merge` | [`MergeSafe`](Verdict::MergeSafe) | replicas agree and invariants hold, but a rule that was true where a command was decided is false where it arrives: acceptable, or an invariant is missing |
//! | `order` | [`Order`](Verdict::Order) | replicas that saw the same events may differ |
//! | `NO` | [`Coordinate`](Verdict::Coordinate) | an invariant may be broken |
//!
//! Pairs are told apart by their commands and by which arguments agree (same seat, different person): ids, texts, plain variants and
//! values that wrap one of these or a number; bare numbers are amounts.
//!
//! # How
//!
//! Every effect (a command and the events that it recorded) is followed to every state that it may arrive in. It leaves the state in
//! which it was decided; every other effect that is pending in the same state, and not coordinated with it, may be applied first and
//! carries it to the next state. Where it arrives, the invariants must hold, and its order with everything that is pending there must
//! make no difference. What goes wrong blames a class of pairs, which is coordinated from then on; at the end each class is given up
//! again that is not needed after all. Stories are then looked for by execution: two replicas, up to four decisions apart. Where none is
//! found, the trace of the analysis is told, and says so.
//!
//! The verdicts hold for all runs over the values of the scope, by induction on the events that a replica has applied: it is in the
//! state that they lead to in any causal order, because concurrent neighbours commute in every state that both arrive in. So an event
//! arrives in the state of its decision, changed by some concurrent ones, each of which arrived in between: the walk that was followed.
//!
//! That argument is tested. On 5100 random machines every verdict was taken at its word and
//! [everything that replicas can do](crate::partitioned::exhaust) was executed: none was belied. Of the demands, 11012 of 11735 were
//! shown necessary by a run that goes wrong without them; the others need more decisions than were tried, or ask for too much.
//!
//! # Limits
//!
//! The report is as good as its scope: a scope with one more id that leads to the same verdicts is reassuring, no proof. It assumes
//! causal delivery; the pairs that need it are listed. It speaks of one aggregate. What is demanded is minimal, not the minimum: another
//! choice of pairs may do as well. Ids that are never used twice are not modelled, so commands about an id may turn up as if the same id
//! came anew.

mod aggregate;
mod analyse;
mod class;
mod closure;
mod delivery;
mod machine;
mod remedy;
mod report;
mod rows;
mod run;
mod solve;
mod stories;
mod table;
mod text;
mod verdicts;

pub use machine::{Arrival, Instance, Key, Machine};
pub use report::{
    Agreement, Coordination, Ending, Instead, OneAtATime, Pair, Remedy, Story, Verdict,
};
pub use verdicts::{Verdicts, verdicts};

use crate::partitioned::{Breach, exhaust};
use crate::{DomainError, Domains, Evidence, Scope};
use aggregate::Declared;
use closure::{Cut, MEETINGS_EACH};
use lawful::Aggregate;
use solve::Alone;
use std::hash::Hash;
use std::marker::PhantomData;

/// How many states a replica may be in before the analysis gives up, unless it is told otherwise.
const MOST_STATES: usize = 1_000;

/// Asks which commands of an aggregate may be taken in two places at once: see [the module](self) for what the answer means.
///
/// ```
/// # fn main() -> Result<(), lawful_check::coordination::CoordinationError> {
/// use lawful_check::{Scope, coordination};
///
/// let report = coordination::<bank::Account>().scope(Scope::new().ids(3)).report()?;
/// println!("{report}");
/// # Ok(())
/// # }
/// ```
pub fn coordination<A: Aggregate + Eq + Hash>() -> Asked<A> {
    Asked {
        scope: Scope::new(),
        most_states: MOST_STATES,
        aggregate: PhantomData,
    }
}

/// A coordination report to be made.
#[derive(Debug, Clone)]
#[must_use = "call `report()`"]
pub struct Asked<A> {
    scope: Scope,
    most_states: usize,
    aggregate: PhantomData<fn() -> A>,
}

/// Why there is no report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CoordinationError {
    /// A parameter of which no value can be made up.
    #[error(transparent)]
    Domain(#[from] DomainError),
    /// One place alone goes wrong.
    #[error(
        "`{command}` is accepted but breaks an invariant in one place already, in the state `{state}`, so nothing can be said of two: is a command's body or a rule not a function of the state?"
    )]
    Alone {
        /// The command.
        command: String,
        /// The state in which it is accepted.
        state: String,
    },
}

impl<A: Aggregate + Eq + Hash> Asked<A> {
    /// Which values are tried.
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// How many states a replica may be in before the analysis gives up: 1 000, unless this says otherwise; at least one.
    pub fn most_states(mut self, states: usize) -> Self {
        self.most_states = states.max(1);
        self
    }

    /// Makes the report.
    ///
    /// # Errors
    ///
    /// Where no values can be made up for a parameter.
    pub fn report(&self) -> Result<Coordination, CoordinationError> {
        let domains = Domains::<A>::derive(&self.scope)?;
        let machine = Declared::new(&domains);
        let mut analysis = analyse::analyse(&machine, self.most_states).map_err(|alone| {
            CoordinationError::Alone {
                command: alone.command,
                state: alone.state,
            }
        })?;
        let model = A::model();
        let evidence = evidence(&analysis, domains.cut(), self.most_states);
        let one_at_a_time = remedy::one_at_a_time(&analysis.pairs);
        let stable = delivery::stable(&mut analysis.table, &analysis.solved);
        let causal = delivery::causal(&mut analysis.table, &analysis.solved);
        let pairs = analysis.pairs.into_iter().map(|(mut pair, seen)| {
            pair.remedy = remedy::remedy(model, &pair, &seen);
            pair
        });
        Ok(Coordination {
            aggregate: model.name.to_string(),
            evidence,
            commands: domains.commands().len(),
            pairs: pairs.collect(),
            one_at_a_time,
            stable,
            causal,
            never_accepted: analysis.never_accepted,
        })
    }
}

impl<A: Aggregate + Eq + Hash> Asked<A> {
    /// Takes the verdicts at their word, and executes everything that so many replicas can do with so many decisions: see
    /// [`exhaust`]. `None`, if nothing belies them.
    ///
    /// This takes long where there are many commands, and is for those who would rather see than believe.
    ///
    /// # Errors
    ///
    /// Where there is no report either.
    ///
    /// # Panics
    ///
    /// For more than [`MOST_REPLICAS`](crate::partitioned::MOST_REPLICAS) replicas or
    /// [`MOST_DECISIONS`](crate::partitioned::MOST_DECISIONS) decisions.
    pub fn belied(
        &self,
        replicas: usize,
        decisions: usize,
    ) -> Result<Option<Breach>, CoordinationError> {
        let domains = Domains::<A>::derive(&self.scope)?;
        let machine = Declared::new(&domains);
        let found = verdicts::decided(&machine, self.most_states).map_err(alone)?;
        let verdict = |one, two| found.of(one, two);
        Ok(exhaust(&machine, verdict, replicas, decisions))
    }
}

fn alone(Alone { command, state }: Alone) -> CoordinationError {
    CoordinationError::Alone { command, state }
}

fn evidence<M: Machine>(
    analysis: &analyse::Analysis<M>,
    cut: &[String],
    most_states: usize,
) -> Evidence {
    let closed = &analysis.solved.closed;
    let bounds = closed.cut.iter().map(|cut| match cut {
        Cut::States => format!("no more than {most_states} were looked at"),
        Cut::Meetings => format!(
            "no more than {} meetings of two events were looked at",
            most_states.saturating_mul(MEETINGS_EACH)
        ),
        Cut::Defects => "some could not be computed, because the domain panicked".to_owned(),
    });
    let mut bounds: Vec<String> = bounds.collect();
    bounds.extend(cut.iter().cloned());
    let states = closed.states.len();
    if bounds.is_empty() {
        Evidence::Complete { states }
    } else {
        let bound = bounds.join("; ");
        Evidence::Bounded { states, bound }
    }
}
