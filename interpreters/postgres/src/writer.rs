use crate::append::{Access, Unit, Written};
use crate::connection::Connector;
use crate::failure::{append_failure, own_fault, same_event_id, silence};
use crate::group::{self, APPEND, Outcomes};
use lawful::log::{AppendError, LogId, StreamId};
use lawful::{Failure, FailureKind};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_postgres::{Client, Statement};

/// The most units that one transaction holds, and the most events after which no further unit joins it.
const UNITS: usize = 256;
const EVENTS: usize = 4096;

/// The way to the writer: a bounded queue. The writer ends when the last of these is gone.
#[derive(Debug, Clone)]
pub(crate) struct Queue(mpsc::Sender<Waiting>);

#[derive(Debug)]
struct Waiting {
    unit: Unit,
    answer: oneshot::Sender<Result<Written, AppendError>>,
}

impl Queue {
    /// Waits for a place in the queue, and then for the commit.
    pub(crate) async fn append(&self, unit: Unit) -> Result<Written, AppendError> {
        let (answer, answered) = oneshot::channel();
        let queued = self.0.send(Waiting { unit, answer }).await;
        queued.map_err(|_| ended(FailureKind::Unavailable))?;
        answered
            .await
            .map_err(|_| ended(FailureKind::OutcomeUnknown))?
    }
}

fn ended(kind: FailureKind) -> Failure {
    Failure::new(
        kind,
        "the writer of this log ended with the runtime that the log was opened on; open the log on the runtime that uses it",
    )
}

/// Commits what waits together, in one transaction after the other, over one connection.
#[derive(Debug)]
pub(crate) struct Writer {
    connector: Arc<Connector>,
    log: LogId,
    notify: bool,
    link: Option<Link>,
    queue: mpsc::Receiver<Waiting>,
    waiting: VecDeque<Waiting>,
    /// How many units may come together: those of the last transaction, and those that came while it was committed.
    crowd: usize,
    /// How long to wait for as many again.
    linger: Duration,
    /// Where those who wait for news learn of the new head.
    news: watch::Sender<u64>,
}

#[derive(Debug)]
struct Link {
    client: Client,
    append: Statement,
}

impl Writer {
    /// Starts the writer on the present runtime.
    pub(crate) fn start(
        connector: Arc<Connector>,
        log: LogId,
        length: usize,
        notify: bool,
        news: watch::Sender<u64>,
    ) -> Queue {
        let (sender, queue) = mpsc::channel(length);
        let writer = Writer {
            connector,
            log,
            notify,
            link: None,
            queue,
            waiting: VecDeque::new(),
            crowd: 0,
            linger: Duration::ZERO,
            news,
        };
        tokio::spawn(writer.run());
        Queue(sender)
    }

    async fn run(mut self) {
        loop {
            if self.waiting.is_empty() {
                match self.queue.recv().await {
                    Some(first) => self.waiting.push_back(first),
                    None => return,
                }
            }
            self.gather().await;
            let group = take_group(&mut self.waiting);
            let answered = group.len();
            let started = Instant::now();
            self.commit(group).await;
            self.linger = started.elapsed() / 8;
            self.take_in();
            self.crowd = answered + self.waiting.len();
        }
    }

    fn take_in(&mut self) {
        while self.waiting.len() < UNITS {
            match self.queue.try_recv() {
                Ok(next) => self.waiting.push_back(next),
                Err(_) => break,
            }
        }
    }

