use super::{CommandId, Metadata, Position, StreamId};
use crate::{Failure, Few, Timestamp};
use std::sync::Arc;
use uuid::Uuid;

/// What is to be appended to one stream: the decisions of one or more commands, in order.
#[derive(Debug, Clone)]
pub struct Batch<E> {
    /// Which stream.
    pub stream: StreamId,
    /// The version that the decisions rest on; 0: the stream does not exist.
    pub expected: u64,
    /// The commands and their events.
    pub commands: Few<Submission<E>>,
}

/// One accepted command.
#[derive(Debug, Clone)]
pub struct Submission<E> {
    /// Its id; its scope is the stream.
    pub id: CommandId,
    /// A digest of the payload if the caller chose the id. Then the outcome is recorded, even without events.
    pub chosen: Option<Uuid>,
    /// What it records; may be empty.
    pub events: Few<E>,
    /// The conversation that it belongs to; its own id where the caller named none.
    pub correlation: Uuid,
    /// The message that caused it.
    pub causation: Option<Uuid>,
    /// Whatever the caller wants to keep beside the events.
    pub metadata: Option<Arc<Metadata>>,
}

/// The acknowledgement of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// For each command the position of its last event; for a command without events the log's head at that moment.
    pub positions: Few<Position>,
    /// When the batch was recorded, by the log's clock.
    pub recorded_at: Timestamp,
}

/// Why a batch was not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// A stream moved on.
    #[error("stream `{stream}` is at version {actual}, not at {expected}")]
    Conflict {
        /// Which stream.
        stream: StreamId,
        /// The version that the batch rested on.
        expected: u64,
        /// The version found.
        actual: u64,
    },
    /// The id of a command was recorded before.
    #[error("command `{}` of stream `{stream}` was accepted before", outcome.command)]
    Duplicate {
        /// Which stream.
        stream: StreamId,
        /// What became of it then.
        outcome: Outcome,
    },
    /// The log failed. Nothing was appended, unless the kind is
    /// [`OutcomeUnknown`](crate::FailureKind::OutcomeUnknown).
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// What became of an accepted command whose id the caller chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The command's id.
    pub command: CommandId,
    /// The digest of its payload.
    pub payload: Uuid,
    /// The stream's version after it.
    pub version: u64,
    /// How many events it recorded.
    pub events: u64,
    /// The position on its receipt.
    pub position: Position,
}

/// One recorded event.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<E> {
    /// Unique among all events of all logs.
    pub event_id: Uuid,
    /// The stream that it belongs to.
    pub stream: StreamId,
    /// Its number in the stream, from 1.
    pub version: u64,
    /// Its place in the whole log.
    pub position: Position,
    /// The event.
    pub event: E,
    /// The schema version under which it was recorded.
    pub schema_version: u32,
    /// The command that led to it.
    pub command_id: CommandId,
    /// The conversation that it belongs to.
    pub correlation_id: Uuid,
    /// The message that caused its command.
    pub causation_id: Option<Uuid>,
    /// When it was recorded, by the log's clock; never decreases with the position.
    pub recorded_at: Timestamp,
    /// Whatever the caller kept beside it.
    pub metadata: Option<Arc<Metadata>>,
}

/// A part of one stream, with the stream's version in the same snapshot.
#[derive(Debug, Clone)]
pub struct StreamPage<E> {
    /// Events in order of version.
    pub entries: Vec<Entry<E>>,
    /// The version of the whole stream; 0 if it does not exist.
    pub version: u64,
    /// The position of the log's last event at that moment.
    pub head: Position,
}

/// A part of the whole log.
#[derive(Debug, Clone)]
pub struct Page<E> {
    /// Events in order of position.
    pub entries: Vec<Entry<E>>,
    /// Where to go on reading: the last position that this page accounts for.
    pub next: Position,
}

/// A kept state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// What the state depends on beside its events: the shape of the state and of its fold.
    pub fingerprint: String,
    /// The version of the stream that it is the state of.
    pub version: u64,
    /// The state as JSON.
    pub data: String,
}

/// Why an event cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undecodable {
    /// No event has this name.
    #[error(
        "no event of that type is declared; add it, or an `alias` to the event that replaced it"
    )]
    UnknownType,
    /// The version is newer than the declaration.
    #[error(
        "the declaration knows schema versions up to {newest}; run a release that knows the newer one"
    )]
    UnknownVersion {
        /// The present version of the declaration.
        newest: u32,
    },
    /// The data does not fit.
    #[error("{0}")]
    Data(String),
}

impl Undecodable {
    /// The failure that names the event.
    #[must_use]
    pub fn of(
        self,
        stream: impl std::fmt::Display,
        version: u64,
        event_type: &str,
        schema_version: u32,
    ) -> Failure {
        Failure::new(
            crate::FailureKind::Undecodable,
            format!(
                "event {version} of stream `{stream}`, type `{event_type}`, schema version {schema_version}, cannot be decoded: {self}"
            ),
        )
    }
}
