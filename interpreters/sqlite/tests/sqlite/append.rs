use crate::domain::{
    Fact, Folder, append, batch, chosen, failed, note, noted, submission, tally, texts,
};
use lawful::log::{AppendError, AtomicLog, Batch, EventLog, Metadata, Outcome, Position};
use lawful::{FailureKind, Few, Timestamp, Uuid};
use std::sync::Arc;

#[tokio::test]
async fn what_is_appended_is_read_after_opening_again() {
    let folder = Folder::new();
    let log = folder.log().await;
    let identity = log.identity();
    let mut command = submission(7_u128, [noted("one"), noted("two")]);
    command.causation = Some(Uuid::from_u128(8));
    command.correlation = Uuid::from_u128(9);
    let metadata = Metadata::from([("who".to_owned(), "Ada \"L\"".to_owned())]);
    command.metadata = Some(Arc::new(metadata.clone()));
    let appended = log
        .append(Batch {
            stream: note(1),
            expected: 0,
            commands: Few::One(command),
        })
        .await
        .unwrap();
    assert_eq!(appended.positions, [Position::new(identity, 2)]);
    drop(log);

    let log = folder.log().await;
    assert_eq!(log.identity(), identity);
    let page = log.read_stream(note(1), 0, 10).await.unwrap();
    assert_eq!((page.version, page.head), (2, Position::new(identity, 2)));
    for (index, entry) in (0..).zip(&page.entries) {
        assert_eq!(entry.stream, note(1));
        assert_eq!(entry.version, index + 1);
        assert_eq!(entry.position, Position::new(identity, index + 1));
        assert_eq!(entry.schema_version, 2);
        assert_eq!(entry.command_id, 7_u128.into());
        assert_eq!(entry.event_id, entry.command_id.event_id(note(1), index));
        assert_eq!(entry.causation_id, Some(Uuid::from_u128(8)));
        assert_eq!(entry.correlation_id, Uuid::from_u128(9));
        assert_eq!(entry.recorded_at, appended.recorded_at);
        assert_eq!(entry.metadata.as_deref(), Some(&metadata));
    }
    assert_eq!(texts(&log, note(1)).await, ["one", "two"]);
    assert_eq!(
        log.read_all(Position::origin(identity), 10)
            .await
            .unwrap()
            .entries,
        page.entries
    );
}

