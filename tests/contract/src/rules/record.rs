//! What is recorded with each event.
use crate::given::{ALL, batch, chosen, command, everything, fresh_id, grow, note, noted, tally};
use crate::report::{Found, must, must_equal};
use crate::{Factory, Sample};
use lawful::Uuid;
use lawful::log::{EventLog, Metadata, Submission};
use std::collections::HashSet;
use std::sync::Arc;

pub(crate) async fn receipt_true<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    grow(&log, note(), 0, 2).await?;
    let stream = note();
    let commands = [
        command([noted("a"), noted("b")]),
        chosen(fresh_id(), []),
        command([noted("c")]),
    ];
    let appended = log.append(batch(stream, 0, commands)).await?;
    let entries = log.read_stream(stream, 0, ALL).await?.entries;
    must_equal!(entries.len(), 3, "events of the batch");
    let expected = [
        entries[1].position,
        entries[1].position,
        entries[2].position,
    ];
    must_equal!(
        *appended.positions,
        expected[..],
        "positions of two events, of no event and of one event on the acknowledgement"
    );
    for entry in entries {
        must_equal!(
            entry.recorded_at,
            appended.recorded_at,
            "recorded-at of an event, beside that of its acknowledgement"
        );
    }
    Ok(())
}

pub(crate) async fn event_same<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let texts = [
        "",
        " ",
        "'; DROP TABLE events; --",
        "\"\\/\u{8}\u{c}\n\r\t",
        "a\u{0}b",
        "ß 漢字 🦀 \u{202e}\u{feff}e\u{301}",
        "null",
    ];
    let large = "x".repeat(70_000);
    let notes: Vec<Sample> = texts.into_iter().chain([&*large]).map(noted).collect();
    let numbers = [0, 1, (1 << 53) + 1, i64::MAX.cast_unsigned(), u64::MAX];
    let counts: Vec<Sample> = numbers.into_iter().map(Sample::counted).collect();
    for (stream, events) in [(note(), notes), (tally(), counts)] {
        log.append(batch(stream, 0, [command(events.clone())]))
            .await?;
        let page = log.read_stream(stream, 0, ALL).await?;
        let found: Vec<Sample> = page.entries.into_iter().map(|entry| entry.event).collect();
        must_equal!(found, events, "the events of stream `{stream}`");
    }
    Ok(())
}

/// A command that says everything that can be said.
fn talkative(number: usize) -> Submission<Sample> {
    let metadata = Metadata::from([
        ("who".to_owned(), format!("number {number}")),
        (String::new(), "\"quoted\" \u{0} 🦀".to_owned()),
    ]);
    Submission {
        correlation: Uuid::new_v4(),
        causation: Some(Uuid::new_v4()),
        metadata: Some(Arc::new(metadata)),
        ..chosen(
            fresh_id(),
            [noted(format!("{number} a")), noted(format!("{number} b"))],
        )
    }
}

pub(crate) async fn recorded<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let stream = note();
    let commands = [talkative(0), command([noted("says little")]), talkative(2)];
    log.append(batch(stream, 0, commands.clone())).await?;
    let page = log.read_stream(stream, 0, ALL).await?;
    let mut entries = page.entries.into_iter().zip(1_u64..);
    for command in commands {
        for _ in &command.events {
            let Some((entry, version)) = entries.next() else {
                must!(false, "an event of command `{}` is missing", command.id);
                break;
            };
            must_equal!(entry.stream, stream, "the stream of an event");
            must_equal!(entry.version, version, "the version of an event");
            must_equal!(entry.command_id, command.id, "the command id of an event");
            must_equal!(
                entry.correlation_id,
                command.correlation,
                "the correlation id of an event"
            );
            must_equal!(
                entry.causation_id,
                command.causation,
                "the causation id of an event"
            );
            must_equal!(entry.metadata, command.metadata, "the metadata of an event");
        }
    }
    Ok(())
}

pub(crate) async fn schema_version_true<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let older = Sample::Older {
        text: "of old".to_owned(),
    };
    let stream = note();
    log.append(batch(stream, 0, [command([older, noted("of late")])]))
        .await?;
    let mut found = Vec::new();
    for entry in log.read_stream(stream, 0, ALL).await?.entries {
        found.push(entry.schema_version);
    }
    must_equal!(
        found,
        [1, 2],
        "the schema versions of an old and a new event"
    );
    Ok(())
}

pub(crate) async fn event_ids_unique<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    // One id and one UUID everywhere: only the streams differ.
    let id = fresh_id();
    let (first, second) = (note(), note());
    let namesake = lawful::log::StreamId {
        aggregate: "tally",
        id: first.id,
    };
    for stream in [first, second, namesake] {
        let commands = [
            Submission {
                id,
                ..command([noted("a"), noted("b")])
            },
            command([noted("c"), noted("d")]),
        ];
        log.append(batch(stream, 0, commands)).await?;
    }
    let entries = everything(&log).await?;
    must_equal!(entries.len(), 12, "recorded events");
    let ids: HashSet<Uuid> = entries.iter().map(|entry| entry.event_id).collect();
    must_equal!(ids.len(), 12, "different event ids among 12 events");
    for entry in everything(&log).await? {
        must!(
            ids.contains(&entry.event_id),
            "event {} of stream `{}` has another id at the second reading",
            entry.version,
            entry.stream
        );
    }
    Ok(())
}

pub(crate) async fn readings_agree<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let (stream, other) = (note(), tally());
    log.append(batch(stream, 0, [talkative(0)])).await?;
    log.append(batch(other, 0, [command([Sample::counted(7)])]))
        .await?;
    log.append(batch(stream, 2, [talkative(1)])).await?;
    let all = everything(&log).await?;
    for stream in [stream, other] {
        let mut of_stream: Vec<_> = all
            .iter()
            .filter(|entry| entry.stream == stream)
            .cloned()
            .collect();
        // In which order is asked by other rules.
        of_stream.sort_by_key(|entry| entry.version);
        let page = log.read_stream(stream, 0, ALL).await?;
        must_equal!(
            page.entries,
            of_stream,
            "the entries of stream `{stream}`, beside those that the whole log tells"
        );
    }
    Ok(())
}
