//! What changes between two versions of a model: not its text, but what it answers.
//!
//! Both versions are run side by side from their trees. The search follows the histories that both could have written, then those that
//! only one of them could have; what it finds is told by a shortest story.

mod print;
mod rules;
mod search;
mod shape;

use crate::interpreted::{Call, Interpreted, Witness};
use crate::{DomainError, Domains, Evidence, Scope};
use lawful::Aggregate;
use lawful::model::AggregateModel;
use search::Search;
use serde::Serialize;

/// What changes between two versions of a model: see [`diff`].
#[derive(Debug, Clone, Serialize)]
pub struct Diff {
    /// The aggregate's name in snake case.
    pub aggregate: String,
    /// Answers that differ.
    pub changes: Vec<AnswerChange>,
    /// Rules and invariants that say something else.
    pub rules: Vec<RuleChange>,
    /// Fields, commands, events and rules that only one version has, and what therefore was not compared, as sentences.
    pub shape: Vec<String>,
    /// How far the search went.
    pub evidence: Evidence,
}

/// A command that is answered differently.
#[derive(Debug, Clone, Serialize)]
pub struct AnswerChange {
    /// In what way.
    pub kind: AnswerKind,
    /// The command's name.
    pub command: String,
    /// Who could have written the history of the story.
    pub history: Author,
    /// A shortest story.
    pub witness: Witness,
}

/// In what way an answer differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnswerKind {
    /// It is accepted and was refused.
    Accepted,
    /// It is refused and was accepted.
    Refused,
    /// It records something else.
    OtherEvents,
    /// It records the same, which leads to another state.
    OtherState,
    /// Another rule refuses it.
    OtherReason,
}

/// Which version could have written a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// Each of them.
    Both,
    /// Only the earlier one.
    Earlier,
    /// Only the present one.
    Present,
}

/// A rule or invariant that says something else.
#[derive(Debug, Clone, Serialize)]
pub struct RuleChange {
    /// Its name.
    pub rule: String,
    /// Whether it is an invariant.
    pub invariant: bool,
    /// In what way.
    pub kind: RuleKind,
    /// The lines of the model that are no longer there.
    pub before: Vec<String>,
    /// The lines that came instead.
    pub after: Vec<String>,
    /// Where it holds now and did not.
    pub now_holds: Option<String>,
    /// Where it no longer holds.
    pub no_longer_holds: Option<String>,
}

/// In what way a rule says something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RuleKind {
    /// It holds more often.
    Weaker,
    /// It holds less often.
    Stronger,
    /// It holds where it did not, and no longer where it did.
    Different,
    /// It, or something that it calls, is written differently, and nothing was found where that matters.
    Rewritten,
}

impl Diff {
    /// Whether nothing was found, not even another shape.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.rules.is_empty() && self.shape.is_empty()
    }
}

/// Compares an earlier version of a model, read back from its serialised form, with the present one.
///
/// Values are derived from the constants of both. `states` bounds the search: how many pairs of states, one of each version, are looked
/// at; every command is tried in each.
///
/// # Examples
///
/// ```
/// use bank::Account;
/// use lawful::{Aggregate, model::AggregateModel};
/// use lawful_check::{Scope, diff::diff};
///
/// let committed = serde_json::to_string(Account::model())?;
/// let earlier = AggregateModel::from_json(&committed)?;
/// assert!(diff::<Account>(&earlier, &Scope::new(), 20)?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Where a parameter has a type of which no value can be made up: it needs `#[samples(..)]`.
pub fn diff<A: Aggregate>(
    earlier: &AggregateModel,
    scope: &Scope,
    states: usize,
) -> Result<Diff, DomainError> {
    let present = A::model();
    let domains = Domains::<A>::derive(&scope.clone().with_constants_of(earlier))?;
    let commands: Vec<Call> = domains
        .commands()
        .iter()
        .map(Call::of_command)
        .filter(|command| shape::comparable(earlier, present, &command.name))
        .collect();
    let (one, two) = (Interpreted::new(earlier.clone()), Interpreted::of::<A>());
    let found = Search::new(&one, &two, &commands, states.max(1), domains.cut()).run();
    let mut shape = shape::differences(earlier, present);
    shape.extend(found.initial);
    Ok(Diff {
        aggregate: <A as Aggregate>::NAME.to_owned(),
        changes: found.changes,
        rules: found.rules,
        shape,
        evidence: found.evidence,
    })
}
