use crate::core::Core;
use crate::process::failures;
use crate::process::journal::{Journal, Unreadable};
use crate::process::line::Writer;
use crate::process::log::ProcessLog;
use crate::process::restore::Restore;
use lawful::log::{AppendError, Appended, Batch, CommandId, StreamId, Submission};
use lawful::program::layer::{Line, Replay, Replayed};
use lawful::program::{
    Answer, Asked, Cursors, Divergence, Handler, IdempotencyKey, Kept, Parked, ProcessEvent,
    Request, RunIds, Step, Stop,
};
use lawful::{Domain, Failure, Few, Position, Uuid};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Answers the requests of a process: from its journal as far as that goes, and then from the log and the services, writing the journal
/// on.
///
/// Whoever writes the next line of the journal first wins the step; everybody else notices by that and drops out.
pub(crate) struct Durable<D: Domain, L> {
    pub(crate) core: Arc<Core<D, L>>,
    pub(crate) writer: Writer,
    pub(crate) replay: Replay<D>,
    version: u64,
    places: HashMap<Step, Position>,
    unreadable: Option<Unreadable>,
    pub(crate) parked: Vec<Step>,
    /// The services that were asked and have not answered.
    calls: Vec<Step>,
    pub(crate) cursors: Cursors,
    pub(crate) own: HashSet<Uuid>,
    /// Answers that nothing outside has seen yet: they are written with the next line. If they are lost, nothing rests on them.
    unwritten: Vec<ProcessEvent>,
    mode: Mode,
    /// Why the program was stopped, where the stop itself does not tell.
    pub(crate) why: Option<Why>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Goes on where the journal ends.
    Live,
    /// The same if the journal has so many lines, and no more.
    Next(u64),
    /// Only looks whether the program can follow the journal.
    Rehearsal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Another node was faster.
    Lost,
    /// The journal was followed to its end.
    Followed,
}

/// A stream that a line rested on was changed by somebody else.
pub(crate) struct Moved;

impl<D: Domain, L: ProcessLog<Event = D::Event>> Durable<D, L> {
    pub(crate) fn new(core: Arc<Core<D, L>>, journal: Journal<D>, mode: Mode) -> Self {
        let called = |(step, request): &(Step, Request<D>)| match request {
            Request::Service(_) => Some(step.clone()),
            _ => None,
        };
        Durable {
            core,
            writer: Writer {
                stream: journal.stream,
            },
            version: journal.version,
            places: journal.places,
            unreadable: journal.unreadable,
            parked: journal.parked,
            calls: journal.open.iter().filter_map(called).collect(),
            replay: Replay::new(journal.lines).with_open(journal.open),
            cursors: journal.cursors,
            own: journal.own,
            unwritten: Vec::new(),
            mode,
            why: None,
        }
    }

    pub(crate) fn has_unwritten(&self) -> bool {
        !self.unwritten.is_empty()
    }

    pub(crate) fn process(&self) -> Uuid {
        self.writer.stream.id
    }

    /// What the journal says about a request; `None` where it ends.
    async fn recorded(&mut self, asked: Asked<'_, D>) -> Result<Option<Answer<D>>, Stop> {
        match self.replay.next(asked)? {
            Replayed::Answered(kept) => {
                let restore = Restore {
                    core: &self.core,
                    at: self.places.get(asked.step).copied(),
                };
                Ok(Some(restore.answer(&kept).await?))
            }
            Replayed::Live => {
                if let Some(unreadable) = &self.unreadable {
                    return Err(Stop::Diverged(Box::new(Divergence {
                        step: unreadable.step.clone(),
                        recorded: Some(unreadable.recorded.clone()),
                        asked: Some(asked.request.to_string()),
                    })));
                }
                if self.mode == Mode::Rehearsal {
                    self.why = Some(Why::Followed);
                    return Err(Stop::Failed(failures::followed()));
                }
                Ok(None)
            }
        }
    }

