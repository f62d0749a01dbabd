//! The same calls on this log and on the one in memory have the same answers, whichever process asks, and however often.

use crate::given::{chosen, command, note};
use crate::server::{Log, Place};
use lawful::log::{AppendError, Batch, CommandId, Entry, EventLog, Outcome, Snapshot, StreamId};
use lawful::{Position, Timestamp};
use lawful_contract::Sample;
use lawful_memory::MemoryLog;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

#[derive(Debug, Clone)]
enum Step {
    /// Which stream, how far the expected version is off, and the commands with the numbers of their events.
    Append(usize, i64, Vec<(Option<u128>, Vec<u64>)>),
    /// The last append comes again, as it was.
    Redeliver,
    /// The process ends, and another one goes on.
    Crash,
    /// The same as an append, but the process ends when the append was polled so many times; another one asks for it again.
    CutShort(usize, usize, i64, Vec<(Option<u128>, Vec<u64>)>),
    Outcome(usize, u128),
    ReadStream(usize, u64, usize),
    ReadAll(usize, usize),
    Keep(usize, u64),
}

fn step() -> impl Strategy<Value = Step> {
    let off = prop_oneof![6 => Just(0_i64), 1 => Just(-1), 1 => Just(1)];
    let commands = || vec((prop::option::of(0_u128..6), vec(0_u64..9, 0..4)), 0..4);
    let off_too = off.clone();
    prop_oneof![
        8 => (0_usize..3, off, commands()).prop_map(|(of, off, commands)| Step::Append(of, off, commands)),
        3 => (0_usize..4, 0_usize..3, off_too, commands())
            .prop_map(|(polls, of, off, commands)| Step::CutShort(polls, of, off, commands)),
        2 => Just(Step::Redeliver),
        1 => Just(Step::Crash),
        2 => (0_usize..3, 0_u128..6).prop_map(|(of, id)| Step::Outcome(of, id)),
        2 => (0_usize..3, 0_u64..9, 0_usize..6).prop_map(|(of, after, limit)| Step::ReadStream(of, after, limit)),
        1 => (0_usize..9, 0_usize..6).prop_map(|(after, limit)| Step::ReadAll(after, limit)),
        1 => (0_usize..3, 0_u64..9).prop_map(|(of, version)| Step::Keep(of, version)),
    ]
}

fn stream(which: usize) -> StreamId {
    // Two of them are namesakes.
    let (aggregate, id) = [("note", 1), ("tally", 1), ("note", 2)][which];
    StreamId {
        aggregate,
        ..note(id)
    }
}

/// A log under a script. What answers cannot have in common, positions, is told as the number of events up to there.
struct Run<L> {
    log: L,
    fresh: u128,
    last: Option<Batch<Sample>>,
}

impl<L: EventLog<Event = Sample>> Run<L> {
    fn new(log: L) -> Self {
        Run {
            log,
            fresh: 0,
            last: None,
        }
    }

    async fn take(&mut self, step: &Step) -> String {
        match step {
            Step::Append(which, off, commands) | Step::CutShort(_, which, off, commands) => {
                let batch = self.batch(*which, *off, commands).await;
                self.last = Some(batch.clone());
                self.append(batch).await
            }
            Step::Redeliver => match self.last.clone() {
                Some(batch) => self.append(batch).await,
                None => String::new(),
            },
            Step::Crash => String::new(),
            Step::Outcome(which, id) => {
                let outcome = self.log.outcome(stream(*which), (*id).into()).await;
                match outcome.expect("it reads") {
                    Some(outcome) => self.outcome(&outcome).await,
                    None => "none".to_owned(),
                }
            }
            Step::ReadStream(which, after, limit) => {
                let page = self.log.read_stream(stream(*which), *after, *limit).await;
                let page = page.expect("it reads");
                let entries = self.described(page.entries).await;
                format!(
                    "{entries:?} {} {}",
                    page.version,
                    self.rank(page.head).await
                )
            }
            Step::ReadAll(after, limit) => {
                let all = self.all().await;
                let origin = Position::origin(self.log.identity());
                let after = all.get(*after).map_or(origin, |entry| entry.position);
                let page = self.log.read_all(after, *limit).await.expect("it reads");
                let entries = self.described(page.entries).await;
                format!("{entries:?} {}", self.rank(page.next).await)
            }
            Step::Keep(which, version) => {
                let snapshot = Snapshot {
                    fingerprint: "f".to_owned(),
                    version: *version,
                    data: format!("[{version}]"),
                };
                let of = stream(*which);
                self.log
                    .keep_snapshot(of, snapshot)
                    .await
                    .expect("it is kept");
                let found = self.log.snapshot(of, "f", version + 1).await;
                format!("{:?}", found.expect("it reads"))
            }
        }
    }

