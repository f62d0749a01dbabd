//! Replicas that a test can part from one another: each goes on deciding alone, and when they hear of each other again, the story shows
//! what breaks.
//!
//! ```
//! use lawful::prelude::*;
//! use lawful_check::Partitioned;
//!
//! /// What is left of something.
//! #[state]
//! pub struct Stock {
//!     left: i64,
//! }
//!
//! #[aggregate]
//! impl Stock {
//!     /// Some came in.
//!     #[event]
//!     fn filled(&mut self, amount: i64) {
//!         self.left += amount;
//!     }
//!
//!     /// One went out.
//!     #[event]
//!     fn taken(&mut self) {
//!         self.left -= 1;
//!     }
//!
//!     /// there is one left
//!     #[rule]
//!     fn is_there(&self) -> bool {
//!         self.left > 0
//!     }
//!
//!     /// nothing is taken twice
//!     #[invariant]
//!     fn is_real(&self) -> bool {
//!         self.left >= 0
//!     }
//!
//!     /// Takes one.
//!     #[command(requires(is_there))]
//!     fn take(&self) -> StockEvent {
//!         StockEvent::taken()
//!     }
//! }
//!
//! let story = Partitioned::<Stock>::given([StockEvent::filled(1)])
//!     .split()
//!     .on("a").execute(StockCommand::take())
//!     .on("b").execute(StockCommand::take())
//!     .heal()
//!     .then_broken(StockRule::IsReal);
//! assert_eq!(
//!     story.to_string(),
//!     "\
//! given  filled(amount: 1)
//!        = Stock { left: 1 }
//! split
//! a      take()
//!        taken()
//!        = Stock { left: 0 }
//! b      take()
//!        taken()
//!        = Stock { left: 0 }
//! heal
//! a      hears of take() on b
//!        would be refused
//!        is_there: there is one left
//!          left > 0, where left = 0
//!        breaks an invariant
//!        is_real: nothing is taken twice
//!          left >= 0, where left = -1
//!        = Stock { left: -1 }
//! b      hears of take() on a
//!        would be refused
//!        is_there: there is one left
//!          left > 0, where left = 0
//!        breaks an invariant
//!        is_real: nothing is taken twice
//!          left >= 0, where left = -1
//!        = Stock { left: -1 }"
//! );
//! ```
//!
//! Which pairs of commands can come to that, [`coordination`](crate::coordination()) tells beforehand. [`exhaust`] goes through all that
//! replicas can do.

mod asserting;
mod exchange;
mod exhaust;
mod telling;

pub use exhaust::{Breach, MOST_DECISIONS, MOST_REPLICAS, exhaust};

use crate::caught::caught;
use lawful::{Aggregate, Events, Rejection};
use std::collections::BTreeSet;

/// Replicas of one aggregate, and everything that they did: decide, hear of each other, be parted and come together again.
///
/// A replica is there from the beginning, from the first time that it is named. While replicas are connected, each hears of every event
/// at once; commands are never decided again, only their events travel, causes before effects.
///
/// [`Display`](std::fmt::Display) tells the story, and is made for `insta::assert_snapshot!`. An assertion that fails panics with all of
/// it.
#[derive(Debug, Clone)]
pub struct Partitioned<A: Aggregate> {
    given: Vec<A::Event>,
    begun: A,
    operations: Vec<Operation<A>>,
    /// The first one has no name: it stands for all that were not named yet, and nothing is told of it.
    replicas: Vec<Replica<A>>,
    turns: Vec<Turn<A>>,
    /// Where the last step began among the turns.
    last_step: usize,
}

/// Where [`Partitioned::replicas`] holds the one without a name.
const UNNAMED: usize = 0;

#[derive(Debug, Clone)]
struct Replica<A> {
    name: String,
    /// Replicas of one group are connected; `None`: it is alone.
    group: Option<usize>,
    /// The operations whose events it has applied.
    knows: BTreeSet<usize>,
    state: A,
}

/// A decision that recorded something.
#[derive(Debug, Clone)]
struct Operation<A: Aggregate> {
    replica: usize,
    command: A::Command,
    events: Events<A::Event>,
}

/// One replica, about to do something.
#[derive(Debug, Clone)]
#[must_use = "a replica does nothing until it is told to"]
pub struct On<A: Aggregate> {
    partitioned: Partitioned<A>,
    replica: usize,
}

