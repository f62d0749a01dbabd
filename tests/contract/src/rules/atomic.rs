//! Several streams at once.
use crate::given::{ALL, Picture, batch, chosen, command, fresh_id, grow, note, noted, one};
use crate::report::{Breach, Found, must, must_equal};
use crate::stagger::{PAUSES, Task, held, spawned, staggered};
use crate::{Factory, Foreign, Sample};
use lawful::log::{AppendError, AtomicLog, Batch, EventLog, StreamId};

pub(crate) async fn all_or_none<F>(factory: &F) -> Found
where
    F: Factory,
    F::Log: AtomicLog,
{
    let log = factory.fresh().await;
    let (first, second, third) = (note(), note(), note());
    let id = fresh_id();
    grow(&log, second, 0, 2).await?;
    log.append(batch(second, 2, [chosen(id, [noted("once")])]))
        .await?;
    let mut bad = vec![
        one(second, 1),
        one(second, 2),
        batch(second, 3, [chosen(id, [noted("twice")])]),
    ];
    if factory.encodes() {
        let broken = command([noted("fine"), Sample::Foreign(Foreign::Unencodable)]);
        bad.push(batch(second, 3, [broken]));
    }
    let streams = [first, second, third];
    let before = Picture::of(&log, &streams).await?;
    let beside = fresh_id();
    for wrong in bad {
        let good = || batch(first, 0, [chosen(beside, [noted("fine")])]);
        let orders: [Vec<Batch<Sample>>; 2] = [
            vec![good(), wrong.clone(), one(third, 0)],
            vec![wrong.clone(), good()],
        ];
        for batches in orders {
            let answer = log.append_all(batches, vec![]).await;
            must!(
                answer.is_err(),
                "several batches of which one must be refused were answered with {answer:?}"
            );
            let after = Picture::of(&log, &streams).await?;
            must_equal!(
                after,
                before,
                "the log after several batches of which one was refused"
            );
            let outcome = log.outcome(first, beside).await?;
            must_equal!(
                outcome,
                None,
                "the outcome of a command beside a batch that was refused"
            );
        }
    }
    log.append_all(vec![one(first, 0), one(second, 3), one(third, 0)], vec![])
        .await?;
    let nothing = log.append_all(vec![], vec![]).await?;
    must!(
        nothing.is_empty(),
        "no batches were answered with {nothing:?}"
    );
    Ok(())
}

pub(crate) async fn seen_together<F>(factory: &F) -> Found
where
    F: Factory,
    F::Log: AtomicLog,
{
    let log = factory.fresh().await;
    for polls in 0..PAUSES {
        let origin = log.head().await?;
        let streams = [note(), note(), note()];
        let batches = streams.map(|stream| one(stream, 0)).to_vec();
        let (answer, seen) = held(log.append_all(batches, vec![]), polls, async {
            let together = log.read_all(origin, ALL).await?.entries.len();
            let mut versions = Vec::new();
            // One after the other: what is read later may only be more.
            for stream in streams {
                versions.push(log.read_stream(stream, 0, ALL).await?.version);
            }
            for stream in streams {
                versions.push(log.version(stream).await?.0);
            }
            Ok::<_, Breach>((together, versions))
        })
        .await;
        answer?;
        let (together, versions) = seen?;
        must!(
            together == 0 || together == 3,
            "a reader of the whole log saw {together} of 3 batches"
        );
        must!(
            versions.is_sorted(),
            "a reader saw one of several batches and then missed another: versions {versions:?}"
        );
    }
    Ok(())
}

pub(crate) async fn answers_in_order<F>(factory: &F) -> Found
where
    F: Factory,
    F::Log: AtomicLog,
{
    let log = factory.fresh().await;
    let streams = [note(), note(), note()];
    let batches: Vec<_> = streams
        .iter()
        .zip([1, 3, 2])
        .map(|(stream, size)| {
            let events = (0..size).map(|number| noted(number.to_string()));
            batch(*stream, 0, [command(events)])
        })
        .collect();
    let answers = log.append_all(batches, vec![]).await?;
    must_equal!(answers.len(), 3, "answers to three batches");
    for (stream, answer) in streams.into_iter().zip(answers) {
        let entries = log.read_stream(stream, 0, ALL).await?.entries;
        let last: Vec<_> = entries
            .last()
            .map(|entry| entry.position)
            .into_iter()
            .collect();
        must_equal!(
            *answer.positions,
            last[..],
            "the position in the answer for `{stream}`"
        );
    }
    Ok(())
}

/// Whether an answer is a conflict of this stream; and that nothing changed.
async fn refused<L: AtomicLog<Event = Sample>>(
    log: &L,
    reads: Vec<(StreamId, u64)>,
    conflict: (StreamId, u64, u64),
) -> Found {
    let written = note();
    let before = Picture::of(log, &[written, conflict.0]).await?;
    for batches in [vec![one(written, 0)], vec![]] {
        match log.append_all(batches, reads.clone()).await {
            Err(AppendError::Conflict {
                stream,
                expected,
                actual,
            }) => must_equal!(
                (stream, expected, actual),
                conflict,
                "stream, expected and actual version of a stale read"
            ),
            other => must!(
                false,
                "`{}` was read at version {} and is at {}; that was answered with {other:?}, expected a conflict",
                conflict.0,
                conflict.1,
                conflict.2
            ),
        }
        let after = Picture::of(log, &[written, conflict.0]).await?;
        must_equal!(after, before, "the log after a stale read");
    }
    Ok(())
}

