use super::asked::Asked;
use super::past::{Past, fold};
use super::{Desk, DeskPayload, EngineDefect};
use crate::given::ALL;
use lawful::log::{AppendError, Batch, EventLog, Outcome, StreamId};
use lawful::program::{
    self, Answer, Answers, Handler, Launch, Performed, Program, Run, Serves, Stop, Story,
};
use lawful::{
    Aggregate, AsOf, Domain, Error, Events, Execute, Failure, FailureKind, Few, Has, History, Id,
    Interpreter, Loaded, Receipt, Start, Uuid,
};
use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A plain interpreter with at most one [`EngineDefect`]: it keeps states, decides, appends, and decides again. Without a defect it
/// keeps every rule, and is what an engine comes down to when speed does not matter.
#[derive(Debug, Clone)]
pub struct Sketch<L> {
    log: L,
    defect: Option<EngineDefect>,
    kept: Arc<Mutex<HashMap<Uuid, Box<dyn Any + Send>>>>,
    busy: Arc<Mutex<HashSet<Uuid>>>,
}

/// A state and its version.
pub(super) type Kept<A> = (A, u64);

impl<L: EventLog<Event = DeskPayload>> Sketch<L> {
    /// An interpreter over this log with this defect, or without any.
    #[must_use]
    pub fn new(log: L, defect: Option<EngineDefect>) -> Self {
        Sketch {
            log,
            defect,
            kept: Arc::default(),
            busy: Arc::default(),
        }
    }

    fn has(&self, defect: EngineDefect) -> bool {
        self.defect == Some(defect)
    }

