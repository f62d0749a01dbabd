//! One order: positions appear in commit order, without gaps, whatever other writers do.

use crate::domain::{Fact, jot, note, texts};
use crate::server::{Place, number};
use lawful::log::EventLog;
use lawful::{Position, Timestamp};
use std::pin::pin;
use std::task::{Context, Waker};
use tokio_postgres::Client;

/// Appends as another process does, inside whatever transaction the client is in: the position before its event.
async fn append_by_hand(client: &Client, stream: u128, text: &str) -> i64 {
    let sql = format!(
        "SELECT head FROM append(
            '{{1}}', '{{note}}', ARRAY['{stream:032x}'::uuid], '{{0}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}',
            '{{1}}', '{{1}}', '{{note.noted}}', '{{2}}', ARRAY['{{\"text\":\"{text}\"}}'::jsonb], ARRAY[gen_random_uuid()],
            ARRAY[gen_random_uuid()], ARRAY[gen_random_uuid()], ARRAY[NULL::uuid], ARRAY[NULL::jsonb], '{{NULL}}', '{{NULL}}', true
        )"
    );
    number(client, &sql).await
}

async fn positions(log: &impl EventLog<Event = Fact>) -> Vec<u64> {
    let origin = Position::origin(log.identity());
    let page = log.read_all(origin, 1000).await.expect("it reads");
    let numbers = page.entries.iter().map(|entry| {
        entry
            .position
            .number_in(log.identity())
            .expect("this log's")
    });
    numbers.collect()
}

#[tokio::test]
async fn a_reader_never_passes_a_slow_committer() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    let (slow, watcher) = (place.client().await, place.client().await);
    slow.batch_execute("BEGIN").await.expect("it begins");
    assert_eq!(append_by_hand(&slow, 1, "slow").await, 0);
    // The slow one has position 1 and does not commit. A fast one comes after it.
    let mut fast = pin!(jot(&log, note(2), 0, "fast"));
    assert!(
        fast.as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    );
    place.waiting(&watcher, 1).await;
    let origin = Position::origin(log.identity());
    let page = log.read_all(origin, 10).await.expect("it reads");
    assert!(page.entries.is_empty());
    assert_eq!(
        (page.next, log.head().await.expect("it reads")),
        (origin, origin)
    );
    slow.batch_execute("COMMIT").await.expect("it commits");
    let fast = fast.await.expect("it appends");
    let page = log.read_all(page.next, 10).await.expect("it reads");
    assert_eq!(page.next, fast.positions[0]);
    assert_eq!(texts(&log).await, ["slow", "fast"]);
}

#[tokio::test]
async fn a_slow_writer_that_gives_up_leaves_no_hole() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    let (slow, watcher) = (place.client().await, place.client().await);
    slow.batch_execute("BEGIN").await.expect("it begins");
    append_by_hand(&slow, 1, "slow").await;
    let mut fast = pin!(jot(&log, note(2), 0, "fast"));
    assert!(
        fast.as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    );
    place.waiting(&watcher, 1).await;
    slow.batch_execute("ROLLBACK").await.expect("it gives up");
    fast.await.expect("it appends");
    assert_eq!(texts(&log).await, ["fast"]);
    assert_eq!(positions(&log).await, [1]);
}

#[tokio::test]
async fn an_old_transaction_does_not_make_an_append_old() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    let old = place.client().await;
    // The transaction has its number before the other append, and appends after it.
    old.batch_execute("BEGIN; SELECT pg_current_xact_id()")
        .await
        .expect("it begins");
    let fast = jot(&log, note(1), 0, "fast").await.expect("it appends");
    assert_eq!(append_by_hand(&old, 2, "old").await, 1);
    assert_eq!(
        log.read_all(fast.positions[0], 10)
            .await
            .expect("it reads")
            .entries
            .len(),
        0
    );
    old.batch_execute("COMMIT").await.expect("it commits");
    assert_eq!(texts(&log).await, ["fast", "old"]);
    assert_eq!(
        log.read_all(fast.positions[0], 10)
            .await
            .expect("it reads")
            .entries
            .len(),
        1
    );
}