    /// To be asked when the program has ended.
    pub(crate) fn finish(&self) -> Result<(), Stop> {
        self.replay.finish()?;
        match &self.unreadable {
            None => Ok(()),
            Some(unreadable) => Err(Stop::Diverged(Box::new(Divergence {
                step: unreadable.step.clone(),
                recorded: Some(unreadable.recorded.clone()),
                asked: None,
            }))),
        }
    }

    /// Writes a line behind the last one, together with the events of a command, and only while the streams that it rests on are at
    /// the versions seen.
    pub(crate) async fn write(
        &mut self,
        line: ProcessEvent,
        also: Option<Batch<D::Event>>,
        reads: Vec<(StreamId, u64)>,
    ) -> Result<Result<Vec<Appended>, Moved>, Stop> {
        let stream = self.writer.stream;
        let lines = self.unwritten.iter().cloned().chain([line]);
        let lines: Vec<D::Event> = lines.map(D::journaled).collect();
        let count = lines.len() as u64;
        let journal = Batch {
            stream,
            expected: self.version,
            commands: Few::One(Submission {
                id: line_id(stream, self.version),
                chosen: None,
                events: lines.into(),
                correlation: stream.id,
                causation: None,
                metadata: None,
            }),
        };
        let batches = also.into_iter().chain([journal]).collect();
        match self.core.log.append_lines(batches, reads).await {
            Ok(appended) => {
                self.version += count;
                self.unwritten.clear();
                self.parked.clear();
                Ok(Ok(appended))
            }
            Err(AppendError::Conflict { stream: moved, .. }) if moved == stream => {
                self.why = Some(Why::Lost);
                Err(Stop::Failed(failures::elsewhere(stream)))
            }
            Err(AppendError::Conflict { .. }) => Ok(Err(Moved)),
            Err(AppendError::Duplicate { outcome, .. }) => {
                let found = format_args!(
                    "it calls command `{}` a duplicate, whose id nobody chose",
                    outcome.command
                );
                Err(crate::failures::corrupt(stream, found).into())
            }
            Err(AppendError::Failed(failure)) => Err(failure.into()),
        }
    }

    /// Writes a line that rests on nothing but the journal.
    pub(crate) async fn write_line(&mut self, line: ProcessEvent) -> Result<Position, Stop> {
        let head = Position::origin(self.core.log.identity());
        match self.write(line, None, Vec::new()).await? {
            Ok(appended) => Ok(last(&appended).unwrap_or(head)),
            Err(Moved) => Err(failures::elsewhere(self.writer.stream).into()),
        }
    }

    /// Answers what has no effect; the line waits for the next one that has.
    fn tell(&mut self, asked: Asked<'_, D>, answer: Answer<D>) -> Result<Answer<D>, Stop> {
        let kept = answer.keep();
        let line = self
            .writer
            .answered(asked.step, asked.request, &kept, None)?;
        self.unwritten.push(line);
        if asked.step.is_marker() {
            self.replay.keep_marker(Line {
                step: asked.step.clone(),
                request: asked.request.clone(),
                answer: kept,
            });
        }
        Ok(answer)
    }

    /// Writes an answer down for good.
    pub(crate) async fn told(
        &mut self,
        asked: Asked<'_, D>,
        answer: Answer<D>,
    ) -> Result<Answer<D>, Stop> {
        let kept: Kept<D> = answer.keep();
        let line = self
            .writer
            .answered(asked.step, asked.request, &kept, None)?;
        self.write_line(line).await?;
        Ok(answer)
    }

    async fn call(&mut self, asked: Asked<'_, D>, call: &D::Call) -> Result<Answer<D>, Stop> {
        if !self.calls.contains(asked.step) {
            let line = self.writer.asked(asked.step, asked.request)?;
            self.write_line(line).await?;
        }
        let key = IdempotencyKey {
            run: self.process(),
            step: asked.step.clone(),
        };
        let answer = self.core.services.answer(call, &key).await?;
        self.told(asked, answer).await
    }
}

