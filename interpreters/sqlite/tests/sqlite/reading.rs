//! Reading is honest: whole, of one moment, or a failure that says where.

use crate::domain::{Fact, Folder, append, batch, check, note, noted, tally, texts};
use lawful::log::{EventLog, LogId, Position};
use lawful::{Failure, FailureKind};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// A log with the notes `one`, `two`, `three`, after something was done to it that the log itself never does.
async fn damaged(sql: &str) -> (Folder, Failure, Failure) {
    let folder = Folder::new();
    let log = folder.log().await;
    for (version, text) in (0..).zip(["one", "two", "three"]) {
        append(&log, note(1), version, text).await;
    }
    folder.shell("DROP TRIGGER events_are_final; DROP TRIGGER events_keep_their_place; DROP TRIGGER events_stay");
    folder.shell(&format!("PRAGMA foreign_keys = OFF; {sql}"));
    let stream = log.read_stream(note(1), 0, 100).await;
    let all = log.read_all(Position::origin(log.identity()), 100).await;
    let intact = |what: &str| Failure::new(FailureKind::Other, format!("{what} is intact"));
    let stream = stream.err().unwrap_or_else(|| intact("the stream"));
    let all = all.err().unwrap_or_else(|| intact("the whole"));
    (folder, stream, all)
}

#[tokio::test]
async fn an_event_that_cannot_be_decoded_is_named() {
    let cases = [
        ("type = 'note.lost'", "`note.lost`", "version 2,", "`alias`"),
        (
            "schema_version = 3",
            "`note.noted`",
            "schema version 3,",
            "up to 2",
        ),
        ("data = '{}'", "`note.noted`", "schema version 2,", "`text`"),
        (
            "data = '{\"text\":'",
            "`note.noted`",
            "schema version 2,",
            "EOF",
        ),
    ];
    for (change, event_type, version, why) in cases {
        let sql = format!("UPDATE events SET {change} WHERE version = 2");
        let (_folder, stream, all) = damaged(&sql).await;
        for failure in [stream, all] {
            check(
                &failure,
                &FailureKind::Undecodable,
                &[
                    "event 2 of stream `note-00000000-0000-0000-0000-000000000001`",
                    event_type,
                    version,
                    why,
                ],
            );
        }
    }
}

#[tokio::test]
async fn a_gap_is_no_short_history() {
    for position in 1..=3 {
        let (_folder, stream, all) =
            damaged(&format!("DELETE FROM events WHERE position = {position}")).await;
        let missing = format!("event {position} of stream `note-");
        check(&stream, &FailureKind::Corrupt, &[&missing, "missing"]);
        // Missing at the very end, it is missed in its stream only.
        if position < 3 {
            check(&all, &FailureKind::Corrupt, &["of the log is missing"]);
        }
    }
}

#[tokio::test]
async fn rows_that_contradict_themselves_are_reported() {
    let cases = [
        ("UPDATE events SET event_id = 'no id' WHERE version = 2", ""),
        ("UPDATE events SET command_id = '' WHERE version = 2", ""),
        ("UPDATE events SET causation_id = 'x' WHERE version = 2", ""),
        (
            "UPDATE events SET metadata = '[]' WHERE version = 2",
            "metadata of event 2",
        ),
        (
            "UPDATE events SET type = 'noted' WHERE version = 2",
            "`noted`",
        ),
        (
            "UPDATE events SET schema_version = -1 WHERE version = 2",
            "",
        ),
    ];
    for (sql, part) in cases {
        let (_folder, stream, all) = damaged(sql).await;
        for failure in [stream, all] {
            check(&failure, &FailureKind::Corrupt, &[part]);
        }
    }
    // Other streams go on.
    let (folder, _, _) = damaged("DELETE FROM events WHERE version = 2").await;
    let log = folder.log().await;
    append(&log, note(2), 0, "unharmed").await;
    assert_eq!(texts(&log, note(2)).await, ["unharmed"]);
    let (_folder, _, all) = damaged("DELETE FROM streams WHERE uuid LIKE '%1'").await;
    check(&all, &FailureKind::Corrupt, &["belongs to stream number 1"]);
    let (_folder, stream, _) = damaged("UPDATE streams SET version = 5").await;
    check(
        &stream,
        &FailureKind::Corrupt,
        &["event 4 of stream `note-", "although it has 5"],
    );
}

#[tokio::test]
async fn an_unknown_aggregate_matters_when_it_is_read() {
    let folder = Folder::new();
    let log = folder.log().await;
    append(&log, note(1), 0, "one").await;
    append(&log, note(2), 0, "two").await;
    drop(log);
    folder.shell("UPDATE streams SET aggregate = 'letter' WHERE uuid LIKE '%2'");
    let log = folder.log().await;
    assert_eq!(texts(&log, note(1)).await, ["one"]);
    let origin = Position::origin(log.identity());
    assert_eq!(log.read_all(origin, 1).await.unwrap().entries.len(), 1);
    let failure = log.read_all(origin, 2).await.unwrap_err();
    check(
        &failure,
        &FailureKind::Undecodable,
        &[
            "event 1 of stream `letter-",
            "`note.noted`",
            "schema version 2",
        ],
    );
}

