use crate::asked::Asked;
use crate::core::{Core, stream_of};
use crate::group::{Begun, Group};
use crate::history;
use crate::kept::{Kept, Tried, step};
use crate::root::{Answer, Begin, Lead};
use crate::{EngineOptions, Open, failures};
use lawful::log::EventLog;
use lawful::{
    Aggregate, AsOf, Domain, Error, Execute, Failure, Few, Has, History, Id, Interpreter, Loaded,
    Options, Receipt, Start,
};
use std::fmt::{Debug, Formatter};
use std::sync::Arc;

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
        Execute::new(move |options| executed(core, id, command, options))
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
/// small.
async fn executed<D, L, A>(
    core: Arc<Core<D, L>>,
    id: Id<A>,
    command: A::Command,
    options: Options,
) -> Result<Receipt<A>, Error>
where
    D: Has<A>,
    L: EventLog<Event = D::Event>,
    A: Aggregate,
{
    let stream = stream_of(id);
    let asked = Asked::new(command, options, stream, &core.command_ids)?;
    let root = core.cache::<A>().root(id.uuid(), core.bounds);
    let (mut lead, asked) = match root.begin(asked) {
        Begin::Lead(lead, asked) => (lead, asked),
        Begin::Wait(wait) => match wait.await {
            Ok(Answer::Done(result)) => return result,
            Ok(Answer::Lead(lead, asked)) => (lead, asked),
            Err(_) => return Err(failures::abandoned(stream).into()),
        },
    };
    let Some((version, tried)) = try_alone(&mut lead, &asked) else {
        return Box::pin(Group::new(&core, id, lead).lead(asked, Begun::Nothing)).await;
    };
    let (events, state) = match tried {
        Tried::Accepted {
            events,
            after: Some(after),
        } => (events, after),
        tried => {
            return Box::pin(Group::new(&core, id, lead).lead(asked, Begun::Tried(tried))).await;
        }
    };
    let commands = Few::One(asked.submission::<D>(events.clone()));
    let position = match core.append(&mut lead, stream, version, commands).await {
        Ok(appended) => appended.positions.first().copied(),
        Err(trouble) => {
            let begun = Begun::Trouble(trouble);
            return Box::pin(Group::new(&core, id, lead).lead(asked, begun)).await;
        }
    };
    let kept = Kept {
        state,
        version: version + events.len() as u64,
    };
    lead.finish(Some(kept.clone()), &events);
    if core.snapshot_due::<A>(version, kept.version) {
        Box::pin(core.keep_snapshot(stream, kept.clone())).await;
    }
    Ok(Receipt {
        id,
        version: kept.version,
        position,
        events,
        state: kept.state,
    })
}

/// Decides the caller's command, if nobody else's waits, on the kept state, if there is one at the version that the caller wants.
fn try_alone<A: Aggregate>(lead: &mut Lead<A>, asked: &Asked<A>) -> Option<(u64, Tried<A>)> {
    let kept = lead.kept.as_ref()?;
    let elsewhere = |expected| expected != kept.version;
    if !lead.members.is_empty()
        || asked.unsettled.is_some()
        || asked.expected_version().is_some_and(elsewhere)
    {
        return None;
    }
    Some((
        kept.version,
        step(&kept.state, &mut lead.spare, &asked.command),
    ))
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
