//! Pages.
use crate::given::{ALL, batch, command, everything, grow, note, noted, one};
use crate::report::{Found, must, must_equal};
use crate::stagger::{PAUSES, held};
use crate::{Factory, Sample};
use lawful::log::{EventLog, Position, StreamId};

pub(crate) async fn one_moment<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    for polls in 0..PAUSES {
        let stream = note();
        grow(&log, stream, 0, 3).await?;
        let (page, answer) = held(
            log.read_stream(stream, 0, ALL),
            polls,
            grow(&log, stream, 3, 5),
        )
        .await;
        answer?;
        let page = page?;
        let last = page.entries.last().map_or(0, |entry| entry.version);
        must_equal!(
            page.version,
            last,
            "the version of the whole stream, beside the last event of a page that holds it all"
        );
        let last = page.entries.last().map(|entry| entry.position);
        must_equal!(
            Some(page.head),
            last,
            "the head, beside the last event of a page that holds the log's last stream"
        );
    }
    Ok(())
}

/// Three streams of 11, 5 and 1 events, appended in turns and in batches of different sizes.
async fn filled(
    log: &impl EventLog<Event = Sample>,
) -> Result<[StreamId; 3], lawful::log::AppendError> {
    let streams = [note(), note(), note()];
    let steps = [(0, 2), (1, 1), (0, 3), (2, 1), (0, 1), (1, 4), (0, 5)];
    let mut versions = [0; 3];
    for (which, size) in steps {
        let events = (0..size).map(|number| noted(number.to_string()));
        log.append(batch(streams[which], versions[which], [command(events)]))
            .await?;
        versions[which] += size;
    }
    Ok(streams)
}

pub(crate) async fn stream_pages<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    for (stream, count) in filled(&log).await?.into_iter().zip([11, 5, 1]) {
        for size in [1, 2, 3, 5, 7, 11, 12, usize::MAX] {
            let mut found = Vec::new();
            let mut after = 0;
            // One page more than can be needed, lest a log that never gets on holds the suite.
            for _ in 0..=count {
                let page = log.read_stream(stream, after, size).await?;
                must_equal!(page.version, count, "the version of the whole stream");
                let Some(last) = page.entries.last() else {
                    break;
                };
                after = last.version;
                found.extend(page.entries.iter().map(|entry| entry.version));
            }
            must_equal!(
                found,
                (1..=count).collect::<Vec<_>>(),
                "the versions on pages of {size}"
            );
        }
    }
    Ok(())
}

pub(crate) async fn log_pages<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    filled(&log).await?;
    let all: Vec<Position> = everything(&log)
        .await?
        .into_iter()
        .map(|entry| entry.position)
        .collect();
    must_equal!(all.len(), 17, "events in the whole log");
    for size in [1, 2, 3, 5, 7, 16, 17, 18, usize::MAX] {
        let mut found = Vec::new();
        let mut cursor = Position::origin(log.identity());
        for _ in 0..=all.len() {
            let page = log.read_all(cursor, size).await?;
            if let Some(last) = page.entries.last() {
                must!(
                    page.next >= last.position,
                    "a page goes on at `{}`, before its last event at `{}`",
                    page.next,
                    last.position
                );
            }
            must!(
                page.next >= cursor,
                "a page after `{cursor}` goes on at `{}`",
                page.next
            );
            cursor = page.next;
            found.extend(page.entries.iter().map(|entry| entry.position));
        }
        must_equal!(found, all, "the positions on pages of {size}");
    }
    // From within: what comes after a position is what comes after it.
    for (index, position) in all.iter().enumerate() {
        let page = log.read_all(*position, ALL).await?;
        let found: Vec<_> = page.entries.iter().map(|entry| entry.position).collect();
        must_equal!(found, all[index + 1..], "the positions after `{position}`");
    }
    Ok(())
}

pub(crate) async fn page_limits<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let stream = note();
    grow(&log, stream, 0, 4).await?;
    let origin = Position::origin(log.identity());
    for limit in [0, 1, 3] {
        let of_stream = log.read_stream(stream, 0, limit).await?;
        let of_all = log.read_all(origin, limit).await?;
        must_equal!(
            [of_stream.entries.len(), of_all.entries.len()],
            [limit, limit],
            "events on a page of the stream and of the log that may hold {limit}"
        );
        must_equal!(of_stream.version, 4, "the version on a page of {limit}");
    }
    let nothing = log.read_all(origin, 0).await?;
    must_equal!(
        nothing.next,
        origin,
        "where to go on after a page that may hold nothing"
    );
    for after in [4, 5, u64::MAX] {
        let page = log.read_stream(stream, after, ALL).await?;
        must!(
            page.entries.is_empty(),
            "{} events after version {after} of a stream at version 4",
            page.entries.len()
        );
        must_equal!(page.version, 4, "the version on a page after {after}");
    }
    Ok(())
}

pub(crate) async fn streams_apart<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let first = note();
    let second = StreamId {
        aggregate: "tally",
        id: first.id,
    };
    grow(&log, first, 0, 3).await?;
    let (version, _) = log.version(second).await?;
    must_equal!(
        version,
        0,
        "the version of `{second}`, of which only the namesake `{first}` exists"
    );
    log.append(batch(second, 0, [command([Sample::counted(1)])]))
        .await?;
    log.append(one(first, 3)).await?;
    for (stream, count) in [(first, 4), (second, 1)] {
        let page = log.read_stream(stream, 0, ALL).await?;
        must_equal!(
            (page.version, page.entries.len()),
            (count, usize::try_from(count).unwrap_or(0)),
            "version and events of `{stream}`"
        );
        must!(
            page.entries.iter().all(|entry| entry.stream == stream),
            "the page of `{stream}` holds an event of another stream"
        );
    }
    Ok(())
}
