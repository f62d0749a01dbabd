//! A process that crashes anywhere comes to the same end as one that does not.

use lawful::log::EventLog;
use lawful::{Id, Timestamp, Uuid};
use lawful_engine::{Process, ProcessLog, Progress};
use lawful_jetstream::JetStreamLog;
use lawful_memory::{Clock, MemoryLog};
use lawful_postgres::PostgresLog;
use lawful_servers::{Lost, Proxy};
use processes::*;
use std::collections::BTreeSet;
use std::convert::identity;

fn account(number: u128) -> Id<Account> {
    Id::from_uuid(Uuid::from_u128(number))
}

/// When it begins: the first day of 2100. A server has a clock of its own for what it records, and ours must not be behind it.
const BEGIN: i64 = 4_102_444_800_000_000;
const UNTIL: i64 = BEGIN + 1_000;

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

/// The outcome of a process that has come to its end.
async fn ended<L: EventLog<Event = Stored> + ProcessLog>(log: &L, record: &Record) -> Outcome {
    let expected = outcome(log, record).await;
    let finished = matches!(expected.process, Some(Process::Finished(_)));
    assert!(finished, "{expected:?}");
    expected
}

/// Runs the process to its end, or to the crash. The clock passes the end of the sleep on the way.
async fn run<L>(log: &L, record: &Record, more: Cents, clock: &Clock)
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
            Some(Progress::Parked(_)) | None => clock.set(Timestamp::from_micros(UNTIL)),
            Some(_) => return,
        }
    }
}

/// A new log with two accounts, and its clock, which stands still.
async fn fresh<L: Logs>(logs: &L) -> (L::Log<Stored>, Clock) {
    let clock = Clock::fixed(Timestamp::from_micros(BEGIN));
    let [log] = logs.shared(&clock).await;
    prepare(&log).await;
    (log, clock)
}