#[tokio::test]
async fn a_snapshot_from_before_the_lock_cannot_append() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    let old = place.client().await;
    old.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
        .await
        .expect("it begins");
    jot(&log, note(1), 0, "first").await.expect("it appends");
    let refused = old
        .query("SELECT * FROM append('{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}',false)", &[])
        .await
        .expect_err("it would not see what came before it");
    let said = refused
        .as_db_error()
        .expect("the function says why")
        .message();
    assert_eq!(
        said,
        "append() needs the isolation level read committed, not repeatable read"
    );
}

#[tokio::test]
async fn refused_appends_burn_no_position() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    for (number, version) in (0..).zip([0, 0, 0]) {
        jot(&log, note(number), version, "good")
            .await
            .expect("it appends");
        jot(&log, note(number), version, "stale")
            .await
            .expect_err("it is stale");
        jot(&log, note(number + 10), 7, "ahead")
            .await
            .expect_err("it is ahead");
    }
    assert_eq!(positions(&log).await, [1, 2, 3]);
}

#[tokio::test]
async fn events_and_version_come_from_one_snapshot() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    jot(&log, note(1), 0, "one").await.expect("it appends");
    // Another process commits while the reader stands in the middle of its question.
    let (other, watcher) = (place.client().await, place.client().await);
    other
        .batch_execute("BEGIN; LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
        .await
        .expect("it locks");
    let reading = tokio::spawn({
        let log = log.clone();
        async move { log.read_stream(note(1), 0, 10).await }
    });
    place.waiting(&watcher, 1).await;
    let by_hand = "INSERT INTO events SELECT position + 1, aggregate, stream, version + 1, type, schema_version, data,
        gen_random_uuid(), command_id, correlation_id, causation_id, recorded_at, metadata FROM events";
    other
        .batch_execute(&format!("{by_hand}; COMMIT"))
        .await
        .expect("it commits");
    let page = reading.await.expect("no panic").expect("it reads");
    assert_eq!(page.version, page.entries.len() as u64);
    assert_eq!(page.head, page.entries.last().expect("an event").position);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_follows_many_writers_sees_everything_once_and_in_order() {
    const EACH: u64 = 60;
    let Some(place) = Place::new() else { return };
    let logs = [place.open().await, place.open().await, place.open().await];
    let writers = (0..12_u8).map(|writer| {
        let log = logs[usize::from(writer) % 3].clone();
        tokio::spawn(async move {
            for number in 0..EACH {
                let text = format!("{writer}.{number}");
                jot(&log, note(writer.into()), number, &text)
                    .await
                    .expect("it appends");
            }
        })
    });
    let writers = writers.collect::<Vec<_>>();
    let reader = logs[0].clone();
    let following = tokio::spawn(async move {
        let (mut after, mut seen) = (Position::origin(reader.identity()), Vec::new());
        let mut last = Timestamp::MIN;
        while (seen.len() as u64) < 12 * EACH {
            after = {
                reader.news(after).await.expect("there is news");
                let page = reader.read_all(after, 7).await.expect("it reads");
                for entry in &page.entries {
                    assert!(entry.recorded_at >= last);
                    last = entry.recorded_at;
                    seen.push(entry.event_id);
                }
                page.next
            };
        }
        seen
    });
    for writer in writers {
        writer.await.expect("no panic");
    }
    let seen = following.await.expect("no panic");
    let all = logs[1]
        .read_all(Position::origin(logs[1].identity()), 10_000)
        .await
        .expect("it reads");
    assert_eq!(
        seen,
        all.entries
            .iter()
            .map(|entry| entry.event_id)
            .collect::<Vec<_>>()
    );
    assert_eq!(
        positions(&logs[2]).await,
        (1..=12 * EACH).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn recorded_at_never_goes_back_even_when_the_clock_does() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    jot(&log, note(1), 0, "one").await.expect("it appends");
    // As if the clock had been a year ahead when the second event came.
    let by_hand = "INSERT INTO events SELECT position + 1, aggregate, stream, version + 1, type, schema_version, data,
        gen_random_uuid(), command_id, correlation_id, causation_id, recorded_at + interval '1 year', metadata FROM events";
    place
        .client()
        .await
        .batch_execute(by_hand)
        .await
        .expect("it is put in");
    let third = jot(&log, note(1), 2, "three").await.expect("it appends");
    let page = log.read_stream(note(1), 0, 10).await.expect("it reads");
    let times = page
        .entries
        .iter()
        .map(|entry| entry.recorded_at)
        .collect::<Vec<_>>();
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!(third.recorded_at, times[1]);
}
