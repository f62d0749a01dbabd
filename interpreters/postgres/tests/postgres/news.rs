//! News: a notification is a hint, and the truth is in the table.

use crate::domain::{jot, note};
use crate::server::{Log, Place, number};
use lawful::Position;
use lawful::log::EventLog;
use std::time::Duration;

#[tokio::test]
async fn news_of_another_process_comes_with_its_notification() {
    let Some(place) = Place::new() else { return };
    // Nobody would look again within the test.
    let log = Log::open(place.options().poll(Duration::from_hours(24)))
        .await
        .expect("it opens");
    let other = place.open().await;
    let origin = Position::origin(log.identity());
    let waiting = tokio::spawn({
        let log = log.clone();
        async move { log.news(origin).await }
    });
    let client = place.client().await;
    // The one that reads and the one that listens have both looked.
    let looked = format!(
        "SELECT count(*) FROM pg_stat_activity
         WHERE application_name = '{}' AND query LIKE '%LIMIT 1), 0)' AND state = 'idle'",
        place.schema
    );
    while number(&client, &looked).await < 2 {}
    let appended = jot(&other, note(1), 0, "news").await.expect("it appends");
    assert_eq!(
        waiting.await.expect("no panic").expect("there is news"),
        appended.positions[0]
    );
    // What is old needs no waiting.
    assert_eq!(
        log.news(origin).await.expect("there is news"),
        appended.positions[0]
    );
}

#[tokio::test]
async fn a_lost_notification_costs_delay_and_never_an_event() {
    let Some(place) = Place::new() else { return };
    let log = Log::open(place.options().poll(Duration::from_millis(20)))
        .await
        .expect("it opens");
    let silent = Log::open(place.options().without_notifications())
        .await
        .expect("it opens");
    let mut seen = Position::origin(log.identity());
    for version in 0..5 {
        let waiting = tokio::spawn({
            let log = log.clone();
            async move { log.news(seen).await }
        });
        let appended = jot(&silent, note(1), version, "news")
            .await
            .expect("it appends");
        seen = waiting.await.expect("no panic").expect("there is news");
        assert_eq!(seen, appended.positions[0]);
    }
}

#[tokio::test]
async fn a_listener_whose_connection_is_lost_listens_again() {
    let Some(place) = Place::new() else { return };
    let options = place.options().poll(Duration::from_millis(50));
    let log = Log::open(options).await.expect("it opens");
    let other = place.open().await;
    let mut seen = Position::origin(log.identity());
    let client = place.client().await;
    for version in 0..3 {
        let waiting = tokio::spawn({
            let log = log.clone();
            // The session that looks first may be ended, too.
            async move {
                loop {
                    if let Ok(head) = log.news(seen).await {
                        return head;
                    }
                }
            }
        });
        let listener = format!(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE application_name = '{}' AND NOT query LIKE '%append(%'",
            place.schema
        );
        number(&client, &listener).await;
        let appended = jot(&other, note(1), version, "news")
            .await
            .expect("it appends");
        seen = waiting.await.expect("no panic");
        assert_eq!(seen, appended.positions[0]);
    }
}
