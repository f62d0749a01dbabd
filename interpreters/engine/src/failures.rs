//! What failures say, in one place.

use crate::caught::Panicked;
use lawful::log::{CommandId, Position, StreamId};
use lawful::{Failure, FailureKind};
use std::error::Error as StdError;
use std::fmt::{Display, Formatter};
use std::sync::Arc;

#[cold]
pub(crate) fn defect_in_command(command: &str, stream: StreamId, panic: &Panicked) -> Failure {
    let Panicked(text) = panic;
    Failure::new(
        FailureKind::Defect,
        format!(
            "command `{command}` of stream `{stream}` panicked: `{text}`; nothing was written, make the rule, body or event total that panics"
        ),
    )
}

#[cold]
pub(crate) fn defect_in_fold(
    event: &str,
    version: u64,
    stream: StreamId,
    panic: &Panicked,
) -> Failure {
    let Panicked(text) = panic;
    Failure::new(
        FailureKind::Defect,
        format!(
            "event `{event}`, version {version} of stream `{stream}`, panicked while it was replayed: `{text}`; make its update total"
        ),
    )
}

#[cold]
pub(crate) fn defect_in_log(stream: StreamId, panic: &Panicked) -> Failure {
    let Panicked(text) = panic;
    Failure::new(
        FailureKind::Defect,
        format!(
            "the log panicked at stream `{stream}`: `{text}`; look for a panic where an event is encoded or decoded"
        ),
    )
}

#[cold]
pub(crate) fn unencodable(command: &str, stream: StreamId, error: serde_json::Error) -> Failure {
    Failure::new(
        FailureKind::Unencodable,
        format!(
            "command `{command}` of stream `{stream}` cannot be written as JSON, which a chosen command id needs: `{error}`"
        ),
    )
    .because(error)
}

#[cold]
pub(crate) fn contention(stream: StreamId, attempts: u32) -> Failure {
    Failure::new(
        FailureKind::Contention { attempts },
        format!(
            "stream `{stream}` was changed by others during each of {attempts} attempts; try again later, or with more `attempts`"
        ),
    )
}

#[cold]
pub(crate) fn version_mismatch(stream: StreamId, expected: u64, actual: u64) -> Failure {
    Failure::new(
        FailureKind::VersionMismatch { expected, actual },
        format!(
            "stream `{stream}` is at version {actual}, not at {expected} as expected; load it and decide again"
        ),
    )
}

#[cold]
pub(crate) fn not_yet(stream: StreamId, asked: u64, actual: u64) -> Failure {
    Failure::new(
        FailureKind::VersionMismatch {
            expected: asked,
            actual,
        },
        format!("stream `{stream}` has no version {asked} yet: it is at version {actual}"),
    )
}

#[cold]
pub(crate) fn not_reached(asked: Position, head: Position) -> Failure {
    Failure::new(
        FailureKind::ForeignPosition,
        format!("the log has not reached position `{asked}`: its last event is at `{head}`"),
    )
}

#[cold]
pub(crate) fn command_id_reused(stream: StreamId, id: CommandId, command: &str) -> Failure {
    Failure::new(
        FailureKind::CommandIdReused,
        format!(
            "command id `{id}` of stream `{stream}` was accepted before with another payload than this `{command}`; choose a new id for a new command"
        ),
    )
}

#[cold]
pub(crate) fn corrupt(stream: StreamId, found: impl Display) -> Failure {
    Failure::new(
        FailureKind::Corrupt,
        format!("the log contradicts itself at stream `{stream}`: {found}"),
    )
}

#[cold]
pub(crate) fn missing(stream: StreamId, event: u64, version: u64) -> Failure {
    corrupt(
        stream,
        format_args!("it is at version {version}, but event {event} is not there"),
    )
}

#[cold]
pub(crate) fn abandoned(stream: StreamId) -> Failure {
    Failure::new(
        FailureKind::Other,
        format!(
            "the command for stream `{stream}` was dropped before it was decided; execute it again"
        ),
    )
}

/// The same failure for several callers.
#[derive(Debug, Clone)]
pub(crate) struct Shared(Arc<Failure>);

impl Shared {
    pub(crate) fn new(failure: Failure) -> Self {
        Shared(Arc::new(failure))
    }

    pub(crate) fn copy(&self) -> Failure {
        let copy = Failure::new(self.0.kind().clone(), self.0.to_string());
        match self.0.source() {
            Some(_) => copy.because(Cause(Arc::clone(&self.0))),
            None => copy,
        }
    }
}

/// The source of a shared failure.
#[derive(Debug)]
struct Cause(Arc<Failure>);

impl Display for Cause {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self.0.source() {
            Some(source) => Display::fmt(source, f),
            None => Ok(()),
        }
    }
}

impl StdError for Cause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()?.source()
    }
}
