use crate::process::ProcessId;
use lawful::Failure;
use lawful::program::{Divergence, Parked, Stop};
use std::fmt::{Display, Formatter};

/// How far a process came when it was resumed.
#[derive(Debug)]
pub struct Resumed {
    /// The name of its program.
    pub program: &'static str,
    /// Which process.
    pub id: ProcessId,
    /// How far it came.
    pub progress: Progress,
}

/// Why a process does not run any more.
#[derive(Debug)]
#[non_exhaustive]
pub enum Progress {
    /// Its program has returned.
    Finished,
    /// Its program has ended in an `Err`, and a compensation was refused: what it had done is not undone. Somebody has to look at it.
    Uncompensated(String),
    /// It waits for something that has not happened yet.
    Parked(Parked),
    /// Another node moved it on.
    Elsewhere,
    /// Its journal and its program do not match. It stays where it is until a program comes that does.
    Diverged(Divergence),
    /// The world broke. It goes on where it was when it is resumed.
    Failed(Failure),
}

impl Progress {
    pub(crate) fn of(stop: Stop) -> Self {
        match stop {
            Stop::Failed(failure) => Progress::Failed(failure),
            Stop::Parked(parked) => Progress::Parked(*parked),
            Stop::Diverged(divergence) => Progress::Diverged(*divergence),
        }
    }

    /// Whether nothing is left to do.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self, Progress::Finished | Progress::Uncompensated(_))
    }
}

impl Display for Progress {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Progress::Finished => f.write_str("finished"),
            Progress::Uncompensated(why) => f.write_str(why),
            Progress::Parked(parked) => {
                write!(f, "step `{}` waits until {}", parked.step, parked.until)
            }
            Progress::Elsewhere => f.write_str("another node moved it on"),
            Progress::Diverged(divergence) => Display::fmt(divergence, f),
            Progress::Failed(failure) => Display::fmt(failure, f),
        }
    }
}

impl Display for Resumed {
    /// `process-pay-67e5..: finished`
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "process-{}-{}: {}", self.program, self.id, self.progress)
    }
}
