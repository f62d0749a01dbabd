use crate::asked::Asked;
use crate::core::{Core, stream_of};
use crate::engine::executed;
use crate::program::waiting;
use lawful::log::{CommandId, Entry, EventLog};
use lawful::program::{
    Answer, Ask, Asked as Request, Asks, Cursors, Handler, IdempotencyKey, Request as What, RunIds,
    RunOptions, Step, Stop, Told, VisitAsync,
};
use lawful::{Aggregate, Domain, Error, Failure, Has, Position, Uuid, Wishes};
use std::fmt::{Debug, Formatter};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

/// Answers the requests of one run from the log, step by step: what a command did is done when the program goes on.
///
/// Commands, fresh ids and service calls are named after the run and the step, so that asking the same step again does nothing twice.
/// Layers stack around it: see [`Engine::run_with`](crate::Engine::run_with).
pub struct Live<D: Domain, L> {
    core: Arc<Core<D, L>>,
    run: Uuid,
    /// Whether somebody named the run, who may name it again: then fresh ids derive from it.
    named: bool,
    correlation: Uuid,
    causation: Option<Uuid>,
    /// The run's commands, where their events do not tell by the correlation that they are its own.
    own: Vec<CommandId>,
    cursors: Cursors,
    reached: Reached,
}

/// The position of the last event of a run, shared with whoever drives it: layers may stand between.
#[derive(Debug, Clone)]
pub(crate) struct Reached(Arc<Mutex<Position>>);

impl Reached {
    fn new(position: Position) -> Self {
        Reached(Arc::new(Mutex::new(position)))
    }

    pub(crate) fn position(&self) -> Position {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, position: Option<Position>) {
        let mut reached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(position) = position
            && position > *reached
        {
            *reached = position;
        }
    }
}

impl<D: Domain, L: EventLog<Event = D::Event>> Live<D, L> {
    /// For a run that begins now.
    pub(crate) async fn begin(core: Arc<Core<D, L>>, options: RunOptions) -> Result<Self, Failure> {
        let head = core.log.head().await?;
        Ok(Self::at(core, options, head))
    }

    /// For a run that began when the log was at this position: `wait` looks at what came after it.
    pub(crate) fn at(core: Arc<Core<D, L>>, options: RunOptions, began: Position) -> Self {
        let run = options
            .run
            .unwrap_or_else(|| core.command_ids.next().uuid());
        Live {
            run,
            named: options.run.is_some(),
            correlation: options.correlation.unwrap_or(run),
            causation: options.causation,
            own: Vec::new(),
            cursors: Cursors::new(began),
            reached: Reached::new(began),
            core,
        }
    }

    /// The id of the run.
    #[must_use]
    pub fn run_id(&self) -> Uuid {
        self.run
    }

    pub(crate) fn reached(&self) -> Reached {
        self.reached.clone()
    }

    fn fresh(&self, step: &Step) -> Uuid {
        if self.named {
            return Uuid::new_v5(&self.run, step.to_string().as_bytes());
        }
        self.core.command_ids.fresh()
    }
}

impl<D: Domain, L: EventLog<Event = D::Event>> Handler<D> for Live<D, L> {
    fn ids(&self) -> Option<RunIds> {
        Some(RunIds {
            run: self.run,
            correlation: self.correlation,
            causation: self.causation,
        })
    }

    #[inline]
    fn ready(&mut self, asked: Request<'_, D>) -> Option<Result<Answer<D>, Stop>> {
        match asked.request {
            What::Now => Some(Ok(Answer::Now(self.core.now()))),
            What::Fresh => Some(Ok(Answer::Fresh(self.fresh(asked.step)))),
            What::Version(_) => Some(Ok(Answer::Version(1))),
            _ => None,
        }
    }

    async fn handle(&mut self, asked: Request<'_, D>) -> Result<Answer<D>, Stop> {
        let Request { step, request } = asked;
        Ok(match request {
            What::Aggregate(ask) => {
                if self.correlation != self.run {
                    self.own.push(step.command_id(self.run));
                }
                D::visit_async(ask, Carry { live: self, step }).await?
            }
            What::Service(call) => {
                let key = IdempotencyKey {
                    run: self.run,
                    step: step.clone(),
                };
                self.core.services.answer(call, &key).await?
            }
            What::Now => Answer::Now(self.core.now()),
            What::Fresh => Answer::Fresh(self.fresh(step)),
            What::Version(_) => Answer::Version(1),
            What::SleepUntil(time) => {
                waiting::until(&self.core, *time).await?;
                Answer::Slept
            }
            What::Wait(wait) => {
                let own = |entry: &Entry<D::Event>| {
                    entry.correlation_id == self.run || self.own.contains(&entry.command_id)
                };
                let found =
                    waiting::event(&self.core, wait, own, self.cursors.before(step)).await?;
                Answer::Waited(found.and_then(|entry| {
                    self.cursors.pass(step, entry.position);
                    D::occurrence(entry.stream.id, &entry.event, entry.position).map(Box::new)
                }))
            }
        })
    }

