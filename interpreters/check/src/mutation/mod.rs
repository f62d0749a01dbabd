//! Changes the model in one place at a time and looks who notices. What nobody notices is a rule that nobody's invariants or tests would
//! miss.
//!
//! A changed model is run from its trees, over the states that *it* reaches, and is caught where it accepts a step that breaks an
//! invariant which the original never needed, or where one of the author's own stories comes out differently.

mod candidates;
mod print;
mod reach;
mod run;
mod tree;

pub use tree::Change;

use crate::interpreted::{Call, Interpreted, Witness};
use crate::{Domains, Evidence};
use lawful::Aggregate;
use lawful_pure::Story;
use run::{Runner, Told};
use serde::Serialize;

/// Who notices when a model is changed: see [`mutate`].
#[derive(Debug, Clone, Serialize)]
pub struct Mutation {
    /// The aggregate's name in snake case.
    pub aggregate: String,
    /// How many stories were told to each change.
    pub stories: usize,
    /// Every change, in the order in which the model is shown.
    pub mutants: Vec<Mutant>,
}

/// A model that was changed in one place.
#[derive(Debug, Clone, Serialize)]
pub struct Mutant {
    /// What was done.
    pub change: Change,
    /// Where: `rule covers`.
    pub place: String,
    /// The author's sentence about it.
    pub sentence: String,
    /// The lines of the model that are no longer there.
    pub before: Vec<String>,
    /// The lines that came instead.
    pub after: Vec<String>,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a changed model.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case", tag = "fate")]
#[non_exhaustive]
pub enum Fate {
    /// A command would break an invariant that it never broke before.
    Invariant {
        /// The invariant's name.
        invariant: String,
        /// What happened before.
        given: Vec<Call>,
        /// The command.
        when: Call,
    },
    /// A story comes out differently.
    Story {
        /// Which, from 1.
        number: usize,
        /// What is different.
        witness: Witness,
    },
    /// Nobody noticed, though something is different.
    Survived {
        /// The story that would notice.
        witness: Witness,
        /// How far the search for a broken invariant went.
        evidence: Evidence,
    },
    /// No difference was found.
    Same {
        /// How far the search went.
        evidence: Evidence,
    },
}

impl Mutation {
    /// The changes that nobody noticed though something is different.
    pub fn survivors(&self) -> impl Iterator<Item = &Mutant> {
        let of = |mutant: &&Mutant| matches!(mutant.fate, Fate::Survived { .. });
        self.mutants.iter().filter(of)
    }
}

/// Changes the model in every place, one at a time, and tells each changed model the stories.
///
/// A story counts with what `then(..)` and `then_rejected(..)` can say of it: the events of each command, or the rule that refuses it
/// first. `states` bounds the search for a broken invariant, for each change; a few hundred are usually enough.
///
/// # Examples
///
/// ```
/// use bank::{Account, AccountCommand, AccountEvent, AccountRule};
/// use lawful_check::{Domains, Scope, mutation::mutate};
/// use lawful_pure::given;
///
/// let domains = Domains::<Account>::derive(&Scope::new())?;
/// let stories = [given([AccountEvent::opened("Ada")])
///     .when(AccountCommand::deposit(0))
///     .then_rejected(AccountRule::IsPayable)];
/// let mutation = mutate(&domains, &stories, 40);
/// assert!(mutation.survivors().count() > 0, "one story is not enough");
/// # Ok::<(), lawful_check::DomainError>(())
/// ```
#[must_use]
pub fn mutate<A: Aggregate>(domains: &Domains<A>, stories: &[Story<A>], states: usize) -> Mutation {
    let original = Interpreted::of::<A>();
    let commands: Vec<Call> = domains.commands().iter().map(Call::of_command).collect();
    let told: Vec<Told> = stories.iter().map(Told::new).collect();
    let mut runner = Runner::new(&original, &commands, &told, states.max(1), domains.cut());
    let mutants = candidates::candidates(original.model())
        .into_iter()
        .map(|candidate| {
            let fate = runner.fate(&candidate);
            Mutant {
                change: candidate.change,
                place: candidate.place,
                sentence: candidate.sentence,
                before: candidate.before,
                after: candidate.after,
                fate,
            }
        })
        .collect();
    Mutation {
        aggregate: <A as Aggregate>::NAME.to_owned(),
        stories: stories.len(),
        mutants,
    }
}
