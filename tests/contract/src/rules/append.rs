//! A batch, its condition, and what becomes of both.
use crate::Factory;
use crate::given::{ALL, Picture, batch, command, grow, note, noted, one};
use crate::report::{Found, must, must_equal};
use crate::stagger::{PAUSES, Task, held, spawned, staggered};
use lawful::log::{AppendError, EventLog, StreamId};

pub(crate) async fn whole_batch<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    for polls in 0..PAUSES {
        let stream = note();
        let events = || [noted("first"), noted("second")];
        let commands = [command(events()), command(events())];
        let origin = log.head().await?;
        let (answer, seen) = held(log.append(batch(stream, 0, commands)), polls, async {
            let page = log.read_stream(stream, 0, ALL).await?;
            let tail = log.read_all(origin, ALL).await?;
            Ok::<_, lawful::Failure>([page.entries.len(), tail.entries.len()])
        })
        .await;
        answer?;
        for count in seen? {
            must!(
                count == 0 || count == 4,
                "a reader saw {count} of the 4 events of a batch"
            );
        }
        let after = log.read_stream(stream, 0, ALL).await?.entries.len();
        must_equal!(after, 4, "events of an acknowledged batch");
    }
    Ok(())
}

pub(crate) async fn stale_refused<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let stream = note();
    grow(&log, stream, 0, 3).await?;
    let before = Picture::of(&log, &[stream]).await?;
    for expected in [1, 2, 4, 9, u64::from(u32::MAX) + 4, u64::MAX] {
        let answer = log.append(one(stream, expected)).await;
        must!(
            matches!(answer, Err(AppendError::Conflict { .. })),
            "a batch that expects version {expected} of a stream at version 3 was answered with {answer:?}, expected a conflict"
        );
        let after = Picture::of(&log, &[stream]).await?;
        must_equal!(after, before, "the log after a refused batch");
    }
    log.append(one(stream, 3)).await?;
    let absent = log.append(one(note(), 1)).await;
    must!(
        matches!(absent, Err(AppendError::Conflict { .. })),
        "a batch that expects version 1 of a stream that does not exist was answered with {absent:?}, expected a conflict"
    );
    Ok(())
}

pub(crate) async fn one_winner<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    for polls in 0..PAUSES {
        let stream = note();
        grow(&log, stream, 0, 2).await?;
        let (first, second) = held(
            log.append(one(stream, 2)),
            polls,
            log.append(one(stream, 2)),
        )
        .await;
        won_once(&log, stream, 3, vec![first, second]).await?;
    }
    for seed in 0..4 {
        let stream = note();
        grow(&log, stream, 0, 2).await?;
        let answers = race(&log, stream, 2, seed).await;
        won_once(&log, stream, 3, answers).await?;
    }
    Ok(())
}

pub(crate) async fn created_once<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    for polls in 0..PAUSES {
        let stream = note();
        let (first, second) = held(
            log.append(one(stream, 0)),
            polls,
            log.append(one(stream, 0)),
        )
        .await;
        won_once(&log, stream, 1, vec![first, second]).await?;
    }
    for seed in 0..4 {
        let stream = note();
        let answers = race(&log, stream, 0, seed).await;
        won_once(&log, stream, 1, answers).await?;
    }
    Ok(())
}

type Answer = Result<lawful::log::Appended, AppendError>;

/// Twelve batches that rest on one version: by hand where the seed is even, on threads where it is odd.
async fn race<L: EventLog<Event = crate::Sample>>(
    log: &L,
    stream: StreamId,
    expected: u64,
    seed: u64,
) -> Vec<Answer> {
    let tasks = (0..12)
        .map(|_| {
            let log = log.clone();
            Box::pin(async move { log.append(one(stream, expected)).await }) as Task<_>
        })
        .collect();
    if seed.is_multiple_of(2) {
        staggered(tasks, seed).await
    } else {
        spawned(tasks).await
    }
}

async fn won_once(
    log: &impl EventLog<Event = crate::Sample>,
    stream: StreamId,
    version: u64,
    answers: Vec<Answer>,
) -> Found {
    let mut winners = 0;
    for answer in answers {
        match answer {
            Ok(_) => winners += 1,
            Err(AppendError::Conflict { .. }) => {}
            Err(other) => must!(false, "a batch that came too late failed with `{other}`"),
        }
    }
    must_equal!(winners, 1, "batches accepted at one version");
    let found = log.read_stream(stream, 0, ALL).await?;
    must_equal!(found.version, version, "the version after the race");
    must_equal!(
        found.entries.len() as u64,
        version,
        "the events after the race"
    );
    Ok(())
}

pub(crate) async fn absent_is_zero<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let (stream, other) = (note(), note());
    grow(&log, other, 0, 1).await?;
    let page = log.read_stream(stream, 0, ALL).await?;
    must_equal!(page.version, 0, "the version of a stream that never was");
    must!(
        page.entries.is_empty(),
        "a stream that never was has {} events",
        page.entries.len()
    );
    let (version, _) = log.version(stream).await?;
    must_equal!(version, 0, "the version of a stream that never was");
    log.append(one(stream, 0)).await?;
    let before = Picture::of(&log, &[stream]).await?;
    let again = log.append(one(stream, 0)).await;
    must!(
        matches!(again, Err(AppendError::Conflict { .. })),
        "a batch that creates a stream which exists was answered with {again:?}, expected a conflict"
    );
    let after = Picture::of(&log, &[stream]).await?;
    must_equal!(after, before, "the log after a refused creation");
    Ok(())
}

pub(crate) async fn conflict_tells<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let named = note();
    grow(&log, named, 0, 5).await?;
    for wrong in [0, 2, 7] {
        let present = log.read_stream(named, 0, 0).await?.version;
        // Whether it is refused at all is asked by other rules.
        let Err(AppendError::Conflict {
            stream,
            expected,
            actual,
        }) = log.append(one(named, wrong)).await
        else {
            continue;
        };
        must_equal!(
            (stream, expected, actual),
            (named, wrong, present),
            "stream, expected and actual version of a conflict"
        );
    }
    Ok(())
}

pub(crate) async fn version_counts<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let stream = note();
    let mut version = 0;
    for size in [1_u64, 3, 2] {
        let events = (0..size).map(|number| noted(number.to_string()));
        let commands = [command(events), command([noted("last")])];
        log.append(batch(stream, version, commands)).await?;
        version += size + 1;
        let (told, _) = log.version(stream).await?;
        must_equal!(told, version, "the version of a stream with as many events");
        let page = log.read_stream(stream, 0, ALL).await?;
        must_equal!(page.version, version, "the version on the stream's page");
        let numbers: Vec<u64> = page.entries.iter().map(|entry| entry.version).collect();
        must_equal!(
            numbers,
            (1..=version).collect::<Vec<_>>(),
            "the versions of a stream's events"
        );
    }
    Ok(())
}
