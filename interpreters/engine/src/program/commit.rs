//! How a transaction ends: everything it decided is appended, or the log confirms what it read.

use crate::caught::caught_in;
use crate::failures;
use crate::kept::Kept;
use crate::program::overlay::Overlay;
use lawful::log::{AppendError, AtomicLog, Batch, EventLog, StreamId};
use lawful::program::{Ask, Asks, Visit, VisitAsync};
use lawful::{Aggregate, Domain, Failure, FailureKind, Has, Position};

/// A stream that somebody else changed.
#[derive(Debug)]
pub(crate) struct Conflict(pub(crate) StreamId);

impl<D: Domain, L: EventLog<Event = D::Event>> Overlay<D, L> {
    /// Whether every stream is still at the version that was read.
    pub(crate) async fn confirm(&self) -> Result<Result<(), Conflict>, Failure> {
        for (stream, read) in &self.reads {
            let (version, _) = self.core.version(*stream).await?;
            if version != *read {
                return Ok(Err(Conflict(*stream)));
            }
        }
        Ok(Ok(()))
    }

    /// Appends everything that was decided, if every stream is still at the version that was read. A transaction that decided nothing
    /// saw one moment of the log, and needs no more.
    pub(crate) async fn append(&mut self) -> Result<Result<Position, Conflict>, Failure>
    where
        L: AtomicLog,
    {
        let Some(last) = self.batches.last() else {
            let origin = Position::origin(self.core.log.identity());
            return Ok(Ok(self.moment.unwrap_or(origin)));
        };
        let last = last.clone();
        let written = |stream: &StreamId| self.batches.iter().any(|batch| batch.stream == *stream);
        let reads = self.reads.iter().filter(|(stream, _)| !written(stream));
        let reads = reads.copied().collect::<Vec<_>>();
        let mut doubt: Option<Failure> = None;
        for _ in 0..self.core.attempts {
            let append = self
                .core
                .log
                .append_all(self.batches.clone(), reads.clone());
            match caught_in(append).await {
                Ok(Ok(appended)) => {
                    let positions = appended.iter().flat_map(|one| one.positions.iter());
                    let position = positions.copied().last();
                    self.keep().await;
                    return Ok(Ok(position
                        .or(self.moment)
                        .unwrap_or_else(|| Position::origin(self.core.log.identity()))));
                }
                Ok(Err(AppendError::Conflict { stream, .. })) => {
                    let Some(doubt) = doubt else {
                        return Ok(Err(Conflict(stream)));
                    };
                    // An append that may have happened either has by now, or never can: one of its conditions is broken.
                    return match self.landed(&last).await {
                        Ok(Some(position)) => Ok(Ok(position)),
                        Ok(None) => Ok(Err(Conflict(stream))),
                        Err(_) => Err(doubt),
                    };
                }
                Ok(Err(AppendError::Failed(failure)))
                    if *failure.kind() == FailureKind::OutcomeUnknown =>
                {
                    self.forget();
                    doubt = Some(failure);
                }
                Ok(Err(AppendError::Failed(failure))) => {
                    self.forget();
                    return Err(doubt.unwrap_or(failure));
                }
                Ok(Err(AppendError::Duplicate { stream, outcome })) => {
                    self.forget();
                    let found = format_args!(
                        "it calls command `{}` a duplicate, whose id nobody chose",
                        outcome.command
                    );
                    return Err(failures::corrupt(stream, found));
                }
                Err(panicked) => {
                    self.forget();
                    return Err(failures::defect_in_log(last.stream, &panicked));
                }
            }
        }
        Err(doubt.unwrap_or_else(|| failures::contention(last.stream, self.core.attempts)))
    }

    /// Where the last command of an append is in the log, if the append happened.
    async fn landed(&self, last: &Batch<D::Event>) -> Result<Option<Position>, Failure> {
        let landed = self.core.landed(last.stream, last.expected).await?;
        let command = last.commands.iter().last().map(|command| command.id);
        let found = command.and_then(|command| landed.get(&command));
        Ok(found.map(|landed| landed.position))
    }

    /// Keeps the states that are durable now.
    async fn keep(&self) {
        for ask in &self.touched {
            D::visit_async(ask, Keep(self)).await;
        }
    }

    /// Throws away the kept states that an append may have left behind.
    fn forget(&self) {
        for ask in &self.touched {
            D::visit(ask, Forget(self));
        }
    }
}

struct Keep<'o, D: Domain, L>(&'o Overlay<D, L>);

impl<D: Domain, L: EventLog<Event = D::Event>> VisitAsync<D, Asks> for Keep<'_, D, L> {
    type Out = ();

    async fn visit<A: Aggregate>(self, ask: &Ask<A>)
    where
        D: Has<A>,
    {
        let Keep(overlay) = self;
        let id = ask.id();
        let Some((base, kept)) = overlay
            .roots::<A>()
            .get(&id.uuid())
            .map(|root| (root.base, Kept::clone(&root.kept)))
        else {
            return;
        };
        if base == kept.version {
            return;
        }
        let core = &overlay.core;
        core.cache::<A>().root(id.uuid(), core.bounds).keep(&kept);
        if core.snapshot_due::<A>(base, kept.version) {
            core.keep_snapshot(crate::core::stream_of(id), kept).await;
        }
    }
}

struct Forget<'o, D: Domain, L>(&'o Overlay<D, L>);

impl<D: Domain, L: EventLog<Event = D::Event>> Visit<D, Asks> for Forget<'_, D, L> {
    type Out = ();

    fn visit<A: Aggregate>(self, ask: &Ask<A>)
    where
        D: Has<A>,
    {
        let core = &self.0.core;
        core.cache::<A>()
            .root(ask.id().uuid(), core.bounds)
            .forget();
    }
}
