use crate::PostgresOptions;
use crate::append::Unit;
use crate::connection::Connector;
use crate::news::News;
use crate::pool::Pool;
use crate::read::Reader;
use crate::schema;
use crate::writer::{Queue, Writer};
use lawful::log::{
    AppendError, Appended, AtomicLog, Batch, CommandId, EventLog, LogId, Outcome, Page, Position,
    Snapshot, StreamId, StreamPage,
};
use lawful::{Failure, FailureKind, Payload};
use lawful_engine::Connect;
use std::marker::PhantomData;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::watch;

/// An event log in a schema of a `PostgreSQL` database. A handle: cheap to clone, and all clones share their connections.
///
/// The connections live on the Tokio runtime that it was opened on.
#[derive(Debug)]
pub struct PostgresLog<E> {
    shared: Arc<Shared>,
    events: PhantomData<fn() -> E>,
}

#[derive(Debug)]
struct Shared {
    identity: LogId,
    queue: Queue,
    pool: Pool,
    news: Arc<News>,
}

impl<E: Payload> PostgresLog<E> {
    /// Opens the log, and makes it where the schema does not hold one.
    ///
    /// # Errors
    ///
    /// Where the server, the database or the schema cannot be reached or used, and where the log was written by a newer release
    /// ([`FailureKind::NewerSchema`]).
    pub async fn open(options: impl Into<PostgresOptions>) -> Result<Self, Failure> {
        let options = options.into();
        if Handle::try_current().is_err() {
            return Err(Failure::new(
                FailureKind::Other,
                "a log in Postgres needs a Tokio runtime with I/O and time; open it inside one",
            ));
        }
        let connector = Arc::new(Connector::new(&options)?);
        let schema = options.checked_schema()?;
        let identity = schema::open(&connector, schema).await?;
        let head = watch::Sender::new(0);
        let queue = Writer::start(
            Arc::clone(&connector),
            identity,
            options.queue,
            options.notify,
            head.clone(),
        );
        Ok(PostgresLog {
            shared: Arc::new(Shared {
                identity,
                queue,
                pool: Pool::new(Arc::clone(&connector), options.readers),
                news: News::new(connector, schema, options.poll, head),
            }),
            events: PhantomData,
        })
    }

    async fn appended(
        &self,
        batches: Vec<Batch<E>>,
        reads: Vec<(StreamId, u64)>,
    ) -> Result<Vec<Appended>, AppendError> {
        let (unit, places) = Unit::new(batches, reads)?;
        let written = self.shared.queue.append(unit).await?;
        Ok(written.receipts(self.shared.identity, places))
    }

    fn position(&self, number: u64) -> Position {
        Position::new(self.shared.identity, number)
    }
}

impl<E> Clone for PostgresLog<E> {
    fn clone(&self) -> Self {
        PostgresLog {
            shared: Arc::clone(&self.shared),
            events: PhantomData,
        }
    }
}

impl<E: Payload> EventLog for PostgresLog<E> {
    type Event = E;

    fn identity(&self) -> LogId {
        self.shared.identity
    }

    async fn append(&self, batch: Batch<E>) -> Result<Appended, AppendError> {
        let mut appended = self.appended(vec![batch], Vec::new()).await?;
        Ok(appended.swap_remove(0))
    }

    async fn version(&self, stream: StreamId) -> Result<(u64, Position), Failure> {
        let (version, head) = self
            .shared
            .pool
            .ask("reading a version", move |reader: Arc<Reader>| async move {
                reader.version(stream).await
            })
            .await?;
        Ok((version, self.position(head)))
    }

    async fn outcome(
        &self,
        stream: StreamId,
        command: CommandId,
    ) -> Result<Option<Outcome>, Failure> {
        let log = self.shared.identity;
        self.shared
            .pool
            .ask("looking up a command", move |reader: Arc<Reader>| async move {
                reader.outcome(log, stream, command).await
            })
            .await
    }

    async fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> Result<StreamPage<E>, Failure> {
        let log = self.shared.identity;
        self.shared
            .pool
            .ask("reading a stream", move |reader: Arc<Reader>| async move {
                reader.stream(log, stream, after, limit).await
            })
            .await?
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Page<E>, Failure> {
        let number = after.number_in(self.shared.identity)?;
        let log = self.shared.identity;
        let entries = self
            .shared
            .pool
            .ask("reading the log", move |reader: Arc<Reader>| async move {
                reader.all(log, number, limit).await
            })
            .await??;
        let next = self.position(number + entries.len() as u64);
        Ok(Page { entries, next })
    }

    async fn head(&self) -> Result<Position, Failure> {
        let head = self
            .shared
            .pool
            .ask("reading the head", |reader: Arc<Reader>| async move {
                reader.head().await
            })
            .await?;
        Ok(self.position(head))
    }

    async fn news(&self, after: Position) -> Result<Position, Failure> {
        let number = after.number_in(self.shared.identity)?;
        // First the subscription, then the look: nothing falls between the two.
        let mut heads = self.shared.news.subscribe();
        let head = self.head().await?;
        self.shared.news.seen(head.number_in(self.shared.identity)?);
        let seen = heads.wait_for(|head| *head > number).await;
        // The sender lives in `self`, so the channel cannot be closed.
        Ok(self.position(seen.map_or(number, |head| *head)))
    }

    async fn snapshot(
        &self,
        stream: StreamId,
        fingerprint: &str,
        at_most: u64,
    ) -> Result<Option<Snapshot>, Failure> {
        self.shared
            .pool
            .ask(
                "reading a snapshot",
                move |reader: Arc<Reader>| async move {
                    reader.snapshot(stream, fingerprint, at_most).await
                },
            )
            .await
    }

    async fn keep_snapshot(&self, stream: StreamId, snapshot: Snapshot) -> Result<(), Failure> {
        let snapshot = &snapshot;
        self.shared
            .pool
            .ask("keeping a snapshot", move |reader: Arc<Reader>| async move {
                reader.keep_snapshot(stream, snapshot).await
            })
            .await
    }
}

impl<E: Payload> AtomicLog for PostgresLog<E> {
    async fn append_all(
        &self,
        batches: Vec<Batch<E>>,
        reads: Vec<(StreamId, u64)>,
    ) -> Result<Vec<Appended>, AppendError> {
        self.appended(batches, reads).await
    }
}

impl<E: Payload> Connect for PostgresLog<E> {
    type Options = PostgresOptions;

    async fn connect(options: PostgresOptions) -> Result<Self, Failure> {
        Self::open(options).await
    }
}
