//! Many at once: one transaction, an outcome each.

use crate::child::{append_contended, append_own};
use crate::domain::{Folder, append, batch, check, chosen, failed, note, noted, submission, texts};
use lawful::log::{AppendError, AtomicLog, Batch, EventLog, Position};
use lawful::{FailureKind, Few, Timestamp};
use rusqlite::Connection;
use std::collections::HashSet;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Poll, Waker};

/// Holds the lock that the writer needs, so that what is appended meanwhile waits together.
fn hold(folder: &Folder) -> Connection {
    let connection = folder.connection();
    connection
        .execute_batch("BEGIN IMMEDIATE")
        .expect("the lock");
    connection
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_with_streams_of_their_own_do_not_disturb_each_other() {
    let folder = Folder::new();
    let log = folder.log().await;
    let tasks: Vec<_> = (0..32)
        .map(|task| {
            let log = log.clone();
            tokio::spawn(async move { append_own(&log, note(task), 20).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let all = log
        .read_all(Position::origin(log.identity()), usize::MAX)
        .await
        .unwrap();
    assert_eq!(all.entries.len(), 640);
    let mut ids = HashSet::new();
    for (place, pair) in all.entries.windows(2).enumerate() {
        assert_eq!(
            pair[0].position,
            Position::new(log.identity(), place as u64 + 1)
        );
        assert!(pair[0].recorded_at <= pair[1].recorded_at);
        assert!(ids.insert(pair[0].event_id));
    }
    let expected: Vec<_> = (0..20).map(|number| number.to_string()).collect();
    for task in 0..32 {
        assert_eq!(texts(&log, note(task)).await, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_on_one_stream_lose_nothing_and_double_nothing() {
    let folder = Folder::new();
    let log = folder.log().await;
    let tasks: Vec<_> = (0..32)
        .map(|task| {
            let log = log.clone();
            tokio::spawn(async move {
                for number in 0..5 {
                    append_contended(&log, note(1), &format!("{task} {number}")).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let texts = texts(&log, note(1)).await;
    assert_eq!(texts.len(), 160);
    assert_eq!(texts.iter().collect::<HashSet<_>>().len(), 160);
}

#[tokio::test]
async fn in_one_transaction_each_has_an_outcome_of_its_own() {
    let folder = Folder::new();
    let ticks = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&ticks);
    let log = folder
        .log_with(|options| {
            options.clock(move || Timestamp::from_micros(clock.fetch_add(1, Ordering::Relaxed)))
        })
        .await;
    append(&log, note(1), 0, "first").await;
    let lock = hold(&folder);
    let commands = vec![
        batch(note(3), 0, [noted("all")]),
        batch(note(1), 1, [noted("all")]),
    ];
    let (good, stale, original, again, all, none, later, ()) = tokio::join!(
        log.append(batch(note(2), 0, [noted("good")])),
        log.append(batch(note(1), 0, [noted("stale")])),
        log.append(chosen(note(2), 1, 5_u128, [noted("original")])),
        log.append(chosen(note(2), 2, 5_u128, [noted("again")])),
        log.append_all(commands, vec![(note(2), 2)]),
        log.append_all(vec![batch(note(4), 0, [noted("none")])], vec![(note(2), 0)]),
        log.append(batch(note(2), 2, [noted("later")])),
        async { drop(lock) },
    );
    assert!(matches!(
        stale,
        Err(AppendError::Conflict { actual: 1, .. })
    ));
    // Found although it was not committed yet when it was looked for.
    assert!(matches!(again, Err(AppendError::Duplicate { .. })));
    assert!(matches!(none, Err(AppendError::Conflict { actual: 2, .. })));
    let (good, original, later) = (good.unwrap(), original.unwrap(), later.unwrap());
    let all = all.unwrap();
    assert_eq!(texts(&log, note(2)).await, ["good", "original", "later"]);
    assert_eq!(texts(&log, note(1)).await, ["first", "all"]);
    assert_eq!(texts(&log, note(3)).await, ["all"]);
    assert_eq!(log.version(note(4)).await.unwrap().0, 0);
    // The clock ticks with every transaction: there was one.
    for appended in [&original, &all[0], &all[1], &later] {
        assert_eq!(appended.recorded_at, good.recorded_at);
    }
}

#[tokio::test]
async fn one_that_the_database_refuses_leaves_its_neighbours_alone() {
    let folder = Folder::new();
    let log = folder.log().await;
    folder.shell("CREATE UNIQUE INDEX events_by_id ON events (event_id)");
    let with_id = |expected, text: &str| Batch {
        stream: note(1),
        expected,
        commands: Few::One(submission(1_u128, [noted(text)])),
    };
    log.append(with_id(0, "first")).await.unwrap();
    let lock = hold(&folder);
    let (before, refused, after, ()) = tokio::join!(
        log.append(batch(note(2), 0, [noted("before")])),
        log.append(with_id(1, "with the id of another event")),
        log.append(batch(note(1), 1, [noted("after")])),
        async { drop(lock) },
    );
    before.unwrap();
    check(&failed(refused), &FailureKind::CommandIdReused, &["id"]);
    after.unwrap();
    assert_eq!(texts(&log, note(1)).await, ["first", "after"]);
    assert_eq!(texts(&log, note(2)).await, ["before"]);
}

#[tokio::test]
async fn one_that_does_not_fit_leaves_its_neighbours_alone() {
    let folder = Folder::new();
    let log = folder.log_with(|options| options.max_bytes(200_000)).await;
    let large = "x".repeat(300_000);
    let lock = hold(&folder);
    let (before, refused, after, ()) = tokio::join!(
        log.append(batch(note(1), 0, [noted("before")])),
        log.append(batch(note(2), 0, [noted("small"), noted(large)])),
        log.append(batch(note(1), 1, [noted("after")])),
        async { drop(lock) },
    );
    before.unwrap();
    check(
        &failed(refused),
        &FailureKind::Full,
        &["no space left", "log.db"],
    );
    after.unwrap();
    assert_eq!(texts(&log, note(1)).await, ["before", "after"]);
    assert_eq!(log.version(note(2)).await.unwrap().0, 0);
}

#[tokio::test]
async fn a_dropped_future_does_no_harm() {
    let folder = Folder::new();
    let log = folder.log().await;
    for round in 0..50 {
        let (version, _) = log.version(note(1)).await.unwrap();
        {
            let both = [noted(format!("{round} a")), noted(format!("{round} b"))];
            let mut dropped = pin!(log.append(batch(note(1), version, both)));
            let mut nobody = Context::from_waker(Waker::noop());
            if let Poll::Ready(answer) = dropped.as_mut().poll(&mut nobody) {
                answer.unwrap();
            }
        }
        append(&log, note(2), round, "meanwhile").await;
        // It was handed over first, so it was written first, and wholly.
        assert_eq!(log.version(note(1)).await.unwrap().0, version + 2);
    }
}

#[tokio::test]
async fn a_full_queue_makes_senders_wait_and_loses_nobody() {
    let folder = Folder::new();
    let log = folder.log_with(|options| options.queue(1)).await;
    let lock = hold(&folder);
    let mut lock = Some(lock);
    let mut appends: Vec<_> = (0..8)
        .map(|stream| Box::pin(log.append(batch(note(stream), 0, [noted("queued")]))))
        .collect();
    let mut nobody = Context::from_waker(Waker::noop());
    for append in &mut appends {
        assert!(append.as_mut().poll(&mut nobody).is_pending());
    }
    // One whose turn to enter the queue comes is dropped.
    drop(appends.remove(4));
    drop(lock.take());
    for append in appends {
        append.await.unwrap();
    }
    assert_eq!(folder.number("SELECT count(*) FROM events"), 7);
}

#[tokio::test]
async fn the_file_is_closed_when_the_last_handle_is_gone() {
    let folder = Folder::new();
    let log = folder.log().await;
    let other = log.clone();
    append(&log, note(1), 0, "kept").await;
    drop(log);
    append(&other, note(1), 1, "still open").await;
    assert!(folder.path().join("log.db-wal").exists());
    drop(other);
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    assert_eq!(left, ["log.db"]);
}
