//! Opening: what is ours, what is not, and who is first.

use crate::given::{jot, note, texts};
use crate::server::{Log, Place};
use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, StorageType};
use lawful::FailureKind;
use lawful::log::EventLog;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn many_processes_that_open_at_once_open_one_log() {
    let Some(place) = Place::new() else { return };
    let opening = (0..12).map(|_| {
        let place = place.clone();
        tokio::spawn(async move { place.open().await.identity() })
    });
    let mut identities = Vec::new();
    for opened in opening.collect::<Vec<_>>() {
        identities.push(opened.await.expect("no panic"));
    }
    identities.dedup();
    assert_eq!(identities.len(), 1);
}

#[tokio::test]
async fn the_stream_keeps_everything_and_cannot_be_purged() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    jot(&log, note(1), 0, "one").await.expect("it appends");
    let context = place.beside().await;
    let stream = context.get_stream(&place.name).await.expect("it exists");
    let config = &stream.cached_info().config;
    assert_eq!(config.retention, RetentionPolicy::Limits);
    assert_eq!(config.discard, DiscardPolicy::New);
    assert!(config.deny_delete && config.deny_purge && !config.allow_direct);
    assert!(stream.purge().await.is_err());
    assert!(stream.delete_message(1).await.is_err());
    assert_eq!(texts(&log).await, ["one"]);
}

/// Opens a log where there is a stream with this configuration; what is said about it.
async fn refused(change: impl FnOnce(&mut Config)) -> Option<lawful::Failure> {
    let place = Place::new()?;
    place.made(change).await.err()
}

#[tokio::test]
async fn a_stream_that_is_not_ours_is_refused() {
    if Place::new().is_none() {
        return;
    }
    assert!(refused(|_| {}).await.is_none(), "this one is ours");
    let changes: [fn(&mut Config); 7] = [
        |config| config.storage = StorageType::Memory,
        |config| config.description = None,
        |config| config.description = Some("orders".to_owned()),
        |config| config.subjects = vec![format!("{}.other.>", config.name)],
        |config| config.max_age = Duration::from_hours(1),
        |config| config.retention = RetentionPolicy::WorkQueue,
        |config| (config.max_messages, config.discard) = (10, DiscardPolicy::Old),
    ];
    for change in changes {
        let failure = refused(change).await.expect("it is refused");
        assert_eq!(*failure.kind(), FailureKind::NotALog, "{failure:?}");
    }
}

#[tokio::test]
async fn a_log_that_fewer_servers_keep_than_the_options_say_is_refused() {
    let Some(place) = Place::new() else { return };
    place.open().await;
    let failure = Log::open(place.options().replicas(3))
        .await
        .expect_err("one is fewer than three");
    let told = failure.to_string();
    assert!(
        told.contains("is kept by 1 server(s), expected 3") && told.contains("--replicas 3"),
        "{told}"
    );
}

#[tokio::test]
async fn a_log_of_a_newer_release_is_refused() {
    if Place::new().is_none() {
        return;
    }
    let newer = |config: &mut Config| {
        config.description = Some("lawful event log, schema 2, log 00c0ffee00c0ffee".to_owned());
    };
    let failure = refused(newer).await.expect("it is refused");
    assert_eq!(*failure.kind(), FailureKind::NewerSchema, "{failure:?}");
}

#[tokio::test]
async fn a_stream_that_was_replaced_is_told_from_the_one_that_was_opened() {
    let Some(place) = Place::new() else { return };
    let options = || place.options().timeout(Duration::from_millis(500));
    let log = Log::open(options()).await.expect("it opens");
    jot(&log, note(1), 0, "one").await.expect("it appends");
    let context = place.beside().await;
    context.delete_stream(&place.name).await.expect("it goes");
    let gone = log.head().await.expect_err("it is gone");
    assert_eq!(*gone.kind(), FailureKind::NotALog, "{gone:?}");
    let gone = crate::given::failure(jot(&log, note(1), 1, "two").await);
    assert_eq!(*gone.kind(), FailureKind::NotALog, "{gone:?}");
    let other = Log::open(options()).await.expect("a new one is made");
    assert_ne!(other.identity(), log.identity());
    for version in 0..2 {
        jot(&other, note(1), version, "other")
            .await
            .expect("it appends");
    }
    let replaced = log.head().await.expect_err("it is another log");
    assert_eq!(*replaced.kind(), FailureKind::NotALog, "{replaced:?}");
}
