use super::{Fate, Mutant, Mutation};
use crate::interpreted::Witness;
use std::fmt::{Display, Formatter, Result};

/// What the original says, and what the changed model says.
const WORDS: [&str; 2] = ["then", "mutant"];

impl Display for Mutation {
    /// The survivors, each with the lines that were changed and a story that would notice.
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let count = |of: fn(&Fate) -> bool| {
            let of = |mutant: &&Mutant| of(&mutant.fate);
            self.mutants.iter().filter(of).count()
        };
        writeln!(
            f,
            "{}: {} changes, one at a time; {} told",
            self.aggregate,
            self.mutants.len(),
            counted(self.stories, "story", "stories")
        )?;
        write!(
            f,
            "  noticed: {} by invariants, {} by stories; unnoticed: {}; without a difference: {}",
            count(|fate| matches!(fate, Fate::Invariant { .. })),
            count(|fate| matches!(fate, Fate::Story { .. })),
            count(|fate| matches!(fate, Fate::Survived { .. })),
            count(|fate| matches!(fate, Fate::Same { .. })),
        )?;
        if self.survivors().next().is_some() {
            f.write_str("\n\nrules nobody's invariants or tests would miss\n")?;
        }
        for mutant in self.survivors() {
            write!(f, "\n{mutant}")?;
        }
        let mut same = self.mutants.iter();
        let mut same = same
            .by_ref()
            .filter(|mutant| matches!(mutant.fate, Fate::Same { .. }))
            .peekable();
        if same.peek().is_some() {
            f.write_str("\n\nchanges that make no difference\n")?;
        }
        for mutant in same {
            write!(f, "\n{mutant}")?;
        }
        Ok(())
    }
}

impl Display for Mutant {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let sentence = if self.sentence.is_empty() {
            String::new()
        } else {
            format!(": {}", self.sentence)
        };
        writeln!(f, "{}{sentence}", self.place)?;
        for line in &self.before {
            writeln!(f, "  - {line}")?;
        }
        for line in &self.after {
            writeln!(f, "  + {line}")?;
        }
        match &self.fate {
            Fate::Invariant {
                invariant,
                given,
                when,
            } => {
                let given: Vec<_> = given.iter().map(ToString::to_string).collect();
                let given = if given.is_empty() {
                    "nothing".to_owned()
                } else {
                    given.join(", ")
                };
                writeln!(f, "  noticed by {invariant}: given {given}, when {when}")
            }
            Fate::Story { number, witness } => {
                writeln!(f, "  noticed by story {number}")?;
                told(f, witness)
            }
            Fate::Survived { witness, evidence } => {
                writeln!(
                    f,
                    "  no invariant breaks, {evidence}; this story would notice"
                )?;
                told(f, witness)
            }
            Fate::Same { evidence } => writeln!(f, "  every answer is the same, {evidence}"),
        }
    }
}

fn told(f: &mut Formatter<'_>, witness: &Witness) -> Result {
    writeln!(f, "{}", witness.tell(WORDS, 4))
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
