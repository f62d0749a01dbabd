use crate::Engine;
use crate::core::Core;
use crate::process::durable::{Mode, last, line_id};
use crate::process::journal::Journal;
use crate::process::line::{Finished, Writer};
use crate::process::log::ProcessLog;
use crate::process::progress::Progress;
use crate::process::resume::resume;
use crate::process::worker::{WorkerOptions, replay_all, resume_all, work};
use crate::process::{ProcessId, Resumed, failures};
use lawful::log::{AppendError, Batch, StreamId, Submission};
use lawful::program::{Listed, Program, ProgramValue, process_stream};
use lawful::{Domain, Failure, FailureKind, Few, Position};
use std::sync::Arc;

/// That a process was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Started {
    /// Which process.
    pub id: ProcessId,
    /// Where the log says so: what `wait` answers comes after it.
    pub position: Position,
}

/// What has become of a process.
#[derive(Debug, Clone, PartialEq)]
pub enum Process<T, E> {
    /// It is under way, or waits.
    UnderWay,
    /// Its program returned this.
    Finished(Result<T, E>),
    /// Its program has ended in an `Err`, and a compensation was refused, for these reasons.
    Uncompensated(String),
}

impl<D: Domain, L: ProcessLog<Event = D::Event>> Engine<D, L> {
    /// Starts a process; when this returns, that it was started is durable. Some [`Engine::worker`], or [`Engine::resume_all`], runs it.
    ///
    /// The same id with the same program value is the same process.
    ///
    /// # Errors
    ///
    /// [`CommandIdReused`](FailureKind::CommandIdReused) where the id was started with another program value.
    pub fn start<P>(
        &self,
        id: impl Into<ProcessId>,
        program: P,
    ) -> impl Future<Output = Result<Started, Failure>> + Send
    where
        P: Listed<D>,
    {
        let (core, id) = (Arc::clone(&self.core), id.into());
        async move { start(&core, id, program).await }
    }

    /// What has become of a process; `None` if it was never started.
    ///
    /// # Errors
    ///
    /// Where the log cannot be read, or the output is not one of this program's.
    #[allow(clippy::type_complexity, reason = "the outcome of the program itself")]
    pub fn process<P>(
        &self,
        id: impl Into<ProcessId>,
    ) -> impl Future<Output = Result<Option<Process<P::Ok, P::Err>>, Failure>> + Send
    where
        P: ProgramValue<Domain = D> + Program<D>,
        P::Ok: lawful::program::Journaled,
        P::Err: lawful::program::Journaled,
    {
        let (core, stream) = (Arc::clone(&self.core), stream_of::<P>(id.into()));
        async move {
            let journal = Journal::load(&core, stream).await?;
            match journal.end {
                _ if journal.value.is_none() => Ok(None),
                None => Ok(Some(Process::UnderWay)),
                Some(Finished::Uncompensated(why)) => Ok(Some(Process::Uncompensated(why))),
                Some(Finished::Output(output)) => match serde_json::from_str(output.get()) {
                    Ok(output) => Ok(Some(Process::Finished(output))),
                    Err(error) => Err(failures::unreadable(stream, journal.version, error)),
                },
            }
        }
    }

    /// Resumes one process, whatever it waits for, as far as it goes.
    pub fn resume<P>(&self, id: impl Into<ProcessId>) -> impl Future<Output = Resumed> + Send
    where
        P: ProgramValue<Domain = D>,
    {
        resume(
            Arc::clone(&self.core),
            stream_of::<P>(id.into()),
            Mode::Live,
        )
    }

    /// Resumes every process that is under way and waits for nothing, side by side and each once, and whatever becomes due by that.
    /// It reads the log first, from the last checkpoint on.
    ///
    /// # Errors
    ///
    /// Where the log cannot be read. What becomes of a process, failures included, is in the answer.
    pub fn resume_all(
        &self,
    ) -> impl Future<Output = Result<Vec<Resumed>, Failure>> + Send + use<D, L> {
        resume_all(Arc::clone(&self.core))
    }

