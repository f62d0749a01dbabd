use crate::asked::Asked as Command;
use crate::core::stream_of;
use crate::engine::executed;
use crate::failures;
use crate::kept::{Kept, Tried, step};
use crate::process::durable::{Durable, Moved, last};
use crate::process::log::ProcessLog;
use lawful::log::{Batch, Submission};
use lawful::program::{Answer, Ask, Asked, Asks, Stop, Told, VisitAsync};
use lawful::{Aggregate, Command as _, Domain, Error, Few, Has, Id, Receipt, Wishes};
use std::sync::Arc;

/// Has an aggregate answer.
pub(crate) struct Carry<'a, D: Domain, L> {
    pub(crate) durable: &'a mut Durable<D, L>,
    pub(crate) asked: Asked<'a, D>,
}

impl<D: Domain, L: ProcessLog<Event = D::Event>> VisitAsync<D, Asks> for Carry<'_, D, L> {
    type Out = Result<Answer<D>, Stop>;

    async fn visit<A: Aggregate>(self, ask: &Ask<A>) -> Self::Out
    where
        D: Has<A>,
    {
        match ask {
            Ask::State(id) => {
                let loaded = self.durable.core.load(*id).await?;
                let told = Told::State {
                    id: *id,
                    version: loaded.version,
                    state: loaded.state,
                };
                self.durable.tell_state(self.asked, Answer::told(told))
            }
            Ask::Command(id, command) if L::AT_ONCE => self.at_once(*id, command).await,
            Ask::Command(id, command) => self.apart(*id, command).await,
        }
    }
}

impl<D: Domain, L: ProcessLog<Event = D::Event>> Carry<'_, D, L> {
    /// The command's events and the line that says so are one append.
    async fn at_once<A: Aggregate>(self, id: Id<A>, command: &A::Command) -> Result<Answer<D>, Stop>
    where
        D: Has<A>,
    {
        let Carry { durable, asked } = self;
        let core = Arc::clone(&durable.core);
        let stream = stream_of(id);
        let root = core.cache::<A>().root(id.uuid(), core.bounds);
        let mut kept = match root.kept() {
            Some(kept) => kept,
            None => core.read(stream, Kept::default(), None).await?.0,
        };
        for _ in 0..core.attempts {
            let (told, after, also) = match step::<A>(&kept.state, &mut None, command) {
                Tried::Panicked(panicked) => {
                    let name = command.name();
                    return Err(failures::defect_in_command(name, stream, &panicked).into());
                }
                Tried::Rejected(rejection) => (Told::Receipt(Err(rejection)), kept.clone(), None),
                Tried::Accepted { events, after } => {
                    let after = Kept {
                        state: after.unwrap_or_else(|| Arc::clone(&kept.state)),
                        version: kept.version + events.len() as u64,
                    };
                    let also = (!events.is_empty()).then(|| Batch {
                        stream,
                        expected: kept.version,
                        commands: Few::One(Submission {
                            id: asked.step.command_id(durable.process()),
                            chosen: None,
                            events: events.clone().map(<D as Has<A>>::inject),
                            correlation: durable.process(),
                            causation: None,
                            metadata: None,
                        }),
                    });
                    let receipt = Receipt {
                        id,
                        version: after.version,
                        position: None,
                        events,
                        state: Arc::clone(&after.state),
                    };
                    (Told::Receipt(Ok(receipt)), after, also)
                }
            };
            let reads = match also {
                Some(_) => Vec::new(),
                None => vec![(stream, kept.version)],
            };
            let answer = Answer::<D>::told(told.clone()).keep();
            let line = durable
                .writer
                .answered(asked.step, asked.request, &answer, None)?;
            let recorded = also.is_some();
            match durable.write(line, also, reads).await {
                Ok(Ok(appended)) => {
                    durable.own.insert(asked.step.id(durable.process()));
                    let mut told = told;
                    if let Told::Receipt(Ok(receipt)) = &mut told {
                        receipt.position = if recorded {
                            last(&appended[..1])
                        } else {
                            last(&appended)
                        };
                    }
                    root.keep(&after);
                    if core.snapshot_due::<A>(kept.version, after.version) {
                        core.keep_snapshot(stream, after).await;
                    }
                    return Ok(Answer::told(told));
                }
                Ok(Err(Moved)) => kept = core.read(stream, kept, None).await?.0,
                Err(stop) => {
                    root.forget();
                    return Err(stop);
                }
            }
        }
        Err(durable.contended(stream).into())
    }

    /// The command goes first, under an id made from process and step; the line follows.
    async fn apart<A: Aggregate>(self, id: Id<A>, command: &A::Command) -> Result<Answer<D>, Stop>
    where
        D: Has<A>,
    {
        let Carry { durable, asked } = self;
        let wishes = Wishes {
            correlation: Some(durable.process()),
            ..Wishes::default()
        };
        let named = asked.step.command_id(durable.process());
        let command = Command::named(command.clone(), named, wishes, stream_of(id));
        durable.own.insert(named.uuid());
        let told = match executed(Arc::clone(&durable.core), id, command).await {
            Ok(receipt) => Told::Receipt(Ok(receipt)),
            Err(Error::Rejected(rejection)) => Told::Receipt(Err(rejection)),
            Err(Error::Failed(failure)) => return Err(failure.into()),
        };
        durable.told(asked, Answer::told(told)).await
    }
}
