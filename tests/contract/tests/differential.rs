//! The same script of appends and questions, run on the log in memory and on another one, gets the same answers.
//!
//! Positions are opaque: they are compared by how many events lie at or before them. Where several conditions may fail at once, which
//! of them is told is not promised, and not compared.
mod files;

use files::Files;
use lawful::Uuid;
use lawful::log::{
    AppendError, Appended, AtomicLog, Batch, CommandId, Metadata, Outcome, Position, Snapshot,
    StreamId, Submission,
};
use lawful_contract::{BrokenLog, Defect, Sample};
use lawful_memory::MemoryLog;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use std::sync::Arc;

/// One act on a log of three streams. Small numbers meet: ids come again, versions are stale.
#[derive(Debug, Clone)]
enum Step {
    Append(Wanted),
    AppendAll(Vec<Wanted>, Vec<(usize, i64)>),
    Outcome(usize, u128),
    ReadStream(usize, u64, usize),
    ReadAll(usize, usize),
    KeepSnapshot(usize, u64, bool),
    Snapshot(usize, u64, bool),
}

/// A batch, with the version that it expects given by how far it is off.
#[derive(Debug, Clone)]
struct Wanted {
    stream: usize,
    off: i64,
    commands: Vec<Command>,
}

#[derive(Debug, Clone)]
struct Command {
    id: u128,
    chosen: bool,
    events: Vec<u64>,
    talkative: bool,
}

fn off() -> impl Strategy<Value = i64> {
    prop_oneof![6 => Just(0_i64), 1 => Just(-1), 1 => Just(1)]
}

