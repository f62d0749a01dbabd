//! A process that executes commands on one SQLite file from several tasks is killed at 200 random moments. After each, the file opens,
//! every acknowledged command is there exactly once and in order, and nothing is there by halves.
mod child;
mod files;
mod numbers;

use child::{call, called, said, say};
use files::Files;
use lawful::log::{Batch, CommandId, Entry, EventLog, Position, StreamId, Submission};
use lawful::{Few, Has, Id, Uuid};
use lawful_contract::engine::{Desk, DeskPayload, Purse, PurseCommand, PurseEvent};
use lawful_sqlite::{Sqlite, SqliteLog};
use numbers::Numbers;
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

const CRASHES: usize = 200;
const TASKS: u32 = 6;

#[test]
fn an_acknowledged_command_survives_kill_nine_and_nothing_is_left_by_halves() {
    if let Some((file, round)) = called() {
        return execute(&file, &round);
    }
    let files = Files::new();
    let path = files.path();
    let mut order = Numbers::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime without drivers can be built");
    let mut audit = Audit::default();
    for crash in 0..CRASHES {
        let acknowledged = killed(&path, crash, &mut order);
        runtime.block_on(async {
            let log = files.open(&path).await;
            audit.look(&log, acknowledged, crash).await;
        });
    }
    runtime.block_on(async {
        let log = files.open(&path).await;
        audit.look_at_all(&log).await;
    });
    println!(
        "{} commands acknowledged, {} more found whole",
        audit.acknowledged, audit.more
    );
    assert!(
        audit.acknowledged > CRASHES,
        "the child hardly came to do anything: {} commands",
        audit.acknowledged
    );
}

/// A log with one command of one event in it, with an outcome or without.
async fn recorded(files: &Files, chosen: bool) -> (SqliteLog<DeskPayload>, Receipt) {
    let log = files.open(&files.path()).await;
    let purse = Id::<Purse>::new();
    let command = CommandId::from("only");
    let batch = Batch {
        stream: StreamId {
            aggregate: "purse",
            id: purse.uuid(),
        },
        expected: 0,
        commands: Few::One(Submission {
            id: command,
            chosen: chosen.then(Uuid::nil),
            events: Few::One(Desk::inject(PurseEvent::opened())),
            correlation: command.uuid(),
            causation: None,
            metadata: None,
        }),
    };
    let appended = log.append(batch).await.expect("the batch is appended");
    let receipt = Receipt {
        purse,
        command,
        version: 1,
        position: appended.positions[0],
        events: 1,
    };
    (log, receipt)
}

#[tokio::test]
async fn what_was_acknowledged_and_is_there_passes_the_audit() {
    let files = Files::new();
    let (log, receipt) = recorded(&files, true).await;
    Audit::default().look(&log, vec![receipt], 0).await;
}

#[tokio::test]
#[should_panic(expected = "events of a command that was acknowledged")]
async fn a_lost_command_is_found_out() {
    let files = Files::new();
    let (log, mut receipt) = recorded(&files, true).await;
    receipt.command = CommandId::from("another");
    Audit::default().look(&log, vec![receipt], 0).await;
}

#[tokio::test]
#[should_panic(expected = "has events and no outcome")]
async fn half_a_command_is_found_out() {
    let files = Files::new();
    let (log, _) = recorded(&files, false).await;
    Audit::default().look(&log, vec![], 0).await;
}

/// A line of the child: a command that it got a receipt for.
#[derive(Debug, Clone)]
struct Receipt {
    purse: Id<Purse>,
    command: CommandId,
    version: u64,
    position: Position,
    events: u64,
}

/// Starts the child, kills it at some moment, and gives back what it had acknowledged.
fn killed(file: &Path, round: usize, order: &mut Numbers) -> Vec<Receipt> {
    let test = "an_acknowledged_command_survives_kill_nine_and_nothing_is_left_by_halves";
    let mut child = call(test, file, &round.to_string());
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    // After so many answers, and then at any moment; at first it may not even have opened the file.
    let mut left = order.below(40);
    let mut receipts = Vec::new();
    while left > 0 {
        let Some(Ok(line)) = lines.next() else { break };
        if let Some(line) = said(&line) {
            receipts.extend(receipt(line));
            left -= 1;
        }
    }
    for _ in 0..order.below(200_000) {
        std::hint::spin_loop();
    }
    child.kill().expect("a child can be killed");
    // What it had said before is still in the pipe. Its last line may be torn.
    for line in lines.map_while(Result::ok) {
        receipts.extend(said(&line).and_then(receipt));
    }
    child.wait().expect("a child can be waited for");
    receipts
}

fn receipt(line: &str) -> Option<Receipt> {
    let words: Vec<&str> = line.split(' ').collect();
    let [purse, command, version, position, events, "."] = words[..] else {
        return None;
    };
    Some(Receipt {
        purse: purse.parse().ok()?,
        command: command.into(),
        version: version.parse().ok()?,
        position: position.parse().ok()?,
        events: events.parse().ok()?,
    })
}

/// The child: several tasks, each with a purse of its own and one that all share, until it is killed.
fn execute(file: &Path, round: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .expect("a runtime without drivers can be built");
    runtime.block_on(async {
        let desk = Sqlite::<Desk>::open(file)
            .await
            .expect("the file can be opened");
        let shared = Id::<Purse>::new();
        desk.execute(shared, PurseCommand::open())
            .command_id(format!("{round} shared"))
            .await
            .expect("a new purse can be opened");
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| tokio::spawn(work(desk.clone(), shared, format!("{round} {task}"))))
            .collect();
        for task in tasks {
            task.await.expect("no task panics");
        }
    });
}

