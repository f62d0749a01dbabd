use crate::core::Core;
use crate::process::checkpoint::EVERY;
use crate::process::line::{Waits, stream_named};
use crate::process::progress::Progress;
use crate::process::worker::Retries;
use foldhash::fast::RandomState;
use lawful::log::{Entry, EventLog, StreamId};
use lawful::program::{ProcessEvent, ProcessEventKind};
use lawful::{Domain, Failure, Position, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::hash::BuildHasher;
use std::marker::PhantomData;
use std::time::Duration;

/// How many events are read at once.
const PAGE: usize = 1024;

/// Out of how many that are due one is chosen.
const CHOICE: usize = 8;

/// Which processes are under way and when each is due, folded from the log. A process that waits is a row here and nothing else.
///
/// What was folded is kept beside the log now and then, so that a worker which starts reads only what came after: see
/// [`checkpoint`](crate::process::checkpoint).
pub(crate) struct Agenda<D> {
    /// Up to where the log was read.
    pub(crate) read: Position,
    /// Whether the last checkpoint was looked for.
    pub(super) is_recalled: bool,
    /// How many events were read since the last checkpoint.
    pub(super) since: usize,
    pub(super) rows: HashMap<StreamId, Row, RandomState>,
    /// Who waits for an event of a stream.
    waiting: HashMap<StreamId, Vec<StreamId>, RandomState>,
    due: BTreeSet<(Timestamp, StreamId)>,
    /// How long a process that somebody works on is left to them after each sign of life.
    patience: Duration,
    /// Different in every worker, so that they choose differently.
    chance: RandomState,
    /// How often was chosen.
    choices: u64,
    domain: PhantomData<fn() -> D>,
}

pub(super) struct Row {
    /// How many lines its journal had when it was read.
    pub(super) lines: u64,
    /// What the log says, whoever reads it.
    pub(super) said: Said,
    /// When this worker resumes it; `None`: it is set aside.
    due: Option<Timestamp>,
    pub(super) streams: Box<[StreamId]>,
    is_running: bool,
    /// Something happened for it while it was running.
    is_woken: bool,
    failures: u32,
}

/// What the last lines of a process come to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Said {
    /// It was started then.
    Started(Timestamp),
    /// Somebody worked on it then.
    Alive(Timestamp),
    /// It waits until then.
    Waits(Timestamp),
}

impl Said {
    fn due(self, patience: Duration) -> Timestamp {
        match self {
            Said::Started(at) | Said::Waits(at) => at,
            Said::Alive(at) => at + patience,
        }
    }
}

impl<D: Domain> Agenda<D> {
    pub(crate) fn new(origin: Position, patience: Duration) -> Self {
        Agenda {
            read: origin,
            is_recalled: false,
            since: 0,
            rows: HashMap::default(),
            waiting: HashMap::default(),
            due: BTreeSet::new(),
            patience,
            chance: RandomState::default(),
            choices: 0,
            domain: PhantomData,
        }
    }

    /// Reads the log to its end, from the last checkpoint on, and makes the next one where it is time for it.
    pub(crate) async fn catch_up<L>(&mut self, core: &Core<D, L>) -> Result<(), Failure>
    where
        L: EventLog<Event = D::Event>,
    {
        self.look(core).await?;
        if self.since >= self.rows.len().max(EVERY) {
            self.keep(core).await;
        }
        Ok(())
    }

    /// The same, and nothing is written.
    pub(crate) async fn look<L>(&mut self, core: &Core<D, L>) -> Result<(), Failure>
    where
        L: EventLog<Event = D::Event>,
    {
        self.recall(core).await?;
        loop {
            let page = core.log.read_all(self.read, PAGE).await?;
            for entry in &page.entries {
                self.fold(entry);
            }
            self.read = page.next;
            self.since += page.entries.len();
            if page.entries.is_empty() {
                return Ok(());
            }
        }
    }

    /// Reading again what is accounted for already changes nothing: the last lines of a process say everything.
    fn fold(&mut self, entry: &Entry<D::Event>) {
        match D::journal(&entry.event) {
            Some(line) => {
                self.fold_line(entry.stream, line, entry.recorded_at);
                if let Some(row) = self.rows.get_mut(&entry.stream) {
                    row.lines = entry.version;
                }
            }
            None => self.wake(entry.stream),
        }
    }

    fn fold_line(&mut self, process: StreamId, line: &ProcessEvent, at: Timestamp) {
        match line.kind() {
            ProcessEventKind::Started => self.insert(process, 1, Said::Started(at), Vec::new()),
            ProcessEventKind::Asked | ProcessEventKind::Answered => {
                self.say(process, Said::Alive(at), Vec::new());
            }
            ProcessEventKind::Parked => self.park(process, line, at),
            ProcessEventKind::Finished => self.remove(process),
        }
    }

