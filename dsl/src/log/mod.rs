//! The port behind which every event log stands, and what it promises.
//!
//! 1. **Atomic and conditional.** A batch appends wholly or not at all, and only while its stream is at the version seen.
//! 2. **Nothing is lost or doubled.** An acknowledged append survives kill -9. A command id that the caller chose is recorded with its
//!    outcome in the same transaction as its events, and the same id again finds that outcome.
//! 3. **One order.** Every event has its own position, strictly increasing in commit order; recorded-at never decreases with it; a
//!    reader that has seen a position never later finds a new event at or before it.
//! 4. **Conflicts are surfaced, never swallowed.**
//! 5. **Reading is honest.** An error in the middle of a replay is an error, never a short history.
//! 6. **Recorded with each event**: see [`Entry`].
//!
//! Everything else (loading, deciding, retrying, caching) is the engine's, so that it is written once.

mod batch;
mod names;
mod position;

pub use batch::{
    AppendError, Appended, Batch, Entry, Outcome, Page, Snapshot, StreamPage, Submission,
    Undecodable,
};
pub use names::{CommandId, LogId, Metadata, StreamId};
pub use position::Position;

use crate::{Failure, Payload, Timestamp};

/// A log of events in streams. A handle: cheap to clone, and all clones are the same log.
pub trait EventLog: Clone + Send + Sync + 'static {
    /// What it stores.
    type Event: Payload;

    /// Which log this is. Positions of one log mean nothing in another.
    fn identity(&self) -> LogId;

    /// What the log's clock shows, where that can be told without asking a server; the machine's clock is taken for it elsewhere.
    fn now(&self) -> Option<Timestamp> {
        None
    }

    /// Appends one stream's batch if the stream is still at `batch.expected` (0: it does not exist) and no command id of the batch
    /// that its caller chose is recorded for the stream or comes twice in the batch. Otherwise nothing changes.
    ///
    /// A command without events and without a chosen id leaves nothing behind, but the condition is checked all the same.
    fn append(
        &self,
        batch: Batch<Self::Event>,
    ) -> impl Future<Output = Result<Appended, AppendError>> + Send;

    /// The version at which the stream is now, 0 if it does not exist, and the position of the log's last event.
    fn version(
        &self,
        stream: StreamId,
    ) -> impl Future<Output = Result<(u64, Position), Failure>> + Send;

    /// What became of the command whose id the caller chose, if it was accepted.
    fn outcome(
        &self,
        stream: StreamId,
        command: CommandId,
    ) -> impl Future<Output = Result<Option<Outcome>, Failure>> + Send;

    /// At most `limit` events of one stream after `after` (a version), and the version of the stream, in one snapshot.
    fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> impl Future<Output = Result<StreamPage<Self::Event>, Failure>> + Send;

    /// At most `limit` events of the whole log after a position, in order.
    ///
    /// # Errors
    ///
    /// [`FailureKind::ForeignPosition`](crate::FailureKind::ForeignPosition) for a position of another log.
    fn read_all(
        &self,
        after: Position,
        limit: usize,
    ) -> impl Future<Output = Result<Page<Self::Event>, Failure>> + Send;

    /// The position of the last event; the origin of an empty log.
    fn head(&self) -> impl Future<Output = Result<Position, Failure>> + Send;

    /// Resolves when the log has an event after this position, however late the news; returns the head seen.
    fn news(&self, after: Position) -> impl Future<Output = Result<Position, Failure>> + Send;

    /// The newest snapshot of the stream at or before a version, if one with this fingerprint is kept.
    fn snapshot(
        &self,
        stream: StreamId,
        fingerprint: &str,
        at_most: u64,
    ) -> impl Future<Output = Result<Option<Snapshot>, Failure>> + Send;

    /// Keeps a snapshot in place of older ones of the stream, and of any of another fingerprint; an older one of the same fingerprint,
    /// from a writer that was slow, does not replace a newer one. It is a cache: losing one costs time, never truth.
    ///
    /// Not every snapshot is a state: whoever reads the whole log may keep what it made of it, in the name of a stream that has no events,
    /// with the number of a position for a version.
    fn keep_snapshot(
        &self,
        stream: StreamId,
        snapshot: Snapshot,
    ) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// A log that can append to several streams in one transaction.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot append to several streams at once",
    label = "this log has no transactions over several streams",
    note = "use `run`, or a log that has them: Memory, Sqlite or Postgres"
)]
pub trait AtomicLog: EventLog {
    /// Appends all batches or none: every batch under its own condition, and only while each stream of `reads` is at the version
    /// seen (0: it does not exist). The answers are in the order of the batches. Of two batches for one stream, the second rests on
    /// what the first leaves.
    fn append_all(
        &self,
        batches: Vec<Batch<Self::Event>>,
        reads: Vec<(StreamId, u64)>,
    ) -> impl Future<Output = Result<Vec<Appended>, AppendError>> + Send;
}
