//! Appending: conditions, command ids, sizes.

use crate::given::{batch, chosen, command, conflict, failure, jot, note, noted, texts};
use crate::server::Place;
use async_nats::jetstream::stream::Config;
use lawful::log::{AppendError, Batch, EventLog, StreamId};
use lawful::{FailureKind, Position, Uuid};
use lawful_contract::Sample;
use lawful_jetstream::JetStreamOptions;
use lawful_servers::Nats;

#[tokio::test]
async fn a_batch_is_one_message_that_people_can_read() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    let commands = [chosen(7, [noted("a"), noted("b")]), command([noted("c")])];
    let stream = note(1);
    log.append(Batch {
        stream,
        expected: 0,
        commands: commands.into_iter().collect(),
    })
    .await
    .expect("it appends");
    let context = place.beside().await;
    let mut kept = context.get_stream(&place.name).await.expect("it exists");
    assert_eq!(kept.info().await.expect("it answers").state.messages, 1);
    let message = kept.get_raw_message(1).await.expect("it is there");
    assert_eq!(
        message.subject.as_str(),
        format!("{}.note.{}", place.name, stream.id)
    );
    let header = |name| message.headers.get(name).map(ToString::to_string);
    assert_eq!(header("Lawful-Version").as_deref(), Some("3"));
    let payload = String::from_utf8(message.payload.to_vec()).expect("it is text");
    let first = r#""chosen":"00000000-0000-0000-0000-00000000feed","events":[{"type":"note.noted","schema":2,"data":{"text":"a"}},{"type":"note.noted","schema":2,"data":{"text":"b"}}]"#;
    assert!(payload.contains(first), "{payload}");
}

#[tokio::test]
async fn a_burst_of_stale_appends_is_all_conflicts_and_burns_no_place() {
    let Some(place) = Place::new() else { return };
    let (log, other) = (place.open().await, place.open().await);
    jot(&log, note(1), 0, "one").await.expect("it appends");
    jot(&other, note(1), 1, "two").await.expect("it appends");
    // The first process still believes in the first message.
    for _ in 0..20 {
        assert_eq!(conflict(jot(&log, note(1), 1, "never").await), 2);
    }
    let third = jot(&log, note(1), 2, "three").await.expect("it appends");
    assert_eq!(
        third.positions[0].number_in(log.identity()).expect("ours"),
        3 << 16,
        "sequence 3, index 0"
    );
    assert_eq!(texts(&log).await, ["one", "two", "three"]);
}

#[tokio::test]
async fn a_chosen_id_is_found_beyond_any_window_of_the_server_and_by_a_process_that_never_saw_it() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    let first = batch(note(1), 0, chosen("key", [noted("once")]));
    log.append(first.clone()).await.expect("it appends");
    // More messages than are asked for one by one, so that the ids come in pages, too.
    for version in 1..40 {
        jot(&log, note(1), version, "more")
            .await
            .expect("it appends");
    }
    let other = place.open().await;
    for expected in [0, 3, 40, 99] {
        let mut again = first.clone();
        again.expected = expected;
        match other.append(again).await {
            Err(AppendError::Duplicate { outcome, .. }) => {
                assert_eq!((outcome.version, outcome.events), (1, 1));
            }
            answer => panic!("expected a duplicate, found {answer:?}"),
        }
    }
    let context = place.beside().await;
    let stream = context.get_stream(&place.name).await.expect("it exists");
    let message = stream.get_raw_message(1).await.expect("it is there");
    assert!(
        message.headers.get("Nats-Msg-Id").is_none(),
        "no window is trusted, so none is asked for"
    );
}

#[tokio::test]
async fn silent_commands_of_others_do_not_make_a_conflict() {
    let Some(place) = Place::new() else { return };
    let (log, other) = (place.open().await, place.open().await);
    jot(&log, note(1), 0, "one").await.expect("it appends");
    let head = log.head().await.expect("it reads");
    for key in ["a", "b", "c"] {
        let silent = batch(note(1), 1, chosen(key, []));
        let appended = other.append(silent).await.expect("it appends");
        assert_eq!(
            appended.positions[0], head,
            "silence has no position of its own"
        );
    }
    assert_eq!(log.head().await.expect("it reads"), head);
    jot(&log, note(1), 1, "two")
        .await
        .expect("the version is still 1");
}

