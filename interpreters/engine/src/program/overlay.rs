use crate::core::{Core, stream_of};
use crate::failures;
use crate::kept::{Kept, Tried, step};
use lawful::log::{Batch, EventLog, StreamId, Submission};
use lawful::program::{
    Answer, Ask, Asked, Asks, Handler, Request, Step, Stop, Told, Visit, VisitAsync,
};
use lawful::{
    Aggregate, AsOf, Command, Domain, Failure, FailureKind, Family, Few, Has, Id, Position,
    Receipt, Uuid,
};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Answers the requests of a program on states of its own: nothing is written, and what the program did before, it sees.
///
/// All states are of one moment of the log, that of the first read.
pub(crate) struct Overlay<D: Domain, L> {
    pub(crate) core: Arc<Core<D, L>>,
    pub(crate) run: Uuid,
    late: Late,
    seen: D::Each<Seen>,
    /// Which aggregate roots were asked, in order.
    pub(crate) touched: Vec<D::One<Asks>>,
    /// The streams of these, at the version that was read; 0: it does not exist.
    pub(crate) reads: Vec<(StreamId, u64)>,
    /// What is to be appended, in the order in which it was decided.
    pub(crate) batches: Vec<Batch<D::Event>>,
    /// The moment of the first read.
    pub(crate) moment: Option<Position>,
    /// A stream that changed after that moment, so that this attempt has failed.
    pub(crate) torn: Option<StreamId>,
}

/// What to do about a stream that changed after the moment of the first read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Late {
    /// Begin again: an append could not succeed any more.
    Again,
    /// Read what it was at that moment.
    Then,
}

/// The states that one run has seen and made.
pub(crate) struct Seen;

impl Family for Seen {
    type Of<A: Aggregate> = Mutex<HashMap<Uuid, Root<A>>>;
}

/// One aggregate root in the overlay.
pub(crate) struct Root<A> {
    /// The version that was read.
    pub(crate) base: u64,
    /// The state with what the program did.
    pub(crate) kept: Kept<A>,
}

impl<D: Domain, L: EventLog<Event = D::Event>> Overlay<D, L> {
    pub(crate) fn new(core: Arc<Core<D, L>>, run: Uuid, late: Late) -> Self {
        Overlay {
            core,
            run,
            late,
            seen: D::Each::default(),
            touched: Vec::new(),
            reads: Vec::new(),
            batches: Vec::new(),
            moment: None,
            torn: None,
        }
    }

