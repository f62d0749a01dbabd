use crate::Pure;
use crate::scripted::{Choices, Explored};
use lawful::log::EventLog;
use lawful::program::layer::Record;
use lawful::program::{
    Answer, Asked, Handler, Launch, Performed, Program, Request, Run, RunIds, Serves, Stop, Story,
    drive,
};
use lawful::{Domain, Failure, Uuid};
use lawful_engine::Live;
use lawful_memory::{Clock, MemoryLog};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

impl<D: Domain> Pure<D> {
    /// Performs a program step by step. Nothing takes time: where it sleeps, or waits for what does not happen, the clock is set.
    ///
    /// # Errors
    ///
    /// [`Rejected`](lawful::Error::Rejected) with the `Err` of the program, [`Failed`](lawful::Error::Failed) where it or a service has
    /// a defect.
    pub fn run<P: Program<D>>(
        &self,
        program: P,
    ) -> Run<impl Launch<Out = Performed<P, D>> + use<D, P>> {
        self.run_with(program, std::convert::identity)
    }

    /// The same with layers around what answers the requests.
    ///
    /// # Errors
    ///
    /// As [`Pure::run`].
    pub fn run_with<P, F, H>(
        &self,
        program: P,
        layers: F,
    ) -> Run<impl Launch<Out = Performed<P, D>> + use<D, P, F, H>>
    where
        P: Program<D>,
        F: FnOnce(Timeless<D>) -> H + Send,
        H: Handler<D>,
    {
        let clock = self.clock().clone();
        self.memory
            .run_with(program, move |live| layers(Timeless { live, clock }))
    }

    /// Performs a program all or nothing.
    ///
    /// # Errors
    ///
    /// As [`Engine::transact`](lawful_engine::Engine::transact).
    pub fn transact<P: Program<D::Atomic> + Clone>(
        &self,
        program: P,
    ) -> impl Future<Output = Performed<P, D::Atomic>> + Send + use<D, P> {
        self.memory.transact(program)
    }

    /// What would happen if the program ran now. Nothing is written.
    ///
    /// # Errors
    ///
    /// Where the program has a defect.
    pub fn dry_run<P: Program<D::Atomic>>(
        &self,
        program: P,
    ) -> impl Future<Output = Result<Story<D, P::Ok, P::Err>, Failure>> + Send + use<D, P> {
        self.memory.dry_run(program)
    }

    /// The same for a program that asks services: `stand_ins` answer in their place.
    ///
    /// # Errors
    ///
    /// Where a stand-in fails, and where the program has a defect.
    pub fn dry_run_with<P, S>(
        &self,
        program: P,
        stand_ins: S,
    ) -> impl Future<Output = Result<Story<D, P::Ok, P::Err>, Failure>> + Send + use<D, P, S>
    where
        P: Program<D>,
        S: Serves<D>,
    {
        self.memory.dry_run_with(program, stand_ins)
    }

    /// Performs a program like [`Pure::run`], and tells everything that it asked and was answered, compensations included.
    ///
    /// # Errors
    ///
    /// Where the program or a service has a defect.
    pub async fn story<P: Program<D>>(
        &self,
        program: P,
    ) -> Result<Story<D, P::Ok, P::Err>, Failure> {
        let live = self
            .memory
            .live(lawful::program::RunOptions::default())
            .await?;
        let clock = self.clock().clone();
        let mut recorded = Record::new(Timeless { live, clock });
        let outcome = drive::<D, P, _>(program, &mut recorded).await;
        Ok(Story {
            outcome: outcome.map_err(Stop::into_failure)?,
            lines: recorded.lines,
        })
    }

    /// Rehearses a program once for every combination of answers of its services, from the present state of the log, which stays as it
    /// is. `choices` lists the answers that a call could have; `visit` sees every story. A path with more than `depth` calls, or with
    /// a call that has no answer, is cut.
    ///
    /// # Errors
    ///
    /// Where the program has a defect.
    pub async fn explore<P>(
        &self,
        program: P,
        depth: usize,
        choices: impl Fn(&D::Call) -> Vec<D::Reply> + Send + Sync + 'static,
        mut visit: impl FnMut(&Story<D, P::Ok, P::Err>),
    ) -> Result<Explored, Failure>
    where
        P: Program<D> + Clone,
    {
        let mut explored = Explored { paths: 0, cut: 0 };
        let path = Arc::new(Mutex::new(Choices::default()));
        let choices = Arc::new(choices);
        loop {
            let stand_ins = crate::scripted::Chosen {
                path: Arc::clone(&path),
                choices: Arc::clone(&choices),
                depth,
            };
            let told = self.memory.dry_run_with(program.clone(), stand_ins).await;
            let mut path = path.lock().unwrap_or_else(PoisonError::into_inner);
            explored.paths += 1;
            match told {
                Ok(story) => visit(&story),
                Err(_) if path.is_cut() => explored.cut += 1,
                Err(failure) => return Err(failure),
            }
            if !path.advance() {
                return Ok(explored);
            }
        }
    }
}

/// What answers the requests of a run in [`Pure`]: whatever would take time sets the clock instead.
#[derive(Debug)]
pub struct Timeless<D: Domain> {
    live: Live<D, MemoryLog<D::Event>>,
    clock: Clock,
}

impl<D: Domain> Timeless<D> {
    /// The id of the run.
    #[must_use]
    pub fn run_id(&self) -> Uuid {
        self.live.run_id()
    }
}

impl<D: Domain> Handler<D> for Timeless<D>
where
    MemoryLog<D::Event>: EventLog<Event = D::Event>,
{
    fn ids(&self) -> Option<RunIds> {
        self.live.ids()
    }

    fn ready(&mut self, asked: Asked<'_, D>) -> Option<Result<Answer<D>, Stop>> {
        self.live.ready(asked)
    }

    async fn handle(&mut self, asked: Asked<'_, D>) -> Result<Answer<D>, Stop> {
        let moment = match asked.request {
            Request::SleepUntil(time) => *time,
            Request::Wait(wait) => wait.deadline,
            _ => return self.live.handle(asked).await,
        };
        let mut answer = pin!(self.live.handle(asked));
        let at_once = poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await;
        if let Poll::Ready(answer) = at_once {
            return answer;
        }
        self.clock.set(moment.max(self.clock.now()));
        answer.await
    }
}
