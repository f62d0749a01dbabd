//! Whatever is wrong with the server is a failure with a kind: no hang, no panic, and no password in a text.

use crate::domain::{failure, jot, note, texts};
use crate::server::{Log, Place, connect};
use lawful::log::EventLog;
use lawful::{Failure, FailureKind};
use lawful_postgres::PostgresOptions;
use lawful_servers::{Postgres, free_port};
use std::time::Duration;
use tokio::net::TcpListener;

#[track_caller]
fn says(failure: &Failure, kind: &FailureKind, words: &str) {
    assert_eq!(failure.kind(), kind, "{failure:?}");
    let text = failure.to_string();
    assert!(text.contains(words), "{text}");
    assert!(
        !text.contains("secret") && !format!("{failure:?}").contains("secret"),
        "{text}"
    );
}

async fn refused(options: PostgresOptions) -> Failure {
    Log::open(options).await.expect_err("it cannot be opened")
}

#[tokio::test]
async fn a_wrong_password() {
    let Some(place) = Place::new() else { return };
    let url = place.url.replace(":secret@", ":secreter@");
    let failure = refused(url.into()).await;
    says(
        &failure,
        &FailureKind::Denied,
        "password authentication failed for user \"postgres\"` (28P01); check user and password",
    );
}

#[tokio::test]
async fn a_missing_database() {
    let Some(place) = Place::new() else { return };
    let (server, _) = place.url.rsplit_once('/').expect("a database");
    let url = format!("{server}/nowhere");
    let failure = refused(url.into()).await;
    says(
        &failure,
        &FailureKind::Unavailable,
        "database \"nowhere\" does not exist` (3D000); create it, or correct the URL",
    );
}

#[tokio::test]
async fn no_server() {
    let url = format!(
        "postgres://postgres:secret@127.0.0.1:{}/postgres",
        free_port()
    );
    let failure = refused(url.into()).await;
    says(
        &failure,
        &FailureKind::Unavailable,
        "while connecting: error connecting to server: Connection refused",
    );
}

#[tokio::test]
async fn a_server_that_never_says_anything() {
    let silent = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let port = silent.local_addr().expect("it has an address").port();
    let url = format!("postgres://postgres:secret@127.0.0.1:{port}/postgres");
    let failure =
        refused(PostgresOptions::new(url).connect_timeout(Duration::from_millis(100))).await;
    says(
        &failure,
        &FailureKind::Unavailable,
        "did not answer in time while connecting",
    );
}

#[tokio::test]
async fn what_is_no_url() {
    let failure = refused("this is: no url secret".into()).await;
    says(
        &failure,
        &FailureKind::Other,
        "expected `postgres://user:password@host:port/database`",
    );
}

#[tokio::test]
async fn a_server_that_wants_encryption() {
    let Some(place) = Place::new() else { return };
    let failure = refused(format!("{}?sslmode=require", place.url).into()).await;
    says(
        &failure,
        &FailureKind::Unavailable,
        "this log speaks no TLS",
    );
}

#[test]
fn no_runtime() {
    let mut opening = std::pin::pin!(Log::open("postgres://postgres:secret@127.0.0.1/x"));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match opening.as_mut().poll(&mut context) {
        std::task::Poll::Ready(Err(failure)) => {
            says(&failure, &FailureKind::Other, "needs a Tokio runtime");
        }
        other => panic!("expected a failure, found {other:?}"),
    }
}

#[tokio::test]
async fn too_many_connections() {
    let Some(server) =
        Postgres::start_with(&["max_connections=4", "superuser_reserved_connections=0"])
    else {
        return;
    };
    let place = Place::at(server.port());
    let log = place.open().await;
    jot(&log, note(1), 0, "one").await.expect("it appends");
    let mut others = Vec::new();
    while let Ok((client, connection)) =
        tokio_postgres::connect(&place.url, tokio_postgres::NoTls).await
    {
        tokio::spawn(connection);
        others.push(client);
    }
    // The writer has its connection; a reader gets none.
    jot(&log, note(1), 1, "two").await.expect("it appends");
    let failure = log.head().await.expect_err("there is no connection left");
    says(
        &failure,
        &FailureKind::Unavailable,
        "(53300); raise `max_connections`, or open fewer",
    );
    drop(others);
    // The server notices when it notices.
    while log.head().await.is_err() {}
    assert_eq!(texts(&log).await, ["one", "two"]);
}

/// A user of their own for one test, with these rights on the schema.
async fn user(place: &Place, rights: &str) -> PostgresOptions {
    let client = connect(&place.url).await;
    let sql = format!(
        "CREATE USER user_{0} PASSWORD 'secret'; {rights}",
        place.schema
    );
    client.batch_execute(&sql).await.expect("the user is made");
    let url = place.url.replace(
        "postgres:secret@",
        &format!("user_{}:secret@", place.schema),
    );
    PostgresOptions::new(url).schema(&place.schema)
}

