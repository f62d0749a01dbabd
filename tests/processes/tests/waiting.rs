//! Processes that sleep and wait.

use lawful::log::EventLog;
use lawful::program::{ProcessEvent, ProcessEventKind};
use lawful::{Domain, Id, Timestamp, Uuid};
use lawful_engine::{Engine, Process, ProcessLog, Progress};
use lawful_jetstream::JetStreamLog;
use processes::*;
use std::sync::atomic::{AtomicBool, Ordering};

fn account(number: u128) -> Id<Account> {
    Id::from_uuid(Uuid::from_u128(number))
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

fn program() -> AwaitPayment {
    AwaitPayment {
        one: account(1),
        two: account(2),
        deadline: at(1_000),
    }
}

/// When none of these tests is run any more, by a clock that nobody sets.
fn patient() -> AwaitPayment {
    AwaitPayment {
        deadline: at(4_102_444_800_000_000),
        ..program()
    }
}

async fn opened<L: EventLog<Event = Stored>>(shop: &Engine<Shop, L>) {
    for number in [1, 2, 3] {
        let open = AccountCommand::open(0);
        shop.execute(account(number), open).await.unwrap();
    }
}

async fn pay<L: EventLog<Event = Stored>>(shop: &Engine<Shop, L>, number: u128, amount: Cents) {
    let deposit = AccountCommand::deposit(amount);
    shop.execute(account(number), deposit).await.unwrap();
}

/// Resumes, and says how many processes were due and whether all of them wait again.
async fn resumed<L>(shop: &Engine<Shop, L>) -> Vec<bool>
where
    L: EventLog<Event = Stored> + ProcessLog,
{
    let resumed = shop.resume_all().await.unwrap();
    let waits = |one: &lawful_engine::Resumed| matches!(one.progress, Progress::Parked(_));
    resumed.iter().map(waits).collect()
}

async fn seen<L>(shop: &Engine<Shop, L>) -> Vec<Cents>
where
    L: EventLog<Event = Stored> + ProcessLog,
{
    match shop.process::<AwaitPayment>(1).await.unwrap() {
        Some(Process::Finished(Ok(seen))) => seen,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_event_wakes_who_waits_for_it_and_nobody_else() {
    let (log, _) = memory();
    wakes(log).await;
}

#[tokio::test]
async fn without_transactions_an_event_wakes_who_waits_for_it_and_nobody_else() {
    let (log, _) = memory();
    wakes(Apart(log)).await;
}

#[tokio::test]
async fn on_jetstream_an_event_wakes_who_waits_for_it_and_nobody_else() {
    if let Some(place) = Streamed::new() {
        wakes::<JetStreamLog<Stored>>(place.open().await).await;
    }
}

async fn wakes<L: EventLog<Event = Stored> + ProcessLog>(log: L) {
    let shop = node(log.clone(), &Record::default());
    opened(&shop).await;
    shop.start(1, patient()).await.unwrap();
    assert_eq!(resumed(&shop).await, [true]);
    // Its own deposit does not count, and another account does not wake it.
    pay(&shop, 3, 1).await;
    assert!(resumed(&shop).await.is_empty());
    pay(&shop, 2, 20).await;
    assert_eq!(resumed(&shop).await, [true]);
    pay(&shop, 1, 30).await;
    pay(&shop, 2, 40).await;
    assert_eq!(resumed(&shop).await, [false]);
    assert_eq!(seen(&shop).await, [20, 30, 40]);
}

#[tokio::test]
async fn what_happens_between_two_waits_is_not_missed() {
    let (log, _) = memory();
    misses_nothing(log).await;
}

#[tokio::test]
async fn on_jetstream_what_happens_between_two_waits_is_not_missed() {
    if let Some(place) = Streamed::new() {
        misses_nothing::<JetStreamLog<Stored>>(place.open().await).await;
    }
}

async fn misses_nothing<L: EventLog<Event = Stored> + ProcessLog>(log: L) {
    let shop = node(log, &Record::default());
    opened(&shop).await;
    pay(&shop, 1, 1).await;
    shop.start(1, patient()).await.unwrap();
    for amount in [10, 20, 30, 40] {
        pay(&shop, 1 + u128::from(amount == 20), amount).await;
    }
    assert_eq!(resumed(&shop).await, [false]);
    // From the start of the process on, in the order of the log.
    assert_eq!(seen(&shop).await, [10, 20, 30]);
}

#[tokio::test]
async fn at_the_deadline_there_is_no_event_even_if_one_comes_later() {
    let (log, clock) = memory();
    deadline(log, &clock).await;
    let (log, clock) = memory();
    deadline(Apart(log), &clock).await;
}

async fn deadline<L>(log: L, clock: &lawful_memory::Clock)
where
    L: EventLog<Event = Stored> + ProcessLog,
{
    let shop = node(log.clone(), &Record::default());
    opened(&shop).await;
    shop.start(1, program()).await.unwrap();
    assert_eq!(resumed(&shop).await, [true]);
    clock.set(at(1_000));
    pay(&shop, 1, 10).await;
    clock.set(at(1_001));
    pay(&shop, 1, 20).await;
    assert_eq!(resumed(&shop).await, [false]);
    assert_eq!(seen(&shop).await, [10]);
}

#[tokio::test]
async fn who_looks_again_in_vain_writes_nothing() {
    let (log, _) = memory();
    let shop = node(log.clone(), &Record::default());
    opened(&shop).await;
    shop.start(1, program()).await.unwrap();
    assert_eq!(resumed(&shop).await, [true]);
    let before = story(&log).await.unwrap();
    assert_eq!(before, ["started", "answered 1", "parked 2"]);
    for _ in 0..3 {
        let resumed = shop.resume::<AwaitPayment>(1).await;
        assert!(matches!(resumed.progress, Progress::Parked(_)), "{resumed}");
    }
    assert_eq!(story(&log).await.unwrap(), before);
}

#[tokio::test]
async fn a_sleeper_sleeps_until_its_moment_by_the_logs_clock() {
    let (log, clock) = memory();
    let shop = node(log.clone(), &Record::default());
    shop.start(1, Nap { until: at(5) }).await.unwrap();
    assert_eq!(resumed(&shop).await, [true]);
    clock.set(at(4));
    assert!(resumed(&shop).await.is_empty());
    clock.set(at(5));
    // Another node, which knows nothing but the log.
    let other = node(log.clone(), &Record::default());
    assert_eq!(resumed(&other).await, [false]);
    assert_eq!(
        shop.process::<Nap>(1).await.unwrap(),
        Some(Process::Finished(Ok(())))
    );
}

/// An event comes after the process has looked and before it has written that it waits.
async fn overtaken<L>(log: L, inner: &lawful_memory::MemoryLog<Stored>)
where
    L: EventLog<Event = Stored> + ProcessLog,
{
    let shop = node(log, &Record::default());
    opened(&node(inner.clone(), &Record::default())).await;
    shop.start(1, program()).await.unwrap();
    assert_eq!(resumed(&shop).await, [true]);
    let answered = story(inner).await.unwrap();
    assert!(
        answered.contains(&"answered 2".to_owned()),
        "the event was missed: {answered:?}"
    );
}

/// Somebody pays at the very moment in which the process is about to write that it waits.
fn meddled(inner: &lawful_memory::MemoryLog<Stored>) -> Twin<lawful_memory::MemoryLog<Stored>> {
    let (meddler, done) = (inner.clone(), AtomicBool::new(false));
    Twin::new(inner.clone()).appending(move |batches, _| {
        let parks = |event: &Stored| {
            let line = Shop::journal(event).map(ProcessEvent::kind);
            line == Some(ProcessEventKind::Parked)
        };
        let mut events = batches
            .iter()
            .flat_map(|batch| batch.commands.iter())
            .flat_map(|command| command.events.iter());
        if events.any(parks) && !done.swap(true, Ordering::SeqCst) {
            let shop = node(meddler.clone(), &Record::default());
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    let runtime = tokio::runtime::Builder::new_current_thread().build();
                    runtime.unwrap().block_on(pay(&shop, 1, 10));
                });
            });
        }
    })
}

#[tokio::test]
async fn an_event_that_comes_between_look_and_line_is_not_missed() {
    let (log, _) = memory();
    overtaken(meddled(&log), &log).await;
}

#[tokio::test]
async fn a_log_that_does_not_hold_what_a_line_rests_on_is_found_out() {
    let (log, _) = memory();
    let meddled = Twin::new(meddled(&log)).appending(|_, reads| reads.clear());
    found_out(overtaken(meddled, &log), "the event was missed").await;
}

#[tokio::test]
async fn a_log_that_forgets_whose_events_are_whose_is_found_out() {
    let (log, _) = memory();
    let anonymous = Twin::new(log).reading(|stream, page| {
        for entry in &mut page.entries {
            if !stream.aggregate.starts_with("process-") {
                entry.command_id = Uuid::from_u128(u128::from(entry.version)).into();
            }
        }
    });
    found_out(wakes(anonymous), "left == right").await;
}

#[tokio::test]
async fn a_log_that_dates_events_back_is_found_out() {
    let (log, clock) = memory();
    let early = Twin::new(log).reading(|_, page| {
        for entry in &mut page.entries {
            entry.recorded_at = at(0);
        }
    });
    found_out(deadline(early, &clock), "left == right").await;
}
