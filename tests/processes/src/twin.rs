use lawful::log::{
    AppendError, Appended, AtomicLog, Batch, CommandId, EventLog, LogId, Outcome, Page, Position,
    Snapshot, StreamId, StreamPage,
};
use lawful::{Failure, Timestamp};
use std::fmt::{Debug, Formatter};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

type Read<E> = Arc<dyn Fn(StreamId, &mut StreamPage<E>) + Send + Sync>;
type Append<E> = Arc<dyn Fn(&mut Vec<Batch<E>>, &mut Vec<(StreamId, u64)>) + Send + Sync>;

/// A log that breaks its promises as a test says: what is read, and what is appended to several streams at once, is changed on the way.
#[derive(Clone)]
pub struct Twin<L: EventLog> {
    inner: L,
    read: Read<L::Event>,
    append: Append<L::Event>,
}

impl<L: EventLog> Twin<L> {
    /// One that keeps them.
    pub fn new(inner: L) -> Self {
        Twin {
            inner,
            read: Arc::new(|_, _| {}),
            append: Arc::new(|_, _| {}),
        }
    }

    /// Changes what is read of a stream.
    #[must_use]
    pub fn reading(
        mut self,
        read: impl Fn(StreamId, &mut StreamPage<L::Event>) + Send + Sync + 'static,
    ) -> Self {
        self.read = Arc::new(read);
        self
    }

    /// Changes what is appended, and what that rests on.
    #[must_use]
    pub fn appending(
        mut self,
        append: impl Fn(&mut Vec<Batch<L::Event>>, &mut Vec<(StreamId, u64)>) + Send + Sync + 'static,
    ) -> Self {
        self.append = Arc::new(append);
        self
    }
}

impl<L: EventLog> Debug for Twin<L> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("Twin")
    }
}

impl<L: EventLog> EventLog for Twin<L> {
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
        let mut page = self.inner.read_stream(stream, after, limit).await?;
        (self.read)(stream, &mut page);
        Ok(page)
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

impl<L: AtomicLog> AtomicLog for Twin<L> {
    async fn append_all(
        &self,
        mut batches: Vec<Batch<L::Event>>,
        mut reads: Vec<(StreamId, u64)>,
    ) -> Result<Vec<Appended>, AppendError> {
        (self.append)(&mut batches, &mut reads);
        self.inner.append_all(batches, reads).await
    }
}

/// Runs a check against a broken twin: it must fail, with these words.
///
/// # Panics
///
/// Where the check passes, or fails for another reason.
pub async fn found_out(check: impl Future<Output = ()>, words: &str) {
    let mut check = pin!(check);
    let ended = poll_fn(|context| {
        let poll = AssertUnwindSafe(|| check.as_mut().poll(context));
        match catch_unwind(poll) {
            Ok(Poll::Ready(())) => Poll::Ready(Ok(())),
            Ok(Poll::Pending) => Poll::Pending,
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await;
    let panic = ended.expect_err("the broken twin was not found out");
    let said = panic.downcast_ref::<String>().cloned();
    let said = said.or_else(|| panic.downcast_ref::<&str>().map(|said| (*said).to_owned()));
    let said = said.unwrap_or_default();
    assert!(said.contains(words), "found out by something else: {said}");
}
