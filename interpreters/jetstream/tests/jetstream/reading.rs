//! Reading long logs, and logs with holes.

use crate::given::{batch, chosen, command, jot, note, noted, texts};
use crate::server::{Log, Place};
use async_nats::jetstream::stream::Config;
use futures_core::Stream;
use lawful::log::{EventLog, Snapshot};
use lawful::{FailureKind, Position, Timestamp};
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

/// More than the server sends at once.
const MANY: u64 = 1300;

async fn fill(log: &Log, streams: u128) {
    let tasks = (0..streams).map(|stream| {
        let log = log.clone();
        tokio::spawn(async move {
            for version in 0..MANY / 2 {
                let text = format!("{stream}/{version}");
                jot(&log, note(stream), version, &text)
                    .await
                    .expect("it appends");
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("no panic");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_log_is_read_whole_by_whatever_pages() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    fill(&log, 2).await;
    let other = place.open().await;
    for limit in [7, 100, 5000] {
        let (mut read, mut after) = (Vec::new(), Position::origin(other.identity()));
        loop {
            let page = other.read_all(after, limit).await.expect("it reads");
            if page.entries.is_empty() {
                break;
            }
            after = page.next;
            read.extend(page.entries);
        }
        assert_eq!(read.len() as u64, MANY);
        assert!(read.is_sorted_by(|left, right| left.position < right.position));
        assert!(read.is_sorted_by(|left, right| left.recorded_at <= right.recorded_at));
    }
    for stream in 0..2 {
        let (mut versions, mut after) = (Vec::new(), 0);
        while after < MANY / 2 {
            let page = other
                .read_stream(note(stream), after, 100)
                .await
                .expect("it reads");
            assert_eq!(page.version, MANY / 2);
            versions.extend(page.entries.iter().map(|entry| entry.version));
            after = *versions.last().expect("there are more");
        }
        assert_eq!(versions, (1..=MANY / 2).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn the_consumers_that_reading_makes_are_gone_afterwards() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    for version in 0..40 {
        jot(&log, note(1), version, "x").await.expect("it appends");
    }
    for _ in 0..10 {
        assert_eq!(texts(&log).await.len(), 40);
    }
    // The last is removed without waiting for it; what is asked for on the same connection comes after.
    log.head().await.expect("it reads");
    let context = place.beside().await;
    let mut stream = context.get_stream(&place.name).await.expect("it exists");
    let left = stream
        .info()
        .await
        .expect("it answers")
        .state
        .consumer_count;
    assert!(left <= 1, "{left} consumers are left");
}

#[tokio::test]
async fn a_page_may_end_within_a_batch() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    for version in [0, 5, 10] {
        let events = (0..5).map(|number| noted(format!("{}", version + number)));
        log.append(batch(note(1), version, command(events)))
            .await
            .expect("it appends");
    }
    let all = log
        .read_stream(note(1), 0, 100)
        .await
        .expect("it reads")
        .entries;
    for after in 0..15 {
        for limit in 1..7 {
            let page = log
                .read_stream(note(1), after, limit)
                .await
                .expect("it reads");
            let from = usize::try_from(after).expect("small");
            assert_eq!(page.entries, all[from..(from + limit).min(15)]);
        }
    }
}

#[tokio::test]
async fn a_deleted_message_is_an_error_in_the_middle_and_not_a_short_history() {
    let Some(place) = Place::new() else { return };
    // A log whose stream allows to delete, against all advice.
    let log = place.made(|_| {}).await.expect("it is ours");
    let context = place.beside().await;
    let stream = context.get_stream(&place.name).await.expect("it exists");
    for version in 0..60 {
        jot(&log, note(1), version, "x").await.expect("it appends");
    }
    for gone in [3, 40] {
        stream.delete_message(gone).await.expect("it is allowed");
        for reader in [log.clone(), place.open().await] {
            let origin = Position::origin(reader.identity());
            for failure in [
                reader.read_all(origin, 1000).await.expect_err("it is seen"),
                reader
                    .read_stream(note(1), 0, 1000)
                    .await
                    .expect_err("it is seen"),
            ] {
                assert_eq!(*failure.kind(), FailureKind::Corrupt, "{failure:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_snapshot_tells_a_new_process_where_to_read_on() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    for version in 0..50 {
        jot(&log, note(1), version, "x").await.expect("it appends");
    }
    // Reading up to there makes the place known.
    log.read_stream(note(1), 0, 50).await.expect("it reads");
    let kept = Snapshot {
        fingerprint: "f".to_owned(),
        version: 50,
        data: "{}".to_owned(),
    };
    log.keep_snapshot(note(1), kept.clone())
        .await
        .expect("it is kept");
    for version in 50..53 {
        jot(&log, note(1), version, "y").await.expect("it appends");
    }
    let other = place.open().await;
    let found = other.snapshot(note(1), "f", 60).await.expect("it reads");
    assert_eq!(found, Some(kept));
    let page = other.read_stream(note(1), 50, 512).await.expect("it reads");
    assert_eq!(page.entries.len(), 3);
}

#[tokio::test]
async fn an_older_snapshot_of_a_slow_writer_replaces_nothing() {
    let Some(place) = Place::new() else { return };
    let (log, other) = (place.open().await, place.open().await);
    let kept = |version, fingerprint: &str| Snapshot {
        fingerprint: fingerprint.to_owned(),
        version,
        data: version.to_string(),
    };
    for (writer, snapshot, newest) in [
        (&log, kept(5, "f"), kept(5, "f")),
        (&other, kept(3, "f"), kept(5, "f")),
        (&other, kept(6, "f"), kept(6, "f")),
        (&log, kept(2, "g"), kept(2, "g")),
    ] {
        writer
            .keep_snapshot(note(1), snapshot)
            .await
            .expect("it is kept");
        let found = log.snapshot(note(1), &newest.fingerprint, 9).await;
        assert_eq!(found.expect("it reads"), Some(newest));
    }
}

#[tokio::test]
async fn news_come_to_another_process_and_silence_is_no_news() {
    let Some(place) = Place::new() else { return };
    let (log, other) = (place.open().await, place.open().await);
    let head = other.head().await.expect("it reads");
    let waiting = tokio::spawn({
        let other = other.clone();
        async move { other.news(head).await }
    });
    log.append(batch(note(1), 0, chosen("key", [])))
        .await
        .expect("it appends");
    assert_eq!(other.head().await.expect("it reads"), head);
    assert!(!waiting.is_finished());
    let appended = jot(&log, note(1), 0, "one").await.expect("it appends");
    let told = tokio::time::timeout(Duration::from_secs(30), waiting).await;
    let told = told
        .expect("it comes")
        .expect("no panic")
        .expect("it reads");
    assert_eq!(told, appended.positions[0]);
}

#[tokio::test]
async fn what_a_server_with_a_fast_clock_recorded_is_not_to_come() {
    let Some(place) = Place::new() else { return };
    let log = place.made(|_| {}).await.expect("it is ours");
    jot(&log, note(1), 0, "one").await.expect("it appends");
    let late = "2100-01-01T00:00:00Z".parse::<Timestamp>().expect("a time");
    assert!(log.now().is_some_and(|now| now < late));
    // As it is written after a server whose clock is ahead.
    let fast = r#"{"schema":1,"log":"00c0ffee00c0ffee","version":0,"not_before":"2100-01-01T00:00:00Z","commands":[
        {"id":"00000000-0000-0000-0000-000000000007","events":[{"type":"note.noted","schema":2,"data":{"text":"two"}}]}]}"#;
    let subject = format!("{}.note.{}", place.name, note(2).id);
    let context = place.beside().await;
    let sent = context.publish(subject, fast.into()).await;
    sent.expect("it is sent").await.expect("it is kept");
    assert_eq!(texts(&log).await, ["one", "two"]);
    assert!(log.now().is_some_and(|now| now >= late));
    let third = jot(&log, note(1), 1, "three").await.expect("it appends");
    assert!(third.recorded_at >= late, "time never goes back");
}

#[tokio::test]
async fn no_reading_asks_a_replica_even_where_the_stream_allows_it() {
    let Some(place) = Place::new() else { return };
    let direct = |config: &mut Config| config.allow_direct = true;
    let log = place.made(direct).await.expect("it is ours");
    for version in 0..40 {
        jot(&log, note(1), version, "x").await.expect("it appends");
    }
    let context = place.beside().await;
    let client = context.client();
    let mut heard = client
        .subscribe("$JS.API.DIRECT.GET.>")
        .await
        .expect("it is allowed");
    client.flush().await.expect("the server listens");
    let other = place.open().await;
    assert_eq!(texts(&other).await.len(), 40);
    let page = other.read_stream(note(1), 0, 100).await.expect("it reads");
    assert_eq!(page.entries.len(), 40);
    let outcome = other.outcome(note(1), "key".into()).await;
    assert_eq!(outcome.expect("it reads"), None);
    let snapshot = other.snapshot(note(1), "f", 40).await;
    assert_eq!(snapshot.expect("it reads"), None);
    let again = batch(note(1), 40, chosen("key", [noted("y")]));
    other.append(again).await.expect("it appends");
    // The first that is heard is our own.
    let own = "$JS.API.DIRECT.GET.own";
    client.publish(own, "".into()).await.expect("it is sent");
    let first = poll_fn(|ctx| Pin::new(&mut heard).poll_next(ctx)).await;
    assert_eq!(first.expect("it comes").subject.as_str(), own);
}