fn wanted() -> impl Strategy<Value = Wanted> {
    let command = (
        0_u128..8,
        any::<bool>(),
        prop::collection::vec(0_u64..9, 0..3),
        any::<bool>(),
    )
        .prop_map(|(id, chosen, events, talkative)| Command {
            id,
            chosen,
            events,
            talkative,
        });
    let commands = prop::collection::vec(command, 1..4);
    (0_usize..3, off(), commands).prop_map(|(stream, off, commands)| Wanted {
        stream,
        off,
        commands,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let reads = prop::collection::vec((0_usize..3, off()), 0..3);
    prop_oneof![
        6 => wanted().prop_map(Step::Append),
        3 => (prop::collection::vec(wanted(), 0..3), reads)
            .prop_map(|(batches, reads)| Step::AppendAll(batches, reads)),
        2 => (0_usize..3, 0_u128..8).prop_map(|(stream, id)| Step::Outcome(stream, id)),
        1 => (0_usize..3, 0_u64..9, 0_usize..4)
            .prop_map(|(stream, after, limit)| Step::ReadStream(stream, after, limit)),
        1 => (0_usize..9, 0_usize..4).prop_map(|(after, limit)| Step::ReadAll(after, limit)),
        1 => (0_usize..3, 0_u64..4, any::<bool>())
            .prop_map(|(stream, version, shape)| Step::KeepSnapshot(stream, version, shape)),
        1 => (0_usize..3, 0_u64..4, any::<bool>())
            .prop_map(|(stream, at_most, shape)| Step::Snapshot(stream, at_most, shape)),
    ]
}

fn stream(which: usize) -> StreamId {
    // Two of them are namesakes.
    let (aggregate, id) = [("note", 1), ("tally", 1), ("note", 2)][which];
    StreamId {
        aggregate,
        id: Uuid::from_u128(id),
    }
}

/// A log under a script.
struct Run<L> {
    log: L,
    /// How many commands went before whose id nobody chose: those must not come again.
    unchosen: u128,
}

impl<L: AtomicLog<Event = Sample>> Run<L> {
    fn new(log: L) -> Self {
        Run { log, unchosen: 0 }
    }

    async fn batch(&mut self, wanted: &Wanted, ahead: u64) -> Batch<Sample> {
        let of = stream(wanted.stream);
        let (version, _) = self.log.version(of).await.expect("the version is told");
        Batch {
            stream: of,
            expected: (version + ahead).saturating_add_signed(wanted.off),
            commands: wanted
                .commands
                .iter()
                .map(|command| self.submission(command))
                .collect(),
        }
    }

    fn submission(&mut self, command: &Command) -> Submission<Sample> {
        let id: CommandId = if command.chosen {
            command.id.into()
        } else {
            self.unchosen += 1;
            (self.unchosen << 64).into()
        };
        let metadata = Metadata::from([("id".to_owned(), command.id.to_string())]);
        Submission {
            id,
            chosen: command.chosen.then(|| Uuid::from_u128(command.id)),
            events: command
                .events
                .iter()
                .copied()
                .map(Sample::counted)
                .collect(),
            correlation: Uuid::from_u128(command.id),
            causation: command.talkative.then(|| Uuid::from_u128(9)),
            metadata: command.talkative.then(|| Arc::new(metadata)),
        }
    }

    /// What the log answers to one step, as text.
    async fn take(&mut self, step: &Step) -> String {
        match step {
            Step::Append(wanted) => {
                let batch = self.batch(wanted, 0).await;
                let twice = holds_twice(&batch);
                let answer = self.log.append(batch).await;
                if twice && answer.is_err() {
                    return "refused".to_owned();
                }
                self.appended(answer.map(|appended| vec![appended])).await
            }
            Step::AppendAll(wanted, reads) => {
                let mut batches: Vec<Batch<Sample>> = Vec::new();
                for wanted in wanted {
                    let ahead = batches
                        .iter()
                        .filter(|batch| batch.stream == stream(wanted.stream))
                        .flat_map(|batch| batch.commands.iter())
                        .map(|command| command.events.len() as u64)
                        .sum();
                    let batch = self.batch(wanted, ahead).await;
                    batches.push(batch);
                }
                let mut seen = Vec::new();
                for (which, off) in reads {
                    let of = stream(*which);
                    let (version, _) = self.log.version(of).await.expect("the version is told");
                    seen.push((of, version.saturating_add_signed(*off)));
                }
                let answer = self.log.append_all(batches, seen).await;
                if answer.is_err() {
                    return "refused".to_owned();
                }
                self.appended(answer).await
            }
            Step::Outcome(which, id) => {
                let answer = self.log.outcome(stream(*which), (*id).into()).await;
                match answer.expect("the outcome is told") {
                    Some(outcome) => self.outcome(&outcome).await,
                    None => "none".to_owned(),
                }
            }
            Step::ReadStream(which, after, limit) => {
                let page = self.log.read_stream(stream(*which), *after, *limit).await;
                let page = page.expect("the page is read");
                let versions: Vec<_> = page.entries.iter().map(|entry| entry.version).collect();
                let (version, head) = self
                    .log
                    .version(stream(*which))
                    .await
                    .expect("the version is told");
                format!(
                    "{versions:?} of {}, head {}; version {version}, head {}",
                    page.version,
                    self.rank(page.head).await,
                    self.rank(head).await
                )
            }
            Step::ReadAll(after, limit) => {
                let all = self.all().await;
                let after = match all.len().min(*after).checked_sub(1) {
                    Some(last) => all[last],
                    None => Position::origin(self.log.identity()),
                };
                let page = self.log.read_all(after, *limit).await;
                let page = page.expect("the page is read");
                let next = self.rank(page.next).await;
                format!("{} events, next {next}", page.entries.len())
            }
            Step::KeepSnapshot(which, version, shape) => {
                let snapshot = Snapshot {
                    fingerprint: shape.to_string(),
                    version: *version,
                    data: format!("[{version}]"),
                };
                let kept = self.log.keep_snapshot(stream(*which), snapshot).await;
                format!("{kept:?}")
            }
            Step::Snapshot(which, at_most, shape) => {
                let shape = shape.to_string();
                let found = self.log.snapshot(stream(*which), &shape, *at_most).await;
                format!("{found:?}")
            }
        }
    }

    async fn appended(&self, answer: Result<Vec<Appended>, AppendError>) -> String {
        match answer {
            Ok(answers) => {
                let mut ranks = Vec::new();
                for appended in answers {
                    for position in &appended.positions {
                        ranks.push(self.rank(*position).await);
                    }
                    ranks.push(usize::MAX);
                }
                format!("appended {ranks:?}")
            }
            Err(AppendError::Duplicate { stream, outcome }) => {
                format!("duplicate on {stream}: {}", self.outcome(&outcome).await)
            }
            Err(AppendError::Failed(failure)) => format!("failed: {:?}", failure.kind()),
            Err(conflict) => format!("{conflict:?}"),
        }
    }

    async fn outcome(&self, outcome: &Outcome) -> String {
        let rank = self.rank(outcome.position).await;
        format!(
            "{} {} {} {} at {rank}",
            outcome.command, outcome.payload, outcome.version, outcome.events
        )
    }

    async fn all(&self) -> Vec<Position> {
        let origin = Position::origin(self.log.identity());
        let page = self.log.read_all(origin, 10_000).await;
        let entries = page.expect("the log is read").entries;
        entries.iter().map(|entry| entry.position).collect()
    }

    async fn rank(&self, position: Position) -> usize {
        let all = self.all().await;
        all.iter().filter(|other| **other <= position).count()
    }

    /// Everything that is recorded, but ids and times of the log's own.
    async fn recorded(&self) -> Vec<String> {
        let origin = Position::origin(self.log.identity());
        let page = self.log.read_all(origin, 10_000).await;
        let entries = page.expect("the log is read").entries;
        entries
            .into_iter()
            .map(|entry| {
                format!(
                    "{} {} {:?} v{} {} {} {:?} {:?}",
                    entry.stream,
                    entry.version,
                    entry.event,
                    entry.schema_version,
                    entry.command_id,
                    entry.correlation_id,
                    entry.causation_id,
                    entry.metadata
                )
            })
            .collect()
    }
}

/// Whether a chosen id comes twice in one batch.
fn holds_twice(batch: &Batch<Sample>) -> bool {
    let chosen = || batch.commands.iter().filter(|one| one.chosen.is_some());
    chosen().any(|one| chosen().filter(|other| other.id == one.id).count() > 1)
}

/// Runs a script on both logs and compares each answer, and all that is recorded in the end.
async fn agree<L: AtomicLog<Event = Sample>>(script: &[Step], log: L) -> Result<(), TestCaseError> {
    let mut memory = Run::new(MemoryLog::<Sample>::default());
    let mut other = Run::new(log);
    for (number, step) in script.iter().enumerate() {
        let (left, right) = (memory.take(step).await, other.take(step).await);
        prop_assert_eq!(left, right, "step {}: {:?}", number, step);
    }
    prop_assert_eq!(memory.recorded().await, other.recorded().await);
    Ok(())
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    })
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime without drivers can be built")
}

