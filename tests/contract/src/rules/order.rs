//! One order.
use crate::given::{ALL, batch, command, everything, grow, note, noted, one};
use crate::report::{Breach, Found, must, must_equal};
use crate::stagger::{PAUSES, Task, held, spawned, staggered};
use crate::{Factory, Sample};
use lawful::log::{AppendError, Entry, EventLog, Position};
use lawful::{Failure, Timestamp};
use std::time::Duration;

pub(crate) async fn positions_increase<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let streams = [note(), note(), note()];
    let mut last = Position::origin(log.identity());
    for round in 0..4 {
        for stream in streams {
            let events = [noted("a"), noted("b")];
            log.append(batch(stream, round * 2, [command(events)]))
                .await?;
            let entries = log.read_stream(stream, 0, ALL).await?.entries;
            for entry in entries.iter().filter(|entry| entry.version > round * 2) {
                must!(
                    entry.position > last,
                    "event {} of stream `{stream}` is at `{}`, and what was recorded before it is at `{last}`",
                    entry.version,
                    entry.position
                );
                last = entry.position;
            }
        }
    }
    Ok(())
}

/// Reads on behind a position until nothing comes any more, as a subscriber does.
async fn follow(
    log: &impl EventLog<Event = Sample>,
    from: Position,
) -> Result<(Vec<Entry<Sample>>, Position), Failure> {
    let (mut seen, mut cursor) = (Vec::new(), from);
    loop {
        let page = log.read_all(cursor, ALL).await?;
        cursor = page.next;
        if page.entries.is_empty() {
            return Ok((seen, cursor));
        }
        seen.extend(page.entries);
    }
}

pub(crate) async fn nothing_new_behind<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let mut cursor = log.head().await?;
    // A takes its place and stalls, B commits, the reader runs, A commits: the reader must still come to A.
    for polls in 0..PAUSES {
        let (slow, fast) = (note(), note());
        let (answer, seen) = held(log.append(one(slow, 0)), polls, async {
            log.append(one(fast, 0)).await?;
            Ok::<_, Breach>(follow(&log, cursor).await?)
        })
        .await;
        answer?;
        let (mut seen, reached) = seen?;
        let (later, reached) = follow(&log, reached).await?;
        seen.extend(later);
        cursor = reached;
        for stream in [slow, fast] {
            let times = seen.iter().filter(|entry| entry.stream == stream).count();
            must_equal!(
                times,
                1,
                "how often a reader that followed the log came upon the event of one of two writers, the first of which was stopped after {polls} polls"
            );
        }
    }
    for seed in 0..4 {
        followed_by_a_reader(&log, cursor, seed).await?;
        cursor = log.head().await?;
    }
    Ok(())
}

/// Several writers and a reader that follows them.
async fn followed_by_a_reader<L: EventLog<Event = Sample>>(
    log: &L,
    from: Position,
    seed: u64,
) -> Found {
    type Seen = Result<(Vec<Entry<Sample>>, Position), Breach>;
    let mut tasks: Vec<Task<Seen>> = Vec::new();
    for _ in 0..8 {
        let log = log.clone();
        tasks.push(Box::pin(async move {
            grow(&log, note(), 0, 4).await?;
            Ok((Vec::new(), from))
        }));
    }
    let reader = log.clone();
    tasks.push(Box::pin(async move {
        let (mut met, mut cursor) = (Vec::new(), from);
        for _ in 0..12 {
            let page = reader.read_all(cursor, 1).await?;
            cursor = page.next;
            met.extend(page.entries);
        }
        Ok((met, cursor))
    }));
    let answers = if seed.is_multiple_of(2) {
        staggered(tasks, seed).await
    } else {
        spawned(tasks).await
    };
    let (mut met, mut cursor) = (Vec::new(), from);
    for answer in answers {
        let (part, reached) = answer?;
        if reached > cursor {
            cursor = reached;
        }
        met.extend(part);
    }
    met.extend(follow(log, cursor).await?.0);
    let all = log.read_all(from, ALL).await?.entries;
    must_equal!(all.len(), 32, "events of 8 writers");
    must_equal!(
        met.len(),
        all.len(),
        "events that a reader saw while they were written and after"
    );
    let places: Vec<Position> = met.iter().map(|entry| entry.position).collect();
    let there: Vec<Position> = all.iter().map(|entry| entry.position).collect();
    must_equal!(
        places,
        there,
        "positions that a reader met while events were written and after"
    );
    Ok(())
}

pub(crate) async fn time_never_back<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let noon = Timestamp::from_micros(1_900_000_000_000_000);
    let hour = Duration::from_hours(1);
    for moment in [noon, noon - hour, noon + hour, noon, Timestamp::MIN] {
        // Where the clock cannot be set, the order of concurrent appends is looked at alone.
        factory.set_clock(&log, moment);
        grow(&log, note(), 0, 2).await?;
        for polls in 0..4 {
            let (first, second) = held(
                log.append(one(note(), 0)),
                polls,
                log.append(one(note(), 0)),
            )
            .await;
            first?;
            second?;
        }
    }
    let tasks = (0..16)
        .map(|_| {
            let log = log.clone();
            Box::pin(async move { grow(&log, note(), 0, 2).await.map(drop) })
                as Task<Result<(), AppendError>>
        })
        .collect();
    for answer in spawned(tasks).await {
        answer?;
    }
    // What another process recorded before counts too.
    if let Some(again) = factory.restarted(log.clone()).await {
        factory.set_clock(&again, Timestamp::MIN);
        grow(&again, note(), 0, 2).await?;
    }
    let mut last = Timestamp::MIN;
    for entry in everything(&log).await? {
        must!(
            entry.recorded_at >= last,
            "the event at `{}` was recorded at {}, and one before it at {last}",
            entry.position,
            entry.recorded_at
        );
        last = entry.recorded_at;
    }
    Ok(())
}

pub(crate) async fn head_true<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    must_equal!(
        log.head().await?,
        Position::origin(log.identity()),
        "the head of an empty log"
    );
    let streams = [note(), note()];
    for version in 0..3 {
        for stream in streams {
            log.append(one(stream, version)).await?;
            let entries = log.read_stream(stream, 0, ALL).await?.entries;
            let Some(last) = entries.last() else {
                must!(
                    false,
                    "event {} of stream `{stream}` is missing",
                    version + 1
                );
                continue;
            };
            for other in streams {
                let heads = [
                    log.head().await?,
                    log.version(other).await?.1,
                    log.read_stream(other, 0, 1).await?.head,
                ];
                must_equal!(
                    heads,
                    [last.position; 3],
                    "the head as told by itself, beside a version and beside a page"
                );
            }
        }
    }
    Ok(())
}
