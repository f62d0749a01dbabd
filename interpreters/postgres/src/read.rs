use crate::connection::Connector;
use crate::values::{Moment, signed, unsigned};
use futures_core::Stream;
use lawful::log::{
    CommandId, Entry, LogId, Metadata, Outcome, Position, Snapshot, StreamId, StreamPage,
    Undecodable,
};
use lawful::{Failure, FailureKind, Payload, Uuid};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use tokio_postgres::types::{FromSql, ToSql};
use tokio_postgres::{Client, Error, Row, RowStream, Statement};

/// A connection that reads, with everything that it can be asked already prepared.
#[derive(Debug)]
pub(crate) struct Reader {
    client: Client,
    stream: Statement,
    all: Statement,
    version: Statement,
    head: Statement,
    outcome: Statement,
    snapshot: Statement,
    keep_snapshot: Statement,
}

/// The version of a stream and the head, and then the events asked for: one statement, so one snapshot.
const STREAM: &str = "
    SELECT
        coalesce((
            SELECT e.version FROM events e WHERE e.stream = $1 AND e.aggregate = $2 ORDER BY e.version DESC LIMIT 1
        ), 0),
        coalesce((SELECT e.position FROM events e ORDER BY e.position DESC LIMIT 1), 0),
        NULL::text, NULL::integer, NULL::text, NULL::uuid, NULL::uuid, NULL::uuid, NULL::uuid, NULL::timestamptz, NULL::text
    UNION ALL (
        SELECT
            e.version, e.position, e.type, e.schema_version, coalesce(e.exact_data, e.data::text), e.event_id, e.command_id, e.correlation_id,
            e.causation_id, e.recorded_at, coalesce(e.exact_metadata, e.metadata::text)
        FROM events e WHERE e.stream = $1 AND e.aggregate = $2 AND e.version > $3 ORDER BY e.version LIMIT $4
    )";

/// Positions become visible in order, so whatever one snapshot shows of the log has no event missing before its end.
const ALL: &str = "
    SELECT
        e.version, e.position, e.type, e.schema_version, coalesce(e.exact_data, e.data::text), e.event_id, e.command_id, e.correlation_id,
        e.causation_id, e.recorded_at, coalesce(e.exact_metadata, e.metadata::text), e.aggregate, e.stream
    FROM events e WHERE e.position > $1 ORDER BY e.position LIMIT $2";

const VERSION: &str = "
    SELECT
        coalesce((
            SELECT e.version FROM events e WHERE e.stream = $1 AND e.aggregate = $2 ORDER BY e.version DESC LIMIT 1
        ), 0),
        coalesce((SELECT e.position FROM events e ORDER BY e.position DESC LIMIT 1), 0)";

pub(crate) const HEAD: &str = "
    SELECT coalesce((SELECT e.position FROM events e ORDER BY e.position DESC LIMIT 1), 0)";

const OUTCOME: &str = "
    SELECT payload, version, events, position FROM commands
    WHERE stream = $1 AND aggregate = $2 AND command_id = $3";

const SNAPSHOT: &str = "
    SELECT version, data FROM snapshots
    WHERE stream = $1 AND aggregate = $2 AND fingerprint = $3 AND version <= $4";

const KEEP_SNAPSHOT: &str = "
    INSERT INTO snapshots (stream, aggregate, fingerprint, version, data) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (stream, aggregate) DO UPDATE
    SET fingerprint = excluded.fingerprint, version = excluded.version, data = excluded.data
    WHERE snapshots.fingerprint <> excluded.fingerprint OR snapshots.version <= excluded.version";