#[test]
fn sqlite_answers_as_memory_does() {
    let (runtime, files) = (runtime(), Files::new());
    runner(96)
        .run(&prop::collection::vec(step(), 1..30), |script| {
            runtime.block_on(async {
                let log = files.open(&files.path()).await;
                agree(&script, log).await
            })
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn the_plain_log_answers_as_memory_does() {
    let runtime = runtime();
    runner(256)
        .run(&prop::collection::vec(step(), 1..30), |script| {
            runtime.block_on(agree(&script, BrokenLog::new(None)))
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

/// The comparison is worth something: it finds logs that answer otherwise.
#[test]
fn a_log_that_answers_otherwise_is_found() {
    let runtime = runtime();
    for defect in [
        Defect::AcceptsAhead,
        Defect::ConflictFirst,
        Defect::TrustsBatch,
        Defect::ForgetsSilent,
        Defect::GlobalScope,
        Defect::ForgetsCausation,
        Defect::BatchBackwards,
        Defect::HeadOfStream,
        Defect::InTurns,
        Defect::IgnoresReads,
        Defect::AnyFingerprint,
    ] {
        let found = runner(2000).run(&prop::collection::vec(step(), 1..30), |script| {
            runtime.block_on(agree(&script, BrokenLog::new(Some(defect))))
        });
        assert!(
            matches!(found, Err(TestError::Fail(..))),
            "{defect:?} was not found: {found:?}"
        );
    }
}
