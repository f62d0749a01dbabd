use crate::failure::{Fault, is_busy};
use crate::news::News;
use crate::open::LOCK_SLICE;
use crate::rows::BatchRows;
use crate::statements::Statements;
use crate::transaction::{Streams, Transaction};
use lawful::log::{AppendError, Appended, LogId, Snapshot, StreamId};
use lawful::{FailureKind, Few, Timestamp};
use rusqlite::{Connection, OptionalExtension};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{mpsc, oneshot};

/// What somebody wants written.
#[derive(Debug)]
pub(crate) enum Work {
    Append(BatchRows),
    AppendAll(Vec<BatchRows>, Vec<(StreamId, u64)>),
    KeepSnapshot(StreamId, Snapshot),
}

/// What becomes of it: the batches appended, or why none was.
pub(crate) type Answer = Result<Few<Appended>, AppendError>;

/// Work and the one who waits for it.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) work: Work,
    pub(crate) answer: oneshot::Sender<Answer>,
}

/// The one thread that writes. It ends when the last sender is gone.
pub(crate) struct Writer {
    pub(crate) path: Arc<PathBuf>,
    pub(crate) log: LogId,
    pub(crate) lock_timeout: Duration,
    /// How many jobs are committed together at most.
    pub(crate) most: usize,
    pub(crate) clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    pub(crate) news: Arc<News>,
    /// The last handle is gone: nobody is left who would wait for a lock.
    pub(crate) closing: Arc<AtomicBool>,
}

/// A group that was not committed.
struct Broken {
    fault: Fault,
    /// Nothing was written, and it may be one member alone that does not fit.
    worth_splitting: bool,
}

impl Writer {
    /// Commits what comes, together with everything that waits by then. Closes the connection at the end, which empties the write-ahead
    /// log into the file if no other process has it open.
    pub(crate) fn run(self, connection: Connection, mut jobs: mpsc::Receiver<Job>) {
        self.serve(&connection, &mut jobs);
        // What still waits, waits in vain: dropping its answer's sender tells it so.
        drop(jobs);
        drop(connection);
    }

    fn serve(&self, connection: &Connection, jobs: &mut mpsc::Receiver<Job>) {
        let mut statements = None;
        let mut group = Vec::new();
        let mut answers = Vec::new();
        let mut recorded_at = Timestamp::MIN;
        let mut streams = Streams::default();
        while let Some(job) = next(jobs) {
            group.push(job);
            // Prepared at the first use, so that an error is an answer.
            let statements = match &mut statements {
                Some(statements) => statements,
                none => match Statements::prepare(connection) {
                    Ok(prepared) => none.insert(prepared),
                    Err(error) => {
                        let fault = Fault::of(&self.path, "write to", error);
                        group.drain(..).for_each(|job| refuse(job, fault.clone()));
                        continue;
                    }
                },
            };
            let mut turn = Turn {
                writer: self,
                connection,
                statements,
                streams: &mut streams,
                recorded_at: &mut recorded_at,
            };
            match turn.commit(&mut group, &mut answers, Some(jobs)) {
                Ok(()) => {
                    for (job, answer) in group.drain(..).zip(answers.drain(..)) {
                        // Whoever does not wait any more has lost nothing but the answer.
                        let _ = job.answer.send(answer);
                    }
                }
                Err(broken) if broken.worth_splitting && group.len() > 1 => {
                    for job in group.drain(..) {
                        turn.alone(job, &mut answers);
                    }
                }
                Err(broken) => group
                    .drain(..)
                    .for_each(|job| refuse(job, broken.fault.clone())),
            }
        }
    }
}

/// How long the writer looks out before it goes to sleep: about what waking it up would cost.
const LOOK_OUT: Duration = Duration::from_micros(20);

/// The next job. Whoever was just answered often has another one. To yield instead of spinning would hand a busy machine a whole time slice.
fn next(jobs: &mut mpsc::Receiver<Job>) -> Option<Job> {
    let since = Instant::now();
    loop {
        match jobs.try_recv() {
            Ok(job) => return Some(job),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) if since.elapsed() < LOOK_OUT => std::hint::spin_loop(),
            Err(TryRecvError::Empty) => return jobs.blocking_recv(),
        }
    }
}

