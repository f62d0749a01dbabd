use crate::log::StreamId;
use crate::program::Step;
use crate::{Failure, FailureKind, Timestamp};
use std::fmt::{Display, Formatter};

/// Why an interpreter stops a program. The program never sees it: what it sees are answers, rejections among them.
#[derive(Debug)]
pub enum Stop {
    /// The world broke.
    Failed(Failure),
    /// The program waits for something that has not happened yet: it is dropped here, and resumed from its journal when it has.
    Parked(Box<Parked>),
    /// The journal and the program do not match.
    Diverged(Box<Divergence>),
}

/// What a parked program waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// The step that waits.
    pub step: Step,
    /// When it goes on at the latest.
    pub until: Timestamp,
    /// An event on one of these lets it go on earlier.
    pub streams: Vec<StreamId>,
}

/// Where a journal and a program part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divergence {
    /// The step.
    pub step: Step,
    /// What the journal holds.
    pub recorded: Option<String>,
    /// What the program asked; `None` if it ended.
    pub asked: Option<String>,
}

impl Display for Divergence {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "step `{}`: the journal and the program do not match: recorded was ",
            self.step
        )?;
        match &self.recorded {
            Some(recorded) => write!(f, "`{recorded}`")?,
            None => f.write_str("nothing")?,
        }
        match &self.asked {
            Some(asked) => write!(f, ", asked is `{asked}`")?,
            None => f.write_str(", but the program has ended")?,
        }
        f.write_str(
            "; run the program that wrote the journal, or mark the change with `version(..)`",
        )
    }
}

impl Display for Stop {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Stop::Failed(failure) => Display::fmt(failure, f),
            Stop::Parked(parked) => {
                write!(f, "step `{}` waits until {}", parked.step, parked.until)
            }
            Stop::Diverged(divergence) => Display::fmt(divergence, f),
        }
    }
}

impl Stop {
    /// The failure, if that is why.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Stop::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    /// As a failure, for callers to whom a program that stops has failed.
    #[must_use]
    pub fn into_failure(self) -> Failure {
        let kind = match self {
            Stop::Failed(failure) => return failure,
            Stop::Parked(_) => FailureKind::Other,
            Stop::Diverged(_) => FailureKind::Diverged,
        };
        Failure::new(kind, self.to_string())
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Stop::Failed(failure)
    }
}