    fn park(&mut self, process: StreamId, line: &ProcessEvent, at: Timestamp) {
        let Some(row) = self.rows.get(&process) else {
            return;
        };
        // A line that cannot be read is looked at by whoever resumes the process, at once.
        let (mut until, mut streams) = match serde_json::from_str::<Waits>(line.data()) {
            Ok(Waits { until, streams, .. }) => {
                let streams = streams.iter().filter_map(|name| stream_named::<D>(name));
                (until, streams.collect::<Vec<_>>())
            }
            Err(_) => (at, Vec::new()),
        };
        if let Said::Waits(other) = row.said {
            // The other branch of a `both` waits as well.
            until = other.min(until);
            streams.extend(row.streams.iter().copied());
        }
        self.say(process, Said::Waits(until), streams);
    }

    fn wake(&mut self, stream: StreamId) {
        let Some(processes) = self.waiting.get(&stream) else {
            return;
        };
        for process in processes.clone() {
            if let Some(row) = self.rows.get_mut(&process) {
                row.said = Said::Waits(Timestamp::MIN);
                row.is_woken = true;
            }
            self.move_to(process, Some(Timestamp::MIN));
        }
    }

    /// A process that was not known before.
    pub(super) fn insert(
        &mut self,
        process: StreamId,
        lines: u64,
        said: Said,
        streams: Vec<StreamId>,
    ) {
        self.rows.insert(
            process,
            Row {
                lines,
                said,
                due: None,
                streams: Box::default(),
                is_running: false,
                is_woken: false,
                failures: 0,
            },
        );
        self.say(process, said, streams);
    }

    /// What the log says of a process is this from now on.
    fn say(&mut self, process: StreamId, said: Said, streams: Vec<StreamId>) {
        let Some(row) = self.rows.get_mut(&process) else {
            return;
        };
        row.said = said;
        row.failures = 0;
        self.listen(process, streams);
        self.move_to(process, Some(said.due(self.patience)));
    }

    /// From now on the process waits for events of these streams.
    fn listen(&mut self, process: StreamId, mut streams: Vec<StreamId>) {
        let Some(row) = self.rows.get_mut(&process) else {
            return;
        };
        streams.sort_unstable();
        streams.dedup();
        let before = std::mem::replace(&mut row.streams, streams.clone().into());
        for stream in before {
            if let Some(waiting) = self.waiting.get_mut(&stream) {
                waiting.retain(|other| *other != process);
                if waiting.is_empty() {
                    self.waiting.remove(&stream);
                }
            }
        }
        for stream in streams {
            self.waiting.entry(stream).or_default().push(process);
        }
    }

    fn move_to(&mut self, process: StreamId, due: Option<Timestamp>) {
        let Some(row) = self.rows.get_mut(&process) else {
            return;
        };
        if let Some(before) = std::mem::replace(&mut row.due, due) {
            self.due.remove(&(before, process));
        }
        if let Some(due) = due.filter(|_| !row.is_running) {
            self.due.insert((due, process));
        }
    }

    fn remove(&mut self, process: StreamId) {
        self.listen(process, Vec::new());
        self.move_to(process, None);
        self.rows.remove(&process);
    }

    /// Takes processes that are due, at most so many; they are running until [`Agenda::ended`].
    ///
    /// They are chosen at random among those that have been due for longest, so that two workers which find the same work begin with
    /// different parts of it. By the time that one of them comes to a part of the other's, its journal has lines that say so. With each
    /// process comes how many lines its journal is known to have.
    pub(crate) fn take_due(&mut self, now: Timestamp, most: usize) -> Vec<(StreamId, u64)> {
        let is_due = |(due, _): &&(Timestamp, StreamId)| *due <= now;
        let due = self.due.iter().take_while(is_due);
        self.choices += 1;
        let mut taken: Vec<_> = due
            .take(most.saturating_mul(CHOICE))
            .map(|(due, process)| {
                let lot = self.chance.hash_one((self.choices, process));
                (lot, *due, *process)
            })
            .collect();
        if most < taken.len() {
            taken.select_nth_unstable(most);
            taken.truncate(most);
        }
        let mut processes = Vec::with_capacity(taken.len());
        for (_, due, process) in taken {
            self.due.remove(&(due, process));
            if let Some(row) = self.rows.get_mut(&process) {
                row.is_running = true;
                row.is_woken = false;
                processes.push((process, row.lines));
            }
        }
        processes
    }

    /// When the next process is due.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.due.first().map(|(due, _)| *due)
    }

    /// All processes under way.
    pub(crate) fn processes(&self) -> Vec<StreamId> {
        let mut processes: Vec<_> = self.rows.keys().copied().collect();
        processes.sort_unstable();
        processes
    }

    /// A process does not run any more.
    pub(crate) fn ended(
        &mut self,
        process: StreamId,
        progress: &Progress,
        now: Timestamp,
        retries: &Retries,
    ) {
        let Some(row) = self.rows.get_mut(&process) else {
            return;
        };
        row.is_running = false;
        let due = match progress {
            Progress::Finished | Progress::Uncompensated(_) => return self.remove(process),
            Progress::Parked(_) if row.is_woken => Some(Timestamp::MIN),
            Progress::Parked(parked) => Some(parked.until),
            Progress::Elsewhere => retries.again(1).map(|_| now + self.patience),
            Progress::Diverged(_) => None,
            Progress::Failed(_) => {
                row.failures += 1;
                retries.again(row.failures).map(|pause| now + pause)
            }
        };
        self.move_to(process, due);
    }
}
