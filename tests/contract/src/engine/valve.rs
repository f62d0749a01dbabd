use super::DeskPayload;
use lawful::log::{
    AppendError, Appended, Batch, CommandId, EventLog, LogId, Outcome, Page, Position, Snapshot,
    StreamId, StreamPage,
};
use lawful::{Failure, FailureKind};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// A log whose appends can be stopped and spoiled from outside. All else goes through as it is.
#[derive(Debug, Clone)]
pub struct Valve<L> {
    log: L,
    hands: Arc<Hands>,
}

/// What becomes of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Water {
    /// It goes through.
    Flows,
    /// It fails, and nothing is written.
    Fails,
    /// It is written, and the answer is lost.
    AnswerLost,
    /// It is lost on its way, and so nothing is known.
    AskingLost,
    /// It is written, and no answer ever comes; it counts as stopped.
    AnswerStopped,
}

#[derive(Debug)]
struct Hands {
    /// What becomes of the next appends; `None` waits to be told.
    next: Mutex<VecDeque<Option<Water>>>,
    /// How many appends were stopped, ever.
    stopped: watch::Sender<usize>,
    /// How many of them wait to be told.
    waiting: AtomicUsize,
    /// What those were told.
    told: watch::Sender<Vec<Water>>,
}

impl<L> Valve<L> {
    /// An open valve.
    #[must_use]
    pub fn new(log: L) -> Self {
        Valve {
            log,
            hands: Arc::new(Hands {
                next: Mutex::default(),
                stopped: watch::Sender::new(0),
                waiting: AtomicUsize::new(0),
                told: watch::Sender::new(Vec::new()),
            }),
        }
    }

    /// Decides what becomes of the next append that is not decided on yet.
    pub fn next(&self, water: Water) {
        self.push(Some(water));
    }

    /// Stops the next append that is not decided on yet, until [`Valve::let_go`].
    pub fn stop(&self) {
        self.push(None);
    }

    /// Comes back when this many appends were stopped, ever.
    pub async fn stopped(&self, times: usize) {
        let mut stopped = self.hands.stopped.subscribe();
        // The sender lives in `self`.
        let _ = stopped.wait_for(|count| *count >= times).await;
    }

    /// Decides what becomes of the append that was stopped first and not decided on yet.
    pub fn let_go(&self, water: Water) {
        self.hands.told.send_modify(|told| told.push(water));
    }

    fn push(&self, water: Option<Water>) {
        let mut next = self
            .hands
            .next
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        next.push_back(water);
    }

    async fn decided(&self) -> Water {
        let next = {
            let mut next = self
                .hands
                .next
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            next.pop_front().unwrap_or(Some(Water::Flows))
        };
        if let Some(water) = next {
            return water;
        }
        let mut told = self.hands.told.subscribe();
        let turn = self.hands.waiting.fetch_add(1, Ordering::Relaxed);
        self.hands.stopped.send_modify(|count| *count += 1);
        let told = told.wait_for(|told| told.len() > turn).await;
        told.map_or(Water::Fails, |told| told[turn])
    }
}

fn unknown() -> AppendError {
    let message = "the connection broke during the commit";
    Failure::new(FailureKind::OutcomeUnknown, message).into()
}

impl<L: EventLog<Event = DeskPayload>> EventLog for Valve<L> {
    type Event = DeskPayload;

    fn identity(&self) -> LogId {
        self.log.identity()
    }

    async fn append(&self, batch: Batch<DeskPayload>) -> Result<Appended, AppendError> {
        match self.decided().await {
            Water::Flows => self.log.append(batch).await,
            Water::Fails => {
                let message = "the suite had this append fail";
                Err(Failure::new(FailureKind::Unavailable, message).into())
            }
            Water::AnswerLost => {
                self.log.append(batch).await?;
                Err(unknown())
            }
            Water::AskingLost => Err(unknown()),
            Water::AnswerStopped => {
                self.log.append(batch).await?;
                self.hands.stopped.send_modify(|count| *count += 1);
                std::future::pending().await
            }
        }
    }

    fn version(
        &self,
        stream: StreamId,
    ) -> impl Future<Output = Result<(u64, Position), Failure>> + Send {
        self.log.version(stream)
    }

    fn outcome(
        &self,
        stream: StreamId,
        command: CommandId,
    ) -> impl Future<Output = Result<Option<Outcome>, Failure>> + Send {
        self.log.outcome(stream, command)
    }

    fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> impl Future<Output = Result<StreamPage<DeskPayload>, Failure>> + Send {
        self.log.read_stream(stream, after, limit)
    }

    fn read_all(
        &self,
        after: Position,
        limit: usize,
    ) -> impl Future<Output = Result<Page<DeskPayload>, Failure>> + Send {
        self.log.read_all(after, limit)
    }

    fn head(&self) -> impl Future<Output = Result<Position, Failure>> + Send {
        self.log.head()
    }

    fn news(&self, after: Position) -> impl Future<Output = Result<Position, Failure>> + Send {
        self.log.news(after)
    }

    async fn snapshot(
        &self,
        stream: StreamId,
        fingerprint: &str,
        at_most: u64,
    ) -> Result<Option<Snapshot>, Failure> {
        self.log.snapshot(stream, fingerprint, at_most).await
    }

    fn keep_snapshot(
        &self,
        stream: StreamId,
        snapshot: Snapshot,
    ) -> impl Future<Output = Result<(), Failure>> + Send {
        self.log.keep_snapshot(stream, snapshot)
    }
}
