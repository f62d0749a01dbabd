use lawful::log::{
    AppendError, Appended, AtomicLog, Batch, CommandId, EventLog, LogId, Outcome, Page, Snapshot,
    StreamId, StreamPage,
};
use lawful::{Failure, FailureKind, Position, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What a log does wrong when it appends to several streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// Nothing.
    Nothing,
    /// It looks at no stream that is only read.
    ForgetsReads,
    /// It looks at no stream that does not exist.
    ForgetsAbsent,
    /// It appends, and the first two answers get lost.
    LosesAnswers,
    /// The first two requests get lost, and nobody knows.
    LosesRequests,
    /// It panics.
    Panics,
}

/// A log that lies. A handle.
#[derive(Debug, Clone)]
pub struct Lying<L> {
    /// The log behind it.
    pub inner: L,
    lie: Lie,
    asked: Arc<AtomicU32>,
}

impl<L> Lying<L> {
    /// Around `inner`.
    #[must_use]
    pub fn new(inner: L, lie: Lie) -> Self {
        Lying {
            inner,
            lie,
            asked: Arc::default(),
        }
    }

    /// How often it was asked to append to several streams.
    #[must_use]
    pub fn asked(&self) -> u32 {
        self.asked.load(Ordering::Relaxed)
    }
}

fn lost() -> AppendError {
    Failure::new(FailureKind::OutcomeUnknown, "the connection broke").into()
}

impl<L: AtomicLog> AtomicLog for Lying<L> {
    async fn append_all(
        &self,
        batches: Vec<Batch<L::Event>>,
        mut reads: Vec<(StreamId, u64)>,
    ) -> Result<Vec<Appended>, AppendError> {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        match self.lie {
            Lie::ForgetsReads => reads.clear(),
            Lie::ForgetsAbsent => reads.retain(|(_, version)| *version > 0),
            Lie::LosesRequests if asked < 2 => return Err(lost()),
            Lie::LosesAnswers if asked < 2 => {
                self.inner.append_all(batches, reads).await?;
                return Err(lost());
            }
            Lie::Nothing | Lie::LosesAnswers | Lie::LosesRequests => {}
            Lie::Panics => panic!("the log is on fire"),
        }
        self.inner.append_all(batches, reads).await
    }
}

impl<L: EventLog> EventLog for Lying<L> {
    type Event = L::Event;

    fn identity(&self) -> LogId {
        self.inner.identity()
    }

    fn now(&self) -> Option<Timestamp> {
        self.inner.now()
    }

    async fn append(&self, batch: Batch<L::Event>) -> Result<Appended, AppendError> {
        self.inner.append(batch).await
    }

    async fn version(&self, stream: StreamId) -> Result<(u64, Position), Failure> {
        self.inner.version(stream).await
    }

    async fn outcome(&self, stream: StreamId, id: CommandId) -> Result<Option<Outcome>, Failure> {
        self.inner.outcome(stream, id).await
    }

    async fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> Result<StreamPage<L::Event>, Failure> {
        self.inner.read_stream(stream, after, limit).await
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Page<L::Event>, Failure> {
        self.inner.read_all(after, limit).await
    }

    async fn head(&self) -> Result<Position, Failure> {
        self.inner.head().await
    }

    async fn news(&self, after: Position) -> Result<Position, Failure> {
        self.inner.news(after).await
    }

    async fn snapshot(
        &self,
        stream: StreamId,
        fingerprint: &str,
        at_most: u64,
    ) -> Result<Option<Snapshot>, Failure> {
        self.inner.snapshot(stream, fingerprint, at_most).await
    }

    async fn keep_snapshot(&self, stream: StreamId, snapshot: Snapshot) -> Result<(), Failure> {
        self.inner.keep_snapshot(stream, snapshot).await
    }
}
