use crate::core::Core;
use crate::process::line::{Waits, stream_named};
use crate::process::progress::Progress;
use crate::process::worker::Retries;
use lawful::log::{Entry, EventLog, StreamId};
use lawful::program::{ProcessEvent, ProcessEventKind};
use lawful::{Domain, Failure, Position, Timestamp};
use std::collections::{BTreeSet, HashMap};
use std::marker::PhantomData;
use std::time::Duration;

/// How many events are read at once.
const PAGE: usize = 1024;

/// Which processes are under way and when each is due, folded from the log. A process that waits is a row here and nothing else.
pub(crate) struct Agenda<D> {
    /// Up to where the log was read.
    pub(crate) read: Position,
    rows: HashMap<StreamId, Row>,
    /// Who waits for an event of a stream.
    waiting: HashMap<StreamId, Vec<StreamId>>,
    due: BTreeSet<(Timestamp, StreamId)>,
    /// How long a process that somebody works on is left to them after each sign of life.
    patience: Duration,
    domain: PhantomData<fn() -> D>,
}

#[derive(Default)]
struct Row {
    /// `None`: it is set aside.
    due: Option<Timestamp>,
    streams: Box<[StreamId]>,
    /// Its last line says that it waits.
    is_parked: bool,
    is_running: bool,
    /// Something happened for it while it was running.
    is_woken: bool,
    failures: u32,
}

impl<D: Domain> Agenda<D> {
    pub(crate) fn new(origin: Position, patience: Duration) -> Self {
        Agenda {
            read: origin,
            rows: HashMap::new(),
            waiting: HashMap::new(),
            due: BTreeSet::new(),
            patience,
            domain: PhantomData,
        }
    }

    /// Reads the log to its end.
    pub(crate) async fn catch_up<L>(&mut self, core: &Core<D, L>) -> Result<(), Failure>
    where
        L: EventLog<Event = D::Event>,
    {
        loop {
            let page = core.log.read_all(self.read, PAGE).await?;
            for entry in &page.entries {
                self.fold(entry);
            }
            self.read = page.next;
            if page.entries.is_empty() {
                return Ok(());
            }
        }
    }

    fn fold(&mut self, entry: &Entry<D::Event>) {
        match D::journal(&entry.event) {
            Some(line) => self.fold_line(entry.stream, line, entry.recorded_at),
            None => self.wake(entry.stream),
        }
    }

    fn fold_line(&mut self, process: StreamId, line: &ProcessEvent, at: Timestamp) {
        match line.kind() {
            ProcessEventKind::Started => {
                self.rows.insert(process, Row::default());
                self.move_to(process, Some(at));
            }
            ProcessEventKind::Asked | ProcessEventKind::Answered => {
                self.listen(process, Vec::new());
                self.move_to(process, Some(at + self.patience));
                if let Some(row) = self.rows.get_mut(&process) {
                    row.is_parked = false;
                    row.failures = 0;
                }
            }
            ProcessEventKind::Parked => self.park(process, line, at),
            ProcessEventKind::Finished => self.remove(process),
        }
    }

    fn park(&mut self, process: StreamId, line: &ProcessEvent, at: Timestamp) {
        let Some(row) = self.rows.get_mut(&process) else {
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
        if row.is_parked {
            // The other branch of a `both` waits as well.
            until = row.due.map_or(until, |other| other.min(until));
            streams.extend(row.streams.iter().copied());
        }
        row.is_parked = true;
        row.failures = 0;
        self.listen(process, streams);
        self.move_to(process, Some(until));
    }

    fn wake(&mut self, stream: StreamId) {
        let Some(processes) = self.waiting.get(&stream) else {
            return;
        };
        for process in processes.clone() {
            if let Some(row) = self.rows.get_mut(&process) {
                row.is_woken = true;
            }
            self.move_to(process, Some(Timestamp::MIN));
        }
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

    /// Takes the processes that are due, at most so many; they are running until [`Agenda::ended`].
    pub(crate) fn take_due(&mut self, now: Timestamp, most: usize) -> Vec<StreamId> {
        let mut taken = Vec::new();
        while taken.len() < most
            && let Some((due, process)) = self.due.first().copied()
            && due <= now
        {
            self.due.remove(&(due, process));
            if let Some(row) = self.rows.get_mut(&process) {
                row.is_running = true;
                row.is_woken = false;
                taken.push(process);
            }
        }
        taken
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
