//! Both branches of a `both` sleep, or wait, at the same time.

use lawful::log::EventLog;
use lawful::prelude::*;
use lawful::{Timestamp, Uuid};
use lawful_engine::{Engine, Process, ProcessLog, Progress, WorkerOptions};
use processes::*;
use std::sync::Arc;
use std::time::Duration;

fn account(number: u128) -> Id<Account> {
    Id::from_uuid(Uuid::from_u128(number))
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

const EARLY: i64 = 10;
const LATE: i64 = 20;
const DEADLINE: i64 = 30;

/// Which branch sleeps longer does not matter.
fn pair(until: [i64; 2]) -> Pair {
    Pair {
        accounts: [account(1), account(2)],
        until: until.map(at),
        deadline: at(DEADLINE),
    }
}

async fn opened<L: EventLog<Event = Stored>>(shop: &Engine<Shop, L>) {
    for number in [1, 2] {
        let open = AccountCommand::open(0);
        shop.execute(account(number), open).await.unwrap();
    }
}

async fn pay<L: EventLog<Event = Stored>>(shop: &Engine<Shop, L>, (number, amount): (u128, Cents)) {
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

async fn seen<L>(shop: &Engine<Shop, L>) -> [Option<Cents>; 3]
where
    L: EventLog<Event = Stored> + ProcessLog,
{
    match shop.process::<Pair>(1).await.unwrap() {
        Some(Process::Finished(Ok(seen))) => seen,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn two_sleepers_sleep_until_the_later_moment_and_are_not_looked_at_in_between() {
    for until in [[EARLY, LATE], [LATE, EARLY], [LATE, LATE]] {
        let (log, clock) = memory();
        let shop = node(log.clone(), &Record::default());
        opened(&shop).await;
        shop.start(1, pair(until)).await.unwrap();
        assert_eq!(resumed(&shop).await, [true]);
        assert!(resumed(&shop).await.is_empty());
        clock.set(at(EARLY));
        let awake = until.contains(&EARLY);
        assert_eq!(resumed(&shop).await, vec![true; usize::from(awake)]);
        assert!(resumed(&shop).await.is_empty());
        clock.set(at(LATE - 1));
        assert!(resumed(&shop).await.is_empty());
        clock.set(at(LATE));
        assert_eq!(resumed(&shop).await, [true]);
        let waits = story(&log).await.unwrap();
        assert!(
            waits.ends_with(&["parked 2.a.1".to_owned(), "parked 2.b.1".to_owned()]),
            "{waits:?}"
        );
    }
}

/// Payments in this order, all before the process is resumed or each before it is resumed once.
async fn waits<L>(log: L, clock: &lawful_memory::Clock, all: bool, payments: &[(u128, Cents)])
where
    L: EventLog<Event = Stored> + ProcessLog,
{
    let shop = node(log, &Record::default());
    opened(&shop).await;
    shop.start(1, pair([0, 0])).await.unwrap();
    assert_eq!(resumed(&shop).await, [true]);
    for payment in payments {
        pay(&shop, *payment).await;
        if !all {
            resumed(&shop).await;
        }
    }
    resumed(&shop).await;
    clock.set(at(DEADLINE));
    resumed(&shop).await;
    let first = |number| payments.iter().position(|(account, _)| *account == number);
    let used = [first(1), first(2)];
    // Behind both, what came after the later one of the two is seen.
    let passed = used.iter().flatten().max().map_or(0, |last| last + 1);
    let third = payments.get(passed).map(|(_, amount)| *amount);
    let [one, two] = used.map(|place| place.map(|place| payments[place].1));
    assert_eq!(seen(&shop).await, [one, two, third], "{payments:?}, {all}");
}

const PAYMENTS: [&[(u128, Cents)]; 8] = [
    &[(1, 10), (2, 20)],
    &[(2, 20), (1, 10)],
    &[(1, 10), (2, 20), (1, 30)],
    &[(2, 20), (1, 10), (2, 30)],
    &[(2, 20), (2, 21), (1, 10)],
    &[(2, 20), (2, 21), (1, 10), (2, 30)],
    &[(2, 20)],
    &[],
];

#[tokio::test]
async fn two_who_wait_miss_nothing_in_whichever_order_it_comes() {
    for payments in PAYMENTS {
        for all in [true, false] {
            let (log, clock) = memory();
            waits(log, &clock, all, payments).await;
        }
    }
}

#[tokio::test]
async fn without_transactions_two_who_wait_miss_nothing() {
    for payments in PAYMENTS {
        for all in [true, false] {
            let (log, clock) = memory();
            waits(Apart(log), &clock, all, payments).await;
        }
    }
}

#[tokio::test]
async fn a_crash_while_two_wait_changes_nothing() {
    let (mut at_append, mut crashes) = (0, 0);
    loop {
        let mut is_down = false;
        for moment in [Moment::Before, Moment::After] {
            let (log, clock) = memory();
            let record = Record::default();
            let shop = node(log.clone(), &record);
            opened(&shop).await;
            shop.start(1, pair([EARLY, LATE])).await.unwrap();
            let crash = Crash {
                at: at_append,
                moment,
            };
            let crashing = Crashing::new(log.clone(), Some(crash));
            let dying = node(crashing.clone(), &record);
            let _it_may_die = dying.resume_all().await;
            clock.set(at(EARLY));
            let _it_may_die = dying.resume_all().await;
            clock.set(at(LATE));
            // The one that comes first is for the second branch.
            for payment in [(2, 20), (1, 10), (2, 30)] {
                pay(&shop, payment).await;
                let _it_may_die = dying.resume_all().await;
            }
            is_down |= crashing.is_down();
            crashes += usize::from(crashing.is_down());
            resumed(&shop).await;
            let seen = seen(&shop).await;
            assert_eq!(seen, [Some(10), Some(20), Some(30)], "{crash:?}");
        }
        if !is_down {
            break;
        }
        at_append += 1;
    }
    assert!(crashes >= 16, "{crashes}");
}

/// What a worker knows of the other branch is not forgotten when one is answered.
#[tokio::test]
async fn a_worker_wakes_the_branch_that_still_waits() {
    let (log, _) = memory();
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let options = WorkerOptions {
        report: Arc::new(move |resumed| {
            let _nobody_may_listen_any_more = tell.send(resumed.progress.is_over());
        }),
        ..WorkerOptions::default()
    };
    let shop = node(log.clone(), &Record::default());
    opened(&shop).await;
    let worker = tokio::spawn(shop.worker_with(options));
    shop.start(1, pair([0, 0])).await.unwrap();
    let mut over = async || {
        let told = tokio::time::timeout(Duration::from_mins(1), told.recv());
        told.await.expect("the worker noticed nothing").unwrap()
    };
    assert!(!over().await);
    for (payment, is_last) in [((2, 20), false), ((1, 10), false), ((1, 30), true)] {
        pay(&shop, payment).await;
        assert_eq!(over().await, is_last, "{payment:?}");
    }
    assert_eq!(seen(&shop).await, [Some(10), Some(20), Some(30)]);
    worker.abort();
}

/// A program that is run, and not started, waits in both branches too.
#[tokio::test]
async fn a_run_that_waits_in_both_branches_misses_nothing() {
    let (log, _) = memory();
    let shop = node(log, &Record::default());
    opened(&shop).await;
    let others = async {
        // Each once the run has begun: it looks from there on.
        tokio::task::yield_now().await;
        for payment in [(2, 20), (1, 10), (2, 30)] {
            pay(&shop, payment).await;
        }
    };
    let both = async { tokio::join!(shop.run(pair([0, 0])), others) };
    let both = tokio::time::timeout(Duration::from_mins(1), both).await;
    let (done, ()) = both.expect("the run missed something");
    assert_eq!(done.unwrap().output, [Some(10), Some(20), Some(30)]);
}
