use super::{Claim, Example, Proof, Proofs, Verdict};
use std::fmt::{Display, Formatter, Result};

impl Display for Proofs {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "{}: what holds for all values?", self.aggregate)?;
        match &self.solver {
            Some(solver) => write!(f, "  solver: {solver}")?,
            None => write!(
                f,
                "  solver: none; install `z3` to have {} obligations proved",
                self.results.len()
            )?,
        }
        for invariant in &self.broken_at_first {
            write!(
                f,
                "\n  the state before anything happened breaks {invariant}"
            )?;
        }
        let mut command = "";
        for proof in &self.results {
            if proof.command != command {
                command = &proof.command;
                write!(f, "\n\n{command}")?;
            }
            write!(f, "\n{proof}")?;
        }
        if !self.gaps.is_empty() {
            f.write_str("\n\nnot expressed, so nothing is claimed of it")?;
        }
        for gap in &self.gaps {
            write!(f, "\n  {}: {}", gap.what, gap.why)?;
        }
        Ok(())
    }
}

impl Display for Proof {
    /// `  proved (z3 4.8.12): its rules keep is_solvent`
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let claim = &self.claim;
        match &self.verdict {
            Verdict::Proved(evidence) => write!(f, "  {evidence}: {claim}"),
            Verdict::Impossible(evidence) => match claim {
                Claim::Refuses(clause) => {
                    write!(f, "  {evidence}: `{clause}` is implied by the other rules")
                }
                _ => write!(f, "  {evidence}: it is never accepted"),
            },
            Verdict::Refuted(example) => write!(
                f,
                "  refuted: {claim}\n{example}\n    the state keeps every invariant, and may be out of reach: then a stronger invariant rules it out"
            ),
            Verdict::Shown(example) => write!(f, "  shown: {claim}\n{example}"),
            Verdict::Unknown(why) => write!(f, "  unknown: {claim}\n    {why}"),
            Verdict::Unasked => write!(f, "  not asked: {claim}"),
        }
    }
}

impl Display for Example {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Example { state, when, then } = self;
        write!(
            f,
            "    in     {state}\n    when   {when}\n    then   {then}"
        )
    }
}
