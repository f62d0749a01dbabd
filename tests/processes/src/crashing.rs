use lawful::log::{
    AppendError, Appended, AtomicLog, Batch, CommandId, EventLog, LogId, Outcome, Page, Position,
    Snapshot, StreamId, StreamPage,
};
use lawful::{Failure, FailureKind, Timestamp};
use lawful_memory::Clock;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// When a crash comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Before the append took effect.
    Before,
    /// After it, but before anybody heard of it.
    After,
    /// After the first of several batches: a broken twin of a log, which no log that promises atomic appends may be.
    Between,
}

/// In which append a crash comes, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crash {
    /// The number of the append.
    pub at: usize,
    /// Before or after it.
    pub moment: Moment,
}

/// A log that stops for ever at one append, as a machine does that loses its power. What it held lies in the log inside.
#[derive(Debug, Clone)]
pub struct Crashing<L> {
    inner: L,
    crash: Option<Crash>,
    clock: Option<Clock>,
    appends: Arc<AtomicUsize>,
    is_down: Arc<AtomicBool>,
}

impl<L> Crashing<L> {
    /// Around `inner`.
    pub fn new(inner: L, crash: Option<Crash>) -> Self {
        Crashing {
            inner,
            crash,
            clock: None,
            appends: Arc::default(),
            is_down: Arc::default(),
        }
    }

    /// Has this clock in place of the one of the log inside.
    #[must_use]
    pub fn by(mut self, clock: &Clock) -> Self {
        self.clock = Some(clock.clone());
        self
    }

    /// How many appends there were.
    #[must_use]
    pub fn appends(&self) -> usize {
        self.appends.load(Ordering::SeqCst)
    }

    /// Whether it has crashed.
    #[must_use]
    pub fn is_down(&self) -> bool {
        self.is_down.load(Ordering::SeqCst)
    }

    fn up(&self) -> Result<(), Failure> {
        if self.is_down() {
            return Err(Failure::new(
                FailureKind::Unavailable,
                "the machine is down",
            ));
        }
        Ok(())
    }

    /// The moment of the crash, if it is this append's.
    fn next(&self) -> Result<Option<Moment>, Failure> {
        self.up()?;
        let number = self.appends.fetch_add(1, Ordering::SeqCst);
        let crash = self.crash.filter(|crash| crash.at == number);
        if crash.is_some() {
            self.is_down.store(true, Ordering::SeqCst);
        }
        match crash {
            Some(Crash {
                moment: Moment::Before,
                ..
            }) => self.up().map(|()| None),
            crash => Ok(crash.map(|crash| crash.moment)),
        }
    }
}

impl<L: EventLog> EventLog for Crashing<L> {
    type Event = L::Event;

    fn identity(&self) -> LogId {
        self.inner.identity()
    }

    fn now(&self) -> Option<Timestamp> {
        let shown = self.clock.as_ref().map(Clock::now);
        shown.or_else(|| self.inner.now())
    }

    async fn append(&self, batch: Batch<L::Event>) -> Result<Appended, AppendError> {
        let crash = self.next()?;
        let appended = self.inner.append(batch).await?;
        match crash {
            None => Ok(appended),
            Some(_) => Err(self.up().err().map_or_else(unlikely, AppendError::Failed)),
        }
    }

    async fn version(&self, stream: StreamId) -> Result<(u64, Position), Failure> {
        self.up()?;
        self.inner.version(stream).await
    }

    async fn outcome(
        &self,
        stream: StreamId,
        command: CommandId,
    ) -> Result<Option<Outcome>, Failure> {
        self.up()?;
        self.inner.outcome(stream, command).await
    }

    async fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> Result<StreamPage<L::Event>, Failure> {
        self.up()?;
        self.inner.read_stream(stream, after, limit).await
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Page<L::Event>, Failure> {
        self.up()?;
        self.inner.read_all(after, limit).await
    }

    async fn head(&self) -> Result<Position, Failure> {
        self.up()?;
        self.inner.head().await
    }

    async fn news(&self, after: Position) -> Result<Position, Failure> {
        self.up()?;
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

impl<L: AtomicLog> AtomicLog for Crashing<L> {
    async fn append_all(
        &self,
        batches: Vec<Batch<L::Event>>,
        reads: Vec<(StreamId, u64)>,
    ) -> Result<Vec<Appended>, AppendError> {
        let crash = self.next()?;
        if crash == Some(Moment::Between) {
            let first = batches.into_iter().take(1).collect();
            self.inner.append_all(first, Vec::new()).await?;
            self.up()?;
            return Ok(Vec::new());
        }
        let appended = self.inner.append_all(batches, reads).await?;
        match crash {
            None => Ok(appended),
            Some(_) => Err(self.up().err().map_or_else(unlikely, AppendError::Failed)),
        }
    }
}

fn unlikely() -> AppendError {
    Failure::new(FailureKind::Other, "a machine that is down came up").into()
}
