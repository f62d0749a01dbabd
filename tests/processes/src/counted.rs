use lawful::log::{
    AppendError, Appended, AtomicLog, Batch, CommandId, EventLog, LogId, Outcome, Page, Position,
    Snapshot, StreamId, StreamPage,
};
use lawful::{Failure, FailureKind, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What becomes of snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// All are kept.
    All,
    /// So many are kept, and no more.
    First(usize),
    /// None is ever found.
    Nothing,
}

/// A log that counts what is read from it, and may keep no snapshots.
#[derive(Debug, Clone)]
pub struct Counted<L> {
    inner: L,
    keeps: Keeps,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    read: AtomicUsize,
    streams: AtomicUsize,
    kept: AtomicUsize,
}

impl<L> Counted<L> {
    /// Around `inner`.
    pub fn new(inner: L, keeps: Keeps) -> Self {
        Counted {
            inner,
            keeps,
            counts: Arc::default(),
        }
    }

    /// How many events were read of the whole log.
    #[must_use]
    pub fn read(&self) -> usize {
        self.counts.read.load(Ordering::Relaxed)
    }

    /// How often a stream was read.
    #[must_use]
    pub fn streams(&self) -> usize {
        self.counts.streams.load(Ordering::Relaxed)
    }

    /// How many snapshots were kept.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.counts.kept.load(Ordering::Relaxed)
    }
}

impl<L: EventLog> EventLog for Counted<L> {
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

    async fn outcome(
        &self,
        stream: StreamId,
        command: CommandId,
    ) -> Result<Option<Outcome>, Failure> {
        self.inner.outcome(stream, command).await
    }

    async fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> Result<StreamPage<L::Event>, Failure> {
        self.counts.streams.fetch_add(1, Ordering::Relaxed);
        self.inner.read_stream(stream, after, limit).await
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Page<L::Event>, Failure> {
        let page = self.inner.read_all(after, limit).await?;
        let count = page.entries.len();
        self.counts.read.fetch_add(count, Ordering::Relaxed);
        Ok(page)
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
        if self.keeps == Keeps::Nothing {
            return Ok(None);
        }
        self.inner.snapshot(stream, fingerprint, at_most).await
    }

    async fn keep_snapshot(&self, stream: StreamId, snapshot: Snapshot) -> Result<(), Failure> {
        let before = self.counts.kept.fetch_add(1, Ordering::Relaxed);
        match self.keeps {
            Keeps::All => {}
            Keeps::First(count) if before < count => {}
            _ => return Err(Failure::new(FailureKind::Full, "there is no room")),
        }
        self.inner.keep_snapshot(stream, snapshot).await
    }
}

impl<L: AtomicLog> AtomicLog for Counted<L> {
    async fn append_all(
        &self,
        batches: Vec<Batch<L::Event>>,
        reads: Vec<(StreamId, u64)>,
    ) -> Result<Vec<Appended>, AppendError> {
        self.inner.append_all(batches, reads).await
    }
}
