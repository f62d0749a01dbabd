use super::{AnswerChange, AnswerKind, Author, Diff, RuleChange, RuleKind};
use crate::interpreted::Outcome;
use std::fmt::{Display, Formatter, Result};

impl Display for Diff {
    /// What is accepted, refused and recorded differently, the rules that changed, and what was not compared.
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "{}: what changes?", self.aggregate)?;
        write!(f, "  evidence: {}", self.evidence)?;
        if self.is_empty() {
            return f.write_str("\n\nno difference was found");
        }
        for change in &self.changes {
            write!(f, "\n\n{change}")?;
        }
        for rule in &self.rules {
            write!(f, "\n\n{rule}")?;
        }
        if !self.shape.is_empty() {
            f.write_str("\n\nanother shape")?;
        }
        for sentence in &self.shape {
            write!(f, "\n  {sentence}")?;
        }
        Ok(())
    }
}

impl Display for AnswerChange {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let command = &self.command;
        match (self.kind, &self.witness.one, &self.witness.other) {
            (AnswerKind::Accepted, was, _) => {
                write!(f, "now accepted: {command}, which {}", refused(was, "was"))?;
            }
            (AnswerKind::Refused, _, is) => {
                write!(f, "now refused: {command}, which {}", refused(is, "is"))?;
            }
            (AnswerKind::OtherEvents, ..) => write!(f, "records something else: {command}")?,
            (AnswerKind::OtherState, ..) => {
                write!(f, "the same events lead to another state: {command}")?;
            }
            (AnswerKind::OtherReason, ..) => write!(f, "refused by another rule: {command}")?,
        }
        match self.history {
            Author::Both => {}
            Author::Earlier => f.write_str(" (only the earlier version wrote this history)")?,
            Author::Present => f.write_str(" (only the present version writes this history)")?,
        }
        write!(f, "\n{}", self.witness.tell(["was", "is"], 2))
    }
}

fn refused(outcome: &Outcome, word: &str) -> String {
    match outcome {
        Outcome::Failed(why) => format!("{word} failing: {why}"),
        outcome => format!("{word} {outcome}"),
    }
}

impl Display for RuleChange {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let what = if self.invariant { "invariant" } else { "rule" };
        let kind = match self.kind {
            RuleKind::Weaker => "weaker",
            RuleKind::Stronger => "stronger",
            RuleKind::Different => "different",
            RuleKind::Rewritten => "written differently, and no difference was found",
        };
        write!(f, "{what} {}: {kind}", self.rule)?;
        for line in &self.before {
            write!(f, "\n  - {line}")?;
        }
        for line in &self.after {
            write!(f, "\n  + {line}")?;
        }
        if let Some(state) = &self.now_holds {
            write!(f, "\n  now holds in {state}")?;
        }
        if let Some(state) = &self.no_longer_holds {
            write!(f, "\n  no longer holds in {state}")?;
        }
        Ok(())
    }
}
