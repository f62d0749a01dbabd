use foldhash::fast::RandomState;
use lawful::Uuid;
use lawful::log::{
    AppendError, Appended, Batch, CommandId, Entry as Recorded, LogId, Metadata, Outcome, Position,
    Snapshot, StreamId, Submission,
};
use lawful::{Failure, FailureKind, Few, Timestamp};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// Everything that the log holds, in commit order; guarded as a whole, so that a reader sees all of a batch or nothing.
#[derive(Debug)]
pub(crate) struct Records<E> {
    log: LogId,
    all: Vec<Record<E>>,
    streams: HashMap<StreamId, Stream, RandomState>,
    last: Timestamp,
}

/// What is kept of one event; the rest of its [`Entry`](Recorded) follows from it and its place.
#[derive(Debug)]
struct Record<E> {
    stream: StreamId,
    version: u64,
    event: E,
    command_id: CommandId,
    index: u64,
    recorded_at: Timestamp,
    /// Most commands say nothing of the kind, and their events are small then.
    said: Option<Arc<Said>>,
}

/// What the caller said beside the command; shared by its events.
#[derive(Debug)]
struct Said {
    correlation: Uuid,
    causation: Option<Uuid>,
    metadata: Option<Arc<Metadata>>,
}

#[derive(Debug, Default)]
struct Stream {
    /// Where in the whole log its events are.
    places: Vec<usize>,
    outcomes: HashMap<CommandId, Outcome>,
    snapshot: Option<Snapshot>,
}

impl<E: lawful::Payload> Records<E> {
    pub(crate) fn new(log: LogId) -> Self {
        Records {
            log,
            all: Vec::new(),
            streams: HashMap::default(),
            last: Timestamp::MIN,
        }
    }

    pub(crate) fn version(&self, stream: StreamId) -> u64 {
        self.streams
            .get(&stream)
            .map_or(0, |found| found.places.len() as u64)
    }

    pub(crate) fn head(&self) -> Position {
        Position::new(self.log, self.all.len() as u64)
    }

    pub(crate) fn outcome(&self, stream: StreamId, command: CommandId) -> Option<Outcome> {
        self.streams.get(&stream)?.outcomes.get(&command).cloned()
    }

    pub(crate) fn snapshot(&self, stream: StreamId) -> Option<&Snapshot> {
        self.streams.get(&stream)?.snapshot.as_ref()
    }

    pub(crate) fn keep_snapshot(&mut self, stream: StreamId, snapshot: Snapshot) {
        let kept = &mut self.streams.entry(stream).or_default().snapshot;
        let newer = |kept: &Snapshot| {
            kept.fingerprint == snapshot.fingerprint && kept.version > snapshot.version
        };
        if !kept.as_ref().is_some_and(newer) {
            *kept = Some(snapshot);
        }
    }

    /// The conditions of a batch: its stream is at the version expected, and no chosen command id is known or comes twice.
    ///
    /// `ahead` is how many events for the stream go before it in the same transaction.
    pub(crate) fn check(&self, batch: &Batch<E>, ahead: u64) -> Result<(), AppendError> {
        match self.streams.get(&batch.stream) {
            Some(stream) => stream.check(batch, ahead),
            None => Stream::default().check(batch, ahead),
        }
    }

    pub(crate) fn check_version(&self, stream: StreamId, expected: u64) -> Result<(), AppendError> {
        check_version(stream, expected, self.version(stream))
    }

    /// Appends a batch if its conditions hold: both with one look-up of the stream.
    #[inline]
    pub(crate) fn append(
        &mut self,
        batch: Batch<E>,
        now: Timestamp,
    ) -> Result<Appended, AppendError> {
        let stream = match self.streams.entry(batch.stream) {
            Entry::Occupied(stream) => stream.into_mut(),
            Entry::Vacant(vacant) => {
                Stream::default().check(&batch, 0)?;
                vacant.insert(Stream::default())
            }
        };
        stream.check(&batch, 0)?;
        self.last = self.last.max(now);
        Ok(write(&mut self.all, stream, batch, self.log, self.last))
    }

    /// Appends a batch whose conditions were checked under the same lock.
    pub(crate) fn append_checked(&mut self, batch: Batch<E>, now: Timestamp) -> Appended {
        let stream = self.streams.entry(batch.stream).or_default();
        self.last = self.last.max(now);
        write(&mut self.all, stream, batch, self.log, self.last)
    }

