//! Processes that wait are rows and no tasks, and a worker that starts reads only what came after the last checkpoint.

use lawful::log::{AtomicLog, Batch, EventLog, StreamId, Submission};
use lawful::program::process_stream;
use lawful::{Few, Has, Id, Timestamp, Uuid};
use lawful_engine::{Engine, ProcessLog, Progress, Resumed};
use lawful_sqlite::{Durability, SqliteLog, SqliteOptions};
use processes::*;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

fn account(number: u128) -> Id<Account> {
    Id::from_uuid(Uuid::from_u128(number))
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

/// In the journal of a process.
fn journal(program: &str, number: u128) -> StreamId {
    StreamId {
        aggregate: process_stream(program),
        id: Uuid::from_u128(number),
    }
}

async fn resumed<L>(shop: &Engine<Shop, L>) -> Vec<Resumed>
where
    L: EventLog<Event = Stored> + ProcessLog,
{
    shop.resume_all().await.unwrap()
}

fn names(resumed: &[Resumed]) -> Vec<String> {
    let mut names: Vec<_> = resumed.iter().map(ToString::to_string).collect();
    names.sort();
    names
}

fn parked(resumed: &[Resumed]) -> usize {
    let waits = |one: &&Resumed| matches!(one.progress, Progress::Parked(_));
    resumed.iter().filter(waits).count()
}

/// Sleepers, each with the journal that one of them wrote before them: many at once, because what is under test is what they cost
/// afterwards.
async fn asleep<L>(log: &L, until: Timestamp, numbers: std::ops::Range<u128>)
where
    L: AtomicLog<Event = Stored>,
{
    let shop = node(log.clone(), &Record::default());
    shop.start(numbers.start, Nap { until }).await.unwrap();
    let pattern = shop.resume::<Nap>(numbers.start).await;
    assert!(matches!(pattern.progress, Progress::Parked(_)), "{pattern}");
    let page = log.read_stream(journal("nap", numbers.start), 0, 10);
    let lines: Vec<_> = page.await.unwrap().entries;
    assert_eq!(lines.len(), 2);
    let batch = |number| Batch {
        stream: journal("nap", number),
        expected: 0,
        commands: Few::One(Submission {
            id: number.into(),
            chosen: None,
            events: lines.iter().map(|line| line.event.clone()).collect(),
            correlation: Uuid::from_u128(number),
            causation: None,
            metadata: None,
        }),
    };
    let numbers: Vec<_> = numbers.skip(1).collect();
    for some in numbers.chunks(1000) {
        let batches = some.iter().copied().map(batch).collect();
        log.append_all(batches, Vec::new()).await.unwrap();
    }
}

const MANY: u128 = 100_000;
const DUE: u128 = 100;
const WAITING: u128 = 100;

/// So many sleep, and so many wait for a payment; then all of it is read once, which makes a checkpoint.
async fn fill<L: AtomicLog<Event = Stored>>(log: &L) {
    let shop = node(log.clone(), &Record::default());
    for number in 0..WAITING {
        for account in [account(2 * number), account(2 * number + 1)] {
            let open = AccountCommand::open(0);
            shop.execute(account, open).await.unwrap();
        }
        let wait = AwaitPayment {
            one: account(2 * number),
            two: account(2 * number + 1),
            deadline: at(i64::MAX),
        };
        shop.start(MANY + number, wait).await.unwrap();
    }
    asleep(log, at(10), 0..DUE).await;
    asleep(log, at(20), DUE..MANY - WAITING).await;
    assert_eq!(parked(&resumed(&shop).await), WAITING as usize);
}

/// What a worker that starts reads is bounded, whatever the log holds, and nobody is touched whose time has not come.
async fn starts_up<L: AtomicLog<Event = Stored>>(log: &L) {
    let counted = Counted::new(log.clone(), Keeps::All);
    let shop = node(counted.clone(), &Record::default());
    let before = resumed(&shop).await;
    assert!(before.is_empty(), "{before:?}");
    // The log has more than 200,000 events.
    assert!(counted.read() < 1000, "{}", counted.read());
    assert_eq!(counted.streams(), 0);
}

/// An event and the clock wake those whom they concern, and only they are looked at.
async fn wakes<L: AtomicLog<Event = Stored>>(log: &L, sleepers: usize) {
    let counted = Counted::new(log.clone(), Keeps::All);
    let shop = node(counted.clone(), &Record::default());
    let pay = AccountCommand::deposit(5);
    shop.execute(account(3), pay).await.unwrap();
    let streams = counted.streams();
    let woken = resumed(&shop).await;
    assert_eq!(woken.len(), sleepers + 1, "{woken:?}");
    assert_eq!(parked(&woken), 1);
    assert!(counted.streams() - streams < 50 * woken.len());
    assert!(resumed(&shop).await.is_empty());
}

#[tokio::test]
async fn a_hundred_thousand_fit_in_memory() {
    let (log, clock) = memory();
    fill(&log).await;
    starts_up(&log).await;
    clock.set(at(10));
    wakes(&log, DUE as usize).await;
}

async fn file(folder: &Path, time: Timestamp) -> SqliteLog<Stored> {
    let options = SqliteOptions::new(folder.join("shop.db"));
    let options = options.durability(Durability::Normal).clock(move || time);
    SqliteLog::open(options).await.unwrap()
}

/// What the child does: works until it is killed.
async fn be_a_worker(folder: &Path) {
    let shop = node(file(folder, at(10)).await, &Record::default());
    let options = lawful_engine::WorkerOptions {
        side_by_side: 4,
        report: Arc::new(|resumed| child::say(&resumed.to_string())),
        ..Default::default()
    };
    shop.worker_with(options).await;
}

#[tokio::test]
async fn a_hundred_thousand_fit_in_a_file_and_survive_a_kill() {
    if let Some(folder) = child::called() {
        return be_a_worker(&folder).await;
    }
    let scratch = Scratch::new();
    fill(&file(scratch.as_ref(), at(0)).await).await;
    starts_up(&file(scratch.as_ref(), at(0)).await).await;
    let test = "a_hundred_thousand_fit_in_a_file_and_survive_a_kill";
    let mut worker = child::call(test, scratch.as_ref());
    let mut lines = BufReader::new(worker.stdout.take().unwrap()).lines();
    for _ in 0..3 {
        let said = lines.find_map(|line| child::said(&line.ok()?).map(str::to_owned));
        assert!(said.is_some_and(|said| said.ends_with("finished")));
    }
    worker.kill().unwrap();
    worker.wait().unwrap();
    let log = file(scratch.as_ref(), at(10)).await;
    let shop = node(log.clone(), &Record::default());
    let mut left = 0;
    for number in 0..DUE {
        let process = shop.process::<Nap>(number).await.unwrap();
        left += usize::from(process == Some(lawful_engine::Process::UnderWay));
    }
    assert!(left <= DUE as usize - 3, "{left}");
    wakes(&log, left).await;
}

/// Makes the next worker that reads make a checkpoint.
async fn pass_time<L: EventLog<Event = Stored>>(log: &L) {
    let quiet = account(999).stream();
    let (version, _) = log.version(quiet).await.unwrap();
    let deposited = <Shop as Has<Account>>::inject(AccountEvent::deposited(1));
    let batch = Batch {
        stream: quiet,
        expected: version,
        commands: Few::One(Submission {
            id: Uuid::new_v4().into(),
            chosen: None,
            events: vec![deposited; 2100].into(),
            correlation: Uuid::nil(),
            causation: None,
            metadata: None,
        }),
    };
    log.append(batch).await.unwrap();
}

/// Reads the log and keeps so much of a checkpoint; then the machine goes down.
async fn keep<L: AtomicLog<Event = Stored>>(log: &L, keeps: Keeps) {
    pass_time(log).await;
    let counted = Counted::new(log.clone(), keeps);
    let crash = Crash {
        at: 0,
        moment: Moment::Before,
    };
    let crashing = Crashing::new(counted.clone(), Some(crash));
    let _it_may_have_gone_down = node(crashing, &Record::default()).resume_all().await;
    assert!(counted.kept() > 0);
}

/// What was resumed after a checkpoint of which so much was kept; then an event comes, and what was resumed after that.
async fn resumed_after(keeps: Keeps) -> [Vec<String>; 2] {
    let (log, clock) = memory();
    let shop = node(log.clone(), &Record::default());
    for number in [1, 2, 3, 4] {
        let open = AccountCommand::open(0);
        shop.execute(account(number), open).await.unwrap();
    }
    asleep(&log, at(10), 0..40).await;
    for (number, one) in [(100, 1), (101, 2)] {
        let wait = AwaitPayment {
            one: account(one),
            two: account(2 + one),
            deadline: at(i64::MAX),
        };
        shop.start(number, wait).await.unwrap();
        shop.resume::<AwaitPayment>(number).await;
    }
    keep(&log, Keeps::All).await;
    clock.set(at(10));
    for number in 0..10 {
        shop.resume::<Nap>(number).await;
    }
    asleep(&log, at(30), 40..80).await;
    for number in 80..90 {
        shop.start(number, Nap { until: at(30) }).await.unwrap();
    }
    let pay = || AccountCommand::deposit(5);
    shop.execute(account(1), pay()).await.unwrap();
    keep(&log, keeps).await;
    let read = Counted::new(
        log.clone(),
        match keeps {
            Keeps::Nothing => Keeps::Nothing,
            _ => Keeps::All,
        },
    );
    let first = names(&resumed(&node(read.clone(), &Record::default())).await);
    if keeps == Keeps::All {
        assert!(read.read() < 200, "{}", read.read());
    }
    shop.execute(account(2), pay()).await.unwrap();
    let second = names(&resumed(&node(read, &Record::default())).await);
    [first, second]
}

#[tokio::test]
async fn whatever_is_left_of_a_checkpoint_the_same_processes_are_due() {
    let expected = resumed_after(Keeps::Nothing).await;
    // 30 sleepers, 10 that were just started, and who waits for the first account; then who waits for the second.
    assert_eq!(expected.each_ref().map(Vec::len), [41, 1]);
    for keeps in [0, 1, 15, 31].map(Keeps::First) {
        assert_eq!(resumed_after(keeps).await, expected, "{keeps:?}");
    }
    assert_eq!(resumed_after(Keeps::All).await, expected);
}
