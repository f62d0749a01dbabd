//! Command ids and their outcomes.
use crate::given::{
    ALL, Picture, batch, chosen, command, digest, everything, fresh_id, grow, note, noted,
};
use crate::report::{Breach, Found, must, must_equal};
use crate::stagger::{PAUSES, Task, held, spawned, staggered};
use crate::{Factory, Sample};
use lawful::log::{AppendError, EventLog, Outcome, Position, StreamId};
use lawful::{Failure, FailureKind};

/// As many commands as make a log forget that keeps only the latest.
const MANY: u64 = 300;

pub(crate) async fn outcome_found<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let stream = note();
    grow(&log, stream, 0, 1).await?;
    let ids = [fresh_id(), fresh_id()];
    let commands = [
        chosen(ids[0], [noted("a"), noted("b")]),
        command([noted("c")]),
        chosen(ids[1], [noted("d")]),
    ];
    log.append(batch(stream, 1, commands)).await?;
    let positions = positions(&log, stream).await?;
    must_equal!(positions.len(), 5, "events of the stream");
    let expected = [(ids[0], 3_u8, 2), (ids[1], 5, 1)].map(|(id, version, events)| Outcome {
        command: id,
        payload: digest(id),
        version: version.into(),
        events,
        position: positions[usize::from(version) - 1],
    });
    for round in 0..2 {
        for outcome in &expected {
            let found = log.outcome(stream, outcome.command).await?;
            must_equal!(
                found.as_ref(),
                Some(outcome),
                "an outcome after {} other commands",
                round * MANY
            );
        }
        let mut version = log.read_stream(stream, 0, 0).await?.version;
        for _ in 0..MANY / 10 {
            let many = (0..10).map(|_| chosen(fresh_id(), [noted("one more")]));
            log.append(batch(stream, version, many)).await?;
            version += 10;
        }
    }
    let nobody = log.outcome(stream, fresh_id()).await?;
    must_equal!(nobody, None, "the outcome of a command that never was");
    Ok(())
}

/// Where the events of a stream are, in order of version.
pub(super) async fn positions(
    log: &impl EventLog<Event = Sample>,
    stream: StreamId,
) -> Result<Vec<Position>, Failure> {
    let entries = log.read_stream(stream, 0, ALL).await?.entries;
    Ok(entries.iter().map(|entry| entry.position).collect())
}

pub(crate) async fn outcome_with_events<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    for polls in 0..PAUSES {
        let stream = note();
        let id = fresh_id();
        let append = log.append(batch(stream, 0, [chosen(id, [noted("once")])]));
        let (answer, seen) = held(append, polls, async {
            // What comes first is asked first: the later answer may only know more.
            let events_first = log.read_stream(stream, 0, ALL).await?.entries.len();
            let outcome_then = log.outcome(stream, id).await?.is_some();
            let outcome_first = log.outcome(stream, id).await?.is_some();
            let events_then = log.read_stream(stream, 0, ALL).await?.entries.len();
            Ok::<_, Breach>([(events_first, outcome_then), (events_then, outcome_first)])
        })
        .await;
        answer?;
        let [(events, outcome), (events_then, outcome_first)] = seen?;
        must!(
            events == 0 || outcome,
            "a command's event was there and its outcome was not"
        );
        must!(
            !outcome_first || events_then == 1,
            "a command's outcome was there and its event was not"
        );
        must!(
            log.outcome(stream, id).await?.is_some(),
            "an acknowledged command has no outcome"
        );
    }
    Ok(())
}

/// Whether an answer is a duplicate with this outcome; any other answer is a breach.
pub(super) fn is_duplicate<T: std::fmt::Debug>(
    answer: Result<T, AppendError>,
    stream: StreamId,
    outcome: &Outcome,
    when: &str,
) -> Found {
    match answer {
        Err(AppendError::Duplicate {
            stream: named,
            outcome: found,
        }) => {
            must_equal!(
                (named, &found),
                (stream, outcome),
                "stream and outcome of a duplicate {when}"
            );
        }
        other => must!(
            false,
            "a chosen id that came again {when} was answered with {other:?}, expected a duplicate"
        ),
    }
    Ok(())
}

pub(crate) async fn duplicate_refused<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let stream = note();
    let id = fresh_id();
    let once = log
        .append(batch(stream, 0, [chosen(id, [noted("once")])]))
        .await?;
    let outcome = Outcome {
        command: id,
        payload: digest(id),
        version: 1,
        events: 1,
        position: once.positions[0],
    };
    let again = |events: Vec<Sample>| chosen(id, events);
    let answer = log.append(batch(stream, 1, [again(vec![noted("twice")])]));
    is_duplicate(answer.await, stream, &outcome, "at the right version")?;
    grow(&log, stream, 1, 4).await?;
    let answer = log.append(batch(stream, 4, [again(vec![])]));
    is_duplicate(answer.await, stream, &outcome, "silently")?;
    for stale in [0, 1, 9] {
        let answer = log.append(batch(stream, stale, [again(vec![noted("late")])]));
        is_duplicate(answer.await, stream, &outcome, "under a stale version")?;
    }
    let mut other_payload = again(vec![noted("other")]);
    other_payload.chosen = Some(lawful::Uuid::new_v4());
    let answer = log.append(batch(stream, 4, [other_payload]));
    is_duplicate(answer.await, stream, &outcome, "with another payload")?;
    let events = log.read_stream(stream, 0, ALL).await?.entries;
    let times = events.iter().filter(|entry| entry.command_id == id).count();
    must_equal!(times, 1, "events of a command that came again and again");
    Ok(())
}

