use crate::asked::Asked;
use crate::caught::caught;
use crate::core::{Core, stream_of};
use crate::group::{Begun, Group, Trouble};
use crate::history;
use crate::kept::Kept;
use crate::root::{Answer, Begin, Root, Short, Way};
use crate::{Connect, EngineOptions, Open, failures};
use lawful::log::{Batch, EventLog};
use lawful::{
    Aggregate, AsOf, Domain, Error, Execute, Failure, Few, Has, History, Id, Interpreter, Loaded,
    Receipt, Start,
};
use std::fmt::{Debug, Formatter};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

/// The interpreter of a domain over an event log: it loads, decides, appends and decides again.
///
/// A handle: cheap to clone, and all clones are the same. Aggregate roots in use are kept hot, and commands for one root that come at
/// the same time are decided and appended together.
pub struct Engine<D: Domain, L> {
    core: Arc<Core<D, L>>,
}

impl<D: Domain, L: EventLog<Event = D::Event>> Engine<D, L> {
    /// The interpreter over this log.
    #[must_use]
    pub fn over(log: L) -> Self {
        Self::with(log, EngineOptions::default())
    }

    /// The interpreter over this log, working as `options` say.
    #[must_use]
    pub fn with(log: L, options: EngineOptions) -> Self {
        Engine {
            core: Arc::new(Core::new(log, options)),
        }
    }

    /// The interpreter over a new log.
    #[must_use]
    #[allow(
        clippy::should_implement_trait,
        reason = "it is the trait's method, without the import"
    )]
    pub fn default() -> Self
    where
        L: Default,
    {
        Self::over(L::default())
    }

    /// Opens a log and gives the interpreter over it.
    ///
    /// # Errors
    ///
    /// What was found instead of a log, or why it cannot be reached.
    pub async fn open(options: impl Into<L::Options>) -> Result<Self, Failure>
    where
        L: Open,
    {
        L::open(options.into()).await.map(Self::over)
    }

    /// Over the log that is connected to with these options: `Postgres::<Bank>::connect(url)`.
    ///
    /// # Errors
    ///
    /// What was found instead of a log, or why it cannot be reached.
    pub async fn connect(options: impl Into<L::Options>) -> Result<Self, Failure>
    where
        L: Connect,
    {
        L::connect(options.into()).await.map(Self::over)
    }

    /// The log.
    #[must_use]
    pub fn log(&self) -> &L {
        &self.core.log
    }

    /// Decides a command and records its events. Await the answer, or say more before: see [`Execute`].
    ///
    /// # Errors
    ///
    /// [`Error::Rejected`] where the domain says no, [`Error::Failed`] where the world breaks.
    pub fn execute<A: Aggregate>(
        &self,
        id: Id<A>,
        command: A::Command,
    ) -> Execute<impl Start<Out = Result<Receipt<A>, Error>> + use<D, L, A>>
    where
        D: Has<A>,
    {
        let core = Arc::clone(&self.core);
        Execute::new(move |options| {
            let asked = Asked::new(command, options, stream_of(id), &core.command_ids);
            executed(core, id, asked)
        })
    }

    /// The present state and version.
    ///
    /// # Errors
    ///
    /// Where the log cannot be read, or one of its events cannot be decoded.
    pub async fn load<A: Aggregate>(&self, id: Id<A>) -> Result<Loaded<A>, Failure>
    where
        D: Has<A>,
    {
        self.core.load(id).await
    }

    /// The state and version at a moment of the past.
    ///
    /// # Errors
    ///
    /// Also where the moment has not come yet: [`VersionMismatch`](lawful::FailureKind::VersionMismatch) for a version,
    /// [`ForeignPosition`](lawful::FailureKind::ForeignPosition) for a position that this log has not reached or that is another log's.
    pub async fn load_as_of<A: Aggregate>(
        &self,
        id: Id<A>,
        moment: AsOf,
    ) -> Result<Loaded<A>, Failure>
    where
        D: Has<A>,
    {
        self.core.load_as_of(id, moment).await
    }

    /// Every recorded event of one aggregate root, in order.
    #[must_use]
    pub fn history<A: Aggregate>(&self, id: Id<A>) -> History<A>
    where
        D: Has<A>,
    {
        history::history(Arc::clone(&self.core), id)
    }
}

