use crate::core::Core;
use crate::process::Resumed;
use crate::process::agenda::Agenda;
use crate::process::crowd::Crowd;
use crate::process::durable::Mode;
use crate::process::log::ProcessLog;
use crate::process::resume::resume;
use crate::program::timer;
use lawful::log::StreamId;
use lawful::{Domain, Failure, Position};
use std::fmt::{Debug, Formatter};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

/// How a worker works.
#[derive(Clone)]
pub struct WorkerOptions {
    /// How many processes run side by side at most. The default is 64.
    pub side_by_side: usize,
    /// How long a process that another node works on is left to that node after each sign of life; longer than the longest service
    /// call takes, or that call is made twice. The default is 30 seconds.
    pub patience: Duration,
    /// What becomes of a process that fails.
    pub retries: Retries,
    /// Is told whenever a process does not run any more.
    pub report: Arc<dyn Fn(&Resumed) + Send + Sync>,
}

/// How often a process that fails is resumed by a worker. After that it is left alone until somebody calls `resume_all`, or another
/// worker starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// How often. The default is 8.
    pub attempts: u32,
    /// The pause before the first time, doubled for each further one. The default is 100 milliseconds.
    pub pause: Duration,
    /// The longest pause. The default is one minute.
    pub longest: Duration,
}

impl Retries {
    /// Every process is resumed once.
    pub(crate) const NONE: Retries = Retries {
        attempts: 0,
        pause: Duration::ZERO,
        longest: Duration::ZERO,
    };

    /// The pause after so many failures; `None` when it was tried often enough.
    pub(crate) fn again(&self, failures: u32) -> Option<Duration> {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        let pause = self.pause.saturating_mul(doubled).min(self.longest);
        (failures <= self.attempts).then_some(pause)
    }
}

impl Default for Retries {
    fn default() -> Self {
        Retries {
            attempts: 8,
            pause: Duration::from_millis(100),
            longest: Duration::from_mins(1),
        }
    }
}

impl Default for WorkerOptions {
    fn default() -> Self {
        WorkerOptions {
            side_by_side: 64,
            patience: Duration::from_secs(30),
            retries: Retries::default(),
            report: Arc::new(|_| {}),
        }
    }
}

impl Debug for WorkerOptions {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WorkerOptions")
            .field("side_by_side", &self.side_by_side)
            .field("patience", &self.patience)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}

/// The longest time that a worker does not look at the clock, which may have been set.
const LOOK: Duration = Duration::from_mins(1);

/// The pause after the log could not be read.
const BREATH: Duration = Duration::from_secs(1);

/// Resumes processes as they are due, for ever.
pub(crate) async fn work<D, L>(core: Arc<Core<D, L>>, options: WorkerOptions)
where
    D: Domain,
    L: ProcessLog<Event = D::Event>,
{
    let origin = Position::origin(core.log.identity());
    let mut agenda = Agenda::new(origin, options.patience);
    let mut crowd = Crowd::new();
    loop {
        let read = agenda.catch_up(&core).await;
        let room = options.side_by_side.max(1).saturating_sub(crowd.len());
        for (process, lines) in agenda.take_due(core.now(), room) {
            crowd.push(run(Arc::clone(&core), process, lines));
        }
        let full = crowd.len() >= options.side_by_side.max(1);
        let pause = match agenda.next() {
            _ if read.is_err() => BREATH,
            Some(due) if !full => due.saturating_duration_since(core.now()).min(LOOK),
            _ => LOOK,
        };
        let mut pause = pin!(timer::sleep(pause));
        let mut news = pin!(core.log.news(agenda.read));
        let mut listening = read.is_ok();
        let ended = poll_fn(|context| {
            let ended = crowd.poll_ended(context);
            if !ended.is_empty() {
                return Poll::Ready(ended);
            }
            if listening && let Poll::Ready(news) = news.as_mut().poll(context) {
                // Where news cannot be had, the pause is what is left.
                listening = false;
                if news.is_ok() {
                    return Poll::Ready(ended);
                }
            }
            pause.as_mut().poll(context).map(|_| ended)
        })
        .await;
        if !ended.is_empty() {
            // The lines that they wrote come first, so that they do not look like signs of somebody else's life.
            let _read_again_above = agenda.catch_up(&core).await;
        }
        for (process, resumed) in ended {
            agenda.ended(process, &resumed.progress, core.now(), &options.retries);
            (options.report)(&resumed);
        }
    }
}

/// Resumes every process that is due, once, and whatever becomes due by that.
pub(crate) async fn resume_all<D, L>(core: Arc<Core<D, L>>) -> Result<Vec<Resumed>, Failure>
where
    D: Domain,
    L: ProcessLog<Event = D::Event>,
{
    let side_by_side = WorkerOptions::default().side_by_side;
    let origin = Position::origin(core.log.identity());
    let mut agenda = Agenda::new(origin, Duration::ZERO);
    let mut crowd = Crowd::new();
    let mut all = Vec::new();
    agenda.catch_up(&core).await?;
    loop {
        let room = side_by_side.saturating_sub(crowd.len());
        for (process, lines) in agenda.take_due(core.now(), room) {
            crowd.push(run(Arc::clone(&core), process, lines));
        }
        let ended = crowd.ended().await;
        if ended.is_empty() {
            return Ok(all);
        }
        agenda.catch_up(&core).await?;
        for (process, resumed) in ended {
            agenda.ended(process, &resumed.progress, core.now(), &Retries::NONE);
            all.push(resumed);
        }
    }
}

/// Looks whether this build can follow every journal that is under way; nothing is written, and no service is called.
pub(crate) async fn replay_all<D, L>(core: Arc<Core<D, L>>) -> Result<Vec<Resumed>, Failure>
where
    D: Domain,
    L: ProcessLog<Event = D::Event>,
{
    let origin = Position::origin(core.log.identity());
    let mut agenda = Agenda::<D>::new(origin, Duration::ZERO);
    agenda.look(&core).await?;
    let mut all = Vec::new();
    for process in agenda.processes() {
        all.push(resume(Arc::clone(&core), process, Mode::Rehearsal).await);
    }
    Ok(all)
}

/// Resumes a process whose journal has so many lines. If it has more, somebody else has come first, and is left to it.
async fn run<D, L>(core: Arc<Core<D, L>>, process: StreamId, lines: u64) -> (StreamId, Resumed)
where
    D: Domain,
    L: ProcessLog<Event = D::Event>,
{
    (process, resume(core, process, Mode::Next(lines)).await)
}
