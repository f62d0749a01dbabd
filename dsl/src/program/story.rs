use crate::Domain;
use crate::program::layer::Line;
use std::fmt::{Debug, Display, Formatter};

/// What a program asked, what it was answered, and how it ended. Made for `insta::assert_snapshot!`.
pub struct Story<D: Domain, T, E> {
    /// Every request and its answer, in order.
    pub lines: Vec<Line<D>>,
    /// What the program returned.
    pub outcome: Result<T, E>,
}

impl<D: Domain, T: Debug, E: Display> Display for Story<D, T, E> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        for line in &self.lines {
            writeln!(f, "{line}")?;
        }
        match &self.outcome {
            Ok(output) => write!(f, "done: {output:?}"),
            Err(refusal) => write!(f, "refused: {refusal}"),
        }
    }
}

impl<D: Domain, T: Debug, E: Debug> Debug for Story<D, T, E> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Story")
            .field("lines", &self.lines)
            .field("outcome", &self.outcome)
            .finish()
    }
}

impl<D: Domain, T: Clone, E: Clone> Clone for Story<D, T, E> {
    fn clone(&self) -> Self {
        Story {
            lines: self.lines.clone(),
            outcome: self.outcome.clone(),
        }
    }
}

impl<D: Domain, T: PartialEq, E: PartialEq> PartialEq for Story<D, T, E> {
    fn eq(&self, other: &Self) -> bool {
        self.lines == other.lines && self.outcome == other.outcome
    }
}
