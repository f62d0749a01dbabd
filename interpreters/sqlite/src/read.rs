use crate::readers::ReadError;
use crate::statements::{EMPTY, OUTCOME, STREAM, text};
use crate::transaction::outcome;
use lawful::log::{
    CommandId, Entry, LogId, Metadata, Outcome, Page, Position, Snapshot, StreamId, StreamPage,
    Undecodable,
};
use lawful::{Failure, FailureKind, Payload, Timestamp, Uuid};
use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::sync::Arc;

const HEAD: &str = "SELECT coalesce(max(position), 0) FROM events";

const VERSION: &str = "SELECT coalesce((SELECT version FROM streams WHERE uuid = ?1 AND aggregate = ?2), 0), \
    coalesce((SELECT max(position) FROM events), 0)";

const OF_STREAM: &str = "SELECT position, version, type, schema_version, data, event_id, command_id, correlation_id, causation_id, \
    recorded_at, metadata FROM events WHERE stream = ?1 AND version > ?2 ORDER BY version LIMIT ?3";

const OF_ALL: &str = "SELECT position, events.version, type, schema_version, data, event_id, command_id, correlation_id, causation_id, \
    recorded_at, metadata, streams.aggregate, streams.uuid, events.stream \
    FROM events LEFT JOIN streams ON streams.id = events.stream WHERE position > ?1 ORDER BY position LIMIT ?2";

const SNAPSHOT: &str = "SELECT snapshots.version, snapshots.data FROM snapshots JOIN streams ON streams.id = snapshots.stream \
    WHERE streams.uuid = ?1 AND streams.aggregate = ?2 AND snapshots.fingerprint = ?3 AND snapshots.version <= ?4";

/// How much room is made for a page before its rows are seen.
const ROOM: usize = 1024;

/// The position of the last event.
pub(crate) fn head(connection: &Connection) -> rusqlite::Result<u64> {
    connection
        .prepare_cached(HEAD)?
        .query_row([], |row| row.get(0))
}

