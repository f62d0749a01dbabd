use crate::rows::{BatchRows, CommandRow};
use crate::statements::{EMPTY, Statements, text};
use crate::writer::{Answer, Work};
use foldhash::fast::RandomState;
use lawful::log::{AppendError, Appended, CommandId, LogId, Outcome, Position, Snapshot, StreamId};
use lawful::{Few, Timestamp, Uuid};
use rusqlite::{OptionalExtension, Row, params};
use std::collections::HashMap;

/// What is done between BEGIN and COMMIT. An error of SQLite leaves the transaction unfit for a commit; an answer, be it a refusal, does
/// not.
pub(crate) struct Transaction<'s, 'c> {
    pub(crate) statements: &'s mut Statements<'c>,
    pub(crate) streams: &'s mut Streams,
    pub(crate) log: LogId,
    /// The position of the last event, those of this transaction included.
    pub(crate) head: u64,
    pub(crate) recorded_at: Timestamp,
}

/// The streams that were looked up lately. They stay as they are while nobody else appends, which the head tells; without that, or after a
/// transaction that did not commit, they are forgotten.
#[derive(Default)]
pub(crate) struct Streams {
    found: HashMap<StreamId, Found, RandomState>,
    head: u64,
}

/// How many streams are kept in mind.
const STREAMS: usize = 8192;

impl Streams {
    /// To be called inside a transaction, with the position of the last event.
    pub(crate) fn renew(&mut self, head: u64) {
        if head != self.head || self.found.len() > STREAMS {
            self.forget();
            self.head = head;
        }
    }

    /// The transaction that ended here was committed.
    pub(crate) fn keep(&mut self, head: u64) {
        self.head = head;
    }

    pub(crate) fn forget(&mut self) {
        self.found.clear();
    }
}

/// A stream that exists.
#[derive(Debug, Clone, Copy)]
struct Found {
    number: i64,
    version: u64,
}

impl Transaction<'_, '_> {
    pub(crate) fn run(&mut self, work: &Work) -> rusqlite::Result<Answer> {
        match work {
            Work::Append(batch) => self.append(batch),
            Work::AppendAll(batches, reads) => self.append_all(batches, reads),
            Work::KeepSnapshot(stream, snapshot) => self.keep_snapshot(*stream, snapshot),
        }
    }

    fn append(&mut self, batch: &BatchRows) -> rusqlite::Result<Answer> {
        let found = self.find(batch.stream)?;
        if let Some(refusal) = self.refusal(batch, found, 0)? {
            return Ok(Err(refusal));
        }
        Ok(Ok(Few::One(self.write(batch, found)?)))
    }

    fn append_all(
        &mut self,
        batches: &[BatchRows],
        reads: &[(StreamId, u64)],
    ) -> rusqlite::Result<Answer> {
        for (index, batch) in batches.iter().enumerate() {
            let found = self.find(batch.stream)?;
            let ahead = batches[..index]
                .iter()
                .filter(|before| before.stream == batch.stream)
                .map(BatchRows::events)
                .sum();
            if let Some(refusal) = self.refusal(batch, found, ahead)? {
                return Ok(Err(refusal));
            }
        }
        for (stream, expected) in reads {
            let found = self.find(*stream)?;
            if let Some(conflict) = conflict(*stream, *expected, found, 0) {
                return Ok(Err(conflict));
            }
        }
        let mut appended = Vec::with_capacity(batches.len());
        for batch in batches {
            // Looked up again: an earlier batch may have made or moved the stream.
            let found = self.find(batch.stream)?;
            appended.push(self.write(batch, found)?);
        }
        Ok(Ok(appended.into()))
    }

    /// Why the batch cannot be appended, if so. `ahead` is how many events for its stream go before it in the same transaction.
    fn refusal(
        &mut self,
        batch: &BatchRows,
        found: Option<Found>,
        ahead: u64,
    ) -> rusqlite::Result<Option<AppendError>> {
        let stream = batch.stream;
        if let Some(found) = found {
            for command in batch.commands.iter().filter(|one| one.chosen.is_some()) {
                if let Some(outcome) = self.outcome(found, command.id)? {
                    return Ok(Some(AppendError::Duplicate { stream, outcome }));
                }
            }
        }
        Ok(conflict(stream, batch.expected, found, ahead))
    }