    /// Takes in what waits. Those who were answered just now often come again at once: an eighth of the time that their transaction took
    /// is well spent on having them in the next one together with those who came meanwhile, instead of half of them in each.
    async fn gather(&mut self) {
        let started = Instant::now();
        loop {
            self.take_in();
            if self.waiting.len() >= self.crowd.min(UNITS) || started.elapsed() >= self.linger {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    async fn commit(&mut self, group: Vec<Waiting>) {
        let units = group
            .iter()
            .map(|waiting| &waiting.unit)
            .collect::<Vec<_>>();
        match self.append(&units).await {
            Ok(outcomes) => self.answer(group, outcomes),
            // The transaction was rolled back because of somebody's data: the others must not suffer for it.
            Err(Refused::OwnFault(_)) if group.len() > 1 => {
                for alone in group {
                    match self.append(&[&alone.unit]).await {
                        Ok(outcomes) => self.answer(vec![alone], outcomes),
                        Err(refused) => fail(vec![alone], &refused),
                    }
                }
            }
            Err(refused) => fail(group, &refused),
        }
    }

    async fn append(&mut self, units: &[&Unit]) -> Result<Outcomes, Refused> {
        let link = self.connected().await.map_err(Refused::failed)?;
        let appending = group::append(&link.client, &link.append, self.log, units, self.notify);
        match self.connector.patiently(appending).await {
            Some(Ok(outcomes)) => {
                self.link = Some(link);
                Ok(outcomes)
            }
            Some(Err(error)) => {
                let own_fault = own_fault(&error);
                let twice = same_event_id(&error);
                let failure = append_failure(error, self.connector.place());
                match (own_fault, twice) {
                    (true, true) => Err(Refused::OwnFault(recorded(failure))),
                    (true, false) => Err(Refused::OwnFault(failure)),
                    _ => Err(Refused::failed(failure)),
                }
            }
            None => Err(Refused::failed(silence(
                FailureKind::OutcomeUnknown,
                "appending",
                self.connector.place(),
            ))),
        }
    }

    /// The connection, taken out: whoever does not put it back after success has found it broken.
    async fn connected(&mut self) -> Result<Link, Failure> {
        match self.link.take() {
            Some(link) if !link.client.is_closed() => Ok(link),
            _ => {
                let client = self.connector.connect(None).await?;
                let append = self
                    .connector
                    .read("connecting", client.prepare(APPEND))
                    .await?;
                Ok(Link { client, append })
            }
        }
    }

    fn answer(&self, group: Vec<Waiting>, outcomes: Outcomes) {
        for (waiting, outcome) in group.into_iter().zip(outcomes) {
            if let Ok(written) = &outcome {
                let head = written.head + waiting.unit.events.len() as u64;
                self.news.send_if_modified(|seen| {
                    let newer = *seen < head;
                    *seen = head.max(*seen);
                    newer
                });
            }
            // A caller that has gone away does not want to know.
            let _ = waiting.answer.send(outcome);
        }
    }
}

/// Why a whole transaction failed.
#[derive(Debug)]
enum Refused {
    /// Because of what one of its units holds.
    OwnFault(Failure),
    Failed(Failure),
}

impl Refused {
    fn failed(failure: Failure) -> Self {
        Refused::Failed(failure)
    }
}

fn fail(group: Vec<Waiting>, refused: &Refused) {
    let (Refused::OwnFault(failure) | Refused::Failed(failure)) = refused;
    let failure = Shared::new(failure);
    for waiting in group {
        let _ = waiting.answer.send(Err(failure.again().into()));
    }
}

/// A failure that several callers get.
#[derive(Debug)]
struct Shared {
    kind: FailureKind,
    message: String,
}

impl Shared {
    fn new(failure: &Failure) -> Self {
        Shared {
            kind: failure.kind().clone(),
            message: failure.to_string(),
        }
    }

    fn again(&self) -> Failure {
        Failure::new(self.kind.clone(), self.message.clone())
    }
}

fn recorded(failure: Failure) -> Failure {
    Failure::new(
        FailureKind::CommandIdReused,
        "an event of this command is in the log already, under the same event id; a command id stands for one command of one stream",
    )
    .because(failure)
}

/// The units of the next transaction: no two of them touch the same stream, unless both only read it. What does not fit keeps its turn.
fn take_group(waiting: &mut VecDeque<Waiting>) -> Vec<Waiting> {
    if waiting.len() == 1 {
        return waiting.drain(..).collect();
    }
    let mut group = Vec::with_capacity(waiting.len());
    let mut touched = HashMap::<StreamId, Access>::new();
    let mut later = VecDeque::new();
    let mut events = 0;
    for next in waiting.drain(..) {
        let apart =
            next.unit
                .conditions
                .iter()
                .all(|condition| match touched.get(&condition.stream) {
                    None => true,
                    Some(Access::Read) => condition.access == Access::Read,
                    Some(Access::Written) => false,
                });
        // What waits for a later transaction also keeps those behind it that touch its streams.
        for condition in &next.unit.conditions {
            let access = touched.entry(condition.stream).or_insert(condition.access);
            if condition.access == Access::Written {
                *access = Access::Written;
            }
        }
        if apart && events < EVENTS {
            events += next.unit.events.len();
            group.push(next);
        } else {
            later.push_back(next);
        }
    }
    *waiting = later;
    group
}