#[tokio::test]
async fn a_panic_while_decoding_is_the_askers_alone() {
    let folder = Folder::new();
    let log = folder.log_with(|options| options.readers(1)).await;
    append(&log, note(1), 0, "panic").await;
    append(&log, note(2), 0, "fine").await;
    let failure = log.read_stream(note(1), 0, 10).await.unwrap_err();
    check(&failure, &FailureKind::Defect, &["a defect in decoding"]);
    // The only reader lives, and does not keep the old snapshot.
    append(&log, note(2), 1, "new").await;
    assert_eq!(texts(&log, note(2)).await, ["fine", "new"]);
}

#[tokio::test]
async fn pages_join_without_a_seam() {
    let folder = Folder::new();
    let log = folder.log().await;
    for number in 0..30_u64 {
        let events = [noted(format!("{number} a")), noted(format!("{number} b"))];
        log.append(batch(
            note(u128::from(number % 3)),
            2 * (number / 3),
            events,
        ))
        .await
        .unwrap();
    }
    let origin = Position::origin(log.identity());
    let whole = log.read_all(origin, usize::MAX).await.unwrap();
    assert_eq!(whole.entries.len(), 60);
    for limit in [1, 7, 60, 61] {
        let (mut after, mut entries) = (origin, Vec::new());
        loop {
            let page = log.read_all(after, limit).await.unwrap();
            assert!(page.entries.len() <= limit);
            if page.entries.is_empty() {
                assert_eq!(page.next, after);
                break;
            }
            after = page.next;
            entries.extend(page.entries);
        }
        assert_eq!(entries, whole.entries);
        let mut of_stream = Vec::new();
        loop {
            let page = log
                .read_stream(note(1), of_stream.len() as u64, limit)
                .await
                .unwrap();
            assert_eq!(page.version, 20);
            assert!(page.entries.len() <= limit);
            if page.entries.is_empty() {
                break;
            }
            of_stream.extend(page.entries);
        }
        assert_eq!(of_stream.len(), 20);
    }
    assert!(log.read_all(origin, 0).await.unwrap().entries.is_empty());
    let beyond = log.read_stream(note(1), u64::MAX, 10).await.unwrap();
    assert_eq!((beyond.version, beyond.entries.len()), (20, 0));
    let beyond = Position::new(log.identity(), u64::MAX);
    assert!(log.read_all(beyond, 10).await.unwrap().entries.is_empty());
}

#[tokio::test]
async fn what_does_not_exist_has_version_zero() {
    let folder = Folder::new();
    let log = folder.log().await;
    let origin = Position::origin(log.identity());
    assert_eq!(log.head().await.unwrap(), origin);
    assert_eq!(log.version(note(1)).await.unwrap(), (0, origin));
    let page = log.read_stream(note(1), 0, 10).await.unwrap();
    assert_eq!(
        (page.version, page.head, page.entries.len()),
        (0, origin, 0)
    );
    let page = log.read_all(origin, 10).await.unwrap();
    assert_eq!((page.next, page.entries.len()), (origin, 0));
}

#[tokio::test]
async fn a_foreign_position_is_refused() {
    let folder = Folder::new();
    let log = folder.log().await;
    let failure = log
        .read_all(Position::origin(LogId(7)), 10)
        .await
        .unwrap_err();
    check(
        &failure,
        &FailureKind::ForeignPosition,
        &["0000000000000007", &log.identity().to_string()],
    );
}

/// Postgres stores read the events and then the version, and a commit between the two let a stale decision through (Marten #5300). Here
/// the reader stands still between two events while the writer commits.
#[tokio::test]
async fn a_read_is_of_one_moment_and_does_not_block_the_writer() {
    let folder = Folder::new();
    let log = folder.log_with(|options| options.readers(2)).await;
    log.append(batch(note(1), 0, [noted("one"), noted("paused")]))
        .await
        .unwrap();
    let mut pause = crate::domain::pause_before("paused");
    let reading = tokio::spawn({
        let log = log.clone();
        async move { log.read_stream(note(1), 0, 100).await }
    });
    pause.reached().await;
    append(&log, note(1), 2, "three").await;
    append(&log, note(1), 3, "four").await;
    assert_eq!(log.version(note(1)).await.unwrap().0, 4);
    pause.go_on();
    let page = reading.await.unwrap().unwrap();
    assert_eq!((page.entries.len(), page.version), (2, 2));
    assert_eq!(page.head, Position::new(log.identity(), 2));
}

#[tokio::test]
async fn a_reader_that_is_given_up_does_no_harm() {
    let folder = Folder::new();
    let log = folder.log_with(|options| options.readers(1)).await;
    append(&log, note(1), 0, "one").await;
    log.append(batch(tally(1), 0, [Fact::Counted(1)]))
        .await
        .unwrap();
    for _ in 0..100 {
        let mut dropped = pin!(log.read_stream(note(1), 0, 10));
        let mut nobody = Context::from_waker(Waker::noop());
        if let Poll::Ready(page) = dropped.as_mut().poll(&mut nobody) {
            assert_eq!(page.unwrap().version, 1);
        }
    }
    assert_eq!(texts(&log, note(1)).await, ["one"]);
}
