//! What holds while many append at the same time.
use crate::given::{ALL, batch, chosen, command, everything, fresh_id, grow, note, noted, one};
use crate::report::{Found, must, must_equal};
use crate::stagger::{PAUSES, Task, polled, spawned, staggered};
use crate::{Factory, Foreign, Sample};
use lawful::log::{AppendError, CommandId, EventLog, Position, StreamId};
use lawful::{Failure, FailureKind};
use std::collections::HashMap;
use std::pin::pin;

/// How many tasks append at the same time.
const TASKS: u64 = 64;
/// How many appends each of them makes.
const EACH: u64 = 2;

pub(crate) async fn neighbours_unharmed<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    for seed in 0..6 {
        let (stale, doubled) = (note(), note());
        let id = fresh_id();
        grow(&log, stale, 0, 2).await?;
        log.append(batch(doubled, 0, [chosen(id, [noted("once")])]))
            .await?;
        let mut batches = Vec::new();
        for _ in 0..4 {
            batches.push((true, one(note(), 0)));
            batches.push((false, one(stale, 1)));
            batches.push((true, one(note(), 0)));
            batches.push((false, batch(doubled, 1, [chosen(id, [noted("twice")])])));
            let id = fresh_id();
            let twice = [chosen(id, [noted("once")]), chosen(id, [noted("twice")])];
            batches.push((false, batch(note(), 0, twice)));
            if factory.encodes() {
                let broken = command([noted("fine"), Sample::Foreign(Foreign::Unencodable)]);
                batches.push((false, batch(note(), 0, [broken])));
            }
        }
        let tasks = batches
            .into_iter()
            .map(|(fine, batch)| {
                let log = log.clone();
                Box::pin(async move { (fine, log.append(batch).await) }) as Task<_>
            })
            .collect();
        let answers = if seed % 2 == 0 {
            staggered(tasks, seed).await
        } else {
            spawned(tasks).await
        };
        for (fine, answer) in answers {
            if fine && let Err(error) = answer {
                must!(
                    false,
                    "a batch that was in order failed beside others that were not: {error}"
                );
            }
        }
    }
    Ok(())
}

pub(crate) async fn nothing_lost<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    for seed in 0..2 {
        // Half of the tasks have a stream of their own, half share four.
        let shared = [note(), note(), note(), note()];
        let tasks = (0..TASKS)
            .map(|number| {
                let log = log.clone();
                let stream = if number % 2 == 0 {
                    note()
                } else {
                    shared[usize::try_from(number / 2).unwrap_or(0) % shared.len()]
                };
                Box::pin(async move { append_several(&log, stream).await })
                    as Task<Result<Vec<(CommandId, Position)>, Failure>>
            })
            .collect();
        let answers = if seed == 0 {
            staggered(tasks, seed).await
        } else {
            spawned(tasks).await
        };
        let mut acknowledged = HashMap::new();
        for answer in answers {
            acknowledged.extend(answer?);
        }
        let mut recorded: HashMap<CommandId, Vec<Position>> = HashMap::new();
        for entry in everything(&log).await? {
            recorded
                .entry(entry.command_id)
                .or_default()
                .push(entry.position);
        }
        for (command, position) in acknowledged {
            let found = recorded.get(&command).map_or(&[][..], Vec::as_slice);
            must!(
                found == [position],
                "command `{command}` was acknowledged at position `{position}`; its one event is recorded at {found:?}"
            );
        }
    }
    Ok(())
}

/// Appends to a stream that others append to as well, each time again until it is accepted.
async fn append_several(
    log: &impl EventLog<Event = Sample>,
    stream: StreamId,
) -> Result<Vec<(CommandId, Position)>, Failure> {
    let mut acknowledged = Vec::new();
    for _ in 0..EACH {
        let submission = command([noted("one of many")]);
        loop {
            let version = log.read_stream(stream, 0, 0).await?.version;
            match log
                .append(batch(stream, version, [submission.clone()]))
                .await
            {
                Ok(appended) => {
                    acknowledged.push((submission.id, appended.positions[0]));
                    break;
                }
                Err(AppendError::Conflict { .. }) => {}
                Err(AppendError::Failed(failure)) => return Err(failure),
                Err(other) => return Err(Failure::new(FailureKind::Other, other.to_string())),
            }
        }
    }
    Ok(acknowledged)
}

pub(crate) async fn given_up<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    for polls in 1..PAUSES {
        let stream = note();
        let id = fresh_id();
        let events = || [noted("first"), noted("second")];
        {
            let append = pin!(log.append(batch(stream, 0, [chosen(id, events())])));
            if polled(append, polls).await.is_some() {
                break;
            }
        }
        // Whoever gave up asks again with the same id, and that settles it.
        let mut again = log.append(batch(stream, 0, [chosen(id, events())])).await;
        if let Err(AppendError::Conflict { actual, .. }) = again {
            again = log
                .append(batch(stream, actual, [chosen(id, events())]))
                .await;
        }
        match again {
            Ok(_) | Err(AppendError::Duplicate { .. }) => {}
            Err(error) => must!(
                false,
                "a command that was given up after {polls} polls cannot be asked for again: {error}"
            ),
        }
        let page = log.read_stream(stream, 0, ALL).await?;
        must_equal!(
            (page.version, page.entries.len()),
            (2, 2),
            "version and events of a command that was given up and asked for again"
        );
        log.append(one(stream, 2)).await?;
    }
    Ok(())
}
