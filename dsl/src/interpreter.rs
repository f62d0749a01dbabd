use crate::log::{CommandId, Entry, Metadata, Position};
use crate::program::{Handler, Launch, Performed, Program, Run, Serves, Story};
use crate::{Aggregate, Domain, Events, Failure, Has, Id, Rejection, Timestamp};
use futures_core::Stream;
use serde::{Deserialize, Serialize};
use std::fmt::{Debug, Display, Formatter};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use uuid::Uuid;

/// Anything that can run a domain: in memory, on a database, in a test. A handle: cheap to clone, and all clones are the same.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not interpret the domain `{D}`",
    note = "interpreters are `Memory<{D}>`, `Sqlite<{D}>` and `Pure<{D}>`"
)]
pub trait Interpreter<D: Domain>: Clone + Send + Sync + 'static {
    /// Decides a command and records its events. Await the answer, or say more before: see [`Execute`].
    fn execute<A: Aggregate>(
        &self,
        id: Id<A>,
        command: A::Command,
    ) -> Execute<impl Start<Out = Result<Receipt<A>, Error>> + use<Self, D, A>>
    where
        D: Has<A>;

    /// The present state and version.
    fn load<A: Aggregate>(
        &self,
        id: Id<A>,
    ) -> impl Future<Output = Result<Loaded<A>, Failure>> + Send
    where
        D: Has<A>;

    /// The state and version at a moment of the past.
    fn load_as_of<A: Aggregate>(
        &self,
        id: Id<A>,
        moment: AsOf,
    ) -> impl Future<Output = Result<Loaded<A>, Failure>> + Send
    where
        D: Has<A>;

    /// Every recorded event of one aggregate root, in order.
    fn history<A: Aggregate>(&self, id: Id<A>) -> History<A>
    where
        D: Has<A>;

    /// What answers the requests of a run, for layers to stand around.
    type Live: Handler<D> + 'static;

    /// Performs a program step by step. Await what comes of it, or say more before: see [`Run`].
    fn run<P: Program<D>>(
        &self,
        program: P,
    ) -> Run<impl Launch<Out = Performed<P, D>> + use<Self, D, P>>;

    /// The same with layers around what answers the requests: see [`layer`](crate::program::layer).
    fn run_with<P, F, H>(
        &self,
        program: P,
        layers: F,
    ) -> Run<impl Launch<Out = Performed<P, D>> + use<Self, D, P, F, H>>
    where
        P: Program<D>,
        F: FnOnce(Self::Live) -> H + Send,
        H: Handler<D>;

    /// What would happen, and which rule would say no. Nothing is written.
    fn dry_run<P: Program<D::Atomic>>(
        &self,
        program: P,
    ) -> impl Future<Output = Result<Story<D, P::Ok, P::Err>, Failure>> + Send + use<Self, D, P>;

    /// The same for a program that asks services: `stand_ins` answer in their place.
    fn dry_run_with<P, S>(
        &self,
        program: P,
        stand_ins: S,
    ) -> impl Future<Output = Result<Story<D, P::Ok, P::Err>, Failure>> + Send + use<Self, D, P, S>
    where
        P: Program<D>,
        S: Serves<D>;
}

/// An interpreter whose log can append to several streams at once, so that a program can be all or nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot append to several streams at once, so there is no `transact`",
    label = "this interpreter has no transactions over several streams",
    note = "use `run`, or an interpreter whose log has them: `Memory`, `Sqlite` or `Postgres`"
)]
pub trait Transactional<D: Domain>: Interpreter<D> {
    /// Performs a program all or nothing. It may run more than once.
    fn transact<P: Program<D::Atomic> + Clone>(
        &self,
        program: P,
    ) -> impl Future<Output = Performed<P, D::Atomic>> + Send + use<Self, D, P>;
}

/// A recorded event of the aggregate `A`, with its metadata.
pub type Recorded<A> = Entry<<A as Aggregate>::Event>;

/// What an accepted command comes back with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Receipt<A: Aggregate> {
    /// The aggregate root.
    pub id: Id<A>,
    /// Its version after the command: the number of its events.
    pub version: u64,
    /// The position of the command's last event, or of the log's last event if it recorded none. `None` while nothing is committed.
    pub position: Option<Position>,
    /// What the command recorded.
    pub events: Events<A::Event>,
    /// The state after the command; shared, not copied.
    pub state: Arc<A>,
}

/// A state and its version.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded<A: Aggregate> {
    /// The state; the default one if nothing ever happened.
    pub state: Arc<A>,
    /// The number of its events; 0 if nothing ever happened.
    pub version: u64,
}

/// A moment of the past.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum AsOf {
    /// After this many events of the stream.
    Version(u64),
    /// When the log had reached this position.
    Position(Position),
    /// At this time, by the log's clock; events recorded at that very microsecond count.
    Time(Timestamp),
}

/// Why there is no receipt. The one enum that holds both, the domain saying no and the world breaking.
#[derive(Debug)]
pub enum Error<E = Rejection> {
    /// The domain says no.
    Rejected(E),
    /// The world broke.
    Failed(Failure),
}

impl<E> Error<E> {
    /// The same with another kind of rejection: `bank.execute(..).await.map_err(Error::widen)?`.
    pub fn widen<F: From<E>>(self) -> Error<F> {
        match self {
            Error::Rejected(rejection) => Error::Rejected(rejection.into()),
            Error::Failed(failure) => Error::Failed(failure),
        }
    }

