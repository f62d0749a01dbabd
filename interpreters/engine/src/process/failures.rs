//! What failures of processes say, in one place.

use lawful::log::StreamId;
use lawful::{Failure, FailureKind};
use std::fmt::Display;

#[cold]
pub(crate) fn unencodable(
    process: StreamId,
    what: impl Display,
    error: serde_json::Error,
) -> Failure {
    let message = format!("{what} of process `{process}` cannot be written as JSON: `{error}`");
    Failure::new(FailureKind::Unencodable, message).because(error)
}

#[cold]
pub(crate) fn unreadable(process: StreamId, version: u64, error: serde_json::Error) -> Failure {
    let message = format!(
        "line {version} of the journal of process `{process}` cannot be read: `{error}`; it was written by a newer release, or damaged"
    );
    Failure::new(FailureKind::Undecodable, message).because(error)
}

#[cold]
pub(crate) fn elsewhere(process: StreamId) -> Failure {
    let message = format!(
        "process `{process}` was moved on by another node while this one worked on it; there is nothing to do, the other one goes on"
    );
    Failure::new(FailureKind::Contention { attempts: 1 }, message)
}

#[cold]
pub(crate) fn not_started(process: StreamId) -> Failure {
    let message = format!("process `{process}` was never started; `start` it first");
    Failure::new(FailureKind::Other, message)
}

#[cold]
pub(crate) fn reused(asked: StreamId, found: StreamId) -> Failure {
    let message = if asked == found {
        format!(
            "process `{asked}` was started before with other parameters; choose a new id for a new process"
        )
    } else {
        format!(
            "process id `{}` is taken by `{found}`, so that `{asked}` cannot be started; choose a new id for a new process",
            asked.id
        )
    };
    Failure::new(FailureKind::CommandIdReused, message)
}

/// Why a rehearsal stops: the journal was followed to its end.
#[cold]
pub(crate) fn followed() -> Failure {
    Failure::new(FailureKind::Other, "the journal ends here")
}
