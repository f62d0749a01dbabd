//! Appending: atomic, conditional, in groups, each with its own outcome.

use crate::domain::{batch, chosen, command, conflict, failure, jot, metadata, note, noted, texts};
use crate::server::{Place, number};
use lawful::log::{AppendError, AtomicLog, Batch, EventLog, StreamId, Submission};
use lawful::{FailureKind, Few, Uuid};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Starts a future, so that whatever it sends at once is sent.
fn started<F: Future>(future: std::pin::Pin<&mut F>) {
    let polled = future.poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(polled, Poll::Pending));
}

#[tokio::test]
async fn what_is_appended_is_read_back_with_everything_recorded() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    let (stream, id) = (note(1), Uuid::from_u128(77));
    let submission = Submission {
        correlation: Uuid::from_u128(1),
        causation: Some(Uuid::from_u128(2)),
        metadata: Some(metadata("who", "Ada \u{1F600} \"quoted\" \\u0000")),
        ..chosen(id, [noted("one"), noted("zwei \u{7}\n")])
    };
    let appended = log
        .append(batch(stream, 0, submission))
        .await
        .expect("it appends");
    let page = log.read_stream(stream, 0, 10).await.expect("it reads");
    assert_eq!((page.version, page.entries.len()), (2, 2));
    assert_eq!(page.head, appended.positions[0]);
    let entry = &page.entries[1];
    assert_eq!(entry.event, noted("zwei \u{7}\n"));
    assert_eq!(
        entry.event_id,
        lawful::CommandId::from(id).event_id(stream, 1)
    );
    assert_eq!(
        (entry.stream, entry.version, entry.schema_version),
        (stream, 2, 2)
    );
    assert_eq!(entry.command_id.uuid(), id);
    assert_eq!(entry.correlation_id, Uuid::from_u128(1));
    assert_eq!(entry.causation_id, Some(Uuid::from_u128(2)));
    assert_eq!(entry.recorded_at, appended.recorded_at);
    assert_eq!(
        entry.metadata,
        Some(metadata("who", "Ada \u{1F600} \"quoted\" \\u0000"))
    );
    let all = log
        .read_all(lawful::Position::origin(log.identity()), 10)
        .await
        .expect("it reads");
    assert_eq!(all.entries, page.entries);
    // People can ask the same with SQL.
    let found = place.client().await.query_one(
        "SELECT data->>'text', schema_version, metadata->>'who' FROM events WHERE type = 'note.noted' AND version = 1", &[],
    ).await.expect("it is in the table");
    assert_eq!(found.get::<_, &str>(0), "one");
    assert_eq!(found.get::<_, i32>(1), 2);
    assert_eq!(found.get::<_, &str>(2), "Ada \u{1F600} \"quoted\" \\u0000");
}

#[tokio::test]
#[allow(
    clippy::too_many_lines,
    reason = "one group, and what became of each in it"
)]
async fn commands_that_wait_together_are_committed_together_and_each_has_its_own_outcome() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    jot(&log, note(2), 0, "there").await.expect("it appends");
    log.append(batch(note(3), 0, chosen(5, [noted("before")])))
        .await
        .expect("it appends");
    let unnoted = command([noted("first")]);
    log.append(batch(note(4), 0, unnoted.clone()))
        .await
        .expect("it appends");

    let other = place.client().await;
    place.hold(&other).await;
    let mut first = pin!(jot(&log, note(9), 0, "holds the writer"));
    started(first.as_mut());
    place.waiting(&other, 1).await;
    let mut good = pin!(jot(&log, note(5), 0, "good"));
    let mut stale = pin!(jot(&log, note(2), 0, "stale"));
    let mut known = pin!(log.append(batch(note(3), 1, chosen(5, [noted("again")]))));
    let mut atomic = pin!(log.append_all(
        vec![
            batch(note(6), 0, command([noted("left")])),
            batch(note(7), 0, chosen(6, [noted("right")]))
        ],
        vec![(note(8), 0)],
    ));
    let mut torn = pin!(log.append_all(
        vec![
            batch(note(10), 0, command([noted("never")])),
            batch(note(11), 3, command([noted("never")]))
        ],
        vec![],
    ));
    let mut too = pin!(jot(&log, note(12), 0, "good, too"));
    let mut after = pin!(jot(&log, note(5), 0, "after good"));
    started(good.as_mut());
    started(stale.as_mut());
    started(known.as_mut());
    started(atomic.as_mut());
    started(torn.as_mut());
    started(too.as_mut());
    started(after.as_mut());
    other
        .batch_execute("COMMIT")
        .await
        .expect("the lock is given back");

    first.await.expect("it appends");
    let good = good.await.expect("it appends");
    assert_eq!(conflict(stale.await), 1);
    match known.await {
        Err(AppendError::Duplicate { stream, outcome }) => {
            assert_eq!((stream, outcome.version, outcome.events), (note(3), 1, 1));
            let position = outcome
                .position
                .number_in(log.identity())
                .expect("this log's");
            assert_eq!(position, 2);
        }
        other => panic!("expected a duplicate, found {other:?}"),
    }
    let atomic = atomic.await.expect("it appends");
    match torn.await {
        Err(AppendError::Conflict {
            stream,
            expected,
            actual,
        }) => assert_eq!((stream, expected, actual), (note(11), 3, 0)),
        other => panic!("expected a conflict, found {other:?}"),
    }
    let too = too.await.expect("it appends");
    assert_eq!(conflict(after.await), 1);

    let numbers = [&good, &atomic[0], &atomic[1], &too].map(|appended| {
        appended.positions[0]
            .number_in(log.identity())
            .expect("this log's")
    });
    assert_eq!(numbers, [5, 6, 7, 8]);
    let outcome = log
        .outcome(note(7), 6.into())
        .await
        .expect("it is looked up")
        .expect("it is known");
    assert_eq!(outcome.position, atomic[1].positions[0]);
    assert_eq!(
        texts(&log).await,
        [
            "there",
            "before",
            "first",
            "holds the writer",
            "good",
            "left",
            "right",
            "good, too"
        ]
    );
    let transactions = number(
        &other,
        "SELECT count(DISTINCT xmin::text) FROM events WHERE position > 4",
    )
    .await;
    assert_eq!(transactions, 1);
}

