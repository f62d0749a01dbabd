use foldhash::fast::RandomState;
use lawful::Uuid;
use lawful::log::{
    AppendError, Appended, Batch, CommandId, Entry, LogId, Metadata, Outcome, Position, Snapshot,
    StreamId,
};
use lawful::{Failure, FailureKind, Few, Timestamp};
use std::collections::HashMap;
use std::sync::Arc;

/// Everything that the log holds, in commit order; guarded as a whole, so that a reader sees all of a batch or nothing.
#[derive(Debug)]
pub(crate) struct Records<E> {
    log: LogId,
    all: Vec<Record<E>>,
    streams: HashMap<StreamId, Stream, RandomState>,
    last: Timestamp,
}

/// What is kept of one event; the rest of its [`Entry`] follows from it and its place.
#[derive(Debug)]
struct Record<E> {
    stream: StreamId,
    version: u64,
    event: E,
    command_id: CommandId,
    index: u64,
    correlation_id: Uuid,
    causation_id: Option<Uuid>,
    recorded_at: Timestamp,
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
        self.streams.entry(stream).or_default().snapshot = Some(snapshot);
    }

    /// The conditions of a batch: its stream is at the version expected, and no chosen command id is known or comes twice.
    ///
    /// `ahead` is how many events for the stream go before it in the same transaction.
    pub(crate) fn check(&self, batch: &Batch<E>, ahead: u64) -> Result<(), AppendError> {
        let stream = batch.stream;
        for (index, command) in batch.commands.iter().enumerate() {
            if command.chosen.is_none() {
                continue;
            }
            if let Some(outcome) = self.outcome(stream, command.id) {
                return Err(AppendError::Duplicate { stream, outcome });
            }
            let before = &batch.commands[..index];
            if before
                .iter()
                .any(|other| other.chosen.is_some() && other.id == command.id)
            {
                return Err(reused(stream, command.id).into());
            }
        }
        self.check_version(stream, batch.expected, ahead)
    }

    pub(crate) fn check_version(
        &self,
        stream: StreamId,
        expected: u64,
        ahead: u64,
    ) -> Result<(), AppendError> {
        let actual = self.version(stream) + ahead;
        if actual == expected {
            Ok(())
        } else {
            Err(AppendError::Conflict {
                stream,
                expected,
                actual,
            })
        }
    }

    /// Appends a batch whose conditions were checked under the same lock.
    pub(crate) fn append(&mut self, batch: Batch<E>, now: Timestamp) -> Appended {
        let (log, name) = (self.log, batch.stream);
        self.last = self.last.max(now);
        let recorded_at = self.last;
        let stream = self.streams.entry(name).or_default();
        let mut positions = Few::None;
        for command in batch.commands {
            let count = command.events.len() as u64;
            for (index, event) in (0..).zip(command.events) {
                stream.places.push(self.all.len());
                self.all.push(Record {
                    stream: name,
                    version: stream.places.len() as u64,
                    event,
                    command_id: command.id,
                    index,
                    correlation_id: command.correlation,
                    causation_id: command.causation,
                    recorded_at,
                    metadata: command.metadata.clone(),
                });
            }
            let position = Position::new(log, self.all.len() as u64);
            positions.push(position);
            if let Some(payload) = command.chosen {
                let version = stream.places.len() as u64;
                stream.outcomes.insert(
                    command.id,
                    Outcome {
                        command: command.id,
                        payload,
                        version,
                        events: count,
                        position,
                    },
                );
            }
        }
        Appended {
            positions,
            recorded_at,
        }
    }

    pub(crate) fn stream_after(&self, stream: StreamId, after: u64, limit: usize) -> Vec<Entry<E>> {
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
            .map(|place| self.entry(*place))
            .collect()
    }

    pub(crate) fn all_after(&self, after: u64, limit: usize) -> Vec<Entry<E>> {
        let after = usize::try_from(after)
            .unwrap_or(usize::MAX)
            .min(self.all.len());
        (after..self.all.len())
            .take(limit)
            .map(|place| self.entry(place))
            .collect()
    }

    fn entry(&self, place: usize) -> Entry<E> {
        let record = &self.all[place];
        Entry {
            event_id: record.command_id.event_id(record.stream, record.index),
            stream: record.stream,
            version: record.version,
            position: Position::new(self.log, place as u64 + 1),
            schema_version: record.event.schema_version(),
            event: record.event.clone(),
            command_id: record.command_id,
            correlation_id: record.correlation_id,
            causation_id: record.causation_id,
            recorded_at: record.recorded_at,
            metadata: record.metadata.clone(),
        }
    }
}

/// One transaction cannot hold a command twice: there is no first outcome yet that could be told.
pub(crate) fn reused(stream: StreamId, command: CommandId) -> Failure {
    let message = format!(
        "command `{command}` comes twice in one append to stream `{stream}`; append it once, and ask for its outcome then"
    );
    Failure::new(FailureKind::CommandIdReused, message)
}