async fn work(desk: Sqlite<Desk>, shared: Id<Purse>, name: String) {
    let own = Id::<Purse>::new();
    let mut number = 0;
    loop {
        number += 1;
        let (purse, command) = match number % 4 {
            1 => (Id::new(), PurseCommand::close()),
            2 if number == 2 => (own, PurseCommand::open()),
            2 => (own, PurseCommand::fill_thrice(1)),
            3 => (own, PurseCommand::fill(1)),
            _ => (shared, PurseCommand::fill_thrice(1)),
        };
        let id = CommandId::from(format!("{name} {number}"));
        let receipt = desk
            .execute(purse, command)
            .command_id(id)
            .await
            .expect("the command is accepted");
        let position = receipt.position.expect("what is recorded has a position");
        say(&format!(
            "{purse} {id} {} {position} {} .",
            receipt.version,
            receipt.events.len()
        ));
    }
}

/// What was found so far.
#[derive(Default)]
struct Audit {
    seen: Option<Position>,
    versions: HashMap<Uuid, u64>,
    receipts: Vec<Receipt>,
    acknowledged: usize,
    more: usize,
}

impl Audit {
    /// Looks at what one more life of the child has left.
    async fn look(&mut self, log: &SqliteLog<DeskPayload>, receipts: Vec<Receipt>, crash: usize) {
        let from = self.seen.unwrap_or(Position::origin(log.identity()));
        let page = log
            .read_all(from, usize::MAX)
            .await
            .expect("the log is read");
        let mut commands: HashMap<CommandId, Vec<Entry<DeskPayload>>> = HashMap::new();
        for entry in page.entries {
            let version = self.versions.entry(entry.stream.id).or_default();
            *version += 1;
            assert_eq!(
                entry.version, *version,
                "versions of `{}` after crash {crash}",
                entry.stream
            );
            let of_command = commands.entry(entry.command_id).or_default();
            if let Some(last) = of_command.last() {
                assert_eq!(
                    entry.version,
                    last.version + 1,
                    "the events of a command stand together, after crash {crash}"
                );
            }
            of_command.push(entry);
        }
        self.seen = Some(page.next);
        for receipt in &receipts {
            let entries = commands.remove(&receipt.command).unwrap_or_default();
            assert_eq!(
                entries.len() as u64,
                receipt.events,
                "events of a command that was acknowledged before crash {crash}: {receipt:?}"
            );
            if let Some(last) = entries.last() {
                assert_eq!(
                    (last.stream.id, last.version, last.position),
                    (receipt.purse.uuid(), receipt.version, receipt.position),
                    "where a command is that was acknowledged before crash {crash}"
                );
            }
            self.outcome(log, receipt).await;
        }
        self.acknowledged += receipts.len();
        // What was recorded and never told: whole, with its outcome, and at most one of each task at a time.
        for (command, entries) in &commands {
            let stream = entries[0].stream;
            let outcome = log.outcome(stream, *command).await;
            let outcome = outcome.expect("the outcome is read");
            let Some(outcome) = outcome else {
                panic!("command `{command}` has events and no outcome after crash {crash}")
            };
            assert_eq!(
                (outcome.events, outcome.version),
                (
                    entries.len() as u64,
                    entries.last().map_or(0, |entry| entry.version)
                ),
                "events and version of a command that was not acknowledged before crash {crash}"
            );
        }
        // The shared purse's opening is never told.
        assert!(
            commands.len() <= TASKS as usize + 1,
            "{} commands of {TASKS} tasks were recorded and not acknowledged before crash {crash}",
            commands.len()
        );
        self.more += commands.len();
        self.receipts.extend(receipts);
    }

    async fn outcome(&self, log: &SqliteLog<DeskPayload>, receipt: &Receipt) {
        let stream = StreamId {
            aggregate: "purse",
            id: receipt.purse.uuid(),
        };
        let outcome = log.outcome(stream, receipt.command).await;
        let found = outcome
            .expect("the outcome is read")
            .map(|outcome| (outcome.version, outcome.events, outcome.position));
        assert_eq!(
            found,
            Some((receipt.version, receipt.events, receipt.position)),
            "the outcome of {receipt:?}"
        );
    }

    /// Looks once more at everything that was ever acknowledged.
    async fn look_at_all(&self, log: &SqliteLog<DeskPayload>) {
        let origin = Position::origin(log.identity());
        let page = log
            .read_all(origin, usize::MAX)
            .await
            .expect("the log is read");
        let mut events: HashMap<CommandId, u64> = HashMap::new();
        for entry in &page.entries {
            *events.entry(entry.command_id).or_default() += 1;
        }
        assert!(
            page.entries.is_sorted_by(
                |one, next| one.position < next.position && one.recorded_at <= next.recorded_at
            ),
            "positions or times go back"
        );
        for receipt in &self.receipts {
            let found = events.get(&receipt.command).copied().unwrap_or(0);
            assert_eq!(found, receipt.events, "events of {receipt:?} in the end");
            self.outcome(log, receipt).await;
        }
    }
}