    fn shelf(&self) -> MutexGuard<'_, HashMap<Uuid, Box<dyn Any + Send>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where appends were given up, for whoever holds that against others.
    fn busy(&self) -> MutexGuard<'_, HashSet<Uuid>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep<A: Aggregate>(&self, id: Id<A>, kept: Kept<A>) {
        self.shelf().insert(id.uuid(), Box::new(kept));
    }

    fn forget<A: Aggregate>(&self, id: Id<A>) {
        self.shelf().remove(&id.uuid());
    }

    fn kept<A: Aggregate>(&self, id: Id<A>) -> Option<Kept<A>> {
        self.shelf().get(&id.uuid())?.downcast_ref().cloned()
    }

    /// What is kept, or else what the log holds.
    async fn present<A: Aggregate>(&self, id: Id<A>) -> Result<Kept<A>, Failure>
    where
        Desk: Has<A>,
    {
        match self.kept(id) {
            Some(kept) => Ok(kept),
            None => self.reload(id).await,
        }
    }

    async fn reload<A: Aggregate>(&self, id: Id<A>) -> Result<Kept<A>, Failure>
    where
        Desk: Has<A>,
    {
        let page = self.log.read_stream(stream_of(id), 0, ALL).await?;
        let kept = (fold::<A>(&page.entries), page.version);
        self.keep(id, kept.clone());
        Ok(kept)
    }

    /// Whether the stream is still at the version seen.
    async fn confirmed<A: Aggregate>(&self, id: Id<A>, version: u64) -> Result<bool, Failure> {
        if version == 0 && self.has(EngineDefect::ForgetsAbsence) {
            return Ok(true);
        }
        let (actual, _) = self.log.version(stream_of(id)).await?;
        let ahead = self.has(EngineDefect::AnswersBeforeCommit) && actual < version;
        Ok(actual == version || ahead)
    }

    async fn run<A: Aggregate>(&self, id: Id<A>, asked: Asked<A>) -> Result<Receipt<A>, Error>
    where
        Desk: Has<A>,
    {
        loop {
            if let Some(receipt) = self.settled(id, &asked).await? {
                return Ok(receipt);
            }
            let (state, version) = self.present(id).await?;
            if let Some(expected) = asked.expected
                && expected != version
                && !self.has(EngineDefect::IgnoresVersionAsked)
            {
                if self.confirmed(id, version).await? {
                    return Err(mismatch(id, expected, version).into());
                }
                self.forget(id);
                continue;
            }
            let events = match state.decide(&asked.command) {
                Ok(events) => events,
                Err(rejection) => {
                    if self.has(EngineDefect::ForgetsReadSet) && version > 0
                        || self.confirmed(id, version).await?
                    {
                        return Err(rejection.into());
                    }
                    self.forget(id);
                    continue;
                }
            };
            let unasked = events.is_empty() && asked.chosen.is_none();
            if unasked && self.has(EngineDefect::TrustsSilence) && version > 0 {
                return Ok(receipt(id, (state, version), None, events));
            }
            if let Some(receipt) = self.append(id, &asked, (state, version), events).await? {
                return Ok(receipt);
            }
            self.forget(id);
        }
    }

    /// The receipt, or nothing where the command has to be decided again.
    async fn append<A: Aggregate>(
        &self,
        id: Id<A>,
        asked: &Asked<A>,
        before: Kept<A>,
        events: Events<A::Event>,
    ) -> Result<Option<Receipt<A>>, Error>
    where
        Desk: Has<A>,
    {
        let (state, version) = &before;
        let count = events.len() as u64;
        let untried = self.has(EngineDefect::RecordsUntried);
        let next = if untried {
            state.clone()
        } else {
            tried(state, &events)?
        };
        let after = (next, version + count);
        if self.has(EngineDefect::AnswersBeforeCommit) {
            self.keep(id, after.clone());
        }
        let mut expected = *version;
        let unasked = events.is_empty() && asked.chosen.is_none();
        if expected == 0 && unasked && self.has(EngineDefect::ForgetsAbsence) {
            return Ok(Some(receipt(id, after, None, events)));
        }
        if self.has(EngineDefect::OverwritesVersion) && !events.is_empty() {
            expected = self.log.version(stream_of(id)).await?.0;
        }
        let mut submission = asked.submission.clone();
        let silent = events.is_empty();
        submission.events = events.iter().cloned().map(Desk::inject).collect();
        submission.chosen = match self.defect {
            Some(EngineDefect::LosesId) if !silent => None,
            Some(EngineDefect::LosesSilentId) if silent => None,
            _ => asked.chosen,
        };
        let batch = Batch {
            stream: stream_of(id),
            expected,
            commands: Few::One(submission),
        };
        if self.busy().contains(&id.uuid()) {
            let message = format!("`{}` is busy", stream_of(id));
            return Err(Failure::new(FailureKind::Locked, message).into());
        }
        let mut leave = Leave {
            sketch: self,
            id: id.uuid(),
            answered: false,
        };
        let answer = self.log.append(batch).await;
        leave.answered = true;
        match answer {
            Ok(appended) => {
                let after = match self.defect {
                    Some(EngineDefect::RecordsUntried) => (tried(state, &events)?, after.1),
                    _ => after,
                };
                self.keep(id, after.clone());
                let position = appended.positions.first().copied();
                let told = match self.defect {
                    Some(EngineDefect::ReceiptOfBefore) => (before.0, after.1),
                    _ => after,
                };
                Ok(Some(receipt(id, told, position, events)))
            }
            Err(AppendError::Conflict { .. } | AppendError::Duplicate { .. }) => Ok(None),
            Err(AppendError::Failed(failure)) => {
                match self.defect {
                    Some(EngineDefect::KeepsAfterFailure) => self.keep(id, after),
                    _ => self.forget(id),
                }
                let unknown = *failure.kind() == FailureKind::OutcomeUnknown;
                if unknown && self.has(EngineDefect::RepeatsUnknown) && asked.chosen.is_none() {
                    return Ok(None);
                }
                Err(failure.into())
            }
        }
    }

    /// The receipt of a command whose chosen id is known already.
    async fn settled<A: Aggregate>(
        &self,
        id: Id<A>,
        asked: &Asked<A>,
    ) -> Result<Option<Receipt<A>>, Failure>
    where
        Desk: Has<A>,
    {
        let Some(payload) = asked.chosen else {
            return Ok(None);
        };
        let Some(outcome) = self.log.outcome(stream_of(id), asked.id).await? else {
            return Ok(None);
        };
        if outcome.payload != payload && !self.has(EngineDefect::TakesAnyCommand) {
            let message = format!("command id `{}` came with another command", asked.id);
            return Err(Failure::new(FailureKind::CommandIdReused, message));
        }
        let page = self.log.read_stream(stream_of(id), 0, ALL).await?;
        let Outcome {
            version,
            events,
            position,
            ..
        } = outcome;
        let until = |version: u64| {
            let entries = page.entries.iter();
            entries.take_while(move |entry| entry.version <= version)
        };
        let state = fold::<A>(until(version));
        let events = until(version)
            .filter(|entry| entry.version > version - events)
            .filter_map(|entry| Desk::project(&entry.event).cloned())
            .collect();
        Ok(Some(receipt(id, (state, version), Some(position), events)))
    }

    async fn as_of<A: Aggregate>(&self, id: Id<A>, moment: AsOf) -> Result<Loaded<A>, Failure>
    where
        Desk: Has<A>,
    {
        let page = self.log.read_stream(stream_of(id), 0, ALL).await?;
        if let AsOf::Version(version) = moment
            && version > page.version
        {
            return Err(mismatch(id, version, page.version));
        }
        let past: Vec<_> = page
            .entries
            .into_iter()
            .filter(|entry| match moment {
                _ if self.has(EngineDefect::PastIsPresent) => true,
                AsOf::Version(version) => entry.version <= version,
                AsOf::Position(position) => entry.position <= position,
                AsOf::Time(time) => entry.recorded_at <= time,
            })
            .collect();
        Ok(Loaded {
            state: Arc::new(fold::<A>(&past)),
            version: past.len() as u64,
        })
    }
}

