use crate::core::Core;
use crate::process::durable::{Durable, Mode, Why};
use crate::process::journal::Journal;
use crate::process::line::{Finished, program_of};
use crate::process::log::ProcessLog;
use crate::process::progress::Progress;
use crate::process::{Resumed, failures};
use lawful::log::StreamId;
use lawful::program::{Program, ProgramValue, Resume, Stop, drive};
use lawful::{Domain, Failure, FailureKind};
use serde::Serialize;
use std::sync::Arc;

/// Runs a process as far as it goes.
pub(crate) async fn resume<D, L>(core: Arc<Core<D, L>>, stream: StreamId, mode: Mode) -> Resumed
where
    D: Domain,
    L: ProcessLog<Event = D::Event>,
{
    let progress = match progress(core, stream, mode).await {
        Ok(progress) => progress,
        Err(failure) => Progress::Failed(failure.within(format_args!("process `{stream}`"))),
    };
    Resumed {
        program: program_of(stream),
        id: stream.id.into(),
        progress,
    }
}

async fn progress<D, L>(
    core: Arc<Core<D, L>>,
    stream: StreamId,
    mode: Mode,
) -> Result<Progress, Failure>
where
    D: Domain,
    L: ProcessLog<Event = D::Event>,
{
    let mut journal = Journal::load(&core, stream).await?;
    if matches!(mode, Mode::Next(lines) if journal.version > lines) {
        return Ok(Progress::Elsewhere);
    }
    match journal.end.take() {
        Some(Finished::Output(_)) => return Ok(Progress::Finished),
        Some(Finished::Uncompensated(why)) => return Ok(Progress::Uncompensated(why)),
        None => {}
    }
    let Some(value) = journal.value.take() else {
        return Err(failures::not_started(stream));
    };
    let durable = Durable::new(core, journal, mode);
    match D::resume(program_of(stream), &value, Follow { durable, mode }).await? {
        Progress::Failed(failure) => Err(failure),
        progress => Ok(progress),
    }
}

/// Performs the program, whichever it is.
struct Follow<D: Domain, L> {
    durable: Durable<D, L>,
    mode: Mode,
}

impl<D: Domain, L: ProcessLog<Event = D::Event>> Resume<D> for Follow<D, L> {
    type Out = Progress;

    async fn resume<P>(mut self, program: P) -> Progress
    where
        P: ProgramValue<Domain = D> + Program<D>,
        <P as Program<D>>::Ok: lawful::program::Journaled,
        <P as Program<D>>::Err: lawful::program::Journaled,
    {
        #[cfg(not(feature = "tracing"))]
        let mut handler = &mut self.durable;
        #[cfg(feature = "tracing")]
        let mut handler = lawful::program::layer::Trace::new(&mut self.durable).of(P::NAME);
        let driven = drive::<D, P, _>(program, &mut handler).await;
        let ended = match driven {
            Ok(output) => self.end(&output).await,
            Err(Stop::Failed(failure)) if self.durable.why.is_none() => self.surface(failure).await,
            Err(stop) => Err(stop),
        };
        match (ended, self.durable.why) {
            (Ok(progress), _) => progress,
            (Err(_), Some(Why::Lost)) => Progress::Elsewhere,
            (Err(_), Some(Why::Followed)) => Progress::Finished,
            (Err(stop), None) => Progress::of(stop),
        }
    }
}

impl<D: Domain, L: ProcessLog<Event = D::Event>> Follow<D, L> {
    async fn end(&mut self, output: &impl Serialize) -> Result<Progress, Stop> {
        self.durable.finish()?;
        if self.mode != Mode::Rehearsal {
            let line = self.durable.writer.finished(output)?;
            self.durable.write_line(line).await?;
        }
        Ok(Progress::Finished)
    }

    /// A refused compensation is the end, and is kept; every other failure leaves the process as it is.
    async fn surface(&mut self, failure: Failure) -> Result<Progress, Stop> {
        if *failure.kind() != FailureKind::Uncompensated || self.mode == Mode::Rehearsal {
            return Err(Stop::Failed(failure));
        }
        self.durable.finish()?;
        let why = failure.to_string();
        let line = self.durable.writer.uncompensated(why.clone())?;
        self.durable.write_line(line).await?;
        Ok(Progress::Uncompensated(why))
    }
}