/// The short way of a command: a hot state, a decision, an append. Everything else is [`Group`]'s, and boxed, so that this future is
/// small; and the append is polled in place, because every future that wraps another holds what was submitted once more.
async fn executed<D, L, A>(
    core: Arc<Core<D, L>>,
    id: Id<A>,
    mut asked: Asked<A>,
) -> Result<Receipt<A>, Error>
where
    D: Has<A>,
    L: EventLog<Event = D::Event>,
    A: Aggregate,
{
    if let Some(failure) = asked.failure() {
        return Err(failure.into());
    }
    let root = core.cache::<A>().root(id.uuid(), core.bounds);
    let (expected, events) = match root.short(&asked) {
        Way::Short(expected, events) => (expected, events),
        Way::Refused(tried) => {
            let group = Group::new(&core, id, Short::of(root).lead(None));
            return Box::pin(group.lead(asked, Begun::Tried(tried))).await;
        }
        Way::Long => return Box::pin(queued(&core, id, root, asked)).await,
    };
    let short = Short::of(root);
    let appended = {
        let mut append = pin!(core.log.append(Batch {
            stream: stream_of(id),
            expected,
            commands: Few::One(asked.submission::<D>(events)),
        }));
        let mut trouble = None;
        let position = poll_fn(|cx| {
            // Errors are large: they leave by a side door, so that nothing of their size is moved when all goes well.
            let polled = caught(|| match append.as_mut().poll(cx) {
                Poll::Ready(Ok(appended)) => Poll::Ready(appended.positions.first().copied()),
                Poll::Ready(Err(error)) => {
                    trouble = Some(Box::new(Trouble::Append(error)));
                    Poll::Ready(None)
                }
                Poll::Pending => Poll::Pending,
            });
            polled.unwrap_or_else(|panicked| {
                trouble = Some(Box::new(Trouble::Panicked(panicked)));
                Poll::Ready(None)
            })
        })
        .await;
        match trouble {
            None => Ok(position),
            Some(trouble) => Err(trouble),
        }
    };
    match appended {
        Ok(position) => {
            let Some(receipt) = short.finish(id, position) else {
                return Err(failures::abandoned(stream_of(id)).into());
            };
            if core.snapshot_due::<A>(expected, receipt.version) {
                let kept = Kept {
                    state: Arc::clone(&receipt.state),
                    version: receipt.version,
                };
                Box::pin(core.keep_snapshot(stream_of(id), kept)).await;
            }
            Ok(receipt)
        }
        Err(trouble) => {
            let group = Group::new(&core, id, short.lead(Some(expected)));
            Box::pin(group.lead(asked, Begun::Trouble(*trouble))).await
        }
    }
}

/// Takes the turn at once or waits for it, and goes the long way.
async fn queued<D, L, A>(
    core: &Core<D, L>,
    id: Id<A>,
    root: Arc<Root<A>>,
    asked: Asked<A>,
) -> Result<Receipt<A>, Error>
where
    D: Has<A>,
    L: EventLog<Event = D::Event>,
    A: Aggregate,
{
    let (lead, asked) = match root.begin(asked) {
        Begin::Lead(lead, asked) => (lead, asked),
        Begin::Wait(wait) => match wait.await {
            Ok(Answer::Done(result)) => return result,
            Ok(Answer::Lead(lead, asked)) => (lead, asked),
            Err(_) => return Err(failures::abandoned(stream_of(id)).into()),
        },
    };
    Group::new(core, id, lead).lead(asked, Begun::Nothing).await
}

impl<D: Domain, L: EventLog<Event = D::Event>> Interpreter<D> for Engine<D, L> {
    fn execute<A: Aggregate>(
        &self,
        id: Id<A>,
        command: A::Command,
    ) -> Execute<impl Start<Out = Result<Receipt<A>, Error>> + use<D, L, A>>
    where
        D: Has<A>,
    {
        Engine::execute(self, id, command)
    }

    async fn load<A: Aggregate>(&self, id: Id<A>) -> Result<Loaded<A>, Failure>
    where
        D: Has<A>,
    {
        self.core.load(id).await
    }

    async fn load_as_of<A: Aggregate>(&self, id: Id<A>, moment: AsOf) -> Result<Loaded<A>, Failure>
    where
        D: Has<A>,
    {
        self.core.load_as_of(id, moment).await
    }

    fn history<A: Aggregate>(&self, id: Id<A>) -> History<A>
    where
        D: Has<A>,
    {
        Engine::history(self, id)
    }
}

impl<D: Domain, L: EventLog<Event = D::Event> + Default> Default for Engine<D, L> {
    fn default() -> Self {
        Self::over(L::default())
    }
}

impl<D: Domain, L> Clone for Engine<D, L> {
    fn clone(&self) -> Self {
        Engine {
            core: Arc::clone(&self.core),
        }
    }
}

impl<D: Domain, L: Debug> Debug for Engine<D, L> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("log", &self.core.log)
            .finish_non_exhaustive()
    }
}
