//! Compensations of processes.

use lawful::{Id, Timestamp, Uuid};
use lawful_engine::{Process, Progress, Retries, WorkerOptions};
use processes::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;

fn account(number: u128) -> Id<Account> {
    Id::from_uuid(Uuid::from_u128(number))
}

#[tokio::test]
async fn what_was_done_is_undone_in_reverse_and_a_refusal_is_surfaced_for_good() {
    let (log, _) = memory();
    let shop = node(log.clone(), &Record::default());
    let ada = account(1);
    shop.execute(ada, AccountCommand::open(0)).await.unwrap();
    shop.start(1, BadEnd { account: ada }).await.unwrap();
    let resumed = shop.resume_all().await.unwrap();
    let [resumed] = &resumed[..] else {
        panic!("{resumed:?}")
    };
    assert!(
        matches!(resumed.progress, Progress::Uncompensated(_)),
        "{resumed}"
    );
    let history = shop.history(ada).entries().await.unwrap();
    let history: Vec<String> = history
        .iter()
        .map(|entry| entry.event.to_string())
        .collect();
    assert_eq!(
        history,
        [
            "opened(balance: 0)",
            "deposited(amount: 1)",
            "deposited(amount: 2)",
            "withdrawn(amount: 2)",
            // The refused one does not keep the others from running.
            "withdrawn(amount: 1)",
        ]
    );
    // Somebody has to look at it: it stays like that, and says why.
    assert!(shop.resume_all().await.unwrap().is_empty());
    match shop.process::<BadEnd>(1).await.unwrap() {
        Some(Process::Uncompensated(why)) => {
            assert!(why.contains("a compensation was refused"), "{why}");
            assert!(why.contains("the balance covers the amount"), "{why}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_compensation_that_fails_is_tried_again_and_not_dropped() {
    let (log, clock) = memory();
    clock.set(Timestamp::from_micros(10));
    let record = Record::default();
    let shop = node(log.clone(), &record);
    for number in [1, 2] {
        let open = AccountCommand::open(100);
        shop.execute(account(number), open).await.unwrap();
    }
    let order = Order {
        from: account(1),
        to: account(2),
        amount: 30,
        until: Timestamp::from_micros(0),
        more: 1_000,
    };
    // The program stops in the middle of its compensations, where the courier brings the parcel back.
    let crashing = Crashing::new(
        log.clone(),
        Some(Crash {
            at: 12,
            moment: Moment::Before,
        }),
    );
    let dying = node(crashing.clone(), &record);
    dying.start(1, order).await.unwrap();
    let _whatever_a_dying_node_says = dying.resume_all().await;
    assert!(crashing.is_down());
    assert_eq!(record.calls().last().unwrap().parcel, "back");
    record.fail(2);
    for _ in 0..2 {
        let resumed = shop.resume_all().await.unwrap();
        assert!(
            matches!(resumed[0].progress, Progress::Failed(_)),
            "{}",
            resumed[0]
        );
        let why = resumed[0].to_string();
        assert!(
            why.contains("the courier is ill") && why.contains("courier.bring"),
            "{why}"
        );
        assert!(why.contains("step `8`"), "{why}");
        assert_eq!(
            shop.process::<Order>(1).await.unwrap(),
            Some(Process::UnderWay)
        );
    }
    shop.resume_all().await.unwrap();
    let ended = shop.process::<Order>(1).await.unwrap();
    assert!(
        matches!(ended, Some(Process::Finished(Err(_)))),
        "{ended:?}"
    );
    assert_eq!(shop.load(account(1)).await.unwrap().state.balance, 100);
    assert_eq!(shop.load(account(2)).await.unwrap().state.balance, 100);
    let calls = record.calls();
    let back: Vec<_> = calls.iter().filter(|call| call.parcel == "back").collect();
    assert_eq!(back.len(), 4);
    assert!(back.iter().all(|call| call.key == back[0].key));
}

/// A compensation that fails is tried again, also by a worker; once it is refused, that is surfaced, and the older ones have run.
#[tokio::test]
async fn a_compensation_is_tried_again_until_it_is_refused_and_then_surfaced() {
    // With a clock that goes: a worker pauses by it.
    let log = lawful_memory::MemoryLog::<Stored>::default();
    let record = Record::default();
    let shop = node(log.clone(), &record);
    let ada = account(1);
    shop.execute(ada, AccountCommand::open(0)).await.unwrap();
    record.fail(2);
    let (report, mut told) = reports();
    let retries = Retries {
        pause: Duration::from_millis(1),
        ..Retries::default()
    };
    let worker = tokio::spawn(shop.worker_with(WorkerOptions {
        retries,
        report,
        ..WorkerOptions::default()
    }));
    shop.start(1, BadReturn { account: ada }).await.unwrap();
    for expected in [
        "step `3`, `courier.bring(parcel: \"back\")`: the courier is ill",
        "step `3`, `courier.bring(parcel: \"back\")`: the courier is ill",
        "a compensation was refused",
    ] {
        let one = hear(&mut told).await;
        assert!(one.contains(expected), "{one}");
    }
    worker.abort();
    match shop.process::<BadReturn>(1).await.unwrap() {
        Some(Process::Uncompensated(why)) => {
            assert!(why.contains("the balance covers the amount"), "{why}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(shop.load(ada).await.unwrap().state.balance, 0);
    let keys: Vec<_> = record.calls().into_iter().map(|call| call.key).collect();
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| *key == keys[0]));
    // It is the end: nobody undoes anything twice.
    assert!(shop.resume_all().await.unwrap().is_empty());
}

/// A worker gives up after so many times, and says so each time; nothing is dropped, and whoever looks later goes on.
#[tokio::test]
async fn a_compensation_that_fails_too_often_waits_for_somebody() {
    // With a clock that goes: a worker pauses by it.
    let log = lawful_memory::MemoryLog::<Stored>::default();
    let record = Record::default();
    let shop = node(log.clone(), &record);
    let ada = account(1);
    shop.execute(ada, AccountCommand::open(0)).await.unwrap();
    record.fail(3);
    let (report, mut told) = reports();
    let retries = Retries {
        attempts: 2,
        pause: Duration::from_millis(1),
        longest: Duration::from_millis(1),
    };
    let worker = tokio::spawn(shop.worker_with(WorkerOptions {
        retries,
        report,
        ..WorkerOptions::default()
    }));
    shop.start(1, BadReturn { account: ada }).await.unwrap();
    for _ in 0..3 {
        let one = hear(&mut told).await;
        assert!(one.contains("the courier is ill"), "{one}");
    }
    // The worker is alive, and sees to others.
    shop.start(2, Chatty { times: 0 }).await.unwrap();
    let one = hear(&mut told).await;
    assert!(one.ends_with("finished"), "{one}");
    worker.abort();
    assert_eq!(record.calls().len(), 3);
    let process = shop.process::<BadReturn>(1).await.unwrap();
    assert_eq!(process, Some(Process::UnderWay));
    let resumed = shop.resume_all().await.unwrap();
    assert!(
        matches!(resumed[0].progress, Progress::Uncompensated(_)),
        "{}",
        resumed[0]
    );
}

type Report = Arc<dyn Fn(&lawful_engine::Resumed) + Send + Sync>;

fn reports() -> (Report, UnboundedReceiver<String>) {
    let (tell, told) = tokio::sync::mpsc::unbounded_channel();
    let report = move |resumed: &lawful_engine::Resumed| {
        let _nobody_may_listen_any_more = tell.send(resumed.to_string());
    };
    (Arc::new(report), told)
}

async fn hear(told: &mut UnboundedReceiver<String>) -> String {
    let told = tokio::time::timeout(Duration::from_mins(1), told.recv());
    told.await.expect("the worker does nothing").unwrap()
}

async fn undone<L>(log: L)
where
    L: lawful::log::EventLog<Event = Stored> + lawful_engine::ProcessLog,
{
    let shop = node(log, &Record::default());
    for number in [1, 2] {
        let open = AccountCommand::open(100);
        shop.execute(account(number), open).await.unwrap();
    }
    let order = Order {
        from: account(1),
        to: account(2),
        amount: 30,
        until: Timestamp::from_micros(0),
        more: 1_000,
    };
    shop.start(1, order).await.unwrap();
    shop.resume_all().await.unwrap();
    let ended = shop.process::<Order>(1).await.unwrap();
    let is_refused = matches!(ended, Some(Process::Finished(Err(_))));
    assert!(is_refused, "{ended:?}");
    for number in [1, 2] {
        let entries = shop.history(account(number)).entries().await.unwrap();
        let balance = shop.load(account(number)).await.unwrap().state.balance;
        assert_eq!((entries.len(), balance), (3, 100), "account {number}");
    }
}

#[tokio::test]
async fn every_step_of_an_order_that_fails_is_undone_once() {
    let (log, _) = memory();
    undone(log.clone()).await;
    let (log, _) = memory();
    undone(Apart(log)).await;
}

/// A log that acknowledges what it does not keep: the events of the last compensation.
#[tokio::test]
async fn a_compensation_that_is_acknowledged_and_not_kept_is_found_out() {
    let (log, _) = memory();
    let written = AtomicUsize::new(0);
    let twin = Twin::new(log).appending(move |batches, _| {
        let is_command = batches.len() == 2;
        // Two commands, and then their compensations.
        if is_command && written.fetch_add(1, Ordering::SeqCst) == 3 {
            batches.remove(0);
        }
    });
    found_out(undone(twin), "account 1").await;
}