    /// Resumes processes as they are due, for ever: `tokio::spawn(bank.worker())`, or with any other executor.
    ///
    /// Any number of workers, in any number of nodes, may work on one log: one wins each step, and the others notice. There are no leases.
    /// Where two begin the same process at the same moment, one has loaded its journal in vain, and leaves it alone for a while; they
    /// choose at random among what is due, so that this is rare. A service call is made twice only if a node stays silent for longer than
    /// [`patience`](WorkerOptions::patience).
    ///
    /// A process that waits is a row in the worker's memory and no task. Now and then the worker keeps its rows in the log, as snapshots,
    /// so that the next one starts with them and reads only what came after.
    pub fn worker(&self) -> impl Future<Output = ()> + Send + 'static + use<D, L> {
        self.worker_with(WorkerOptions::default())
    }

    /// The same, working as `options` say.
    pub fn worker_with(
        &self,
        options: WorkerOptions,
    ) -> impl Future<Output = ()> + Send + 'static + use<D, L> {
        work(Arc::clone(&self.core), options)
    }

    /// The processes under way whose journals this build cannot follow. To be asked of a new build before it is deployed: nothing is
    /// written, and no service is called.
    ///
    /// # Errors
    ///
    /// Where the log cannot be read.
    pub fn replay_all(
        &self,
    ) -> impl Future<Output = Result<Vec<Resumed>, Failure>> + Send + use<D, L> {
        let core = Arc::clone(&self.core);
        async move {
            let mut all = replay_all(core).await?;
            all.retain(|one| matches!(one.progress, Progress::Diverged(_) | Progress::Failed(_)));
            Ok(all)
        }
    }
}

fn stream_of<P: ProgramValue>(id: ProcessId) -> StreamId {
    StreamId {
        aggregate: process_stream(P::NAME),
        id: id.uuid(),
    }
}

async fn start<D, L, P>(core: &Core<D, L>, id: ProcessId, program: P) -> Result<Started, Failure>
where
    D: Domain,
    L: ProcessLog<Event = D::Event>,
    P: ProgramValue,
{
    let stream = stream_of::<P>(id);
    let line = Writer { stream }.started(&program)?;
    let others: Vec<StreamId> = D::PROGRAMS
        .iter()
        .filter(|name| **name != P::NAME)
        .map(|name| StreamId {
            aggregate: process_stream(name),
            id: id.uuid(),
        })
        .collect();
    if !L::AT_ONCE {
        for other in &others {
            if core.version(*other).await?.0 > 0 {
                return Err(failures::reused(stream, *other));
            }
        }
    }
    let mut doubt = None;
    for _ in 0..core.attempts {
        let batch = Batch {
            stream,
            expected: 0,
            commands: Few::One(Submission {
                id: line_id(stream, 0),
                chosen: None,
                events: Few::One(D::journaled(line.clone())),
                correlation: id.uuid(),
                causation: None,
                metadata: None,
            }),
        };
        let reads = others.iter().map(|other| (*other, 0)).collect();
        match core.log.append_lines(vec![batch], reads).await {
            Ok(appended) => {
                let origin = Position::origin(core.log.identity());
                let position = last(&appended).unwrap_or(origin);
                return Ok(Started { id, position });
            }
            Err(AppendError::Conflict { stream: taken, .. }) if taken != stream => {
                return Err(failures::reused(stream, taken));
            }
            Err(AppendError::Conflict { .. }) => return same(core, stream, id, &program).await,
            Err(AppendError::Failed(failure)) if *failure.kind() == FailureKind::OutcomeUnknown => {
                doubt = Some(failure);
            }
            Err(AppendError::Failed(failure)) => return Err(doubt.unwrap_or(failure)),
            Err(AppendError::Duplicate { outcome, .. }) => {
                let found = format_args!(
                    "it calls command `{}` a duplicate, whose id nobody chose",
                    outcome.command
                );
                return Err(crate::failures::corrupt(stream, found));
            }
        }
    }
    Err(doubt.unwrap_or_else(|| crate::failures::contention(stream, core.attempts)))
}

/// Whether the process that is there is the one that is to be started.
async fn same<D, L, P>(
    core: &Core<D, L>,
    stream: StreamId,
    id: ProcessId,
    program: &P,
) -> Result<Started, Failure>
where
    D: Domain,
    L: ProcessLog<Event = D::Event>,
    P: ProgramValue,
{
    let journal = Journal::<D>::load(core, stream).await?;
    let value = journal.value.as_deref().map(serde_json::from_str::<P>);
    match value {
        Some(Ok(value)) if value == *program => {
            let page = core.page(stream, 0, 1).await?;
            let first = page.entries.first().map(|entry| entry.position);
            let position =
                first.ok_or_else(|| crate::failures::missing(stream, 1, page.version))?;
            Ok(Started { id, position })
        }
        _ => Err(failures::reused(stream, stream)),
    }
}
