//! A server that is not there, or says no: each a failure with a kind, never a hang or a panic.

use crate::given::{jot, note};
use crate::server::{Log, Place};
use lawful::FailureKind;
use lawful::log::EventLog;
use lawful_jetstream::JetStreamOptions;
use lawful_servers::{Nats, free_port};
use std::time::Duration;

const SOON: Duration = Duration::from_millis(400);

async fn refused(options: JetStreamOptions) -> lawful::Failure {
    Log::open(options.timeout(SOON)).await.expect_err("refused")
}

#[tokio::test]
async fn without_a_server_the_log_is_unavailable() {
    let url = format!("nats://bank:secret@127.0.0.1:{}", free_port());
    let failure = refused(JetStreamOptions::new(url)).await;
    assert_eq!(*failure.kind(), FailureKind::Unavailable, "{failure:?}");
    assert!(!format!("{failure:?}").contains("secret"), "{failure:?}");
}

#[tokio::test]
async fn a_server_that_never_greets_does_not_hang_the_caller() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let url = format!(
        "nats://{}",
        listener.local_addr().expect("it has an address")
    );
    let failure = refused(JetStreamOptions::new(url)).await;
    assert_eq!(*failure.kind(), FailureKind::Unavailable, "{failure:?}");
}

#[tokio::test]
async fn wrong_credentials_are_denied() {
    let users = "authorization { users: [{ user: bank, password: \"s@cret\" }] }";
    let Some(server) = Nats::start_with(&[users]) else {
        return;
    };
    let url = |user: &str| format!("nats://{user}@127.0.0.1:{}", server.port());
    for user in ["bank:wrong", "nobody:s%40cret"] {
        let failure = refused(JetStreamOptions::new(url(user))).await;
        assert_eq!(*failure.kind(), FailureKind::Denied, "{failure:?}");
    }
    let failure = refused(JetStreamOptions::new(server.url())).await;
    assert_eq!(*failure.kind(), FailureKind::Denied, "{failure:?}");
    Log::open(url("bank:s%40cret"))
        .await
        .expect("these are right");
}

#[tokio::test]
async fn without_the_right_to_publish_an_append_is_denied() {
    let users = r#"authorization { users: [
        { user: all, password: secret },
        { user: reader, password: secret, permissions: { publish: "$JS.API.>", subscribe: ">" } },
    ] }"#;
    let Some(server) = Nats::start_with(&[users]) else {
        return;
    };
    let url = |user: &str| format!("nats://{user}:secret@127.0.0.1:{}", server.port());
    let all = Log::open(url("all")).await.expect("it opens");
    jot(&all, note(1), 0, "one").await.expect("it appends");
    let reader = JetStreamOptions::new(url("reader")).timeout(SOON);
    let reader = Log::open(reader).await.expect("it opens");
    assert_eq!(reader.version(note(1)).await.expect("it reads").0, 1);
    let failure = crate::given::failure(jot(&reader, note(1), 1, "two").await);
    assert_eq!(*failure.kind(), FailureKind::Denied, "{failure:?}");
    assert_eq!(all.version(note(1)).await.expect("it reads").0, 1);
}

#[tokio::test]
async fn without_jetstream_the_log_is_unavailable_and_says_why() {
    let Some(server) = Nats::start_with(&["jetstream : false"]) else {
        return;
    };
    let failure = refused(JetStreamOptions::new(server.url())).await;
    assert_eq!(*failure.kind(), FailureKind::Unavailable, "{failure:?}");
    assert!(failure.to_string().contains("not enabled"), "{failure}");
}

#[tokio::test]
async fn what_is_no_url_is_said_without_its_password() {
    let failure = refused(JetStreamOptions::new("nats://bank:secret@[")).await;
    assert!(!failure.to_string().contains("secret"), "{failure}");
    assert!(
        failure.to_string().contains("expected one such as"),
        "{failure}"
    );
}

#[tokio::test]
async fn a_message_of_a_newer_release_is_refused_and_not_half_read() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    jot(&log, note(1), 0, "one").await.expect("it appends");
    let context = place.beside().await;
    let subject = format!("{}.note.{}", place.name, note(1).id);
    let stream = context.get_stream(&place.name).await.expect("it exists");
    let first = stream
        .get_raw_message(1)
        .await
        .expect("it is there")
        .payload;
    let first = String::from_utf8(first.to_vec()).expect("it is text");
    // Once as we know it but for the number, once with something new in it, once as something else altogether.
    for newer in [
        first.replacen(r#""schema":1"#, r#""schema":2"#, 1),
        first.replacen(r#""schema":1"#, r#""schema":2,"batch":7"#, 1),
        r#"{"schema":3}"#.to_owned(),
    ] {
        let sent = context.publish(subject.clone(), newer.into()).await;
        sent.expect("it is sent").await.expect("it is kept");
        let head = log.head().await.expect_err("it is seen");
        assert_eq!(*head.kind(), FailureKind::NewerSchema, "{head:?}");
        let failure = crate::given::failure(jot(&place.open().await, note(1), 2, "two").await);
        assert_eq!(*failure.kind(), FailureKind::NewerSchema, "{failure:?}");
        assert!(failure.to_string().contains("run a newer release"));
    }
    // And what an older release would have to ignore is not ignored.
    let place = Place::at(place.url);
    let log = place.open().await;
    let subject = format!("{}.note.{}", place.name, note(1).id);
    let stranger = first.replacen(r#""schema":1"#, r#""schema":1,"batch":7"#, 1);
    let sent = context.publish(subject, stranger.into()).await;
    sent.expect("it is sent").await.expect("it is kept");
    let failure = log.head().await.expect_err("it is seen");
    assert_eq!(*failure.kind(), FailureKind::Corrupt, "{failure:?}");
}

#[tokio::test]
async fn a_foreign_message_in_the_log_is_an_error_and_not_a_short_history() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    jot(&log, note(1), 0, "one").await.expect("it appends");
    let context = place.beside().await;
    let subject = format!("{}.note.{}", place.name, note(2).id);
    let sent = context.publish(subject, "hello".into()).await;
    sent.expect("it is sent").await.expect("it is kept");
    jot(&log, note(1), 1, "two").await.expect("it appends");
    let origin = lawful::Position::origin(log.identity());
    let failure = log.read_all(origin, 100).await.expect_err("it is seen");
    assert_eq!(*failure.kind(), FailureKind::Corrupt, "{failure:?}");
    assert!(failure.to_string().contains("message 2"), "{failure}");
}
