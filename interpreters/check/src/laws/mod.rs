//! The laws that hold for every declared aggregate, looked at in every state that can be reached.

mod codec;
mod forms;
mod frame;
mod function;
mod history;
mod invariant;
mod rejection;
mod report;
mod running;
mod symmetry;
mod total;

pub use report::{LawReport, LawResult};
pub use running::laws_on;

use crate::explore::{Outcome, step};
use crate::{DomainError, Domains, Exploration, Scope, explore};
use lawful::{Aggregate, Datum};

/// Looks at every law of one aggregate.
///
/// ```
/// lawful_check::laws::<counter::Counter>();
/// ```
///
/// # Panics
///
/// Where a law is broken, with all that is known about it; and where a parameter has a type of which no value can be made up.
#[track_caller]
pub fn laws<A: Aggregate>() {
    match Laws::<A>::new().run() {
        Ok(report) if report.holds() => {}
        Ok(report) => panic!("{report}"),
        Err(error) => panic!("{error}"),
    }
}

/// The laws of one aggregate, over a scope of one's own.
///
/// ```
/// use counter::Counter;
/// use lawful_check::{Laws, Scope};
///
/// let report = Laws::<Counter>::new().scope(Scope::new().budget(100)).run().unwrap();
/// assert!(report.holds(), "{report}");
/// ```
#[derive(Debug, Clone)]
pub struct Laws<A: Aggregate> {
    scope: Scope,
    of: std::marker::PhantomData<fn() -> A>,
}

impl<A: Aggregate> Default for Laws<A> {
    fn default() -> Self {
        Self::new()
    }
}

/// How many states the laws look at by default: a test shall take a second, also where nothing is optimised.
const BUDGET: usize = 120;

/// How many commands they try in them.
const TRIES: usize = 1_700;

/// How many commands of each kind.
const VALUES: usize = 30;

/// How many states are looked at with the extremes of integers.
const EXTREME: usize = 50;

impl<A: Aggregate> Laws<A> {
    /// Every law, over 120 states and 1 700 tried commands, 30 of each kind.
    #[must_use]
    pub fn new() -> Self {
        Laws {
            scope: Scope::new().budget(BUDGET).tries(TRIES).values(VALUES),
            of: std::marker::PhantomData,
        }
    }

    /// How much is tried.
    #[must_use]
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// Looks at every law.
    ///
    /// # Errors
    ///
    /// Where a parameter has a type of which no value can be made up.
    pub fn run(&self) -> Result<LawReport, DomainError> {
        let domains = Domains::<A>::derive(&self.scope)?;
        let exploration = explore(&domains);
        let mut results: Vec<Looked<A>> = vec![
            Looked::new("the compiled code and the model agree", forms::agree),
            Looked::new("decide is a function", function::decides_alike),
            Looked::new(
                "invariants hold after every accepted command",
                invariant::holds,
            ),
            Looked::new(
                "a rejection changes nothing and names what is broken",
                rejection::is_pure,
            ),
            Looked::new("a fold goes on from an encoded snapshot", history::goes_on),
            Looked::new(
                "an event changes only the fields that its update names",
                frame::is_kept,
            ),
            Looked::new("ids of one kind can be exchanged", symmetry::holds),
        ];
        let extended = self.scope.ids > 1 && self.scope.symmetric;
        let default = Datum::of(&A::default()).map_err(|error| error.to_string());
        // Each law tries every command in a state, those that the search did not come to included.
        let most = self.scope.tries / domains.commands().len().max(1);
        for (place, state) in exploration.states().iter().enumerate().take(most.max(1)) {
            let world = World {
                domains: &domains,
                default: &default,
                place,
                state,
                datum: Datum::of(state).map_err(|error| error.to_string()),
                decoded: history::decoded(state),
                exchangeable: extended,
            };
            for (number, command) in domains.commands().iter().enumerate() {
                let outcome = step(state, command);
                for law in &mut results {
                    law.look(&exploration, &world, number, command, &outcome);
                }
            }
        }
        let mut results: Vec<LawResult> = results.into_iter().map(Looked::result).collect();
        results.insert(
            2,
            total::is_total::<A>(
                &self
                    .scope
                    .clone()
                    .extremes()
                    .budget(self.scope.budget.min(EXTREME)),
            )?,
        );
        results.push(history::is_fold(&exploration));
        results.push(codec::commands(&domains));
        results.push(codec::events(&domains));
        results.push(codec::states(&exploration));
        Ok(LawReport::new(&exploration, results))
    }
}

/// A state, and what the laws need of it.
struct World<'a, A: Aggregate> {
    domains: &'a Domains<A>,
    default: &'a Result<Datum, String>,
    place: usize,
    state: &'a A,
    datum: Result<Datum, String>,
    /// The state, written and read back.
    decoded: Result<A, String>,
    exchangeable: bool,
}

/// What a law says of one instance.
enum Says {
    Kept,
    /// It says nothing about this.
    Silent,
    /// Something was not understood.
    Unseen(String),
    Broken(String),
}

type Law<A> = fn(&World<'_, A>, &<A as Aggregate>::Command, &Outcome<A>) -> Says;

/// A law, and what it has said so far.
struct Looked<A: Aggregate> {
    law: Law<A>,
    result: LawResult,
}

impl<A: Aggregate> Looked<A> {
    fn new(name: &'static str, law: Law<A>) -> Self {
        Looked {
            law,
            result: LawResult::new(name),
        }
    }

    fn result(self) -> LawResult {
        self.result
    }

    fn look(
        &mut self,
        exploration: &Exploration<A>,
        world: &World<'_, A>,
        number: usize,
        command: &A::Command,
        outcome: &Outcome<A>,
    ) {
        if self.result.is_broken() {
            return;
        }
        match (self.law)(world, command, outcome) {
            Says::Kept => self.result.keep(),
            Says::Silent => {}
            Says::Unseen(what) => self.result.miss(what),
            Says::Broken(why) => {
                let story = report::story(exploration, world.place, Some(number));
                self.result.break_by(format!("{story}\n{why}"));
            }
        }
    }
}
