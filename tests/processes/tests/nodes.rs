//! Two nodes work on one process: one wins each step, the other notices.

use lawful::log::{AppendError, Appended, AtomicLog, Batch, EventLog, StreamId};
use lawful::program::IdempotencyKey;
use lawful::{Failure, Id, Timestamp, Uuid};
use lawful_engine::{Process, ProcessLog, Progress, WorkerOptions};
use lawful_jetstream::JetStreamLog;
use lawful_sqlite::{Durability, SqliteLog, SqliteOptions};
use processes::*;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Child;
use std::sync::Arc;

fn account(number: u128) -> Id<Account> {
    Id::from_uuid(Uuid::from_u128(number))
}

fn program() -> Order {
    Order {
        from: account(1),
        to: account(2),
        amount: 30,
        until: Timestamp::from_micros(0),
        more: 10,
    }
}

async fn opened<L: EventLog<Event = Stored>>(log: &L) {
    let shop = node(log.clone(), &Record::default());
    for number in [1, 2] {
        let open = AccountCommand::open(100);
        shop.execute(account(number), open).await.unwrap();
    }
}

async fn balances<L: EventLog<Event = Stored>>(log: &L) -> [Cents; 2] {
    let shop = node(log.clone(), &Record::default());
    let one = shop.load(account(1)).await.unwrap().state.balance;
    let two = shop.load(account(2)).await.unwrap().state.balance;
    [one, two]
}

/// The loser is stopped between its first call and the line that says so; meanwhile the winner goes to the end.
async fn loser_notices<L: EventLog<Event = Stored> + ProcessLog>(slow: L, fast: L) {
    opened(&fast).await;
    let record = Record::default();
    let gate = Gate::new(&record);
    let (loser, winner) = (node(slow, &gate), node(fast.clone(), &record));
    winner.start(1, program()).await.unwrap();
    let losing = tokio::spawn(async move { loser.resume::<Order>(1).await });
    gate.came().await;
    let won = winner.resume::<Order>(1).await;
    assert!(matches!(won.progress, Progress::Finished), "{won}");
    gate.go(100);
    let lost = losing.await.unwrap();
    assert!(matches!(lost.progress, Progress::Elsewhere), "{lost}");
    assert_eq!(balances(&fast).await, [60, 130]);
    // Both asked the courier under one key, and nothing else was done twice.
    let parcels: Vec<String> = record.calls().into_iter().map(|call| call.parcel).collect();
    assert_eq!(parcels, ["first", "first", "second", "third"]);
}

#[tokio::test]
async fn who_was_overtaken_during_a_call_drops_out() {
    let (log, _) = memory();
    loser_notices(log.clone(), log).await;
}

#[tokio::test]
async fn on_jetstream_who_was_overtaken_during_a_call_drops_out() {
    if let Some(place) = Streamed::new() {
        loser_notices::<JetStreamLog<Stored>>(place.open().await, place.open().await).await;
    }
}