pub(crate) async fn duplicate_changes_nothing<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let stream = note();
    let (id, fresh) = (fresh_id(), fresh_id());
    log.append(batch(stream, 0, [chosen(id, [noted("once")])]))
        .await?;
    let first = log.outcome(stream, id).await?;
    let before = Picture::of(&log, &[stream]).await?;
    let silent = fresh_id();
    let commands = [
        chosen(fresh, [noted("new")]),
        chosen(silent, []),
        chosen(id, [noted("twice")]),
        command([noted("behind")]),
    ];
    // That it is refused at all is asked by another rule, so that the answer does not matter here.
    log.append(batch(stream, 1, commands)).await.ok();
    let after = Picture::of(&log, &[stream]).await?;
    must_equal!(
        after,
        before,
        "the log after a batch that holds a duplicate"
    );
    for beside in [fresh, silent] {
        let outcome = log.outcome(stream, beside).await?;
        must_equal!(outcome, None, "the outcome of a command beside a duplicate");
    }
    let again = log.outcome(stream, id).await?;
    must_equal!(again, first, "the outcome after its id came again");
    log.append(batch(stream, 1, [chosen(fresh, [noted("new")])]))
        .await?;
    Ok(())
}

pub(crate) async fn chosen_once<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    for polls in 0..PAUSES {
        let stream = note();
        let id = fresh_id();
        let append = || log.append(batch(stream, 0, [chosen(id, [noted("once")])]));
        let (first, second) = held(append(), polls, append()).await;
        recorded_once(&log, stream, vec![first, second], 1).await?;
        // Silent ones are not told apart by the version.
        let (stream, id) = (note(), fresh_id());
        let append = || log.append(batch(stream, 0, [chosen(id, [])]));
        let (first, second) = held(append(), polls, append()).await;
        recorded_once(&log, stream, vec![first, second], 0).await?;
    }
    for seed in 0..4 {
        let stream = note();
        let id = fresh_id();
        let tasks = (0..8)
            .map(|_| {
                let log = log.clone();
                Box::pin(async move {
                    // Whoever loses against itself asks again, as a client does.
                    let mut expected = 0;
                    loop {
                        let commands = [chosen(id, [noted("once")])];
                        match log.append(batch(stream, expected, commands)).await {
                            Err(AppendError::Conflict { actual, .. }) => expected = actual,
                            answer => return answer,
                        }
                    }
                }) as Task<_>
            })
            .collect();
        let answers = if seed % 2 == 0 {
            staggered(tasks, seed).await
        } else {
            spawned(tasks).await
        };
        recorded_once(&log, stream, answers, 1).await?;
    }
    Ok(())
}

async fn recorded_once<T: std::fmt::Debug>(
    log: &impl EventLog<Event = Sample>,
    stream: StreamId,
    answers: Vec<Result<T, AppendError>>,
    expected: usize,
) -> Found {
    let mut accepted = 0;
    for answer in answers {
        match answer {
            Ok(_) => accepted += 1,
            // Which of the two reasons is told is asked by another rule.
            Err(AppendError::Duplicate { .. } | AppendError::Conflict { .. }) => {}
            other => must!(
                false,
                "one of two commands with one id was answered with {other:?}"
            ),
        }
    }
    must_equal!(accepted, 1, "accepted commands of one id");
    let events = log.read_stream(stream, 0, ALL).await?.entries.len();
    must_equal!(
        events,
        expected,
        "events of a command that came several times"
    );
    Ok(())
}

pub(crate) async fn twice_in_batch<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let stream = note();
    let id = fresh_id();
    let before = Picture::of(&log, &[stream]).await?;
    let twice = [chosen(id, [noted("once")]), chosen(id, [noted("twice")])];
    let answer = log.append(batch(stream, 0, twice)).await;
    must!(
        matches!(
            &answer,
            Err(AppendError::Failed(failure)) if *failure.kind() == FailureKind::CommandIdReused
        ),
        "a batch that holds one chosen id twice was answered with {answer:?}, expected a failure of the kind CommandIdReused"
    );
    let after = Picture::of(&log, &[stream]).await?;
    must_equal!(
        after,
        before,
        "the log after a batch that holds one id twice"
    );
    log.append(batch(stream, 0, [chosen(id, [noted("once")])]))
        .await?;
    Ok(())
}

pub(crate) async fn scope_is_stream<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let id = fresh_id();
    let first = note();
    let namesake = StreamId {
        aggregate: "tally",
        id: first.id,
    };
    let streams = [first, note(), namesake];
    for stream in streams {
        let before = log.outcome(stream, id).await?;
        must_equal!(before, None, "the outcome of an id that only others know");
        log.append(batch(stream, 0, [chosen(id, [noted("mine")])]))
            .await?;
    }
    let positions: Vec<Position> = everything(&log)
        .await?
        .iter()
        .map(|entry| entry.position)
        .collect();
    must_equal!(positions.len(), 3, "events of one id on three streams");
    for (stream, position) in streams.into_iter().zip(positions) {
        let outcome = log.outcome(stream, id).await?;
        must_equal!(
            outcome.map(|outcome| outcome.position),
            Some(position),
            "the position of the outcome on `{stream}`"
        );
    }
    Ok(())
}