pub(crate) fn version(connection: &Connection, stream: StreamId) -> rusqlite::Result<(u64, u64)> {
    let mut room = EMPTY;
    connection.prepare_cached(VERSION)?.query_row(
        params![text(stream.id, &mut room), stream.aggregate],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

pub(crate) fn command(
    connection: &Connection,
    log: LogId,
    stream: StreamId,
    command: CommandId,
) -> rusqlite::Result<Option<Outcome>> {
    let snapshot = connection.unchecked_transaction()?;
    let Some((number, _)) = number(&snapshot, stream)? else {
        return Ok(None);
    };
    let mut room = EMPTY;
    snapshot
        .prepare_cached(OUTCOME)?
        .query_row(params![number, text(command.uuid(), &mut room)], |row| {
            outcome(log, command, row)
        })
        .optional()
}

pub(crate) fn snapshot(
    connection: &Connection,
    stream: StreamId,
    fingerprint: String,
    at_most: u64,
) -> rusqlite::Result<Option<Snapshot>> {
    let mut room = EMPTY;
    let found = connection
        .prepare_cached(SNAPSHOT)?
        .query_row(
            params![
                text(stream.id, &mut room),
                stream.aggregate,
                fingerprint,
                number_of(at_most)
            ],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    Ok(found.map(|(version, data)| Snapshot {
        fingerprint,
        version,
        data,
    }))
}

/// Events, version and head as of one moment.
pub(crate) fn stream<E: Payload>(
    connection: &Connection,
    log: LogId,
    stream: StreamId,
    after: u64,
    limit: usize,
) -> Result<StreamPage<E>, ReadError> {
    let snapshot = connection.unchecked_transaction()?;
    let found = number(&snapshot, stream)?;
    let head = Position::new(log, head(&snapshot)?);
    let mut entries = Vec::new();
    let Some((number, version)) = found else {
        return Ok(StreamPage {
            entries,
            version: 0,
            head,
        });
    };
    let expected = version
        .saturating_sub(after)
        .min(u64::try_from(limit).unwrap_or(u64::MAX));
    if expected > 0 {
        entries.reserve(usize::try_from(expected).unwrap_or(ROOM).min(ROOM));
        let mut statement = snapshot.prepare_cached(OF_STREAM)?;
        let mut rows = statement.query(params![number, number_of(after), number_of(expected)])?;
        while let Some(row) = rows.next()? {
            let entry: Entry<E> = entry(row, log, stream)?;
            let next = after + 1 + entries.len() as u64;
            if entry.version != next {
                return Err(missing(stream, next, entry.version).into());
            }
            entries.push(entry);
        }
    }
    if (entries.len() as u64) < expected {
        return Err(missing(stream, after + 1 + entries.len() as u64, version).into());
    }
    Ok(StreamPage {
        entries,
        version,
        head,
    })
}

pub(crate) fn all<E: Payload>(
    connection: &Connection,
    log: LogId,
    after: u64,
    limit: usize,
) -> Result<Page<E>, ReadError> {
    let mut entries: Vec<Entry<E>> = Vec::new();
    let mut statement = connection.prepare_cached(OF_ALL)?;
    let limit = number_of(u64::try_from(limit).unwrap_or(u64::MAX));
    let mut rows = statement.query(params![number_of(after), limit])?;
    let mut place = after;
    while let Some(row) = rows.next()? {
        place += 1;
        let position: u64 = row.get(0)?;
        if position != place {
            let message = format!(
                "event {place} of the log is missing, the next one is {position}; events are never deleted, restore the file from a copy"
            );
            return Err(Failure::new(FailureKind::Corrupt, message).into());
        }
        let stream = stream_of::<E>(row)?;
        if entries.is_empty() {
            entries.reserve(ROOM.min(usize::try_from(limit).unwrap_or(ROOM)));
        }
        entries.push(entry(row, log, stream)?);
    }
    Ok(Page {
        entries,
        next: Position::new(log, place),
    })
}

/// The number and version of a stream that exists.
fn number(connection: &Connection, stream: StreamId) -> rusqlite::Result<Option<(i64, u64)>> {
    let mut room = EMPTY;
    connection
        .prepare_cached(STREAM)?
        .query_row(
            params![text(stream.id, &mut room), stream.aggregate],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()
}

/// The stream that a row of [`OF_ALL`] belongs to, if its aggregate is one of the domain's.
fn stream_of<E: Payload>(row: &Row<'_>) -> Result<StreamId, ReadError> {
    let Some(name) = row
        .get_ref(11)?
        .as_str_or_null()
        .map_err(|error| wrong(11, error))?
    else {
        let (position, number): (u64, i64) = (row.get(0)?, row.get(13)?);
        let message = format!(
            "event {position} of the log belongs to stream number {number}, which is not in the file; restore it from a copy"
        );
        return Err(Failure::new(FailureKind::Corrupt, message).into());
    };
    let id = uuid(row, 12)?;
    match E::aggregate_named(name) {
        Some(aggregate) => Ok(StreamId { aggregate, id }),
        None => Err(Undecodable::UnknownType
            .of(
                format_args!("{name}-{id}"),
                row.get(1)?,
                text_of(row, 2)?,
                row.get(3)?,
            )
            .into()),
    }
}

fn entry<E: Payload>(row: &Row<'_>, log: LogId, stream: StreamId) -> Result<Entry<E>, ReadError> {
    let version = row.get(1)?;
    let event_type = text_of(row, 2)?;
    let schema_version = row.get(3)?;
    let Some((aggregate, name)) = event_type.rsplit_once('.') else {
        let message = format!(
            "event {version} of stream `{stream}` has the type `{event_type}`; expected one such as `account.deposited`, restore the file from a copy"
        );
        return Err(Failure::new(FailureKind::Corrupt, message).into());
    };
    let event = E::decode(aggregate, name, schema_version, text_of(row, 4)?)
        .map_err(|why| why.of(stream, version, event_type, schema_version))?;
    let causation_id = match row.get_ref(8)?.data_type() {
        Type::Null => None,
        _ => Some(uuid(row, 8)?),
    };
    let metadata = match row.get_ref(10)?.data_type() {
        Type::Null => None,
        _ => Some(metadata(stream, version, text_of(row, 10)?)?),
    };
    Ok(Entry {
        event_id: uuid(row, 5)?,
        stream,
        version,
        position: Position::new(log, row.get(0)?),
        event,
        schema_version,
        command_id: uuid(row, 6)?.into(),
        correlation_id: uuid(row, 7)?,
        causation_id,
        recorded_at: Timestamp::from_micros(row.get(9)?),
        metadata,
    })
}

fn metadata(stream: StreamId, version: u64, data: &str) -> Result<Arc<Metadata>, Failure> {
    serde_json::from_str(data).map(Arc::new).map_err(|error| {
        let message = format!(
            "the metadata of event {version} of stream `{stream}` is no object of texts: {error}; restore the file from a copy"
        );
        Failure::new(FailureKind::Corrupt, message).because(error)
    })
}

fn missing(stream: StreamId, expected: u64, found: u64) -> Failure {
    let message = format!(
        "event {expected} of stream `{stream}` is missing, although it has {found}; events are never deleted, restore the file from a copy"
    );
    Failure::new(FailureKind::Corrupt, message)
}

/// A column without a copy.
fn text_of<'r>(row: &'r Row<'_>, column: usize) -> rusqlite::Result<&'r str> {
    row.get_ref(column)?
        .as_str()
        .map_err(|error| wrong(column, error))
}

pub(crate) fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    let text = text_of(row, column)?;
    Uuid::parse_str(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}

fn wrong(column: usize, error: FromSqlError) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}

/// SQLite's integers are signed. What lies beyond them lies beyond every row.
fn number_of(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