#[tokio::test]
async fn without_the_fence_the_overtaken_one_is_not_stopped() {
    let (log, _) = memory();
    let unfenced = Unfenced(log.clone());
    let check = tokio::spawn(loser_notices(unfenced.clone(), unfenced));
    let panic = check.await.unwrap_err().into_panic();
    assert!(panic.downcast_ref::<String>().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_nodes_at_once_do_everything_once() {
    let (log, _) = memory();
    all_at_once([(); 4].map(|()| log.clone())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_jetstream_many_nodes_at_once_do_everything_once() {
    if let Some(place) = Streamed::new() {
        let mut logs = Vec::<JetStreamLog<Stored>>::new();
        for _ in 0..4 {
            logs.push(place.open().await);
        }
        all_at_once(logs.try_into().unwrap()).await;
    }
}

async fn all_at_once<L: EventLog<Event = Stored> + ProcessLog>(logs: [L; 4]) {
    let log = logs[0].clone();
    opened(&log).await;
    let record = Record::default();
    let shop = node(log.clone(), &record);
    for number in 0..3 {
        let order = Order {
            amount: 10,
            more: 1,
            ..program()
        };
        shop.start(number, order).await.unwrap();
    }
    let nodes = logs.into_iter().map(|log| {
        let shop = node(log, &record);
        tokio::spawn(async move { shop.resume_all().await.unwrap() })
    });
    for resumed in nodes.collect::<Vec<_>>() {
        for one in resumed.await.unwrap() {
            assert!(
                matches!(one.progress, Progress::Finished | Progress::Elsewhere),
                "{one}"
            );
        }
    }
    // Whoever drops out leaves the process to the winner, who may have dropped out of the next step.
    shop.resume_all().await.unwrap();
    for number in 0..3 {
        let ended = shop.process::<Order>(number).await.unwrap();
        assert!(matches!(ended, Some(Process::Finished(Ok(_)))), "{ended:?}");
    }
    assert_eq!(balances(&log).await, [67, 130]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_share_what_comes() {
    let (log, clock) = memory();
    clock.set(Timestamp::from_micros(10));
    shares([log.clone(), log]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_jetstream_two_workers_share_what_comes() {
    if let Some(place) = Streamed::new() {
        shares::<JetStreamLog<Stored>>([place.open().await, place.open().await]).await;
    }
}

async fn shares<L: EventLog<Event = Stored> + ProcessLog>(logs: [L; 2]) {
    let log = logs[0].clone();
    opened(&log).await;
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let record = Record::default();
    let workers: Vec<_> = logs
        .into_iter()
        .map(|log| {
            let tell = tell.clone();
            let options = WorkerOptions {
                report: Arc::new(move |resumed| {
                    if resumed.progress.is_over() {
                        let _nobody_may_listen_any_more = tell.send(resumed.id);
                    }
                }),
                ..WorkerOptions::default()
            };
            tokio::spawn(node(log, &record).worker_with(options))
        })
        .collect();
    let shop = node(log.clone(), &record);
    for number in 0..20 {
        shop.start(number, Chatty { times: 3 }).await.unwrap();
    }
    let mut ended = std::collections::BTreeSet::new();
    while ended.len() < 20 {
        ended.insert(told.recv().await.unwrap());
    }
    for number in 0..20 {
        let process = shop.process::<Chatty>(number).await.unwrap();
        assert_eq!(process, Some(Process::Finished(Ok(3))));
    }
    for worker in workers {
        worker.abort();
    }
}

/// There are no leases: what two workers do twice is the one step that both begin at the same time, and it has no effect. They begin with
/// different processes, so that this is rare where there is much to do.
#[tokio::test(flavor = "multi_thread")]
async fn two_workers_rarely_begin_the_same_step() {
    const MANY: u128 = 300;
    let scratch = Scratch::new();
    let log = opened_file(scratch.as_ref()).await;
    let record = Record::default();
    let shop = node(log.clone(), &record);
    for number in 0..MANY {
        shop.start(number, Chatty { times: 2 }).await.unwrap();
    }
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let mut workers = Vec::new();
    for _ in 0..2 {
        let tell = tell.clone();
        let options = WorkerOptions {
            side_by_side: 16,
            report: Arc::new(move |resumed| {
                let _nobody_may_listen_any_more = tell.send(resumed.to_string());
            }),
            ..WorkerOptions::default()
        };
        // A handle of its own for the file, as another node has it.
        let log = opened_file(scratch.as_ref()).await;
        let worker = node(log, &record).worker_with(options);
        workers.push(tokio::spawn(worker));
    }
    let (mut ended, mut twice) = (0, 0);
    while ended < MANY {
        let how = told.recv().await.unwrap();
        ended += u128::from(how.ends_with("finished"));
        twice += u128::from(how.ends_with("another node moved it on"));
    }
    for worker in workers {
        worker.abort();
    }
    // Whoever loses drops out before it asks anybody.
    assert_eq!(record.calls().len(), 600);
    assert!(twice < MANY / 4, "{twice} of {MANY} were begun twice");
}

/// A worker tries again by itself, and a sleeper is woken by the clock.
#[tokio::test]
async fn a_worker_tries_again_and_wakes_sleepers() {
    let log = lawful_memory::MemoryLog::<Stored>::default();
    let record = Record::default();
    record.fail(2);
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let options = WorkerOptions {
        report: Arc::new(move |resumed| {
            let _nobody_may_listen_any_more = tell.send(resumed.to_string());
        }),
        ..WorkerOptions::default()
    };
    let worker = tokio::spawn(node(log.clone(), &record).worker_with(options));
    let shop = node(log.clone(), &record);
    shop.start(1, Chatty { times: 1 }).await.unwrap();
    for end in ["the courier is ill", "the courier is ill", "finished"] {
        let one = told.recv().await.unwrap();
        assert!(one.ends_with(end), "{one}");
    }
    let keys: Vec<_> = record.calls().into_iter().map(|call| call.key).collect();
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| *key == keys[0]));
    let soon = log.now().unwrap() + std::time::Duration::from_millis(30);
    shop.start(2, Nap { until: soon }).await.unwrap();
    let mut last = String::new();
    while !last.ends_with("finished") {
        last = told.recv().await.unwrap();
    }
    assert!(log.now().unwrap() >= soon);
    worker.abort();
}

/// A log that lets a journal be written whoever wrote it in between: a broken twin.
#[derive(Clone)]
struct Unfenced<L>(L);

processes::delegate!(Unfenced, AtomicLog);

impl<L: AtomicLog> AtomicLog for Unfenced<L> {
    async fn append_all(
        &self,
        mut batches: Vec<Batch<L::Event>>,
        reads: Vec<(StreamId, u64)>,
    ) -> Result<Vec<Appended>, AppendError> {
        for batch in &mut batches {
            if batch.stream.aggregate.starts_with("process-") && batch.expected > 0 {
                batch.expected = self.0.version(batch.stream).await?.0;
            }
        }
        self.0.append_all(batches, reads).await
    }
}

// What follows happens between processes of the system.

async fn opened_file(folder: &Path) -> SqliteLog<Stored> {
    let options = SqliteOptions::new(folder.join("shop.db")).durability(Durability::Normal);
    SqliteLog::open(options).await.unwrap()
}

async fn opened_stream(folder: &Path) -> JetStreamLog<Stored> {
    let told = std::fs::read_to_string(folder.join("place")).unwrap();
    Streamed::heard(&told).unwrap().open().await
}

/// A courier in a child: writes each call to a file, tells the parent, and comes back when the parent says so.
#[derive(Clone)]
struct Obedient {
    folder: std::path::PathBuf,
}

impl Courier for Obedient {
    async fn bring(
        &self,
        parcel: &str,
        key: &IdempotencyKey,
    ) -> Result<Result<u32, Undeliverable>, Failure> {
        let mut file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.folder.join("calls"))
            .unwrap();
        file.write_all(format!("{} {parcel}\n", key.step).as_bytes())
            .unwrap();
        child::say(parcel);
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).unwrap();
        Record::default().bring(parcel, key).await
    }
}

/// What a child does: resumes the process, and says how far it came.
async fn be_a_child<L: EventLog<Event = Stored> + ProcessLog>(log: L, folder: &Path) {
    let courier = Obedient {
        folder: folder.to_owned(),
    };
    let resumed = node(log, &courier).resume::<Order>(1).await;
    child::say(&format!("{:?}", resumed.progress));
}

fn hear(lines: &mut impl Iterator<Item = std::io::Result<String>>) -> Option<String> {
    lines.find_map(|line| child::said(&line.ok()?).map(str::to_owned))
}

fn let_go(child: &mut Child) {
    let stdin = child.stdin.as_mut().unwrap();
    stdin.write_all(b"go\n").unwrap();
    stdin.flush().unwrap();
}

#[tokio::test]
async fn who_is_stopped_between_call_and_line_notices_when_it_wakes() {
    if let Some(folder) = child::called() {
        return be_a_child(opened_file(&folder).await, &folder).await;
    }
    let scratch = Scratch::new();
    let log = opened_file(scratch.as_ref()).await;
    let test = "who_is_stopped_between_call_and_line_notices_when_it_wakes";
    stopped(test, &scratch, log).await;
}

#[tokio::test]
async fn on_jetstream_who_is_stopped_between_call_and_line_notices_when_it_wakes() {
    if let Some(folder) = child::called() {
        return be_a_child(opened_stream(&folder).await, &folder).await;
    }
    let Some(place) = Streamed::new() else { return };
    let scratch = Scratch::new();
    std::fs::write(scratch.file("place"), place.told()).unwrap();
    let test = "on_jetstream_who_is_stopped_between_call_and_line_notices_when_it_wakes";
    stopped(test, &scratch, opened_stream(scratch.as_ref()).await).await;
}

async fn stopped<L: EventLog<Event = Stored> + ProcessLog>(test: &str, scratch: &Scratch, log: L) {
    opened(&log).await;
    let record = Record::default();
    let shop = node(log.clone(), &record);
    shop.start(1, program()).await.unwrap();
    let mut loser = child::call(test, scratch.as_ref());
    let mut lines = BufReader::new(loser.stdout.take().unwrap()).lines();
    assert_eq!(hear(&mut lines).as_deref(), Some("first"));
    child::signal(&loser, "STOP");
    let won = shop.resume::<Order>(1).await;
    assert!(matches!(won.progress, Progress::Finished), "{won}");
    let before = story(&log).await.unwrap();
    let_go(&mut loser);
    child::signal(&loser, "CONT");
    assert_eq!(hear(&mut lines).as_deref(), Some("Elsewhere"));
    assert!(loser.wait().unwrap().success());
    assert_eq!(story(&log).await.unwrap(), before);
    assert_eq!(balances(&log).await, [60, 130]);
}

#[tokio::test]
async fn a_node_that_is_killed_loses_nothing_and_doubles_nothing() {
    if let Some(folder) = child::called() {
        return be_a_child(opened_file(&folder).await, &folder).await;
    }
    let test = "a_node_that_is_killed_loses_nothing_and_doubles_nothing";
    for killed_at in 0..4 {
        let scratch = Scratch::new();
        let log = opened_file(scratch.as_ref()).await;
        killed(test, &scratch, log, killed_at).await;
    }
}

#[tokio::test]
async fn on_jetstream_a_node_that_is_killed_loses_nothing_and_doubles_nothing() {
    if let Some(folder) = child::called() {
        return be_a_child(opened_stream(&folder).await, &folder).await;
    }
    let test = "on_jetstream_a_node_that_is_killed_loses_nothing_and_doubles_nothing";
    for killed_at in 0..4 {
        let Some(place) = Streamed::new() else { return };
        let scratch = Scratch::new();
        std::fs::write(scratch.file("place"), place.told()).unwrap();
        let log = opened_stream(scratch.as_ref()).await;
        killed(test, &scratch, log, killed_at).await;
    }
}

async fn killed<L>(test: &str, scratch: &Scratch, log: L, killed_at: usize)
where
    L: EventLog<Event = Stored> + ProcessLog,
{
    opened(&log).await;
    let shop = node(log.clone(), &Record::default());
    shop.start(1, program()).await.unwrap();
    let mut doomed = child::call(test, scratch.as_ref());
    let mut lines = BufReader::new(doomed.stdout.take().unwrap()).lines();
    for _ in 0..killed_at {
        hear(&mut lines).unwrap();
        let_go(&mut doomed);
    }
    // At 0 it may not even have begun, at 3 it is about to end or has ended.
    doomed.kill().unwrap();
    doomed.wait().unwrap();
    let answered = story(&log).await.unwrap();
    let mut heir = child::call(test, scratch.as_ref());
    let mut lines = BufReader::new(heir.stdout.take().unwrap()).lines();
    loop {
        match hear(&mut lines).unwrap().as_str() {
            "Finished" => break,
            "first" | "second" | "third" => let_go(&mut heir),
            other => panic!("{other}"),
        }
    }
    assert!(heir.wait().unwrap().success());
    assert_eq!(balances(&log).await, [60, 130], "killed at {killed_at}");
    let ended = shop.process::<Order>(1).await.unwrap();
    assert_eq!(ended, Some(Process::Finished(Ok(3))));
    let calls = std::fs::read_to_string(scratch.file("calls")).unwrap();
    for call in ["3 first", "4.b.1 second", "4.b.2 third"] {
        let step = call.split(' ').next().unwrap();
        let count = calls.lines().filter(|line| *line == call).count();
        let is_answered = answered.contains(&format!("answered {step}"));
        assert!(count == 1 || count == 2 && !is_answered, "{call}: {count}");
    }
}