    /// Services are asked together, because they are what takes time. The log is asked one thing after the other, in the order of the
    /// branches and waiting last, so that the same run writes the same log. If one fails, the others come to their end first.
    async fn handle_all(&mut self, batch: &[(Step, What<D>)]) -> Result<Vec<Answer<D>>, Stop> {
        let core = Arc::clone(&self.core);
        let run = self.run;
        let mut calls: Vec<Call<'_, D>> = Vec::new();
        let mut rest = Vec::new();
        for (index, (step, request)) in batch.iter().enumerate() {
            let What::Service(call) = request else {
                rest.push((index, Request { step, request }));
                continue;
            };
            let (core, step) = (&core, step.clone());
            calls.push(Box::pin(async move {
                let key = IdempotencyKey { run, step };
                let answer = core.services.answer(call, &key).await;
                (index, answer.map_err(Stop::from))
            }));
        }
        let waits = |(_, asked): &(_, Request<'_, D>)| {
            matches!(asked.request, What::SleepUntil(_) | What::Wait(_))
        };
        rest.sort_by_key(waits);
        let rest = async {
            let mut answers = Vec::with_capacity(rest.len());
            for (index, asked) in rest {
                let answer = self.handle(asked).await;
                let is_over = answer.is_err();
                answers.push((index, answer));
                if is_over {
                    break;
                }
            }
            answers
        };
        together(calls, rest).await
    }
}

/// Polls all, those of the services first; ready when every one is, with the first failure in the order of the batch.
async fn together<D: Domain>(
    mut calls: Vec<Call<'_, D>>,
    rest: impl Future<Output = Vec<Indexed<D>>> + Send,
) -> Result<Vec<Answer<D>>, Stop> {
    let mut rest = pin!(rest);
    let mut answers = Vec::new();
    let mut is_rest_over = false;
    poll_fn(|context| {
        calls.retain_mut(|call| match call.as_mut().poll(context) {
            Poll::Ready(answer) => {
                answers.push(answer);
                false
            }
            Poll::Pending => true,
        });
        if !is_rest_over && let Poll::Ready(more) = rest.as_mut().poll(context) {
            answers.extend(more);
            is_rest_over = true;
        }
        if is_rest_over && calls.is_empty() {
            return Poll::Ready(());
        }
        Poll::Pending
    })
    .await;
    answers.sort_by_key(|(index, _)| *index);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// An answer, and its place in the batch.
type Indexed<D> = (usize, Result<Answer<D>, Stop>);

/// A service's answer on its way.
type Call<'a, D> = Pin<Box<dyn Future<Output = Indexed<D>> + Send + 'a>>;

/// Has an aggregate answer.
struct Carry<'a, D: Domain, L> {
    live: &'a Live<D, L>,
    step: &'a Step,
}

impl<D: Domain, L: EventLog<Event = D::Event>> VisitAsync<D, Asks> for Carry<'_, D, L> {
    type Out = Result<Answer<D>, Failure>;

    async fn visit<A: Aggregate>(self, ask: &Ask<A>) -> Self::Out
    where
        D: Has<A>,
    {
        let live = self.live;
        let told = match ask {
            Ask::Command(id, command) => {
                let wishes = Wishes {
                    correlation: Some(live.correlation),
                    causation: live.causation,
                    ..Wishes::default()
                };
                let named = self.step.command_id(live.run);
                let asked = Asked::named(command.clone(), named, wishes, stream_of(*id));
                match executed(Arc::clone(&live.core), *id, asked).await {
                    Ok(receipt) => {
                        live.reached.tell(receipt.position);
                        Told::Receipt(Ok(receipt))
                    }
                    Err(Error::Rejected(rejection)) => Told::Receipt(Err(rejection)),
                    Err(Error::Failed(failure)) => return Err(failure),
                }
            }
            Ask::State(id) => {
                let loaded = live.core.load(*id).await?;
                Told::State {
                    id: *id,
                    version: loaded.version,
                    state: loaded.state,
                }
            }
        };
        Ok(Answer::told(told))
    }
}

impl<D: Domain, L> Debug for Live<D, L> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live")
            .field("run", &self.run)
            .finish_non_exhaustive()
    }
}
