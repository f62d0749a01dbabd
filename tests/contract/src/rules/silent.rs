//! Commands without events.
use super::outcome::{is_duplicate, positions};
use crate::Factory;
use crate::given::{Picture, batch, chosen, command, digest, fresh_id, grow, note, noted};
use crate::report::{Found, must, must_equal};
use lawful::log::{AppendError, EventLog, Outcome};

pub(crate) async fn silent_outcome<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    grow(&log, note(), 0, 2).await?;
    // On a stream that does not exist, and does not by this.
    let stream = note();
    let id = fresh_id();
    let silent = || batch(stream, 0, [chosen(id, [])]);
    log.append(silent()).await?;
    let outcome = Outcome {
        command: id,
        payload: digest(id),
        version: 0,
        events: 0,
        position: log.head().await?,
    };
    let found = log.outcome(stream, id).await?;
    must_equal!(
        found.as_ref(),
        Some(&outcome),
        "the outcome of a silent command"
    );
    is_duplicate(log.append(silent()).await, stream, &outcome, "silently")?;
    grow(&log, stream, 0, 3).await?;
    let later = batch(stream, 3, [chosen(id, [])]);
    is_duplicate(log.append(later).await, stream, &outcome, "later")?;
    // In one batch with others.
    let ids = [fresh_id(), fresh_id()];
    let commands = [
        chosen(ids[0], []),
        command([noted("between")]),
        chosen(ids[1], []),
    ];
    log.append(batch(stream, 3, commands)).await?;
    let positions = positions(&log, stream).await?;
    must_equal!(positions.len(), 4, "events of the stream");
    for (which, version, position) in [(0, 3, positions[2]), (1, 4, positions[3])] {
        let outcome = Outcome {
            command: ids[which],
            payload: digest(ids[which]),
            version,
            events: 0,
            position,
        };
        let found = log.outcome(stream, ids[which]).await?;
        must_equal!(
            found,
            Some(outcome),
            "the outcome of a silent command beside another"
        );
    }
    Ok(())
}

pub(crate) async fn unchosen_leaves_nothing<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let (absent, present) = (note(), note());
    let loud = command([noted("said")]);
    let loud_id = loud.id;
    log.append(batch(present, 0, [loud])).await?;
    let outcome = log.outcome(present, loud_id).await?;
    must_equal!(outcome, None, "the outcome of an id that nobody chose");
    let before = Picture::of(&log, &[absent, present]).await?;
    for (stream, version) in [(absent, 0), (present, 1)] {
        let silent = command([]);
        let id = silent.id;
        log.append(batch(stream, version, [silent.clone()])).await?;
        log.append(batch(stream, version, [silent])).await?;
        let outcome = log.outcome(stream, id).await?;
        must_equal!(
            outcome,
            None,
            "the outcome of a silent id that nobody chose"
        );
    }
    let after = Picture::of(&log, &[absent, present]).await?;
    must_equal!(after, before, "the log after silent commands");
    log.append(batch(absent, 0, [command([noted("the first")])]))
        .await?;
    Ok(())
}

pub(crate) async fn silent_condition<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let stream = note();
    grow(&log, stream, 0, 2).await?;
    let id = fresh_id();
    for expected in [0, 1, 3] {
        for silent in [command([]), chosen(id, [])] {
            let answer = log.append(batch(stream, expected, [silent])).await;
            must!(
                matches!(answer, Err(AppendError::Conflict { .. })),
                "a silent command that expects version {expected} of a stream at version 2 was answered with {answer:?}, expected a conflict"
            );
        }
    }
    let outcome = log.outcome(stream, id).await?;
    must_equal!(
        outcome,
        None,
        "the outcome of a silent command that was refused"
    );
    Ok(())
}