#[tokio::test]
async fn a_batch_over_the_greatest_payload_is_a_failure_that_names_both_sizes() {
    let Some(server) = Nats::start_with(&["max_payload: 4096"]) else {
        return;
    };
    let place = Place::at(server.url());
    let log = place.open().await;
    let large = batch(note(1), 0, command([noted("x".repeat(5000))]));
    let refused = failure(log.append(large).await).to_string();
    assert!(refused.contains("takes at most 4096"), "{refused}");
    let size = refused
        .split_whitespace()
        .filter_map(|word| word.parse::<usize>().ok())
        .find(|number| *number > 5000);
    assert!(size.is_some(), "{refused}");
    assert_eq!(log.version(note(1)).await.expect("it reads").0, 0);
    // Right up to the limit: how this side counts and how the server counts agree.
    for length in 3500..3900 {
        let stream = note(length);
        let text = "x".repeat(usize::try_from(length).expect("small"));
        match log.append(batch(stream, 0, command([noted(text)]))).await {
            Ok(_) => {}
            Err(AppendError::Failed(failure)) => {
                let found = failure.to_string();
                assert!(found.contains("takes at most 4096"), "{found}");
            }
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn a_batch_over_the_stream_s_own_limit_names_both_sizes_too() {
    let Some(place) = Place::new() else { return };
    let limited = |config: &mut Config| config.max_message_size = 2048;
    let log = place.made(limited).await.expect("it is ours");
    let large = batch(note(1), 0, command([noted("x".repeat(3000))]));
    let refused = failure(log.append(large).await).to_string();
    assert!(
        refused.contains("takes at most 2048") && refused.contains("`max_msg_size`"),
        "{refused}"
    );
    // Right up to the limit, here too.
    for length in 1600..1800 {
        let text = "x".repeat(usize::try_from(length).expect("small"));
        let appended = log
            .append(batch(note(length), 0, command([noted(text)])))
            .await;
        if appended.is_err() {
            let found = failure(appended).to_string();
            assert!(found.contains("takes at most 2048"), "{found}");
        }
    }
    assert!(log.version(note(1600)).await.expect("it reads").0 == 1);
    assert!(log.version(note(1799)).await.expect("it reads").0 == 0);
}

#[tokio::test]
async fn more_events_than_have_positions_are_refused() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    let stream = StreamId {
        aggregate: "tally",
        id: Uuid::from_u128(1),
    };
    let events = (0..=1 << 16).map(Sample::counted);
    let refused = failure(log.append(batch(stream, 0, command(events))).await).to_string();
    assert!(
        refused.contains("65537 events") && refused.contains("at most 65536"),
        "{refused}"
    );
    assert_eq!(
        log.head().await.expect("it reads"),
        Position::origin(log.identity())
    );
}

#[tokio::test]
async fn a_full_log_refuses_and_forgets_nothing() {
    let Some(place) = Place::new() else { return };
    let log = crate::server::Log::open(place.options().max_bytes(4096))
        .await
        .expect("it opens");
    let mut kept = Vec::new();
    let full = loop {
        let text = format!("{} {}", kept.len(), "x".repeat(500));
        match jot(&log, note(1), kept.len() as u64, &text).await {
            Ok(_) => kept.push(text),
            Err(AppendError::Failed(failure)) => break failure,
            Err(other) => panic!("{other}"),
        }
    };
    assert_eq!(*full.kind(), FailureKind::Full, "{full:?}");
    assert!(kept.len() > 1);
    assert_eq!(texts(&log).await, kept);
}

#[tokio::test]
async fn an_aggregate_that_cannot_be_part_of_a_subject_is_refused() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    for aggregate in ["a.b", "a b", "*", ">", ""] {
        let stream = StreamId {
            aggregate,
            id: Uuid::from_u128(1),
        };
        let refused = failure(log.append(batch(stream, 0, command([noted("x")]))).await);
        assert!(
            refused.to_string().contains("token of a subject"),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn a_name_that_cannot_be_a_log_s_says_what_is_expected() {
    for name in ["", "Bank", "a.b", "ü", "a b"] {
        let options = JetStreamOptions::new("nats://127.0.0.1:1").name(name);
        let refused = crate::server::Log::open(options)
            .await
            .expect_err("refused");
        assert!(
            refused.to_string().contains("lower-case letters"),
            "{refused}"
        );
    }
}