/// Notes that an append was given up.
struct Leave<'s, L: EventLog<Event = DeskPayload>> {
    sketch: &'s Sketch<L>,
    id: Uuid,
    answered: bool,
}

impl<L: EventLog<Event = DeskPayload>> Drop for Leave<'_, L> {
    fn drop(&mut self) {
        if !self.answered && self.sketch.has(EngineDefect::StaysBusy) {
            self.sketch.busy().insert(self.id);
        }
    }
}

impl<L: EventLog<Event = DeskPayload>> Interpreter<Desk> for Sketch<L> {
    fn execute<A: Aggregate>(
        &self,
        id: Id<A>,
        command: A::Command,
    ) -> Execute<impl Start<Out = Result<Receipt<A>, Error>> + use<L, A>>
    where
        Desk: Has<A>,
    {
        let sketch = self.clone();
        Execute::new(move |options| async move {
            let asked = Asked::new(command, options)?;
            sketch.run(id, asked).await
        })
    }

    async fn load<A: Aggregate>(&self, id: Id<A>) -> Result<Loaded<A>, Failure>
    where
        Desk: Has<A>,
    {
        loop {
            let (state, version) = self.present(id).await?;
            let trusted = self.has(EngineDefect::TrustsCache) && version > 0;
            if trusted || self.confirmed(id, version).await? {
                let state = Arc::new(state);
                return Ok(Loaded { state, version });
            }
            self.forget(id);
        }
    }

    async fn load_as_of<A: Aggregate>(&self, id: Id<A>, moment: AsOf) -> Result<Loaded<A>, Failure>
    where
        Desk: Has<A>,
    {
        self.as_of(id, moment).await
    }

    fn history<A: Aggregate>(&self, id: Id<A>) -> History<A>
    where
        Desk: Has<A>,
    {
        History::new(Past::new(self.log.clone(), stream_of(id)))
    }

    type Live = Answers<fn(program::Asked<'_, Desk>) -> Result<Answer<Desk>, Stop>>;

    fn run<P: Program<Desk>>(
        &self,
        _: P,
    ) -> Run<impl Launch<Out = Performed<P, Desk>> + use<L, P>> {
        Run::new(|_| async { Err(Error::Failed(commands_only())) })
    }

    fn run_with<P, F, H>(
        &self,
        _: P,
        _: F,
    ) -> Run<impl Launch<Out = Performed<P, Desk>> + use<L, P, F, H>>
    where
        P: Program<Desk>,
        F: FnOnce(Self::Live) -> H + Send,
        H: Handler<Desk>,
    {
        Run::new(|_| async { Err(Error::Failed(commands_only())) })
    }

    fn dry_run<P: Program<<Desk as Domain>::Atomic>>(
        &self,
        _: P,
    ) -> impl Future<Output = Result<Story<Desk, P::Ok, P::Err>, Failure>> + Send + use<L, P> {
        std::future::ready(Err(commands_only()))
    }

    fn dry_run_with<P, S>(
        &self,
        _: P,
        _: S,
    ) -> impl Future<Output = Result<Story<Desk, P::Ok, P::Err>, Failure>> + Send + use<L, P, S>
    where
        P: Program<Desk>,
        S: Serves<Desk>,
    {
        std::future::ready(Err(commands_only()))
    }
}

/// The rules that a sketch shows are those of commands.
fn commands_only() -> Failure {
    Failure::new(
        FailureKind::Other,
        "a sketch carries out commands, and performs no programs",
    )
}

/// The state that events lead to; a panic on the way is a defect.
fn tried<A: Aggregate>(state: &A, events: &Events<A::Event>) -> Result<A, Failure> {
    // Only the copy can be left half-way.
    catch_unwind(AssertUnwindSafe(|| {
        let mut after = state.clone();
        for event in events {
            after.evolve(event);
        }
        after
    }))
    .map_err(|_| Failure::new(FailureKind::Defect, "an update panicked"))
}

fn receipt<A: Aggregate>(
    id: Id<A>,
    (state, version): Kept<A>,
    position: Option<lawful::Position>,
    events: Events<A::Event>,
) -> Receipt<A> {
    Receipt {
        id,
        version,
        position,
        events,
        state: Arc::new(state),
    }
}

fn stream_of<A: Aggregate>(id: Id<A>) -> StreamId {
    StreamId {
        aggregate: <A as Aggregate>::NAME,
        id: id.uuid(),
    }
}

fn mismatch<A: Aggregate>(id: Id<A>, expected: u64, actual: u64) -> Failure {
    let message = format!(
        "stream `{}` is at version {actual}, not at {expected}",
        stream_of(id)
    );
    Failure::new(FailureKind::VersionMismatch { expected, actual }, message)
}
