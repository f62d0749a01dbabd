use crate::core::Core;
use crate::program::commit::Conflict;
use crate::program::overlay::{Late, Overlay};
use crate::program::timer;
use crate::{Engine, failures};
use lawful::log::AtomicLog;
use lawful::program::{Done, Performed, Program, drive_whole};
use lawful::{Domain, Error, Transactional, Uuid};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{RwLockReadGuard, RwLockWriteGuard};

impl<D: Domain, L: AtomicLog<Event = D::Event>> Transactional<D> for Engine<D, L> {
    fn transact<P: Program<D::Atomic> + Clone>(
        &self,
        program: P,
    ) -> impl Future<Output = Performed<P, D::Atomic>> + Send + use<D, L, P> {
        transacted(Arc::clone(&self.core), program)
    }
}

impl<D: Domain, L: lawful::log::EventLog<Event = D::Event>> Engine<D, L> {
    /// Performs a program all or nothing.
    ///
    /// It decides on states of its own, all of one moment of the log, and sees what it did itself. At its end everything is appended
    /// in one transaction, while every stream that it read or wrote is still at the version seen; otherwise it runs again from the
    /// top. An `Err` appends nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Rejected`] with the `Err` of the program, once the log has confirmed what it read; [`Error::Failed`] where the world
    /// breaks, and with [`Contention`](lawful::FailureKind::Contention) where others were always faster.
    pub fn transact<P>(
        &self,
        program: P,
    ) -> impl Future<Output = Performed<P, D::Atomic>> + Send + use<D, L, P>
    where
        L: AtomicLog,
        P: Program<D::Atomic> + Clone,
    {
        transacted(Arc::clone(&self.core), program)
    }
}

/// First attempts go side by side. Whoever met a conflict goes on alone, and those who come then wait: so within a process nobody is
/// overtaken for ever.
enum Turn<'c> {
    Beside(#[expect(dead_code, reason = "it is held")] RwLockReadGuard<'c, ()>),
    Alone(#[expect(dead_code, reason = "it is held")] RwLockWriteGuard<'c, ()>),
}

async fn transacted<D, L, P>(core: Arc<Core<D, L>>, program: P) -> Performed<P, D::Atomic>
where
    D: Domain,
    L: AtomicLog<Event = D::Event>,
    P: Program<D::Atomic> + Clone,
{
    let run = core.command_ids.next().uuid();
    let within = |failure: lawful::Failure| failure.within(format_args!("transaction `{run}`"));
    let mut turn = Turn::Beside(core.turns.read().await);
    let mut attempts = 0;
    loop {
        let mut overlay = Overlay::new(Arc::clone(&core), run, Late::Again);
        let ended = drive_whole::<D::Atomic, P, _>(program.clone(), &mut overlay).await;
        attempts += 1;
        let Conflict(stream) = match (ended, overlay.torn) {
            (Err(_), Some(stream)) => Conflict(stream),
            (Err(stop), None) => return Err(within(stop.into_failure()).into()),
            (Ok(Err(refusal)), _) => match overlay.confirm().await.map_err(within)? {
                Ok(()) => return Err(Error::Rejected(refusal)),
                Err(conflict) => conflict,
            },
            (Ok(Ok(output)), _) => match overlay.append().await.map_err(within)? {
                Ok(position) => return Ok(Done { output, position }),
                Err(conflict) => conflict,
            },
        };
        if attempts >= core.attempts {
            return Err(within(failures::contention(stream, attempts)).into());
        }
        if let Turn::Alone(_) = turn {
            timer::sleep(pause(run, attempts)).await.map_err(within)?;
        } else {
            drop(turn);
            turn = Turn::Alone(core.turns.write().await);
        }
    }
}

/// Whoever is alone in this process and still meets conflicts has to do with another one: it lets that one go first for a while, a
/// different one each time.
fn pause(run: Uuid, attempts: u32) -> Duration {
    let most = 200_u64 << attempts.min(7);
    let (high, low) = run.as_u64_pair();
    let jitter = (high ^ low).wrapping_mul(u64::from(attempts) | 1) >> 32;
    Duration::from_micros(jitter % most)
}