    fn outcome(&mut self, stream: Found, command: Uuid) -> rusqlite::Result<Option<Outcome>> {
        let mut room = EMPTY;
        let log = self.log;
        self.statements
            .outcome
            .query_row(params![stream.number, text(command, &mut room)], |row| {
                outcome(log, command.into(), row)
            })
            .optional()
    }

    /// Writes a batch whose conditions hold.
    fn write(&mut self, batch: &BatchRows, found: Option<Found>) -> rusqlite::Result<Appended> {
        let before = found.map_or(0, |found| found.version);
        let count = batch.events();
        let number = match found {
            Some(found) if count > 0 => {
                self.statements
                    .move_stream
                    .execute(params![found.number, before + count])?;
                Some(found.number)
            }
            Some(found) => Some(found.number),
            None if count > 0 || batch.commands.iter().any(|one| one.chosen.is_some()) => {
                Some(self.create(batch.stream, count)?)
            }
            None => None,
        };
        if let Some(number) = number {
            let version = before + count;
            let found = Found { number, version };
            self.streams.found.insert(batch.stream, found);
        }
        let mut version = before;
        let mut positions = Few::None;
        for command in &batch.commands {
            if let Some(number) = number {
                self.write_command(number, &mut version, command)?;
            }
            positions.push(Position::new(self.log, self.head));
        }
        Ok(Appended {
            positions,
            recorded_at: self.recorded_at,
        })
    }

    fn write_command(
        &mut self,
        stream: i64,
        version: &mut u64,
        command: &CommandRow,
    ) -> rusqlite::Result<()> {
        let mut rooms = [EMPTY; 4];
        let [for_command, for_correlation, for_causation, for_event] = &mut rooms;
        let command_id = text(command.id, for_command);
        let correlation_id = text(command.correlation, for_correlation);
        let causation_id = command.causation.map(|id| text(id, for_causation));
        for event in &command.events {
            self.head += 1;
            *version += 1;
            self.statements.event.execute(params![
                self.head,
                stream,
                *version,
                event.event_type,
                event.schema_version,
                event.data,
                text(event.event_id, for_event),
                command_id,
                correlation_id,
                causation_id,
                self.recorded_at.as_micros(),
                command.metadata,
            ])?;
        }
        if let Some(payload) = command.chosen {
            self.statements.command.execute(params![
                stream,
                command_id,
                text(payload, for_event),
                *version,
                command.events.len(),
                self.head,
            ])?;
        }
        Ok(())
    }

    fn keep_snapshot(&mut self, stream: StreamId, snapshot: &Snapshot) -> rusqlite::Result<Answer> {
        let number = match self.find(stream)? {
            Some(found) => found.number,
            None => self.create(stream, 0)?,
        };
        self.statements.snapshot.execute(params![
            number,
            snapshot.version,
            snapshot.fingerprint,
            snapshot.data
        ])?;
        Ok(Ok(Few::None))
    }

    fn find(&mut self, stream: StreamId) -> rusqlite::Result<Option<Found>> {
        if let Some(found) = self.streams.found.get(&stream) {
            return Ok(Some(*found));
        }
        let mut room = EMPTY;
        let found = self
            .statements
            .stream
            .query_row(
                params![text(stream.id, &mut room), stream.aggregate],
                |row| {
                    Ok(Found {
                        number: row.get(0)?,
                        version: row.get(1)?,
                    })
                },
            )
            .optional()?;
        if let Some(found) = found {
            self.streams.found.insert(stream, found);
        }
        Ok(found)
    }

    fn create(&mut self, stream: StreamId, version: u64) -> rusqlite::Result<i64> {
        let mut room = EMPTY;
        self.statements.new_stream.insert(params![
            text(stream.id, &mut room),
            stream.aggregate,
            version
        ])
    }
}

fn conflict(
    stream: StreamId,
    expected: u64,
    found: Option<Found>,
    ahead: u64,
) -> Option<AppendError> {
    let actual = found.map_or(0, |found| found.version) + ahead;
    (actual != expected).then_some(AppendError::Conflict {
        stream,
        expected,
        actual,
    })
}

/// Reads a row of [`OUTCOME`](crate::statements::OUTCOME).
pub(crate) fn outcome(log: LogId, command: CommandId, row: &Row<'_>) -> rusqlite::Result<Outcome> {
    Ok(Outcome {
        command,
        payload: crate::read::uuid(row, 0)?,
        version: row.get(1)?,
        events: row.get(2)?,
        position: Position::new(log, row.get(3)?),
    })
}
