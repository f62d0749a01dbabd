use crate::Clock;
use crate::records::{Records, reused};
use lawful::log::{
    AppendError, Appended, AtomicLog, Batch, CommandId, EventLog, LogId, Outcome, Page, Position,
    Snapshot, StreamId, StreamPage, Submission,
};
use lawful::{Failure, Payload, Timestamp};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// An event log that lives as long as its last handle.
///
/// # Examples
///
/// Every method takes the lock once, so each answer is one snapshot; a lock is never held across an await.
#[derive(Debug)]
pub struct MemoryLog<E> {
    shared: Arc<Shared<E>>,
}

#[derive(Debug)]
struct Shared<E> {
    identity: LogId,
    clock: Clock,
    records: Mutex<Records<E>>,
    news: watch::Sender<Position>,
}

impl<E: Payload> MemoryLog<E> {
    /// An empty log that takes recorded-at from this clock.
    #[must_use]
    pub fn with_clock(clock: Clock) -> Self {
        let (identity, _) = lawful::Uuid::new_v4().as_u64_pair();
        Self::with_identity(LogId(identity), clock)
    }

    /// An empty log of this identity: for tests, in which positions are printed.
    #[must_use]
    pub fn with_identity(identity: LogId, clock: Clock) -> Self {
        let records = Mutex::new(Records::new(identity));
        MemoryLog {
            shared: Arc::new(Shared {
                identity,
                clock,
                records,
                news: watch::Sender::new(Position::origin(identity)),
            }),
        }
    }

    /// The clock that recorded-at comes from.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// A panic under the lock can only come from cloning an event while reading, which leaves the records whole.
    fn records(&self) -> MutexGuard<'_, Records<E>> {
        self.shared
            .records
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<E> Clone for MemoryLog<E> {
    fn clone(&self) -> Self {
        MemoryLog {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<E: Payload> Default for MemoryLog<E> {
    fn default() -> Self {
        Self::with_clock(Clock::System)
    }
}

impl<E: Payload> EventLog for MemoryLog<E> {
    type Event = E;

    fn identity(&self) -> LogId {
        self.shared.identity
    }

    fn now(&self) -> Option<Timestamp> {
        Some(self.shared.clock.now())
    }

    async fn append(&self, batch: Batch<E>) -> Result<Appended, AppendError> {
        let now = self.shared.clock.now();
        let mut records = self.records();
        let appended = records.append(batch, now)?;
        self.shared.tell(&records);
        Ok(appended)
    }

    async fn version(&self, stream: StreamId) -> Result<(u64, Position), Failure> {
        let records = self.records();
        Ok((records.version(stream), records.head()))
    }

    async fn outcome(
        &self,
        stream: StreamId,
        command: CommandId,
    ) -> Result<Option<Outcome>, Failure> {
        Ok(self.records().outcome(stream, command))
    }

    async fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> Result<StreamPage<E>, Failure> {
        let records = self.records();
        Ok(StreamPage {
            entries: records.stream_after(stream, after, limit),
            version: records.version(stream),
            head: records.head(),
        })
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Page<E>, Failure> {
        let number = after.number_in(self.shared.identity)?;
        let entries = self.records().all_after(number, limit);
        let next = entries.last().map_or(after, |entry| entry.position);
        Ok(Page { entries, next })
    }

    async fn head(&self) -> Result<Position, Failure> {
        Ok(self.records().head())
    }

    async fn news(&self, after: Position) -> Result<Position, Failure> {
        after.number_in(self.shared.identity)?;
        let mut news = self.shared.news.subscribe();
        let mut head = self.records().head();
        while head <= after {
            // The sender lives in `self`, so the channel cannot be closed.
            let told = news.changed().await;
            head = *news.borrow_and_update();
            if told.is_err() {
                break;
            }
        }
        Ok(head)
    }

    async fn snapshot(
        &self,
        stream: StreamId,
        fingerprint: &str,
        at_most: u64,
    ) -> Result<Option<Snapshot>, Failure> {
        let records = self.records();
        let kept = records
            .snapshot(stream)
            .filter(|kept| kept.fingerprint == fingerprint && kept.version <= at_most);
        Ok(kept.cloned())
    }

    async fn keep_snapshot(&self, stream: StreamId, snapshot: Snapshot) -> Result<(), Failure> {
        self.records().keep_snapshot(stream, snapshot);
        Ok(())
    }
}

impl<E: Payload> AtomicLog for MemoryLog<E> {
    async fn append_all(
        &self,
        batches: Vec<Batch<E>>,
        reads: Vec<(StreamId, u64)>,
    ) -> Result<Vec<Appended>, AppendError> {
        let now = self.shared.clock.now();
        let mut records = self.records();
        for (index, batch) in batches.iter().enumerate() {
            records.check(batch, ahead(&batches[..index], batch)?)?;
        }
        for (stream, expected) in reads {
            records.check_version(stream, expected)?;
        }
        let append = |batch| records.append_checked(batch, now);
        let appended = batches.into_iter().map(append).collect();
        self.shared.tell(&records);
        Ok(appended)
    }
}

impl<E: Payload> Shared<E> {
    /// Tells whoever waits for news. Whoever comes later looks at the records first, under the lock that is held here, so nobody
    /// misses anything; and as long as nobody waits, it costs nothing.
    fn tell(&self, records: &Records<E>) {
        if self.news.receiver_count() > 0 {
            self.news.send_replace(records.head());
        }
    }
}

/// How many events for the batch's stream go before it in the same transaction; none of them with one of its command ids.
fn ahead<E>(before: &[Batch<E>], batch: &Batch<E>) -> Result<u64, AppendError> {
    let mut ahead = 0;
    for command in before
        .iter()
        .filter(|other| other.stream == batch.stream)
        .flat_map(|other| other.commands.iter())
    {
        let same = |own: &Submission<E>| own.chosen.is_some() && own.id == command.id;
        if command.chosen.is_some() && batch.commands.iter().any(same) {
            return Err(reused(batch.stream, command.id).into());
        }
        ahead += command.events.len() as u64;
    }
    Ok(ahead)
}
