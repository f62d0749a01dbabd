//! A process that crashes anywhere comes to the same end as one that does not.

use lawful::log::EventLog;
use lawful::{Id, Timestamp, Uuid};
use lawful_engine::{Process, ProcessLog, Progress};
use lawful_jetstream::JetStreamLog;
use lawful_memory::Clock;
use lawful_sqlite::{Durability, SqliteLog, SqliteOptions};
use processes::*;
use std::collections::BTreeSet;
use std::convert::identity;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

fn account(number: u128) -> Id<Account> {
    Id::from_uuid(Uuid::from_u128(number))
}

/// When the program is to be woken: later than any server's clock.
const UNTIL: i64 = 4_102_444_800_000_000;

fn program(more: Cents) -> Order {
    Order {
        from: account(1),
        to: account(2),
        amount: 30,
        until: Timestamp::from_micros(UNTIL),
        more,
    }
}

/// What can be seen of a process from outside when it is over.
#[derive(Debug, PartialEq)]
struct Outcome {
    process: Option<Process<u64, lawful::Rejection>>,
    histories: Vec<Vec<String>>,
    delivered: BTreeSet<(String, String)>,
}

async fn prepare<L: EventLog<Event = Stored>>(log: &L) {
    let shop = node(log.clone(), &Record::default());
    for number in [1, 2] {
        let open = AccountCommand::open(100);
        shop.execute(account(number), open).await.unwrap();
    }
}

async fn outcome<L: EventLog<Event = Stored> + ProcessLog>(log: &L, record: &Record) -> Outcome {
    let shop = node(log.clone(), record);
    let mut histories = Vec::new();
    for number in [1, 2] {
        let entries = shop.history(account(number)).entries().await.unwrap();
        histories.push(
            entries
                .iter()
                .map(|entry| entry.event.to_string())
                .collect(),
        );
    }
    Outcome {
        process: shop.process::<Order>(1).await.unwrap(),
        histories,
        delivered: record
            .calls()
            .iter()
            .map(|call| (call.key.step.to_string(), call.parcel.clone()))
            .collect(),
    }
}

/// Runs the process to its end, or to the crash. The clock passes the end of the sleep on the way.
async fn run<L>(log: &L, record: &Record, more: Cents, wake: &impl Fn())
where
    L: EventLog<Event = Stored> + ProcessLog,
{
    let shop = node(log.clone(), record);
    if shop.start(1, program(more)).await.is_err() {
        return;
    }
    for _ in 0..3 {
        let Ok(resumed) = shop.resume_all().await else {
            return;
        };
        match resumed.last().map(|one| &one.progress) {
            // It sleeps, as of just now or since before the crash.
            Some(Progress::Parked(_)) | None => wake(),
            Some(_) => return,
        }
    }
}

/// Crashes once at each append, before and after it.
async fn crashes_everywhere<L, F, W>(
    more: Cents,
    moments: &[Moment],
    mut fresh: impl FnMut() -> F,
    wrap: impl Fn(Crashing<L>) -> W,
) where
    L: EventLog<Event = Stored>,
    W: EventLog<Event = Stored> + ProcessLog,
    F: Future<Output = (L, Box<dyn Fn()>)>,
{
    let (log, wake) = fresh().await;
    prepare(&log).await;
    let (whole, record) = (Crashing::new(log.clone(), None), Record::default());
    run(&wrap(whole.clone()), &record, more, &wake).await;
    let whole_again = wrap(Crashing::new(log.clone(), None));
    let expected = outcome(&whole_again, &record).await;
    assert!(
        matches!(expected.process, Some(Process::Finished(_))),
        "{expected:?}"
    );
    assert!(whole.appends() >= 12, "{:?}", story(&log).await);
    let mut repeated = 0;
    for at in 0..whole.appends() {
        for &moment in moments {
            let (log, wake) = fresh().await;
            prepare(&log).await;
            let record = Record::default();
            let crashing = Crashing::new(log.clone(), Some(Crash { at, moment }));
            run(&wrap(crashing.clone()), &record, more, &wake).await;
            assert!(crashing.is_down());
            // A call may be made again where the journal does not hold its answer, and nowhere else.
            let before = record.calls();
            let answered: BTreeSet<String> = story(&log).await.unwrap().into_iter().collect();
            let heir = wrap(Crashing::new(log.clone(), None));
            run(&heir, &record, more, &wake).await;
            let after = record.calls().split_off(before.len());
            for call in &before {
                let is_answered = answered.contains(&format!("answered {}", call.key.step));
                let again = after.iter().filter(|other| other.key == call.key);
                assert!(again.clone().all(|other| other == call));
                assert_eq!(again.count(), usize::from(!is_answered), "{call:?}");
                repeated += usize::from(!is_answered);
            }
            let found = outcome(&heir, &record).await;
            assert_eq!(found, expected, "crash at {at}, {moment:?}");
        }
    }
    // Between each call and its answer there is one crash.
    assert_eq!(repeated, expected.delivered.len());
}

