use crate::program::Program;
use crate::{Error, Position};
use std::fmt::Debug;
use uuid::Uuid;

/// What a program that went well comes back with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done<T> {
    /// What the program returned.
    pub output: T,
    /// Where in the log its last event is, for reading one's own writes; where nothing was recorded, a position that the log had
    /// reached.
    pub position: Position,
}

/// What comes of a program `P` that is performed with the requests of `R`.
pub type Performed<P, R> = Result<Done<<P as Program<R>>::Ok>, Error<<P as Program<R>>::Err>>;

/// A program on its way: await it, or say more before.
#[must_use = "a program does nothing until it is `.await`ed"]
#[derive(Debug)]
pub struct Run<S> {
    launch: S,
    options: RunOptions,
}

impl<S> Run<S> {
    /// For interpreters: a program that `launch` begins.
    pub fn new(launch: S) -> Self
    where
        S: Launch,
    {
        Run {
            launch,
            options: RunOptions::default(),
        }
    }

    /// The id of the run, a fresh one where none is named. Its commands, its fresh ids and the idempotency keys of its service calls
    /// derive from it, so the same program under the same id does nothing twice.
    pub fn run_id(mut self, id: impl Into<Uuid>) -> Self {
        self.options.run = Some(id.into());
        self
    }

    /// The conversation that the events belong to; the run where none is named.
    pub fn correlation(mut self, id: impl Into<Uuid>) -> Self {
        self.options.correlation = Some(id.into());
        self
    }

    /// The message that caused the run.
    pub fn causation(mut self, id: impl Into<Uuid>) -> Self {
        self.options.causation = Some(id.into());
        self
    }
}

impl<S: Launch> IntoFuture for Run<S> {
    type Output = S::Out;
    type IntoFuture = S::Future;

    fn into_future(self) -> S::Future {
        self.launch.launch(self.options)
    }
}

/// What a caller said about a run beside the program.
#[derive(Debug, Clone, Copy, Default)]
pub struct RunOptions {
    /// See [`Run::run_id`].
    pub run: Option<Uuid>,
    /// See [`Run::correlation`].
    pub correlation: Option<Uuid>,
    /// See [`Run::causation`].
    pub causation: Option<Uuid>,
}

/// What begins when a [`Run`] is awaited; every function from [`RunOptions`] to a future that can change threads.
pub trait Launch: Send {
    /// What comes of it.
    type Out;
    /// The work.
    type Future: Future<Output = Self::Out> + Send;

    /// Begins.
    fn launch(self, options: RunOptions) -> Self::Future;
}

impl<F, Fut> Launch for F
where
    F: FnOnce(RunOptions) -> Fut + Send,
    Fut: Future + Send,
{
    type Out = Fut::Output;
    type Future = Fut;

    fn launch(self, options: RunOptions) -> Fut {
        self(options)
    }
}

/// The ids of a run, as the events that it records bear them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunIds {
    /// The run, or the process.
    pub run: Uuid,
    /// The conversation that it belongs to.
    pub correlation: Uuid,
    /// The message that caused it, where one was named.
    pub causation: Option<Uuid>,
}