/// One thing that happened.
#[derive(Debug, Clone)]
enum Turn<A: Aggregate> {
    Split,
    Join(Vec<String>),
    Heal,
    Decides {
        replica: usize,
        command: A::Command,
        outcome: Outcome<A>,
        state: A,
    },
    Hears {
        replica: usize,
        operation: usize,
        /// What the command would come to here, if not to the same.
        instead: Option<Outcome<A>>,
        /// The invariants that its events break here.
        broken: Option<Rejection>,
        /// A panic in user code: the events were not applied.
        defect: Option<String>,
        state: A,
    },
    /// Replicas that heard of the same events and differ.
    Apart(Vec<(String, A)>),
}

/// What became of a command.
#[derive(Debug, Clone)]
enum Outcome<A: Aggregate> {
    Accepted(Events<A::Event>),
    Rejected(Rejection),
    /// A panic in user code.
    Defect(String),
}

fn decided<A: Aggregate>(state: &A, command: &A::Command) -> Outcome<A> {
    match caught(|| state.decide(command)) {
        Ok(Ok(events)) => Outcome::Accepted(events),
        Ok(Err(rejection)) => Outcome::Rejected(rejection),
        Err(text) => Outcome::Defect(text),
    }
}

impl<A: Aggregate> Default for Partitioned<A> {
    fn default() -> Self {
        Self::new()
    }
}

impl<A: Aggregate> Partitioned<A> {
    /// Connected replicas, before anything happened.
    #[must_use = "a story proves nothing without an assertion or a snapshot"]
    pub fn new() -> Self {
        Self::given([])
    }

    /// Connected replicas that know what happened before.
    ///
    /// # Panics
    ///
    /// Where an event's update panics: no log could hold such a history.
    #[track_caller]
    #[must_use = "a story proves nothing without an assertion or a snapshot"]
    pub fn given(events: impl IntoIterator<Item = A::Event>) -> Self {
        let given: Vec<_> = events.into_iter().collect();
        let mut begun = A::default();
        for event in &given {
            if let Err(text) = caught(|| begun.evolve(event)) {
                panic!("the event `{event}` that is given panicked: {text}");
            }
        }
        let unnamed = Replica {
            name: String::new(),
            group: Some(0),
            knows: BTreeSet::new(),
            state: begun.clone(),
        };
        Partitioned {
            given,
            begun,
            operations: Vec::new(),
            replicas: vec![unnamed],
            turns: Vec::new(),
            last_step: 0,
        }
    }

    /// A replica by its name.
    pub fn on(mut self, name: &str) -> On<A> {
        let replica = self.named(name);
        On {
            partitioned: self,
            replica,
        }
    }

    /// Parts every replica from every other one.
    #[must_use = "a story proves nothing without an assertion or a snapshot"]
    pub fn split(mut self) -> Self {
        self.begin(Turn::Split);
        for replica in &mut self.replicas {
            replica.group = None;
        }
        self
    }

    /// Connects these replicas: each hears of everything that one of them knows, and from now on of what another one does.
    #[must_use = "a story proves nothing without an assertion or a snapshot"]
    pub fn join(mut self, names: &[&str]) -> Self {
        let replicas: Vec<usize> = names.iter().map(|name| self.named(name)).collect();
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        self.begin(Turn::Join(names));
        // How many turns there were is a number that no other group has.
        self.connect(&replicas, self.turns.len());
        self
    }

    /// Connects all replicas.
    #[must_use = "a story proves nothing without an assertion or a snapshot"]
    pub fn heal(mut self) -> Self {
        let all: Vec<usize> = (0..self.replicas.len()).collect();
        self.begin(Turn::Heal);
        self.connect(&all, self.turns.len());
        self
    }

    fn begin(&mut self, turn: Turn<A>) {
        self.last_step = self.turns.len();
        self.turns.push(turn);
    }

    /// The state of a replica.
    #[must_use]
    pub fn state(&self, name: &str) -> &A {
        let named = self.replicas.iter().find(|known| known.name == name);
        &named.unwrap_or(&self.replicas[UNNAMED]).state
    }

    fn named(&mut self, name: &str) -> usize {
        let known = self.replicas.iter().position(|known| known.name == name);
        known.unwrap_or_else(|| {
            let mut replica = self.replicas[UNNAMED].clone();
            name.clone_into(&mut replica.name);
            self.replicas.push(replica);
            self.replicas.len() - 1
        })
    }
}
