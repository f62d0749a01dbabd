//! What is wrong, missing or idle in a model, by exploring it.

mod dead_end;
mod defect;
mod invariant;
mod missing;
mod report;
mod unreachable;
mod vacuous;

pub use report::Report;

use crate::explore::{Progress, explore_watched};
use crate::{DomainError, Domains, Exploration, Finding, Scope};
use lawful::Aggregate;
use std::cmp::Reverse;

/// Checks of one aggregate: `Check::<Account>::new().run()`.
///
/// ```
/// use counter::Counter;
/// use lawful_check::Check;
///
/// let report = Check::<Counter>::new().run().unwrap();
/// assert_eq!(report.evidence().to_string(), "complete (4 states)");
/// ```
#[derive(Debug, Clone)]
pub struct Check<A: Aggregate> {
    scope: Scope,
    terminal: Vec<A::Rule>,
}

impl<A: Aggregate> Default for Check<A> {
    fn default() -> Self {
        Self::new()
    }
}

impl<A: Aggregate> Check<A> {
    /// Every check, over the default scope.
    #[must_use]
    pub fn new() -> Self {
        Check {
            scope: Scope::new(),
            terminal: Vec::new(),
        }
    }

    /// How much is tried.
    #[must_use]
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// States in which this rule holds are meant to be the end: nothing needs to be possible in them. The rule has no parameters.
    #[must_use]
    pub fn terminal(mut self, rule: A::Rule) -> Self {
        self.terminal.push(rule);
        self
    }

    /// Explores the aggregate and tells what was found.
    ///
    /// # Errors
    ///
    /// Where a parameter has a type of which no value can be made up.
    pub fn run(&self) -> Result<Report, DomainError> {
        self.run_watched(&mut |_| {})
    }

    /// Like [`Check::run`], and tells after each state how far it has come.
    ///
    /// # Errors
    ///
    /// Where a parameter has a type of which no value can be made up.
    pub fn run_watched(&self, watch: &mut dyn FnMut(Progress)) -> Result<Report, DomainError> {
        let domains = Domains::<A>::derive(&self.scope)?;
        let exploration = explore_watched(&domains, watch);
        Ok(self.read(&exploration))
    }

    /// Tells what an exploration shows.
    #[must_use]
    pub fn read(&self, exploration: &Exploration<A>) -> Report {
        let mut findings: Vec<Finding> = Vec::new();
        findings.extend(invariant::broken_from_the_start::<A>());
        findings.extend(defect::panics(exploration));
        findings.extend(invariant::reliances(exploration));
        findings.extend(unreachable::commands(exploration));
        findings.extend(unreachable::events(exploration));
        findings.extend(unreachable::rules(A::model()));
        findings.extend(unreachable::clauses(exploration));
        findings.extend(vacuous::invariants(exploration));
        findings.extend(dead_end::dead_ends(exploration, &self.terminal));
        findings.extend(invariant::broken_in_between(exploration));
        findings.sort_by_key(|finding| Reverse(finding.severity));
        Report::new(exploration, findings)
    }
}