pub(crate) async fn read_is_condition<F>(factory: &F) -> Found
where
    F: Factory,
    F::Log: AtomicLog,
{
    let log = factory.fresh().await;
    let (read, also, written) = (note(), note(), note());
    grow(&log, read, 0, 3).await?;
    grow(&log, also, 0, 1).await?;
    for stale in [1, 2, 4] {
        refused(&log, vec![(also, 1), (read, stale)], (read, stale, 3)).await?;
        refused(&log, vec![(read, stale), (also, 1)], (read, stale, 3)).await?;
    }
    let fine = vec![(read, 3), (also, 1), (written, 0)];
    let confirmed = log.append_all(vec![], fine.clone()).await?;
    must!(
        confirmed.is_empty(),
        "a confirmation without batches was answered with {confirmed:?}"
    );
    // What is read may be written as well.
    let mut reads = fine;
    log.append_all(vec![one(written, 0), one(read, 3)], reads.clone())
        .await?;
    reads = vec![(read, 4), (also, 1), (written, 1)];
    log.append_all(vec![], reads).await?;
    Ok(())
}

pub(crate) async fn absent_read_is_condition<F>(factory: &F) -> Found
where
    F: Factory,
    F::Log: AtomicLog,
{
    let log = factory.fresh().await;
    let (absent, present) = (note(), note());
    log.append_all(vec![one(present, 0)], vec![(absent, 0)])
        .await?;
    refused(&log, vec![(absent, 0), (present, 0)], (present, 0, 1)).await?;
    refused(&log, vec![(present, 0)], (present, 0, 1)).await?;
    // It comes to be between the reading and the append.
    log.append(one(absent, 0)).await?;
    refused(&log, vec![(absent, 0)], (absent, 0, 1)).await
}

pub(crate) async fn reads_and_writes_at_once<F>(factory: &F) -> Found
where
    F: Factory,
    F::Log: AtomicLog,
{
    let log = factory.fresh().await;
    // Each writes what the other reads: whoever comes second rests on what is gone.
    for exists in [0, 1] {
        for polls in 0..PAUSES {
            let streams = [note(), note()];
            for stream in streams {
                grow(&log, stream, 0, exists).await?;
            }
            let [left, right] = streams;
            let (first, second) = held(
                log.append_all(vec![one(left, exists)], vec![(right, exists)]),
                polls,
                log.append_all(vec![one(right, exists)], vec![(left, exists)]),
            )
            .await;
            won_once(vec![first, second])?;
        }
    }
    for seed in 0..4 {
        let streams = [note(), note(), note(), note()];
        let tasks = streams
            .into_iter()
            .map(|written| {
                let log = log.clone();
                let read: Vec<_> = streams.into_iter().map(|read| (read, 0)).collect();
                Box::pin(async move { log.append_all(vec![one(written, 0)], read).await })
                    as Task<_>
            })
            .collect();
        let answers = if seed % 2 == 0 {
            staggered(tasks, seed).await
        } else {
            spawned(tasks).await
        };
        won_once(answers)?;
    }
    Ok(())
}

fn won_once<T: std::fmt::Debug>(answers: Vec<Result<T, AppendError>>) -> Found {
    let mut winners = 0;
    for answer in answers {
        match answer {
            Ok(_) => winners += 1,
            Err(AppendError::Conflict { .. }) => {}
            other => must!(false, "a transaction was answered with {other:?}"),
        }
    }
    must_equal!(
        winners,
        1,
        "accepted transactions of several that write what the others read"
    );
    Ok(())
}

pub(crate) async fn same_stream_twice<F>(factory: &F) -> Found
where
    F: Factory,
    F::Log: AtomicLog,
{
    let log = factory.fresh().await;
    for version in [1, 2] {
        let stream = note();
        grow(&log, stream, 0, version).await?;
        let before = Picture::of(&log, &[stream]).await?;
        let both = vec![one(stream, version), one(stream, version)];
        let answer = log.append_all(both, vec![]).await;
        must!(
            answer.is_err(),
            "two batches that both expect version {version} of one stream were answered with {answer:?}"
        );
        let after = Picture::of(&log, &[stream]).await?;
        must_equal!(after, before, "the log after two batches for one version");
        // The second may rest on the first, or be refused with it.
        let behind = vec![one(stream, version), one(stream, version + 1)];
        let appended = log.append_all(behind, vec![]).await.map_or(0, |_| 2);
        let page = log.read_stream(stream, 0, ALL).await?;
        must_equal!(
            page.version,
            version + appended,
            "the version after two batches that follow each other"
        );
    }
    Ok(())
}