    /// The states of one aggregate. The lock is for the type only: a run asks one thing at a time.
    pub(crate) fn roots<A: Aggregate>(&self) -> MutexGuard<'_, HashMap<Uuid, Root<A>>>
    where
        D: Has<A>,
    {
        let roots = D::each::<Seen>(&self.seen);
        roots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the state of an aggregate root as of the moment of the first read.
    async fn touch<A: Aggregate>(&mut self, id: Id<A>) -> Result<Kept<A>, Stop>
    where
        D: Has<A>,
    {
        let stream = stream_of(id);
        let (mut kept, head) = self.core.present(id).await?;
        match self.moment {
            None => self.moment = Some(head),
            Some(moment) if moment == head => {}
            Some(moment) => {
                if self.is_after::<A>(stream, kept.version, moment).await? {
                    if self.late == Late::Again {
                        self.torn = Some(stream);
                        return Err(Stop::Failed(failures::contention(stream, 1)));
                    }
                    let then = Some(AsOf::Position(moment));
                    (kept, _) = self.core.read(stream, Kept::default(), then).await?;
                }
            }
        }
        self.reads.push((stream, kept.version));
        self.touched.push(D::one::<Asks>(Ask::State(id)));
        let root = Root {
            base: kept.version,
            kept: kept.clone(),
        };
        self.roots().insert(id.uuid(), root);
        Ok(kept)
    }

    /// Whether the event that made this version was recorded after the moment.
    async fn is_after<A: Aggregate>(
        &self,
        stream: StreamId,
        version: u64,
        moment: Position,
    ) -> Result<bool, Failure>
    where
        D: Has<A>,
    {
        let Some(before) = version.checked_sub(1) else {
            return Ok(false);
        };
        let page = self.core.page(stream, before, 1).await?;
        match page.entries.first() {
            Some(entry) => Ok(entry.position > moment),
            None => Err(failures::missing(stream, version, page.version)),
        }
    }

    /// The answer of an aggregate root in this state.
    fn tell<A: Aggregate>(
        &mut self,
        ask: &Ask<A>,
        kept: Kept<A>,
        name: &Step,
    ) -> Result<Answer<D>, Stop>
    where
        D: Has<A>,
    {
        let (id, command) = match ask {
            Ask::Command(id, command) => (*id, command),
            Ask::State(id) => {
                return Ok(Answer::told(Told::State {
                    id: *id,
                    version: kept.version,
                    state: kept.state,
                }));
            }
        };
        let told = match step::<A>(&kept.state, &mut None, command) {
            Tried::Accepted { events, after } => {
                let now = match after {
                    Some(state) => {
                        let version = kept.version + events.len() as u64;
                        self.record(id, kept.version, events.clone().map(D::inject), name);
                        let now = Kept { state, version };
                        if let Some(root) = self.roots::<A>().get_mut(&id.uuid()) {
                            root.kept = now.clone();
                        }
                        now
                    }
                    None => kept,
                };
                Ok(Receipt {
                    id,
                    version: now.version,
                    position: None,
                    events,
                    state: now.state,
                })
            }
            Tried::Rejected(rejection) => Err(rejection),
            Tried::Panicked(panicked) => {
                let stream = stream_of(id);
                let failure = failures::defect_in_command(command.name(), stream, &panicked);
                return Err(Stop::Failed(failure));
            }
        };
        Ok(Answer::told(Told::Receipt(told)))
    }

    /// What an accepted command will append.
    fn record<A: Aggregate>(
        &mut self,
        id: Id<A>,
        expected: u64,
        events: Few<D::Event>,
        name: &Step,
    ) {
        let stream = stream_of(id);
        let submission = Submission {
            id: name.command_id(self.run),
            chosen: None,
            events,
            correlation: self.run,
            causation: None,
            metadata: None,
        };
        match self.batches.last_mut() {
            Some(last) if last.stream == stream => last.commands.push(submission),
            _ => self.batches.push(Batch {
                stream,
                expected,
                commands: Few::One(submission),
            }),
        }
    }
}

impl<D: Domain, L: EventLog<Event = D::Event>> Handler<D> for Overlay<D, L> {
    fn ready(&mut self, asked: Asked<'_, D>) -> Option<Result<Answer<D>, Stop>> {
        match asked.request {
            Request::Aggregate(ask) => {
                let known = Known {
                    overlay: self,
                    step: asked.step,
                };
                D::visit(ask, known)
            }
            Request::Now => Some(Ok(Answer::Now(self.core.now()))),
            Request::Fresh => Some(Ok(Answer::Fresh(self.core.command_ids.fresh()))),
            Request::Version(_) => Some(Ok(Answer::Version(1))),
            Request::Service(_) | Request::SleepUntil(_) | Request::Wait(_) => {
                Some(Err(Stop::Failed(takes_time())))
            }
        }
    }

    async fn handle(&mut self, asked: Asked<'_, D>) -> Result<Answer<D>, Stop> {
        if let Some(answer) = self.ready(asked) {
            return answer;
        }
        let Request::Aggregate(ask) = asked.request else {
            return Err(Stop::Failed(takes_time()));
        };
        let first = First {
            overlay: self,
            step: asked.step,
        };
        D::visit_async(ask, first).await
    }
}

#[cold]
fn takes_time() -> Failure {
    let message = "inside a transaction no service can be asked, and nothing can sleep or wait, because it may run more than once; use `run` or `start`, or call the part that is to be atomic with `bank.atomic()`";
    Failure::new(FailureKind::Defect, message)
}

/// Asks an aggregate root that the program has asked before.
struct Known<'o, 's, D: Domain, L> {
    overlay: &'o mut Overlay<D, L>,
    step: &'s Step,
}

impl<D: Domain, L: EventLog<Event = D::Event>> Visit<D, Asks> for Known<'_, '_, D, L> {
    type Out = Option<Result<Answer<D>, Stop>>;

    fn visit<A: Aggregate>(self, ask: &Ask<A>) -> Self::Out
    where
        D: Has<A>,
    {
        let roots = self.overlay.roots::<A>();
        let kept = roots.get(&ask.id().uuid())?.kept.clone();
        drop(roots);
        Some(self.overlay.tell(ask, kept, self.step))
    }
}

/// Asks an aggregate root for the first time.
struct First<'o, 's, D: Domain, L> {
    overlay: &'o mut Overlay<D, L>,
    step: &'s Step,
}

impl<D: Domain, L: EventLog<Event = D::Event>> VisitAsync<D, Asks> for First<'_, '_, D, L> {
    type Out = Result<Answer<D>, Stop>;

    async fn visit<A: Aggregate>(self, ask: &Ask<A>) -> Self::Out
    where
        D: Has<A>,
    {
        let kept = self.overlay.touch(ask.id()).await?;
        self.overlay.tell(ask, kept, self.step)
    }
}