    pub(crate) fn stream_after(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> Vec<Recorded<E>> {
        let places = self
            .streams
            .get(&stream)
            .map_or(&[][..], |found| &found.places);
        let after = usize::try_from(after)
            .unwrap_or(usize::MAX)
            .min(places.len());
        places[after..]
            .iter()
            .take(limit)
            .map(|place| self.recorded(*place))
            .collect()
    }

    pub(crate) fn all_after(&self, after: u64, limit: usize) -> Vec<Recorded<E>> {
        let after = usize::try_from(after)
            .unwrap_or(usize::MAX)
            .min(self.all.len());
        (after..self.all.len())
            .take(limit)
            .map(|place| self.recorded(place))
            .collect()
    }

    fn recorded(&self, place: usize) -> Recorded<E> {
        let record = &self.all[place];
        let said = record.said.as_deref();
        Recorded {
            event_id: record.command_id.event_id(record.stream, record.index),
            stream: record.stream,
            version: record.version,
            position: Position::new(self.log, place as u64 + 1),
            schema_version: record.event.schema_version(),
            event: record.event.clone(),
            command_id: record.command_id,
            correlation_id: said.map_or(record.command_id.uuid(), |said| said.correlation),
            causation_id: said.and_then(|said| said.causation),
            recorded_at: record.recorded_at,
            metadata: said.and_then(|said| said.metadata.clone()),
        }
    }
}

/// A batch or a command of one is the common case, and is not moved through an iterator.
#[inline]
fn write<E>(
    all: &mut Vec<Record<E>>,
    stream: &mut Stream,
    batch: Batch<E>,
    log: LogId,
    recorded_at: Timestamp,
) -> Appended {
    let mut write = |command| write_command(all, stream, batch.stream, command, log, recorded_at);
    Appended {
        positions: match batch.commands {
            Few::One(command) => Few::One(write(command)),
            commands => commands.into_iter().map(write).collect(),
        },
        recorded_at,
    }
}

#[inline]
fn write_command<E>(
    all: &mut Vec<Record<E>>,
    stream: &mut Stream,
    name: StreamId,
    command: Submission<E>,
    log: LogId,
    recorded_at: Timestamp,
) -> Position {
    let events = command.events.len() as u64;
    let says_more = command.correlation != command.id.uuid()
        || command.causation.is_some()
        || command.metadata.is_some();
    let said = says_more.then(|| {
        Arc::new(Said {
            correlation: command.correlation,
            causation: command.causation,
            metadata: command.metadata,
        })
    });
    let mut write = |index, event| {
        stream.places.push(all.len());
        all.push(Record {
            stream: name,
            version: stream.places.len() as u64,
            event,
            command_id: command.id,
            index,
            recorded_at,
            said: said.clone(),
        });
    };
    match command.events {
        Few::None => {}
        Few::One(event) => write(0, event),
        Few::Many(events) => (0..)
            .zip(events)
            .for_each(|(index, event)| write(index, event)),
    }
    let position = Position::new(log, all.len() as u64);
    if let Some(payload) = command.chosen {
        let outcome = Outcome {
            command: command.id,
            payload,
            version: stream.places.len() as u64,
            events,
            position,
        };
        stream.outcomes.insert(command.id, outcome);
    }
    position
}

impl Stream {
    fn check<E>(&self, batch: &Batch<E>, ahead: u64) -> Result<(), AppendError> {
        let stream = batch.stream;
        for (index, command) in batch.commands.iter().enumerate() {
            if command.chosen.is_none() {
                continue;
            }
            if let Some(outcome) = self.outcomes.get(&command.id) {
                let outcome = outcome.clone();
                return Err(AppendError::Duplicate { stream, outcome });
            }
            let same = |other: &Submission<E>| other.chosen.is_some() && other.id == command.id;
            if batch.commands[..index].iter().any(same) {
                return Err(reused(stream, command.id).into());
            }
        }
        check_version(stream, batch.expected, self.places.len() as u64 + ahead)
    }
}

/// One transaction cannot hold a command twice: there is no first outcome yet that could be told.
pub(crate) fn reused(stream: StreamId, command: CommandId) -> Failure {
    let message = format!(
        "command `{command}` comes twice in one append to stream `{stream}`; append it once, and ask for its outcome then"
    );
    Failure::new(FailureKind::CommandIdReused, message)
}

fn check_version(stream: StreamId, expected: u64, actual: u64) -> Result<(), AppendError> {
    if actual == expected {
        return Ok(());
    }
    Err(AppendError::Conflict {
        stream,
        expected,
        actual,
    })
}