#[tokio::test]
async fn missing_rights() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    jot(&log, note(1), 0, "one").await.expect("it appends");
    let schema = &place.schema;
    let nobody = user(&place, "").await;
    says(
        &refused(nobody.clone()).await,
        &FailureKind::Denied,
        "permission denied for schema",
    );
    let client = connect(&place.url).await;
    let grant = format!(
        "GRANT USAGE ON SCHEMA {schema} TO user_{schema}; GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO user_{schema}"
    );
    client.batch_execute(&grant).await.expect("it is granted");
    let reader = Log::open(nobody.clone())
        .await
        .expect("whoever may read can open it");
    assert_eq!(texts(&reader).await, ["one"]);
    let denied = failure(jot(&reader, note(1), 1, "two").await);
    says(
        &denied,
        &FailureKind::Denied,
        "permission denied for table events` (42501); grant the right",
    );
    client
        .batch_execute(&format!(
            "GRANT INSERT ON ALL TABLES IN SCHEMA {schema} TO user_{schema}"
        ))
        .await
        .expect("it is granted");
    jot(&reader, note(1), 1, "two")
        .await
        .expect("whoever may read and insert can append");
    // Nobody makes a log where they may not make a schema.
    says(
        &refused(nobody.schema("elsewhere")).await,
        &FailureKind::Denied,
        "permission denied for database",
    );
}

#[tokio::test]
async fn a_statement_timeout_of_the_users_own() {
    let Some(place) = Place::new() else { return };
    place.open().await;
    let schema = &place.schema;
    let limited = user(&place, &format!(
        "GRANT USAGE ON SCHEMA {schema} TO user_{schema}; GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA {schema} TO user_{schema};
         ALTER USER user_{schema} SET statement_timeout TO '50ms'"
    )).await;
    let log = Log::open(limited).await.expect("it opens");
    let other = place.client().await;
    place.hold(&other).await;
    let slow = failure(jot(&log, note(1), 0, "one").await);
    says(
        &slow,
        &FailureKind::Unavailable,
        "canceling statement due to statement timeout` (57014); raise `statement_timeout`",
    );
    other
        .batch_execute("COMMIT")
        .await
        .expect("the lock is given back");
    jot(&log, note(1), 0, "one").await.expect("it appends");
    assert_eq!(texts(&log).await, ["one"]);
}

#[tokio::test]
async fn a_writer_that_holds_the_log_for_too_long() {
    let Some(place) = Place::new() else { return };
    let log = Log::open(place.options().lock_timeout(Duration::from_millis(50)))
        .await
        .expect("it opens");
    let other = place.client().await;
    place.hold(&other).await;
    let locked = failure(jot(&log, note(1), 0, "one").await);
    says(
        &locked,
        &FailureKind::Locked,
        "(55P03); another writer holds the log",
    );
    other
        .batch_execute("COMMIT")
        .await
        .expect("the lock is given back");
    jot(&log, note(1), 0, "one").await.expect("it appends");
}

#[tokio::test]
async fn a_database_that_can_only_be_read() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    jot(&log, note(1), 0, "one").await.expect("it appends");
    let url = format!("{}?options=-cdefault_transaction_read_only%3Don", place.url);
    let reader = Log::open(PostgresOptions::new(url).schema(&place.schema))
        .await
        .expect("it opens");
    let read_only = failure(jot(&reader, note(1), 1, "two").await);
    says(
        &read_only,
        &FailureKind::ReadOnly,
        "(25006); connect to the primary server",
    );
    assert_eq!(texts(&reader).await, ["one"]);
}

#[tokio::test]
async fn tables_that_went_away() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    connect(&place.url)
        .await
        .batch_execute(&format!("DROP SCHEMA {} CASCADE", place.schema))
        .await
        .expect("it is dropped");
    says(
        &log.head().await.expect_err("it is gone"),
        &FailureKind::NotALog,
        "does not exist",
    );
    says(
        &failure(jot(&log, note(1), 0, "one").await),
        &FailureKind::NotALog,
        "does not exist",
    );
}

#[test]
fn a_log_whose_runtime_ended() {
    let Some(place) = Place::new() else { return };
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime")
    };
    let first = runtime();
    let log = first.block_on(place.open());
    drop(first);
    let ended = runtime().block_on(async { failure(jot(&log, note(1), 0, "one").await) });
    says(
        &ended,
        &FailureKind::Unavailable,
        "ended with the runtime that the log was opened on",
    );
}