const MOMENTS: [Moment; 2] = [Moment::Before, Moment::After];

#[tokio::test]
async fn a_log_that_tears_a_command_from_its_line_is_found_out() {
    let torn = tokio::task::LocalSet::new();
    let found = torn.run_until(async {
        let check = crashes_everywhere(10, &[Moment::Between], in_memory, identity);
        tokio::task::spawn_local(check).await
    });
    let panic = found.await.unwrap_err().into_panic();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.contains("crash at 1, Between"), "{message}");
}

async fn in_memory() -> (lawful_memory::MemoryLog<Stored>, Box<dyn Fn()>) {
    let (log, clock) = memory();
    let wake = move || clock.set(Timestamp::from_micros(UNTIL));
    (log, Box::new(wake))
}

#[tokio::test]
async fn in_memory_a_process_that_crashes_anywhere_ends_well() {
    crashes_everywhere(10, &MOMENTS, in_memory, identity).await;
}

#[tokio::test]
async fn in_memory_a_process_that_crashes_anywhere_is_undone() {
    crashes_everywhere(1_000, &MOMENTS, in_memory, identity).await;
}

#[tokio::test]
async fn without_transactions_a_process_that_crashes_anywhere_ends_well() {
    crashes_everywhere(10, &MOMENTS, in_memory, Apart).await;
}

#[tokio::test]
async fn without_transactions_a_process_that_crashes_anywhere_is_undone() {
    crashes_everywhere(1_000, &MOMENTS, in_memory, Apart).await;
}

async fn in_a_file(path: PathBuf) -> (SqliteLog<Stored>, Box<dyn Fn()>) {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.clone().into_os_string();
        name.push(end);
        let _there_may_be_none = std::fs::remove_file(name);
    }
    let time = Arc::new(AtomicI64::new(0));
    let shows = Arc::clone(&time);
    let options = SqliteOptions::new(path)
        .durability(Durability::Normal)
        .clock(move || Timestamp::from_micros(shows.load(Ordering::SeqCst)));
    let log = SqliteLog::open(options).await.unwrap();
    (log, Box::new(move || time.store(UNTIL, Ordering::SeqCst)))
}

fn path(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("lawful-processes-{name}-{}.db", std::process::id()))
}

#[tokio::test]
async fn in_a_file_a_process_that_crashes_anywhere_ends_well() {
    crashes_everywhere(10, &MOMENTS, || in_a_file(path("well")), identity).await;
}

#[tokio::test]
async fn in_a_file_a_process_that_crashes_anywhere_is_undone() {
    crashes_everywhere(1_000, &MOMENTS, || in_a_file(path("undone")), identity).await;
}

/// A log in JetStream that is not there yet. Its clock stands still until the program is to be woken, and is ahead of the server's,
/// because nothing is recorded in the future.
async fn on_a_server() -> (Clocked<JetStreamLog<Stored>>, Box<dyn Fn()>) {
    let place = Streamed::new().unwrap();
    let clock = Clock::fixed(Timestamp::from_micros(UNTIL - 1));
    let log = Clocked(place.open().await, clock.clone());
    let wake = move || clock.set(Timestamp::from_micros(UNTIL));
    (log, Box::new(wake))
}

#[tokio::test]
async fn on_jetstream_a_process_that_crashes_anywhere_ends_well() {
    if Streamed::new().is_some() {
        crashes_everywhere(10, &MOMENTS, on_a_server, Apart).await;
    }
}

#[tokio::test]
async fn on_jetstream_a_process_that_crashes_anywhere_is_undone() {
    if Streamed::new().is_some() {
        crashes_everywhere(1_000, &MOMENTS, on_a_server, Apart).await;
    }
}