#[tokio::test]
async fn what_the_database_refuses_of_one_command_does_not_fail_its_neighbours() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    let twice = command([noted("once")]);
    log.append(batch(note(1), 0, twice.clone()))
        .await
        .expect("it appends");

    let other = place.client().await;
    place.hold(&other).await;
    let mut first = pin!(jot(&log, note(9), 0, "holds the writer"));
    started(first.as_mut());
    place.waiting(&other, 1).await;
    let mut before = pin!(jot(&log, note(2), 0, "before"));
    // The same event id again, of a command whose outcome nobody noted.
    let mut again = pin!(log.append(batch(note(1), 1, twice)));
    let mut after = pin!(jot(&log, note(3), 0, "after"));
    started(before.as_mut());
    started(again.as_mut());
    started(after.as_mut());
    other
        .batch_execute("COMMIT")
        .await
        .expect("the lock is given back");
    first.await.expect("it appends");
    before.await.expect("it appends");
    let again = failure(again.await);
    assert_eq!(*again.kind(), FailureKind::CommandIdReused, "{again}");
    after.await.expect("it appends");
    assert_eq!(
        texts(&log).await,
        ["once", "holds the writer", "before", "after"]
    );
}

#[tokio::test]
async fn texts_that_jsonb_refuses_come_back_as_they_were() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    let texts = [
        "a \0 in a text",
        r"the text \u0000 is another matter",
        "\0",
        "1e16",
    ];
    for (version, text) in (0..).zip(texts) {
        let noted = Submission {
            metadata: Some(metadata(text, text)),
            ..command([noted(text)])
        };
        log.append(batch(note(1), version, noted))
            .await
            .expect("it appends");
    }
    assert_eq!(self::texts(&log).await, texts);
    let page = log.read_stream(note(1), 0, 10).await.expect("it reads");
    for (entry, text) in page.entries.iter().zip(texts) {
        assert_eq!(entry.metadata, Some(metadata(text, text)));
    }
    // People find a replacement character where the NUL is.
    let client = place.client().await;
    let sql = "SELECT count(*) FROM events WHERE data->>'text' = E'a \\uFFFD in a text'";
    assert_eq!(number(&client, sql).await, 1);
}