/// One transaction of the writer's.
struct Turn<'t, 'c> {
    writer: &'t Writer,
    connection: &'c Connection,
    statements: &'t mut Statements<'c>,
    streams: &'t mut Streams,
    /// The latest time given to anybody.
    recorded_at: &'t mut Timestamp,
}

impl Turn<'_, '_> {
    /// Runs the group, and what else comes meanwhile, in one transaction. No answer is given before the commit: each may rest on what
    /// another member of the group wrote.
    fn commit(
        &mut self,
        group: &mut Vec<Job>,
        answers: &mut Vec<Answer>,
        jobs: Option<&mut mpsc::Receiver<Job>>,
    ) -> Result<(), Broken> {
        answers.clear();
        let result = self.attempt(group, answers, jobs);
        if result.is_err() {
            self.streams.forget();
            if !self.connection.is_autocommit() {
                // If even this fails, the next BEGIN does, and says why.
                let _ = self.connection.execute_batch("ROLLBACK");
            }
        }
        result
    }

    fn attempt(
        &mut self,
        group: &mut Vec<Job>,
        answers: &mut Vec<Answer>,
        mut jobs: Option<&mut mpsc::Receiver<Job>>,
    ) -> Result<(), Broken> {
        self.begin()
            .map_err(|error| self.broken("write to", error, false))?;
        let last = self
            .statements
            .last
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .map_err(|error| self.broken("read", error, false))?;
        let (head, last) = last.map_or((0, Timestamp::MIN), |(head, micros)| {
            (head, Timestamp::from_micros(micros))
        });
        // Neither a clock that goes back nor another process with a faster one makes time run backwards.
        *self.recorded_at = (self.writer.clock)().max(last).max(*self.recorded_at);
        self.streams.renew(head);
        let mut transaction = Transaction {
            statements: self.statements,
            streams: self.streams,
            log: self.writer.log,
            head,
            recorded_at: *self.recorded_at,
        };
        let mut done = 0;
        while let Some(job) = group.get(done) {
            match transaction.run(&job.work) {
                Ok(answer) => answers.push(answer),
                Err(error) => return Err(self.broken("append to", error, true)),
            }
            done += 1;
            if done == group.len() && done < self.writer.most {
                group.extend(jobs.as_mut().and_then(|jobs| jobs.try_recv().ok()));
            }
        }
        let head = transaction.head;
        if let Err(error) = self.statements.commit.execute([]) {
            let fault = Fault::of_commit(&self.writer.path, error);
            let worth_splitting = fault.kind == FailureKind::Full;
            return Err(Broken {
                fault,
                worth_splitting,
            });
        }
        self.streams.keep(head);
        self.writer.news.reached(head);
        Ok(())
    }

    /// Takes the lock. SQLite waits a little by itself; in between we look whether anybody is still interested.
    fn begin(&mut self) -> rusqlite::Result<()> {
        let until = Instant::now() + self.writer.lock_timeout;
        loop {
            match self.statements.begin.execute([]) {
                Ok(_) => return Ok(()),
                Err(error)
                    if is_busy(&error)
                        && Instant::now() + LOCK_SLICE < until
                        && !self.writer.closing.load(Ordering::Relaxed) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Gives one member of a broken group a transaction of its own.
    fn alone(&mut self, job: Job, answers: &mut Vec<Answer>) {
        let mut group = vec![job];
        let result = self.commit(&mut group, answers, None);
        for job in group {
            match &result {
                Ok(()) => {
                    if let Some(answer) = answers.pop() {
                        let _ = job.answer.send(answer);
                    }
                }
                Err(broken) => refuse(job, broken.fault.clone()),
            }
        }
    }

    fn broken(&self, doing: &str, error: rusqlite::Error, worth_splitting: bool) -> Broken {
        Broken {
            fault: Fault::of(&self.writer.path, doing, error),
            worth_splitting,
        }
    }
}

fn refuse(job: Job, fault: Fault) {
    let _ = job.answer.send(Err(AppendError::Failed(fault.into())));
}
