use crate::Engine;
use crate::core::Core;
use crate::program::overlay::{Late, Overlay};
use lawful::log::EventLog;
use lawful::program::layer::Record;
use lawful::program::{
    Answer, Asked, Handler, IdempotencyKey, Program, Request, Row, Serves, Stop, Story, drive,
};
use lawful::{Domain, Failure, FailureKind, Timestamp};
use std::sync::Arc;

impl<D: Domain, L: EventLog<Event = D::Event>> Engine<D, L> {
    /// What would happen if the program ran now, and which rule would say no. Nothing is written.
    ///
    /// # Errors
    ///
    /// Where the log cannot be read, and where the program has a defect.
    pub fn dry_run<P: Program<D::Atomic>>(
        &self,
        program: P,
    ) -> impl Future<Output = Result<Story<D, P::Ok, P::Err>, Failure>> + Send + use<D, L, P> {
        rehearsed::<D, D::Atomic, L, P, _>(Arc::clone(&self.core), program, Nobody)
    }

    /// The same for a program that asks services: `stand_ins` answer in their place. It sleeps in no time; and as nobody else does
    /// anything meanwhile, waiting ends at the deadline.
    ///
    /// # Errors
    ///
    /// Where the log cannot be read, where a stand-in fails, and where the program has a defect.
    pub fn dry_run_with<P, S>(
        &self,
        program: P,
        stand_ins: S,
    ) -> impl Future<Output = Result<Story<D, P::Ok, P::Err>, Failure>> + Send + use<D, L, P, S>
    where
        P: Program<D>,
        S: Serves<D>,
    {
        rehearsed::<D, D, L, P, S>(Arc::clone(&self.core), program, stand_ins)
    }
}

async fn rehearsed<D, R, L, P, S>(
    core: Arc<Core<D, L>>,
    program: P,
    stand_ins: S,
) -> Result<Story<D, P::Ok, P::Err>, Failure>
where
    D: Domain,
    R: Row<Domain = D>,
    L: EventLog<Event = D::Event>,
    P: Program<R>,
    S: Serves<D>,
{
    let run = core.command_ids.next().uuid();
    let mut recorded = Record::new(Rehearsal {
        overlay: Overlay::new(core, run, Late::Then),
        stand_ins,
        time: Timestamp::MIN,
    });
    match drive::<R, P, _>(program, &mut recorded).await {
        Ok(outcome) => Ok(Story {
            lines: recorded.lines,
            outcome,
        }),
        Err(stop) => Err(stop.into_failure().within("rehearsal")),
    }
}

/// Answers without writing; services are played by others.
struct Rehearsal<D: Domain, L, S> {
    overlay: Overlay<D, L>,
    stand_ins: S,
    /// Up to when the program has slept.
    time: Timestamp,
}

impl<D, L, S> Handler<D> for Rehearsal<D, L, S>
where
    D: Domain,
    L: EventLog<Event = D::Event>,
    S: Serves<D>,
{
    async fn handle(&mut self, asked: Asked<'_, D>) -> Result<Answer<D>, Stop> {
        Ok(match asked.request {
            Request::Service(call) => {
                let key = IdempotencyKey {
                    run: self.overlay.run,
                    step: asked.step.clone(),
                };
                Answer::Service(self.stand_ins.serve(call, &key).await?)
            }
            Request::Now => Answer::Now(self.overlay.core.now().max(self.time)),
            Request::SleepUntil(time) => {
                self.time = self.time.max(*time);
                Answer::Slept
            }
            Request::Wait(wait) => {
                self.time = self.time.max(wait.deadline);
                Answer::Waited(None)
            }
            _ => return self.overlay.handle(asked).await,
        })
    }
}

/// Stands in for the services of a program that can ask none.
struct Nobody;

impl<D: Domain> Serves<D> for Nobody {
    async fn serve(&self, call: &D::Call, _: &IdempotencyKey) -> Result<D::Reply, Failure> {
        let message = format!("`{call}`: nobody stands in for the services; use `dry_run_with`");
        Err(Failure::new(FailureKind::Defect, message))
    }
}