/// Crashes once at each append, before and after it.
async fn crashes_everywhere<L, F, W>(
    fresh: impl Fn() -> F,
    more: Cents,
    moments: &[Moment],
    wrap: impl Fn(Crashing<L>) -> W,
) where
    L: EventLog<Event = Stored> + ProcessLog,
    F: Future<Output = (L, Clock)>,
    W: EventLog<Event = Stored> + ProcessLog,
{
    let (log, clock) = fresh().await;
    let whole = Crashing::new(log.clone(), None).by(&clock);
    let (first, record) = (wrap(whole.clone()), Record::default());
    run(&first, &record, more, &clock).await;
    let expected = ended(&first, &record).await;
    assert!(whole.appends() >= 12, "{:?}", story(&log).await);
    let mut repeated = 0;
    for at in 0..whole.appends() {
        for &moment in moments {
            let (log, clock) = fresh().await;
            let record = Record::default();
            let crash = Some(Crash { at, moment });
            let crashing = Crashing::new(log.clone(), crash).by(&clock);
            run(&wrap(crashing.clone()), &record, more, &clock).await;
            assert!(crashing.is_down());
            // A call may be made again where the journal does not hold its answer, and nowhere else.
            let before = record.calls();
            let answered: BTreeSet<String> = story(&log).await.unwrap().into_iter().collect();
            let heir = wrap(Crashing::new(log.clone(), None).by(&clock));
            run(&heir, &record, more, &clock).await;
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

on_every_log! {
    a_process_that_crashes_anywhere_ends_well,
    a_process_that_crashes_anywhere_is_undone,
    without_transactions_a_process_that_crashes_anywhere_ends_well,
    without_transactions_a_process_that_crashes_anywhere_is_undone,
}

async fn a_process_that_crashes_anywhere_ends_well(logs: &impl Logs) {
    crashes_everywhere(|| fresh(logs), 10, &MOMENTS, identity).await;
}

async fn a_process_that_crashes_anywhere_is_undone(logs: &impl Logs) {
    crashes_everywhere(|| fresh(logs), 1_000, &MOMENTS, identity).await;
}

async fn without_transactions_a_process_that_crashes_anywhere_ends_well(logs: &impl Logs) {
    crashes_everywhere(|| fresh(logs), 10, &MOMENTS, Apart).await;
}

async fn without_transactions_a_process_that_crashes_anywhere_is_undone(logs: &impl Logs) {
    crashes_everywhere(|| fresh(logs), 1_000, &MOMENTS, Apart).await;
}

#[tokio::test]
async fn a_log_that_tears_a_command_from_its_line_is_found_out() {
    let torn = tokio::task::LocalSet::new();
    let found = torn.run_until(async {
        let check = crashes_everywhere(|| fresh(&InMemory), 10, &[Moment::Between], identity);
        tokio::task::spawn_local(check).await
    });
    let panic = found.await.unwrap_err().into_panic();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.contains("crash at 1, Between"), "{message}");
}

/// The connection to the server dies at every message that goes this way, once; whoever resumes the process brings it to the same end.
async fn dies_everywhere(what: Lost, more: Cents) {
    let Some(schemas) = Schemas::new() else {
        return;
    };
    let (log, clock) = fresh(&schemas).await;
    let record = Record::default();
    let whole = Crashing::new(log.clone(), None).by(&clock);
    run(&whole, &record, more, &clock).await;
    let expected = ended(&log, &record).await;
    let proxy = Proxy::before(schemas.port());
    for after in 0.. {
        let clock = Clock::fixed(Timestamp::from_micros(BEGIN));
        let log = PostgresLog::open(schemas.fresh(proxy.port())).await;
        let log = Crashing::new(log.unwrap(), None).by(&clock);
        // All connections are there; the first thing to die is one that works.
        prepare(&log).await;
        log.head().await.unwrap();
        let record = Record::default();
        proxy.cut(what, after);
        let shop = node(log.clone(), &record);
        while shop.process::<Order>(1).await.unwrap().is_none() {
            run(&log, &record, more, &clock).await;
        }
        run(&log, &record, more, &clock).await;
        let found = outcome(&log, &record).await;
        assert_eq!(found, expected, "{what:?} {after}");
        if !proxy.has_cut() {
            assert!(after > 12, "{after}");
            return;
        }
    }
}

#[tokio::test]
async fn a_process_whose_connection_dies_with_a_question_ends_well() {
    dies_everywhere(Lost::Question, 10).await;
}

#[tokio::test]
async fn a_process_whose_connection_dies_with_an_answer_ends_well() {
    dies_everywhere(Lost::Answer, 10).await;
}

#[tokio::test]
async fn a_process_whose_connection_dies_with_an_answer_is_undone() {
    dies_everywhere(Lost::Answer, 1_000).await;
}

/// An append says once that its outcome is not known, whether it took effect or not; the node goes on by itself.
async fn doubts_everywhere<W>(
    more: Cents,
    moments: &[Moment],
    wrap: impl Fn(Crashing<MemoryLog<Stored>>) -> W,
) where
    W: EventLog<Event = Stored> + ProcessLog,
{
    let (log, clock) = fresh(&InMemory).await;
    let (whole, record) = (Crashing::new(log.clone(), None), Record::default());
    run(&wrap(whole.clone()), &record, more, &clock).await;
    let expected = ended(&log, &record).await;
    assert!(whole.appends() >= 12);
    for at in 0..whole.appends() {
        for &moment in moments {
            let (log, clock) = fresh(&InMemory).await;
            let record = Record::default();
            let doubtful = Crashing::new(log.clone(), Some(Crash { at, moment }));
            let node = wrap(doubtful.clone());
            // The second time it knows.
            run(&node, &record, more, &clock).await;
            run(&node, &record, more, &clock).await;
            assert!(doubtful.appends() >= at);
            let found = outcome(&log, &record).await;
            assert_eq!(found, expected, "doubt at {at}, {moment:?}");
            // An answer that was lost is asked for again, once and under the same key; no other is.
            let calls = record.calls();
            let repeated = calls.len() - expected.delivered.len();
            assert!(
                repeated <= usize::from(moment == Moment::DoubtBefore),
                "{calls:?}"
            );
        }
    }
}

const DOUBTS: [Moment; 2] = [Moment::DoubtBefore, Moment::DoubtAfter];

#[tokio::test]
async fn a_log_that_repeats_what_it_is_not_sure_of_is_found_out() {
    let check = doubts_everywhere(10, &[Moment::DoubtTwice], identity);
    found_out(check, "doubt at 1, DoubtTwice").await;
}

#[tokio::test]
async fn a_line_of_unknown_outcome_is_settled_and_not_repeated() {
    doubts_everywhere(10, &DOUBTS, identity).await;
    doubts_everywhere(1_000, &DOUBTS, identity).await;
}

#[tokio::test]
async fn without_transactions_a_line_of_unknown_outcome_is_settled() {
    doubts_everywhere(10, &DOUBTS, Apart).await;
    doubts_everywhere(1_000, &DOUBTS, Apart).await;
}

/// A new log in JetStream with two accounts, and a clock that stands still.
async fn on_a_server() -> (JetStreamLog<Stored>, Clock) {
    let place = Streamed::new().unwrap();
    let log = place.open().await;
    prepare(&log).await;
    (log, Clock::fixed(Timestamp::from_micros(BEGIN)))
}

#[tokio::test]
async fn on_jetstream_a_process_that_crashes_anywhere_ends_well() {
    if Streamed::new().is_some() {
        crashes_everywhere(on_a_server, 10, &MOMENTS, Apart).await;
    }
}

#[tokio::test]
async fn on_jetstream_a_process_that_crashes_anywhere_is_undone() {
    if Streamed::new().is_some() {
        crashes_everywhere(on_a_server, 1_000, &MOMENTS, Apart).await;
    }
}