    async fn batch(
        &mut self,
        which: usize,
        off: i64,
        commands: &[(Option<u128>, Vec<u64>)],
    ) -> Batch<Sample> {
        let of = stream(which);
        let (version, _) = self.log.version(of).await.expect("it reads");
        let submissions = commands.iter().map(|(id, numbers)| {
            let events = numbers.iter().copied().map(Sample::counted);
            self.fresh += 1;
            let own: CommandId = (self.fresh << 64).into();
            match id {
                Some(id) => chosen(*id, events),
                None => lawful::log::Submission {
                    id: own,
                    correlation: own.uuid(),
                    ..command(events)
                },
            }
        });
        Batch {
            stream: of,
            expected: version.saturating_add_signed(off),
            commands: submissions.collect(),
        }
    }

    /// Polls an append so many times and no more: the process ends there.
    async fn begin(&mut self, polls: usize, batch: Batch<Sample>) {
        let mut append = pin!(self.log.append(batch));
        let mut left = polls;
        poll_fn(|ctx| {
            if left == 0 || append.as_mut().poll(ctx).is_ready() {
                return Poll::Ready(());
            }
            left -= 1;
            Poll::Pending
        })
        .await;
    }

    async fn append(&self, batch: Batch<Sample>) -> String {
        match self.log.append(batch).await {
            Ok(appended) => {
                let mut text = "appended".to_owned();
                for position in &appended.positions {
                    text.push(' ');
                    text.push_str(&self.rank(*position).await.to_string());
                }
                text
            }
            Err(AppendError::Duplicate { stream, outcome }) => {
                format!("duplicate on {stream}: {}", self.outcome(&outcome).await)
            }
            Err(AppendError::Failed(failure)) => format!("failed: {:?}", failure.kind()),
            Err(conflict) => conflict.to_string(),
        }
    }

    async fn outcome(&self, outcome: &Outcome) -> String {
        let rank = self.rank(outcome.position).await;
        let (id, payload) = (outcome.command, outcome.payload);
        format!(
            "{id} {payload} {} {} at {rank}",
            outcome.version, outcome.events
        )
    }

    async fn all(&self) -> Vec<Entry<Sample>> {
        let origin = Position::origin(self.log.identity());
        self.log
            .read_all(origin, 10_000)
            .await
            .expect("it reads")
            .entries
    }

    async fn rank(&self, position: Position) -> usize {
        let all = self.all().await;
        all.iter()
            .filter(|entry| entry.position <= position)
            .count()
    }

    async fn described(&self, entries: Vec<Entry<Sample>>) -> Vec<String> {
        let mut described = Vec::new();
        for mut entry in entries {
            let rank = self.rank(entry.position).await;
            entry.position = Position::origin(lawful::log::LogId(0));
            entry.recorded_at = Timestamp::MIN;
            described.push(format!("{rank}: {entry:?}"));
        }
        described
    }
}

/// Whether an answer tells that the batch was recorded before.
fn settles(answer: &str, batch: &Batch<Sample>) -> bool {
    let chosen = |command: &lawful::log::Submission<Sample>| command.chosen.is_some();
    let events: usize = batch.commands.iter().map(|one| one.events.len()).sum();
    if batch.commands.iter().any(chosen) {
        return answer.starts_with("duplicate");
    }
    let after = batch.expected + events as u64;
    events > 0 && answer.contains(&format!("is at version {after}, not at"))
}

#[test]
fn this_log_answers_as_the_one_in_memory_does() {
    if Place::new().is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let config = Config {
        cases: 48,
        failure_persistence: None,
        ..Config::default()
    };
    let checked = TestRunner::new(config).run(&vec(step(), 1..25), |script| {
        runtime.block_on(async {
            let place = Place::new().expect("a server");
            let mut memory = Run::new(MemoryLog::<Sample>::default());
            let mut other = Run::<Log>::new(place.open().await);
            for (number, step) in script.iter().enumerate() {
                if matches!(step, Step::Crash) {
                    other.log = place.open().await;
                }
                let mut cut_short = None;
                if let Step::CutShort(polls, which, off, commands) = step {
                    let batch = other.batch(*which, *off, commands).await;
                    other.begin(*polls, batch.clone()).await;
                    other.log = place.open().await;
                    cut_short = Some(batch);
                }
                let left = memory.take(step).await;
                let right = match cut_short {
                    // It is asked for as it was, whatever became of it.
                    Some(batch) => {
                        other.last = Some(batch.clone());
                        let right = other.append(batch.clone()).await;
                        if left.starts_with("appended") && settles(&right, &batch) {
                            left.clone()
                        } else {
                            right
                        }
                    }
                    None => other.take(step).await,
                };
                prop_assert_eq!(left, right, "step {}: {:?}", number, step);
            }
            let left = memory.described(memory.all().await).await;
            let right = other.described(other.all().await).await;
            prop_assert_eq!(left, right);
            Ok(())
        })
    });
    if let Err(error) = checked {
        panic!("{error}");
    }
}