impl Reader {
    pub(crate) async fn new(connector: &Connector) -> Result<Self, Failure> {
        let client = connector.connect(None).await?;
        let prepared = async {
            // Pipelined: one trip for all.
            tokio::try_join!(
                client.prepare(STREAM),
                client.prepare(ALL),
                client.prepare(VERSION),
                client.prepare(HEAD),
                client.prepare(OUTCOME),
                client.prepare(SNAPSHOT),
                client.prepare(KEEP_SNAPSHOT),
            )
        };
        let (stream, all, version, head, outcome, snapshot, keep_snapshot) =
            connector.read("connecting", Box::pin(prepared)).await?;
        Ok(Reader {
            client,
            stream,
            all,
            version,
            head,
            outcome,
            snapshot,
            keep_snapshot,
        })
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Events of one stream, decoded while others are still on their way; the stream's version and the head come before them.
    pub(crate) async fn stream<E: Payload>(
        &self,
        log: LogId,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> Result<Result<StreamPage<E>, Failure>, Error> {
        let (first, most) = (signed(after), signed(limit as u64));
        let asked: [&(dyn ToSql + Sync); 4] = [&stream.id, &stream.aggregate, &first, &most];
        let mut rows = pin!(self.client.query_raw(&self.stream, asked).await?);
        let mut page = None;
        while let Some(row) = next(rows.as_mut()).await? {
            let added = match &mut page {
                None => heading(&row).map(|(version, head)| {
                    page = Some(StreamPage {
                        entries: Vec::with_capacity(room(limit, version.saturating_sub(after))),
                        version,
                        head: Position::new(log, head),
                    });
                }),
                Some(page) => entry(&row, log, stream).and_then(|entry| {
                    let expected = after + page.entries.len() as u64 + 1;
                    in_order(|| format!("stream `{stream}`"), expected, entry.version)?;
                    page.entries.push(entry);
                    Ok(())
                }),
            };
            if let Err(failure) = added {
                return Ok(Err(failure));
            }
        }
        Ok(page.ok_or_else(|| corrupt("version")))
    }

    /// Events of the whole log, decoded while others are still on their way.
    pub(crate) async fn all<E: Payload>(
        &self,
        log: LogId,
        after: u64,
        limit: usize,
    ) -> Result<Result<Vec<Entry<E>>, Failure>, Error> {
        let (first, most) = (signed(after), signed(limit as u64));
        let asked: [&(dyn ToSql + Sync); 2] = [&first, &most];
        let mut rows = pin!(self.client.query_raw(&self.all, asked).await?);
        let mut entries = Vec::with_capacity(room(limit, 1000));
        let mut expected = after;
        while let Some(row) = next(rows.as_mut()).await? {
            expected += 1;
            let read = entry_of_any(&row, log).and_then(|entry| {
                in_order(
                    || "the log".to_owned(),
                    expected,
                    entry.position.number_in(log)?,
                )?;
                Ok(entry)
            });
            match read {
                Ok(entry) => entries.push(entry),
                Err(failure) => return Ok(Err(failure)),
            }
        }
        Ok(Ok(entries))
    }

    pub(crate) async fn version(&self, stream: StreamId) -> Result<(u64, u64), Error> {
        let row = self
            .client
            .query_one(&self.version, &[&stream.id, &stream.aggregate])
            .await?;
        Ok((unsigned(row.try_get(0)?), unsigned(row.try_get(1)?)))
    }

    pub(crate) async fn head(&self) -> Result<u64, Error> {
        let row = self.client.query_one(&self.head, &[]).await?;
        row.try_get(0).map(unsigned)
    }

    pub(crate) async fn outcome(
        &self,
        log: LogId,
        stream: StreamId,
        command: CommandId,
    ) -> Result<Option<Outcome>, Error> {
        let row = self
            .client
            .query_opt(
                &self.outcome,
                &[&stream.id, &stream.aggregate, &command.uuid()],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Outcome {
            command,
            payload: row.try_get(0)?,
            version: unsigned(row.try_get(1)?),
            events: unsigned(row.try_get(2)?),
            position: Position::new(log, unsigned(row.try_get(3)?)),
        }))
    }

    pub(crate) async fn snapshot(
        &self,
        stream: StreamId,
        fingerprint: &str,
        at_most: u64,
    ) -> Result<Option<Snapshot>, Error> {
        let row = self
            .client
            .query_opt(
                &self.snapshot,
                &[
                    &stream.id,
                    &stream.aggregate,
                    &fingerprint,
                    &signed(at_most),
                ],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Snapshot {
            fingerprint: fingerprint.to_owned(),
            version: unsigned(row.try_get(0)?),
            data: row.try_get(1)?,
        }))
    }

