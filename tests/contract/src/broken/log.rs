use super::flight::{Flight, pause, whole};
use super::records::Records;
use crate::{Defect, Sample};
use lawful::log::{
    AppendError, Appended, AtomicLog, Batch, CommandId, EventLog, LogId, Outcome, Page, Position,
    Snapshot, StreamId, StreamPage,
};
use lawful::{Failure, FailureKind, Timestamp, Uuid};
use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::watch;

/// A log in memory, written plainly, with at most one [`Defect`]. Without one it keeps every rule.
///
/// It stands for a log on a disk: [`BrokenLog::another`] is what another process has, [`BrokenLog::restarted`] what is left
/// after all of them ended. Every method gives way where a real log would wait, so that others come in between.
#[derive(Debug, Clone)]
pub struct BrokenLog {
    pub(super) disk: Arc<Disk>,
    process: Arc<Process>,
}

/// What all processes share.
#[derive(Debug)]
pub(super) struct Disk {
    pub(super) defect: Option<Defect>,
    pub(super) identity: LogId,
    pub(super) records: Mutex<Records>,
    pub(super) news: watch::Sender<u64>,
    pub(super) in_flight: AtomicU64,
    pub(super) appends: AtomicU64,
    pub(super) harm: AtomicU64,
    pub(super) locked: Mutex<Vec<StreamId>>,
}

/// What one process has for itself.
#[derive(Debug)]
struct Process {
    news: watch::Sender<u64>,
    /// Versions seen once, for whoever trusts them.
    seen: Option<Mutex<HashMap<StreamId, u64>>>,
}

impl BrokenLog {
    /// An empty log with this defect, or without any.
    #[must_use]
    pub fn new(defect: Option<Defect>) -> Self {
        let identity = match defect {
            Some(Defect::SharedIdentity) => LogId(1),
            _ => LogId(Uuid::new_v4().as_u64_pair().0),
        };
        BrokenLog {
            disk: Arc::new(Disk {
                defect,
                identity,
                records: Mutex::new(Records::new(identity, defect)),
                news: watch::Sender::new(0),
                in_flight: AtomicU64::new(0),
                appends: AtomicU64::new(0),
                harm: AtomicU64::new(0),
                locked: Mutex::default(),
            }),
            process: Arc::new(Process {
                news: watch::Sender::new(0),
                seen: None,
            }),
        }
    }

    /// The same log, as another process opens it.
    #[must_use]
    pub fn another(&self) -> Self {
        BrokenLog {
            disk: Arc::clone(&self.disk),
            process: Arc::new(Process {
                news: watch::Sender::new(0),
                seen: self.has(Defect::TrustsCache).then(Mutex::default),
            }),
        }
    }

    /// The same log after its processes ended.
    #[must_use]
    pub fn restarted(self) -> Self {
        if self.has(Defect::RestartForgetsOutcomes) {
            self.records().outcomes.clear();
        }
        self.another()
    }

    /// Sets the clock that recorded-at comes from.
    pub fn set_clock(&self, to: Timestamp) {
        self.records().clock = to;
    }

    pub(super) fn has(&self, defect: Defect) -> bool {
        self.disk.defect == Some(defect)
    }

    pub(super) fn records(&self) -> MutexGuard<'_, Records> {
        whole(&self.disk.records)
    }

    fn tell(&self) {
        for news in [&self.disk.news, &self.process.news] {
            news.send_modify(|times| *times += 1);
        }
    }
}

impl EventLog for BrokenLog {
    type Event = Sample;

    fn identity(&self) -> LogId {
        self.disk.identity
    }

    async fn append(&self, batch: Batch<Sample>) -> Result<Appended, AppendError> {
        let mut flight = Flight::of(&self.disk, batch.stream)?;
        pause().await;
        let answer = self.commit(batch, &flight).await;
        self.tell();
        pause().await;
        flight.landed = true;
        answer
    }

    async fn version(&self, stream: StreamId) -> Result<(u64, Position), Failure> {
        pause().await;
        let records = self.records();
        let version = match (self.disk.defect, &self.process.seen) {
            (Some(Defect::VersionOfCommands), _) => records.commands(stream),
            (_, Some(seen)) => *whole(seen)
                .entry(stream)
                .or_insert_with(|| records.version(stream)),
            _ => records.version(stream),
        };
        let head = match self.disk.defect {
            Some(Defect::HeadOfStream) => records.last_of(stream),
            _ => records.head(),
        };
        Ok((version, records.position(head)))
    }

    async fn outcome(
        &self,
        stream: StreamId,
        command: CommandId,
    ) -> Result<Option<Outcome>, Failure> {
        pause().await;
        Ok(self.records().outcome(stream, command))
    }

    async fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> Result<StreamPage<Sample>, Failure> {
        pause().await;
        if self.has(Defect::TwoStatements) {
            let entries = self.records().stream_after(stream, after, limit)?;
            pause().await;
            let records = self.records();
            return Ok(StreamPage {
                entries,
                version: records.version(stream),
                head: records.position(records.head()),
            });
        }
        let records = self.records();
        Ok(StreamPage {
            entries: records.stream_after(stream, after, limit)?,
            version: records.version(stream),
            head: records.position(records.head()),
        })
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Page<Sample>, Failure> {
        pause().await;
        let number = self.number(after)?;
        let entries = self.records().all_after(number, limit)?;
        let next = entries.last().map_or(after, |entry| entry.position);
        Ok(Page { entries, next })
    }

    async fn head(&self) -> Result<Position, Failure> {
        pause().await;
        let records = self.records();
        Ok(records.position(records.head()))
    }

    async fn news(&self, after: Position) -> Result<Position, Failure> {
        let number = self.number(after)?;
        let news = match self.disk.defect {
            Some(Defect::DeafToOthers) => &self.process.news,
            _ => &self.disk.news,
        };
        // Whoever listens before looking misses nothing.
        let mut listening = news.subscribe();
        loop {
            let head = self.records().head();
            let told = match self.disk.defect {
                Some(Defect::OnlyLatestNews) => head == number + 1,
                _ => head > number,
            };
            if told {
                return Ok(self.records().position(head));
            }
            if self.has(Defect::LosesNotification) {
                pause().await;
                listening = news.subscribe();
            }
            if listening.changed().await.is_err() {
                return Err(Failure::new(FailureKind::Other, "the log is gone"));
            }
            if self.has(Defect::FalseNews) {
                let records = self.records();
                return Ok(records.position(records.head()));
            }
        }
    }

    async fn snapshot(
        &self,
        stream: StreamId,
        fingerprint: &str,
        at_most: u64,
    ) -> Result<Option<Snapshot>, Failure> {
        pause().await;
        Ok(self.records().snapshot(stream, fingerprint, at_most))
    }

    async fn keep_snapshot(&self, stream: StreamId, snapshot: Snapshot) -> Result<(), Failure> {
        pause().await;
        self.records().keep_snapshot(stream, snapshot);
        Ok(())
    }
}

impl AtomicLog for BrokenLog {
    async fn append_all(
        &self,
        batches: Vec<Batch<Sample>>,
        reads: Vec<(StreamId, u64)>,
    ) -> Result<Vec<Appended>, AppendError> {
        pause().await;
        let answer = self.commit_all(batches, reads).await;
        self.tell();
        pause().await;
        answer
    }
}

impl BrokenLog {
    fn number(&self, position: Position) -> Result<u64, Failure> {
        let log = match self.disk.defect {
            Some(Defect::AcceptsForeign) => position.log(),
            _ => self.disk.identity,
        };
        position.number_in(log)
    }
}