    /// The rejection, if it is one.
    pub fn rejection(&self) -> Option<&E> {
        match self {
            Error::Rejected(rejection) => Some(rejection),
            Error::Failed(_) => None,
        }
    }

    /// The failure, if it is one.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Error::Rejected(_) => None,
            Error::Failed(failure) => Some(failure),
        }
    }
}

impl<E: Display> Display for Error<E> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Rejected(rejection) => Display::fmt(rejection, f),
            Error::Failed(failure) => Display::fmt(failure, f),
        }
    }
}

impl<E: Debug + Display> std::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Rejected(_) => None,
            Error::Failed(failure) => std::error::Error::source(failure),
        }
    }
}

impl<E> From<Failure> for Error<E> {
    fn from(failure: Failure) -> Self {
        Error::Failed(failure)
    }
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Error::Rejected(rejection)
    }
}

/// A command on its way: await it, or say more before.
#[must_use = "a command does nothing until it is `.await`ed"]
#[derive(Debug)]
pub struct Execute<S> {
    start: S,
    options: Options,
}

impl<S> Execute<S> {
    /// For interpreters: a command that `start` begins.
    pub fn new(start: S) -> Self
    where
        S: Start,
    {
        Execute {
            start,
            options: Options(None),
        }
    }

    /// The same id again returns the original receipt and records nothing; with another payload it is a failure. The scope is one
    /// stream. Any UUID, number or text will do.
    pub fn command_id(mut self, id: impl Into<CommandId>) -> Self {
        self.options.wishes().command_id = Some(id.into());
        self
    }

    /// Refuses with [`FailureKind::VersionMismatch`](crate::FailureKind::VersionMismatch) if the aggregate root is at another version.
    pub fn expect_version(mut self, version: u64) -> Self {
        self.options.wishes().expected_version = Some(version);
        self
    }

    /// The conversation that the events belong to; the command's own id where none is named. Any UUID, number or text will do.
    pub fn correlation(mut self, id: impl Into<CommandId>) -> Self {
        self.options.wishes().correlation = Some(id.into().uuid());
        self
    }

    /// The message that caused the command. Any UUID, number or text will do.
    pub fn causation(mut self, id: impl Into<CommandId>) -> Self {
        self.options.wishes().causation = Some(id.into().uuid());
        self
    }

    /// Anything to keep beside the events.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.options
            .wishes()
            .metadata
            .insert(key.into(), value.into());
        self
    }
}

impl<S: Start> IntoFuture for Execute<S> {
    type Output = S::Out;
    type IntoFuture = S::Future;

    fn into_future(self) -> S::Future {
        self.start.start(self.options)
    }
}

/// What begins when an [`Execute`] is awaited; every function from [`Options`] to a future that can change threads.
pub trait Start: Send {
    /// The answer.
    type Out;
    /// The work.
    type Future: Future<Output = Self::Out> + Send;

    /// Begins.
    fn start(self, options: Options) -> Self::Future;
}

impl<F, Fut> Start for F
where
    F: FnOnce(Options) -> Fut + Send,
    Fut: Future + Send,
{
    type Out = Fut::Output;
    type Future = Fut;

    fn start(self, options: Options) -> Fut {
        self(options)
    }
}

/// What a caller said about a command beside the command itself. Most say nothing, and that costs nothing.
#[derive(Debug, Clone, Default)]
pub struct Options(Option<Box<Wishes>>);

/// The contents of [`Options`] that hold something.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// See [`Execute::command_id`].
    pub command_id: Option<CommandId>,
    /// See [`Execute::expect_version`].
    pub expected_version: Option<u64>,
    /// See [`Execute::correlation`].
    pub correlation: Option<Uuid>,
    /// See [`Execute::causation`].
    pub causation: Option<Uuid>,
    /// See [`Execute::metadata`].
    pub metadata: Metadata,
}

impl Options {
    fn wishes(&mut self) -> &mut Wishes {
        self.0.get_or_insert_default()
    }

    /// What was said, if anything was.
    #[must_use]
    pub fn said(self) -> Option<Box<Wishes>> {
        self.0
    }
}

/// The recorded events of one aggregate root, in order, read page by page.
///
/// It is a [`Stream`]; [`History::next`] and [`History::entries`] spare a dependency.
pub struct History<A: Aggregate> {
    entries: Pin<Box<dyn Stream<Item = Result<Recorded<A>, Failure>> + Send>>,
}

impl<A: Aggregate> History<A> {
    /// For interpreters: the history that `entries` yields.
    pub fn new(entries: impl Stream<Item = Result<Recorded<A>, Failure>> + Send + 'static) -> Self {
        History {
            entries: Box::pin(entries),
        }
    }

    /// The next event; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Recorded<A>, Failure>> {
        std::future::poll_fn(|cx| self.entries.as_mut().poll_next(cx)).await
    }

    /// All events that are left.
    ///
    /// # Errors
    ///
    /// The first failure: never a short history.
    pub async fn entries(mut self) -> Result<Vec<Recorded<A>>, Failure> {
        let mut all = Vec::new();
        while let Some(entry) = self.next().await {
            all.push(entry?);
        }
        Ok(all)
    }
}

impl<A: Aggregate> Stream for History<A> {
    type Item = Result<Recorded<A>, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.entries.as_mut().poll_next(cx)
    }
}

impl<A: Aggregate> Debug for History<A> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("History")
    }
}