#[tokio::test]
async fn create_if_absent_is_enforced_at_the_store() {
    let Some(place) = Place::new() else { return };
    let (one, two) = (place.open().await, place.open().await);
    let other = place.client().await;
    place.hold(&other).await;
    let mut first = pin!(jot(&one, note(1), 0, "one"));
    let mut second = pin!(jot(&two, note(1), 0, "two"));
    started(first.as_mut());
    started(second.as_mut());
    // Both decided that the stream does not exist, and both wait.
    place.waiting(&other, 2).await;
    other
        .batch_execute("COMMIT")
        .await
        .expect("the lock is given back");
    let answers = [first.await, second.await];
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let [lost] = answers
        .into_iter()
        .filter(Result::is_err)
        .collect::<Vec<_>>()
        .try_into()
        .expect("one loses");
    assert_eq!(conflict(lost), 1);
    assert_eq!(texts(&one).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_conflict_is_swallowed() {
    let Some(place) = Place::new() else { return };
    let logs = [place.open().await, place.open().await, place.open().await];
    jot(&logs[0], note(1), 0, "start")
        .await
        .expect("it appends");
    let tasks = (0..20).map(|number| {
        let log = logs[number % 3].clone();
        tokio::spawn(async move { jot(&log, note(1), 1, &number.to_string()).await })
    });
    let mut successes = 0;
    for task in tasks.collect::<Vec<_>>() {
        match task.await.expect("no panic") {
            Ok(_) => successes += 1,
            Err(AppendError::Conflict { actual, .. }) => assert_eq!(actual, 2),
            other => panic!("expected a conflict, found {other:?}"),
        }
    }
    assert_eq!(successes, 1);
    assert_eq!(texts(&logs[0]).await.len(), 2);
}

#[tokio::test]
async fn the_same_command_id_finds_the_original_outcome_also_without_events() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    jot(&log, note(1), 0, "one").await.expect("it appends");
    let silent = log
        .append(batch(note(1), 1, chosen("key", [])))
        .await
        .expect("it appends");
    assert_eq!(
        silent.positions[0]
            .number_in(log.identity())
            .expect("this log's"),
        1
    );
    jot(&log, note(1), 1, "two").await.expect("it appends");
    // The id is looked at before the version: the caller learns what became of it, not that the stream moved on.
    match log
        .append(batch(note(1), 1, chosen("key", [noted("three")])))
        .await
    {
        Err(AppendError::Duplicate { outcome, .. }) => {
            assert_eq!((outcome.version, outcome.events), (1, 0));
            assert_eq!(outcome.position, silent.positions[0]);
            assert_eq!(outcome.payload, Uuid::from_u128(0xfeed));
        }
        other => panic!("expected a duplicate, found {other:?}"),
    }
    // The scope of an id is one stream.
    log.append(batch(note(2), 0, chosen("key", [noted("three")])))
        .await
        .expect("it appends");
    assert_eq!(texts(&log).await, ["one", "two", "three"]);
}

#[tokio::test]
async fn several_commands_of_one_batch_have_a_position_each() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    jot(&log, note(2), 0, "zero").await.expect("it appends");
    let commands = [
        chosen(1, [noted("one"), noted("two")]),
        chosen(2, []),
        command([noted("three")]),
        chosen(3, [noted("four")]),
    ];
    let all = Batch {
        stream: note(1),
        expected: 0,
        commands: Few::from(commands.to_vec()),
    };
    let appended = log.append(all).await.expect("it appends");
    let numbers = appended
        .positions
        .iter()
        .map(|position| position.number_in(log.identity()).expect("this log's"));
    assert_eq!(numbers.collect::<Vec<_>>(), [3, 3, 4, 5]);
    for (id, version, events, place) in [(1, 2, 2, 0), (2, 2, 0, 1), (3, 4, 1, 3)] {
        let outcome = log
            .outcome(note(1), id.into())
            .await
            .expect("it is looked up")
            .expect("it is known");
        assert_eq!(
            (outcome.version, outcome.events, outcome.position),
            (version, events, appended.positions[place])
        );
    }
    let twice = Batch {
        stream: note(3),
        expected: 0,
        commands: Few::from(vec![chosen(1, []), chosen(1, [])]),
    };
    assert_eq!(
        *failure(log.append(twice).await).kind(),
        FailureKind::CommandIdReused
    );
}

#[tokio::test]
async fn a_stream_that_was_only_read_is_a_condition_too() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    jot(&log, note(1), 0, "read").await.expect("it appends");
    let write = |expected| vec![batch(note(2), expected, command([noted("written")]))];
    log.append_all(write(0), vec![(note(1), 1), (note(3), 0)])
        .await
        .expect("nothing moved");
    for reads in [vec![(note(1), 0)], vec![(note(1), 1), (note(3), 2)]] {
        let refused = log.append_all(write(1), reads).await;
        assert!(
            matches!(refused, Err(AppendError::Conflict { .. })),
            "{refused:?}"
        );
    }
    assert!(
        log.append_all(Vec::new(), vec![(note(1), 1)])
            .await
            .expect("it holds")
            .is_empty()
    );
    assert!(
        log.append_all(Vec::new(), vec![(note(1), 2)])
            .await
            .is_err()
    );
    assert!(
        log.append_all(Vec::new(), Vec::new())
            .await
            .expect("nothing to do")
            .is_empty()
    );
    assert_eq!(texts(&log).await, ["read", "written"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_makes_appends_wait_and_loses_none() {
    let Some(place) = Place::new() else { return };
    let log = crate::server::Log::open(place.options().queue(1))
        .await
        .expect("it opens");
    let tasks = (0..50_u128).map(|number| {
        let log = log.clone();
        tokio::spawn(async move { jot(&log, note(number), 0, &number.to_string()).await })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("no panic").expect("it appends");
    }
    let mut texts = texts(&log).await;
    texts.sort_by_key(|text| text.parse::<u32>().expect("a number"));
    assert_eq!(
        texts,
        (0..50).map(|number| number.to_string()).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_batch_larger_than_any_page_is_one_transaction() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    let many = (0..10_000).map(|number| noted(&number.to_string()));
    let appended = log
        .append(batch(note(1), 0, command(many)))
        .await
        .expect("it appends");
    assert_eq!(
        appended.positions[0]
            .number_in(log.identity())
            .expect("this log's"),
        10_000
    );
    let page = log
        .read_stream(note(1), 9_990, 100)
        .await
        .expect("it reads");
    assert_eq!((page.version, page.entries.len()), (10_000, 10));
    let stream = StreamId {
        aggregate: "tally",
        ..note(1)
    };
    assert_eq!(log.version(stream).await.expect("it reads").0, 0);
    assert_eq!(texts(&log).await.len(), 10_000);
}
