use crate::explore::Coverage;
use crate::{Evidence, Exploration, Finding, Severity};
use lawful::Aggregate;
use std::fmt::{Display, Formatter};

/// What the checks of an aggregate found, how far they looked, and how much of it was accepted.
#[derive(Debug, Clone)]
pub struct Report {
    aggregate: String,
    evidence: Evidence,
    coverage: Coverage,
    findings: Vec<Finding>,
    unseen: Vec<String>,
}

impl Report {
    pub(super) fn new<A: Aggregate>(exploration: &Exploration<A>, findings: Vec<Finding>) -> Self {
        let model = A::model();
        Report {
            aggregate: model.name.to_string(),
            evidence: exploration.evidence(),
            coverage: exploration.coverage().clone(),
            findings,
            unseen: model.opaque().into_iter().map(str::to_owned).collect(),
        }
    }

    /// What was found, worst first.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether anything is wrong; warnings and notes are not.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    }

    /// How far the checks looked.
    #[must_use]
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// How often each command was tried and accepted.
    #[must_use]
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.aggregate, self.evidence)?;
        let commands = self.coverage.commands();
        let width = commands
            .iter()
            .map(|command| command.name.len())
            .max()
            .unwrap_or(0);
        for command in commands {
            write!(
                f,
                "\n  {:width$}  accepted {} of {}",
                command.name, command.accepted, command.tried
            )?;
            for (count, what) in [
                (command.nothing, "nothing to record"),
                (command.refused, "refused"),
                (command.held_back, "held back by an invariant alone"),
                (command.defects, "panicked"),
            ] {
                if count > 0 {
                    write!(f, ", {what} {count}")?;
                }
            }
        }
        for unseen in &self.unseen {
            write!(
                f,
                "\nnot understood, so not seen by checks of trees: `{unseen}`"
            )?;
        }
        if self.findings.is_empty() {
            return f.write_str("\nnothing found");
        }
        for finding in &self.findings {
            write!(f, "\n{finding}")?;
        }
        Ok(())
    }
}
