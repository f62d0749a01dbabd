use crate::JetStreamOptions;
use crate::connection::Connection;
use crate::options::Times;
use crate::roots::Roots;
use crate::tail::Tail;
use crate::{naming, schema};
use async_nats::jetstream::stream::Stream;
use lawful::log::{
    AppendError, Appended, Batch, CommandId, EventLog, LogId, Outcome, Page, Position, Snapshot,
    StreamId, StreamPage,
};
use lawful::{Failure, FailureKind, Payload, Timestamp};
use lawful_engine::{Connect, ProcessLog};
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, watch};

/// An event log in a stream of NATS `JetStream`. A handle: cheap to clone, and all clones share one connection.
///
/// The connection lives on the Tokio runtime that it was opened on. There is no [`AtomicLog`](lawful::log::AtomicLog) here, because a
/// server of the 2.9 series appends one message at a time, so what needs one does not compile:
///
/// ```compile_fail,E0277
/// fn transacts<L: lawful::log::AtomicLog>() {}
/// fn bank<E: lawful::Payload>() {
///     transacts::<lawful_jetstream::JetStreamLog<E>>();
/// }
/// ```
#[derive(Debug)]
pub struct JetStreamLog<E> {
    shared: Arc<Shared>,
    events: PhantomData<fn() -> E>,
}

/// What all handles share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) connection: Connection,
    pub(crate) name: String,
    pub(crate) identity: LogId,
    pub(crate) stream: Stream<()>,
    pub(crate) snapshots: Stream<()>,
    pub(crate) max_message: Option<usize>,
    pub(crate) roots: Roots,
    pub(crate) tail: Tail,
    pub(crate) times: Times,
    pub(crate) poll: Duration,
    pub(crate) heads: watch::Sender<u64>,
    /// Who looks for news, for all who wait.
    pub(crate) looking: Mutex<()>,
}

impl<E: Payload> JetStreamLog<E> {
    /// Opens the log, and makes it where there is none.
    ///
    /// # Errors
    ///
    /// Where the server cannot be reached or used, where the stream of that name is none of ours ([`FailureKind::NotALog`]), and where
    /// the log was written by a newer release ([`FailureKind::NewerSchema`]).
    pub async fn open(options: impl Into<JetStreamOptions>) -> Result<Self, Failure> {
        let options = options.into();
        if Handle::try_current().is_err() {
            return Err(Failure::new(
                FailureKind::Other,
                "a log in JetStream needs a Tokio runtime with I/O and time; open it inside one",
            ));
        }
        let name = options.checked_name()?.to_owned();
        let connection = Box::pin(Connection::new(&options)).await?;
        let opened = Box::pin(schema::open(&connection, &name, &options)).await?;
        Ok(JetStreamLog {
            shared: Arc::new(Shared {
                connection,
                name,
                identity: opened.identity,
                stream: opened.stream,
                snapshots: opened.snapshots,
                max_message: opened.max_message,
                roots: Roots::new(options.hot),
                tail: Tail::default(),
                times: options.times,
                poll: options.poll,
                heads: watch::Sender::new(0),
                looking: Mutex::new(()),
            }),
            events: PhantomData,
        })
    }

    fn position(&self, number: u64) -> Position {
        Position::new(self.shared.identity, number)
    }
}

impl Shared {
    pub(crate) fn subject(&self, stream: StreamId) -> Result<String, Failure> {
        naming::subject(&self.name, stream)
    }
}

impl<E> Clone for JetStreamLog<E> {
    fn clone(&self) -> Self {
        JetStreamLog {
            shared: Arc::clone(&self.shared),
            events: PhantomData,
        }
    }
}

/// What talks to the server is boxed: it is large, and whoever asks should not have to move it.
impl<E: Payload> EventLog for JetStreamLog<E> {
    type Event = E;

    fn identity(&self) -> LogId {
        self.shared.identity
    }

    /// This machine's clock, but never before what was seen in the log: what the server recorded with a clock that is ahead is not to
    /// come.
    fn now(&self) -> Option<Timestamp> {
        Some(self.shared.estimate())
    }

    async fn append(&self, batch: Batch<E>) -> Result<Appended, AppendError> {
        Box::pin(self.shared.append(batch)).await
    }

    async fn version(&self, stream: StreamId) -> Result<(u64, Position), Failure> {
        let ends = Box::pin(self.shared.ends(stream)).await?;
        Ok((ends.version(), self.position(ends.head)))
    }

    async fn outcome(
        &self,
        stream: StreamId,
        command: CommandId,
    ) -> Result<Option<Outcome>, Failure> {
        Box::pin(self.shared.outcome(stream, command)).await
    }

    async fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> Result<StreamPage<E>, Failure> {
        Box::pin(self.shared.read_stream(stream, after, limit)).await
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Page<E>, Failure> {
        let number = after.number_in(self.shared.identity)?;
        Box::pin(self.shared.read_all(number, limit)).await
    }

    async fn head(&self) -> Result<Position, Failure> {
        Ok(self.position(Box::pin(self.shared.head()).await?))
    }

    async fn news(&self, after: Position) -> Result<Position, Failure> {
        let number = after.number_in(self.shared.identity)?;
        Ok(self.position(Box::pin(self.shared.news(number)).await?))
    }

    async fn snapshot(
        &self,
        stream: StreamId,
        fingerprint: &str,
        at_most: u64,
    ) -> Result<Option<Snapshot>, Failure> {
        let kept = Box::pin(self.shared.snapshot(stream)).await?;
        Ok(kept.filter(|kept| kept.fingerprint == fingerprint && kept.version <= at_most))
    }

    async fn keep_snapshot(&self, stream: StreamId, snapshot: Snapshot) -> Result<(), Failure> {
        Box::pin(self.shared.keep_snapshot(stream, snapshot)).await
    }
}

/// A command goes before the line of the journal that says so, under an id made from process and step.
impl<E: Payload> ProcessLog for JetStreamLog<E> {}

impl<E: Payload> Connect for JetStreamLog<E> {
    type Options = JetStreamOptions;

    /// With estimated times on acknowledgements, which no receipt shows.
    async fn connect(options: JetStreamOptions) -> Result<Self, Failure> {
        Self::open(options.estimated_times()).await
    }
}