impl<D: Domain, L: ProcessLog<Event = D::Event>> Handler<D> for Durable<D, L> {
    fn ids(&self) -> Option<RunIds> {
        Some(RunIds {
            run: self.process(),
            correlation: self.process(),
            causation: None,
        })
    }

    async fn handle(&mut self, asked: Asked<'_, D>) -> Result<Answer<D>, Stop> {
        if let Some(answer) = self.recorded(asked).await? {
            return Ok(answer);
        }
        match asked.request {
            Request::Aggregate(ask) => {
                let carry = crate::process::command::Carry {
                    durable: self,
                    asked,
                };
                D::visit_async(ask, carry).await
            }
            Request::Service(call) => self.call(asked, call).await,
            Request::Now => {
                let now = self.core.now();
                self.tell(asked, Answer::Now(now))
            }
            Request::Fresh => {
                let fresh = self.core.command_ids.fresh();
                self.tell(asked, Answer::Fresh(fresh))
            }
            Request::Version(_) => self.tell(asked, Answer::Version(1)),
            Request::SleepUntil(time) if *time <= self.core.now() => {
                self.tell(asked, Answer::Slept)
            }
            Request::SleepUntil(time) => Err(self.park(asked, *time, &[]).await?),
            Request::Wait(wait) => self.wait(asked, wait).await,
        }
    }

    /// One after the other, because each line of the journal rests on the one before. A branch of a `both` that waits does not keep the
    /// other one from going on.
    async fn handle_all(&mut self, batch: &[(Step, Request<D>)]) -> Result<Vec<Answer<D>>, Stop> {
        let mut answers = Vec::with_capacity(batch.len());
        let waits =
            |request: &Request<D>| matches!(request, Request::SleepUntil(_) | Request::Wait(_));
        let (last, mut open): (Vec<_>, Vec<_>) =
            (0..batch.len()).partition(|index| waits(&batch[*index].1));
        open.extend(last);
        loop {
            let answered = answers.len();
            let mut parked: Option<Box<Parked>> = None;
            let mut waiting = Vec::new();
            for index in open {
                let (step, request) = &batch[index];
                match self.handle(Asked { step, request }).await {
                    Ok(answer) => answers.push((index, answer)),
                    Err(Stop::Parked(other)) => {
                        waiting.push(index);
                        match &mut parked {
                            None => parked = Some(other),
                            Some(parked) => {
                                parked.until = parked.until.min(other.until);
                                parked.streams.extend(other.streams);
                            }
                        }
                    }
                    Err(other) => return Err(other),
                }
            }
            match parked {
                // Who was answered meanwhile has written a line behind the one that says that the other branch waits.
                Some(_) if answers.len() > answered => open = waiting,
                Some(parked) => return Err(Stop::Parked(parked)),
                None => break,
            }
        }
        answers.sort_by_key(|(index, _)| *index);
        Ok(answers.into_iter().map(|(_, answer)| answer).collect())
    }
}

impl<D: Domain, L: ProcessLog<Event = D::Event>> Durable<D, L> {
    /// Reads a state, which has no effect.
    pub(crate) fn tell_state(
        &mut self,
        asked: Asked<'_, D>,
        answer: Answer<D>,
    ) -> Result<Answer<D>, Stop> {
        self.tell(asked, answer)
    }

    /// A failure where the log was read.
    pub(crate) fn contended(&self, stream: StreamId) -> Failure {
        crate::failures::contention(stream, self.core.attempts)
    }
}

/// The position of the last line that was appended.
pub(crate) fn last(appended: &[Appended]) -> Option<Position> {
    appended.last()?.positions.iter().copied().last()
}

/// The id under which the lines after this version are submitted. Only one submission for a version is ever appended.
pub(crate) fn line_id(process: StreamId, version: u64) -> CommandId {
    Uuid::new_v5(&process.id, &version.to_be_bytes()).into()
}