    pub(crate) async fn keep_snapshot(
        &self,
        stream: StreamId,
        snapshot: &Snapshot,
    ) -> Result<(), Error> {
        let version = signed(snapshot.version);
        let kept: [&(dyn ToSql + Sync); 5] = [
            &stream.id,
            &stream.aggregate,
            &snapshot.fingerprint,
            &version,
            &snapshot.data,
        ];
        self.client.execute(&self.keep_snapshot, &kept).await?;
        Ok(())
    }
}

/// The version of the stream and the head of the log: the row before the events.
fn heading(row: &Row) -> Result<(u64, u64), Failure> {
    Ok((unsigned(column(row, 0)?), unsigned(column(row, 1)?)))
}

/// An event of one stream.
fn entry<E: Payload>(row: &Row, log: LogId, stream: StreamId) -> Result<Entry<E>, Failure> {
    let (version, position) = heading(row)?;
    let schema_version = column::<i32>(row, 3)?.unsigned_abs();
    let event_type = column::<&str>(row, 2)?;
    let (aggregate, name) = event_type.split_once('.').unwrap_or((event_type, ""));
    let event = E::decode(aggregate, name, schema_version, column(row, 4)?)
        .map_err(|why| why.of(stream, version, event_type, schema_version))?;
    Ok(Entry {
        event_id: column(row, 5)?,
        stream,
        version,
        position: Position::new(log, position),
        event,
        schema_version,
        command_id: column::<Uuid>(row, 6)?.into(),
        correlation_id: column(row, 7)?,
        causation_id: column(row, 8)?,
        recorded_at: column::<Moment>(row, 9)?.0,
        metadata: metadata(column(row, 10)?)?,
    })
}

/// An event of the whole log, which says itself which stream it belongs to.
fn entry_of_any<E: Payload>(row: &Row, log: LogId) -> Result<Entry<E>, Failure> {
    let (aggregate, id) = (column::<&str>(row, 11)?, column::<Uuid>(row, 12)?);
    if let Some(aggregate) = E::aggregate_named(aggregate) {
        return entry(row, log, StreamId { aggregate, id });
    }
    let (version, _) = heading(row)?;
    let (event_type, schema_version) = (column(row, 2)?, column::<i32>(row, 3)?);
    let stream = format!("{aggregate}-{id}");
    Err(Undecodable::UnknownType.of(stream, version, event_type, schema_version.unsigned_abs()))
}

fn metadata(json: Option<&str>) -> Result<Option<Arc<Metadata>>, Failure> {
    let Some(json) = json else {
        return Ok(None);
    };
    let metadata =
        serde_json::from_str(json).map_err(|error| corrupt("metadata").because(error))?;
    Ok(Some(Arc::new(metadata)))
}

fn column<'a, T: FromSql<'a>>(row: &'a Row, number: usize) -> Result<T, Failure> {
    row.try_get(number).map_err(|error| {
        let name = row
            .columns()
            .get(number)
            .map_or("?", |column| column.name());
        corrupt(name).because(error)
    })
}

fn corrupt(column: &str) -> Failure {
    Failure::new(
        FailureKind::Corrupt,
        format!(
            "column `{column}` of an event holds what this log never writes; restore the table from a backup"
        ),
    )
}

/// What comes next must be what is asked for: a hole is an error, never a short history.
fn in_order(what: impl FnOnce() -> String, expected: u64, found: u64) -> Result<(), Failure> {
    if expected == found {
        return Ok(());
    }
    let what = what();
    Err(Failure::new(
        FailureKind::Corrupt,
        format!(
            "{what} holds event {found} where event {expected} belongs; rows were removed from the table `events`: restore them from a backup"
        ),
    ))
}

/// The next row, once it has arrived.
async fn next(mut rows: Pin<&mut RowStream>) -> Result<Option<Row>, Error> {
    poll_fn(|ctx| rows.as_mut().poll_next(ctx))
        .await
        .transpose()
}

/// How many entries to make room for, when so many were asked for and so many are likely.
fn room(limit: usize, likely: u64) -> usize {
    limit
        .min(usize::try_from(likely).unwrap_or(usize::MAX))
        .min(10_000)
}