#[tokio::test]
async fn a_stale_batch_is_a_conflict_and_leaves_nothing() {
    let folder = Folder::new();
    let log = folder.log().await;
    append(&log, note(1), 0, "first").await;
    for (stream, expected, actual) in [(note(1), 0, 1), (note(1), 2, 1), (note(2), 1, 0)] {
        let refused = log.append(batch(stream, expected, [noted("late")])).await;
        match refused {
            Err(AppendError::Conflict {
                stream: of,
                expected: asked,
                actual: found,
            }) => {
                assert_eq!((of, asked, found), (stream, expected, actual));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(texts(&log, note(1)).await, ["first"]);
    assert_eq!(log.version(note(2)).await.unwrap().0, 0);
    assert_eq!(folder.number("SELECT count(*) FROM streams"), 1);
}

#[tokio::test]
async fn two_aggregates_with_one_uuid_are_two_streams() {
    let folder = Folder::new();
    let log = folder.log().await;
    append(&log, note(1), 0, "a note").await;
    log.append(batch(tally(1), 0, [Fact::Counted(3)]))
        .await
        .unwrap();
    assert_eq!(texts(&log, note(1)).await, ["a note"]);
    let counted = log.read_stream(tally(1), 0, 10).await.unwrap();
    assert_eq!(counted.entries[0].event, Fact::Counted(3));
}

#[tokio::test]
async fn the_same_chosen_id_finds_the_first_outcome() {
    let folder = Folder::new();
    let log = folder.log().await;
    append(&log, note(1), 0, "before").await;
    log.append(chosen(note(1), 1, "order 66", [noted("a"), noted("b")]))
        .await
        .unwrap();
    let expected = Outcome {
        command: "order 66".into(),
        payload: Uuid::from_u128(0x00d1_ce57),
        version: 3,
        events: 2,
        position: Position::new(log.identity(), 3),
    };
    append(&log, note(1), 3, "after").await;
    drop(log);

    let log = folder.log().await;
    // Found whatever version the repetition rests on.
    for version in [1, 4] {
        match log
            .append(chosen(note(1), version, "order 66", [noted("a")]))
            .await
        {
            Err(AppendError::Duplicate { stream, outcome }) => {
                assert_eq!((stream, &outcome), (note(1), &expected));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        log.outcome(note(1), "order 66".into()).await.unwrap(),
        Some(expected)
    );
    assert_eq!(log.outcome(note(1), "order 67".into()).await.unwrap(), None);
    assert_eq!(log.outcome(note(2), "order 66".into()).await.unwrap(), None);
    // The scope of an id is one stream.
    log.append(chosen(note(2), 0, "order 66", [noted("c")]))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_silent_command_with_a_chosen_id_is_remembered() {
    let folder = Folder::new();
    let log = folder.log().await;
    let appended = log.append(chosen(note(1), 0, 5_u128, [])).await.unwrap();
    assert_eq!(appended.positions, [Position::origin(log.identity())]);
    let outcome = log.outcome(note(1), 5_u128.into()).await.unwrap().unwrap();
    assert_eq!((outcome.version, outcome.events), (0, 0));
    assert!(matches!(
        log.append(chosen(note(1), 0, 5_u128, [noted("now")])).await,
        Err(AppendError::Duplicate { .. })
    ));
    assert_eq!(log.version(note(1)).await.unwrap().0, 0);
    append(&log, note(1), 0, "the stream can still begin").await;
}

#[tokio::test]
async fn a_silent_command_without_a_chosen_id_only_checks() {
    let folder = Folder::new();
    let log = folder.log().await;
    append(&log, note(1), 0, "one").await;
    let appended = log.append(batch(note(1), 1, [])).await.unwrap();
    assert_eq!(appended.positions, [Position::new(log.identity(), 1)]);
    log.append(batch(note(2), 0, [])).await.unwrap();
    assert!(matches!(
        log.append(batch(note(1), 0, [])).await,
        Err(AppendError::Conflict { actual: 1, .. })
    ));
    assert_eq!(folder.number("SELECT count(*) FROM streams"), 1);
    assert_eq!(folder.number("SELECT count(*) FROM commands"), 0);
}

#[tokio::test]
async fn several_commands_of_one_batch_have_a_position_each() {
    let folder = Folder::new();
    let log = folder.log().await;
    let mut silent = submission(2_u128, []);
    silent.chosen = Some(Uuid::nil());
    let commands = vec![
        submission(1_u128, [noted("a"), noted("b")]),
        silent,
        submission(3_u128, [noted("c")]),
    ];
    let batch = Batch {
        stream: note(1),
        expected: 0,
        commands: commands.into(),
    };
    let appended = log.append(batch).await.unwrap();
    let position = |number| Position::new(log.identity(), number);
    assert_eq!(appended.positions, [position(2), position(2), position(3)]);
    let silent = log.outcome(note(1), 2_u128.into()).await.unwrap().unwrap();
    assert_eq!(
        (silent.version, silent.events, silent.position),
        (2, 0, position(2))
    );
}

#[tokio::test]
async fn append_all_appends_all_or_nothing() {
    let folder = Folder::new();
    let log = folder.log().await;
    append(&log, note(1), 0, "one").await;
    append(&log, note(2), 0, "two").await;
    let both = || {
        vec![
            batch(note(1), 1, [noted("both")]),
            batch(note(3), 0, [noted("both")]),
        ]
    };
    // A read that is stale, one of a stream that was thought absent, one of a stream that is.
    for (read, actual) in [((note(2), 2), 1), ((note(2), 0), 1), ((note(9), 4), 0)] {
        match log.append_all(both(), vec![(note(1), 1), read]).await {
            Err(AppendError::Conflict {
                stream,
                expected,
                actual: found,
            }) => {
                assert_eq!((stream, expected, found), (read.0, read.1, actual));
            }
            other => panic!("{other:?}"),
        }
    }
    // The second batch is stale: the first leaves nothing either.
    let mut stale = both();
    stale[1].expected = 3;
    assert!(log.append_all(stale, vec![]).await.is_err());
    assert_eq!(texts(&log, note(1)).await, ["one"]);

    let appended = log
        .append_all(both(), vec![(note(2), 1), (note(9), 0)])
        .await
        .unwrap();
    let positions: Vec<_> = appended.iter().map(|each| each.positions[0]).collect();
    assert_eq!(
        positions,
        [
            Position::new(log.identity(), 3),
            Position::new(log.identity(), 4)
        ]
    );
    assert_eq!(texts(&log, note(1)).await, ["one", "both"]);
    assert_eq!(texts(&log, note(3)).await, ["both"]);
}

#[tokio::test]
async fn append_all_with_a_known_command_is_a_duplicate() {
    let folder = Folder::new();
    let log = folder.log().await;
    log.append(chosen(note(2), 0, 1_u128, [noted("then")]))
        .await
        .unwrap();
    let batches = vec![
        batch(note(1), 0, [noted("new")]),
        chosen(note(2), 1, 1_u128, [noted("again")]),
    ];
    match log.append_all(batches, vec![]).await {
        Err(AppendError::Duplicate { stream, outcome }) => {
            assert_eq!((stream, outcome.version), (note(2), 1));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(log.version(note(1)).await.unwrap().0, 0);
}

#[tokio::test]
async fn an_event_that_cannot_be_written_appends_nothing() {
    let folder = Folder::new();
    let log = folder.log().await;
    let failure = failed(
        log.append(batch(note(1), 0, [noted("a"), Fact::Unwritable]))
            .await,
    );
    crate::domain::check(
        &failure,
        &FailureKind::Unencodable,
        &[
            "event `note.unwritable` of stream `note-0000",
            "cannot be written as JSON",
        ],
    );
    assert_eq!(folder.number("SELECT count(*) FROM events"), 0);
}

#[tokio::test]
async fn two_commands_of_one_id_cannot_be_in_one_batch() {
    let folder = Folder::new();
    let log = folder.log().await;
    let commands = vec![
        submission(1_u128, [noted("a")]),
        submission(2_u128, [noted("b")]),
        submission(1_u128, [noted("c")]),
    ];
    let twice = Batch {
        stream: note(1),
        expected: 0,
        commands: commands.into(),
    };
    let failure = failed(log.append(twice).await);
    let id = Uuid::from_u128(1).to_string();
    crate::domain::check(&failure, &FailureKind::CommandIdReused, &[&id, "note-"]);
    assert_eq!(log.version(note(1)).await.unwrap().0, 0);
}

#[tokio::test]
async fn an_index_over_event_ids_can_be_had_and_then_holds() {
    let folder = Folder::new();
    let log = folder.log().await;
    folder.shell("CREATE UNIQUE INDEX events_by_id ON events (event_id)");
    let once = |expected| Batch {
        stream: note(1),
        expected,
        commands: Few::One(submission(1_u128, [noted("once")])),
    };
    log.append(once(0)).await.unwrap();
    let failure = failed(log.append(once(1)).await);
    crate::domain::check(&failure, &FailureKind::CommandIdReused, &["id"]);
    assert_eq!(texts(&log, note(1)).await, ["once"]);
    append(&log, note(1), 1, "another").await;
}

#[tokio::test]
async fn recorded_at_stands_still_when_the_clock_goes_back() {
    let folder = Folder::new();
    let clock = |micros| {
        move |options: lawful_sqlite::SqliteOptions| {
            options.clock(move || Timestamp::from_micros(micros))
        }
    };
    let mut times = Vec::new();
    for (version, now) in (0..).zip([5_000, 3_000, 7_000, 1_000]) {
        // Another process each time: nothing is known but what the file says.
        let log = folder.log_with(clock(now)).await;
        times.push(
            append(&log, note(1), version, "tick")
                .await
                .recorded_at
                .as_micros(),
        );
    }
    assert_eq!(times, [5_000, 5_000, 7_000, 7_000]);
    let log = folder.log().await;
    let page = log.read_stream(note(1), 0, 10).await.unwrap();
    let read: Vec<_> = page
        .entries
        .iter()
        .map(|entry| entry.recorded_at.as_micros())
        .collect();
    assert_eq!(read, times);
}

#[tokio::test]
async fn a_large_batch_keeps_its_order() {
    let folder = Folder::new();
    let log = folder.log().await;
    let many: Vec<String> = (0..2_500).map(|number| format!("note {number}")).collect();
    log.append(batch(note(1), 0, many.iter().map(noted)))
        .await
        .unwrap();
    assert_eq!(texts(&log, note(1)).await, many);
    let page = log.read_stream(note(1), 2_498, 1).await.unwrap();
    assert_eq!(
        (page.version, page.entries.len(), page.entries[0].version),
        (2_500, 1, 2_499)
    );
}

#[tokio::test]
async fn a_snapshot_replaces_older_ones() {
    let folder = Folder::new();
    let log = folder.log().await;
    let snapshot = |fingerprint: &str, version| lawful::log::Snapshot {
        fingerprint: fingerprint.to_owned(),
        version,
        data: format!("{{\"version\":{version}}}"),
    };
    assert_eq!(log.snapshot(note(1), "a", 9).await.unwrap(), None);
    log.keep_snapshot(note(1), snapshot("a", 3)).await.unwrap();
    assert_eq!(
        log.snapshot(note(1), "a", 9).await.unwrap(),
        Some(snapshot("a", 3))
    );
    assert_eq!(
        log.snapshot(note(1), "a", 3).await.unwrap(),
        Some(snapshot("a", 3))
    );
    assert_eq!(log.snapshot(note(1), "a", 2).await.unwrap(), None);
    assert_eq!(log.snapshot(note(1), "b", 9).await.unwrap(), None);
    assert_eq!(log.snapshot(note(2), "a", 9).await.unwrap(), None);
    log.keep_snapshot(note(1), snapshot("a", 5)).await.unwrap();
    // One that was slow to arrive.
    log.keep_snapshot(note(1), snapshot("a", 4)).await.unwrap();
    assert_eq!(
        log.snapshot(note(1), "a", 9).await.unwrap(),
        Some(snapshot("a", 5))
    );
    // Of another release.
    log.keep_snapshot(note(1), snapshot("b", 2)).await.unwrap();
    assert_eq!(log.snapshot(note(1), "a", 9).await.unwrap(), None);
    assert_eq!(
        log.snapshot(note(1), "b", 2).await.unwrap(),
        Some(snapshot("b", 2))
    );
    assert_eq!(folder.number("SELECT count(*) FROM snapshots"), 1);
    append(&log, note(1), 0, "a snapshot makes no version").await;
}
