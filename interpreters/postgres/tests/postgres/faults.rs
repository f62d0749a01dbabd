//! Connections that break at the worst moment: what is not known is said to be unknown, and can be settled.

use crate::domain::{batch, chosen, failure, jot, note, noted, texts};
use crate::server::{Log, Place, number};
use lawful::FailureKind;
use lawful::log::{AppendError, EventLog};
use lawful_postgres::PostgresOptions;
use lawful_servers::{Lost, Postgres, Proxy};

#[tokio::test]
async fn a_connection_that_breaks_between_commit_and_reply_leaves_an_outcome_that_can_be_settled() {
    let Some(place) = Place::new() else { return };
    let proxy = Proxy::before(place.port);
    let url = Postgres::url_at(proxy.port(), "postgres");
    let log = Log::open(PostgresOptions::new(url).schema(&place.schema))
        .await
        .expect("it opens");
    jot(&log, note(1), 0, "one").await.expect("it appends");
    proxy.cut(Lost::Answer, 0);
    let unknown = failure(
        log.append(batch(note(1), 1, chosen("key", [noted("two")])))
            .await,
    );
    assert_eq!(*unknown.kind(), FailureKind::OutcomeUnknown, "{unknown:?}");
    assert!(
        unknown
            .to_string()
            .ends_with("ask again with the same command id to settle it"),
        "{unknown}"
    );
    // It did happen; asking again says so, and does not do it again.
    let outcome = log
        .outcome(note(1), "key".into())
        .await
        .expect("it is looked up")
        .expect("it happened");
    assert_eq!(outcome.version, 2);
    match log
        .append(batch(note(1), 1, chosen("key", [noted("two")])))
        .await
    {
        Err(AppendError::Duplicate { outcome: again, .. }) => assert_eq!(again, outcome),
        other => panic!("expected a duplicate, found {other:?}"),
    }
    assert_eq!(texts(&log).await, ["one", "two"]);
}

#[tokio::test]
async fn a_session_that_is_ended_before_its_commit_leaves_nothing_and_the_log_heals() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    jot(&log, note(1), 0, "one").await.expect("it appends");
    let other = place.client().await;
    place.hold(&other).await;
    let appending = tokio::spawn({
        let log = log.clone();
        async move {
            log.append(batch(note(1), 1, chosen("key", [noted("two")])))
                .await
        }
    });
    let backend = place.waiting(&other, 1).await[0];
    number(
        &other,
        &format!("SELECT count(pg_terminate_backend({backend}))"),
    )
    .await;
    let unknown = failure(appending.await.expect("no panic"));
    assert_eq!(*unknown.kind(), FailureKind::OutcomeUnknown, "{unknown:?}");
    other
        .batch_execute("COMMIT")
        .await
        .expect("the lock is given back");
    assert_eq!(
        log.outcome(note(1), "key".into())
            .await
            .expect("it is looked up"),
        None
    );
    log.append(batch(note(1), 1, chosen("key", [noted("two")])))
        .await
        .expect("it appends");
    assert_eq!(texts(&log).await, ["one", "two"]);
}

#[tokio::test]
async fn readers_whose_sessions_were_ended_are_replaced_without_a_failure() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    jot(&log, note(1), 0, "one").await.expect("it appends");
    let other = place.client().await;
    for _ in 0..10 {
        assert_eq!(texts(&log).await, ["one"]);
        let end = format!(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE application_name = '{}' AND query LIKE '%FROM events e WHERE e.position > $1%'",
            place.schema
        );
        number(&other, &end).await;
    }
}

#[tokio::test]
async fn after_a_restart_of_the_server_the_log_goes_on() {
    let Some(mut server) = Postgres::start() else {
        return;
    };
    let place = Place::at(server.port());
    let log = place.open().await;
    jot(&log, note(1), 0, "one").await.expect("it appends");
    assert_eq!(texts(&log).await, ["one"]);
    server.server().stop();
    let down = log.head().await.expect_err("there is no server");
    assert_eq!(*down.kind(), FailureKind::Unavailable, "{down:?}");
    let down = failure(jot(&log, note(1), 1, "never").await);
    assert!(
        matches!(
            down.kind(),
            FailureKind::Unavailable | FailureKind::OutcomeUnknown
        ),
        "{down:?}"
    );
    server.server().restart().expect("it starts again");
    assert_eq!(texts(&log).await, ["one"]);
    jot(&log, note(1), 1, "two").await.expect("it appends");
    assert_eq!(texts(&log).await, ["one", "two"]);
}
