//! Events that cannot be read, and one that cannot be written.
use crate::given::{ALL, Picture, batch, chosen, command, fresh_id, note, noted, one, tally};
use crate::report::{Breach, Found, must, must_equal};
use crate::{Factory, Foreign, Sample};
use lawful::log::{AppendError, EventLog, Position, StreamId};
use lawful::{Failure, FailureKind, Payload, Uuid};

const VALUES: &str = "the log keeps events as values: there is nothing that it could fail to read";

/// The stream into which an event belongs.
fn home(event: &Sample) -> StreamId {
    StreamId {
        aggregate: event.aggregate(),
        id: Uuid::new_v4(),
    }
}

/// A stream that begins and ends well, with an event in the middle that cannot be read.
async fn marred<L: EventLog<Event = Sample>>(
    log: &L,
    foreign: Foreign,
) -> Result<StreamId, AppendError> {
    let event = Sample::Foreign(foreign);
    let stream = home(&event);
    let fine = || match stream.aggregate {
        "note" => noted("fine"),
        _ => Sample::counted(1),
    };
    // A stream of an aggregate that is not declared has no event that could be read.
    let (before, after) = match foreign {
        Foreign::Aggregate => (vec![], vec![]),
        _ => (vec![fine()], vec![fine(), fine()]),
    };
    let events = before.into_iter().chain([event]).chain(after);
    for (event, version) in events.zip(0..) {
        log.append(batch(stream, version, [command([event])]))
            .await?;
    }
    Ok(stream)
}

pub(crate) async fn honest_reading<F: Factory>(factory: &F) -> Found {
    if !factory.encodes() {
        return Breach::not_applicable(VALUES);
    }
    for foreign in Foreign::UNREADABLE {
        let log = factory.fresh().await;
        log.append(one(note(), 0)).await?;
        let stream = marred(&log, foreign).await?;
        let origin = Position::origin(log.identity());
        refused(foreign, log.read_stream(stream, 0, ALL).await.err())?;
        refused(foreign, log.read_all(origin, ALL).await.err())?;
        let before = u64::from(foreign != Foreign::Aggregate);
        // Page by page, an error comes where the event is.
        for after in 0..before {
            let page = log.read_stream(stream, after, 1).await?;
            must_equal!(page.entries.len(), 1, "events before the undecodable one");
        }
        refused(foreign, log.read_stream(stream, before, 1).await.err())?;
        let mut cursor = origin;
        for _ in 0..=before {
            let page = log.read_all(cursor, 1).await?;
            must_equal!(page.entries.len(), 1, "events before the undecodable one");
            cursor = page.next;
        }
        refused(foreign, log.read_all(cursor, 1).await.err())?;
        // Whoever starts behind it is not concerned.
        if foreign != Foreign::Aggregate {
            let page = log.read_stream(stream, 2, 1).await?;
            must_equal!(page.entries.len(), 1, "events after the undecodable one");
        }
    }
    Ok(())
}

fn refused(foreign: Foreign, failure: Option<Failure>) -> Found {
    match failure {
        Some(failure) if *failure.kind() == FailureKind::Undecodable => Ok(()),
        Some(failure) => Err(Breach::Broken(format!(
            "reading {foreign:?} failed as {:?}, expected Undecodable: {failure}",
            failure.kind()
        ))),
        None => Err(Breach::Broken(format!(
            "a reading came upon an undecodable event ({foreign:?}) and was no error"
        ))),
    }
}

pub(crate) async fn undecodable_named<F: Factory>(factory: &F) -> Found {
    if !factory.encodes() {
        return Breach::not_applicable(VALUES);
    }
    for foreign in Foreign::UNREADABLE {
        let log = factory.fresh().await;
        let stream = marred(&log, foreign).await?;
        let origin = Position::origin(log.identity());
        let errors = [
            log.read_stream(stream, 0, ALL).await.err(),
            log.read_all(origin, ALL).await.err(),
        ];
        let event = Sample::Foreign(foreign);
        let version = if foreign == Foreign::Aggregate { 1 } else { 2 };
        // Whether it is an error at all is asked by another rule.
        for error in errors.into_iter().flatten() {
            let message = error.to_string();
            let named = [
                format!("event {version} "),
                format!("`{stream}`"),
                format!("`{}`", event.event_type()),
                format!("schema version {}", event.schema_version()),
            ];
            for name in named {
                must!(
                    message.contains(&name),
                    "the error does not say `{name}`: {message}"
                );
            }
        }
    }
    Ok(())
}

pub(crate) async fn unencodable_refused<F: Factory>(factory: &F) -> Found {
    if !factory.encodes() {
        return Breach::not_applicable(
            "the log keeps events as values: there is nothing that it could fail to write",
        );
    }
    let log = factory.fresh().await;
    let stream = tally();
    log.append(batch(stream, 0, [command([Sample::counted(1)])]))
        .await?;
    let before = Picture::of(&log, &[stream]).await?;
    let id = fresh_id();
    let commands = [
        chosen(id, [Sample::counted(2)]),
        command([
            Sample::counted(3),
            Sample::Foreign(Foreign::Unencodable),
            Sample::counted(4),
        ]),
    ];
    match log.append(batch(stream, 1, commands)).await {
        Err(AppendError::Failed(failure)) if *failure.kind() == FailureKind::Unencodable => {}
        other => must!(
            false,
            "an event that cannot be written was answered with {other:?}, expected a failure of the kind Unencodable"
        ),
    }
    let after = Picture::of(&log, &[stream]).await?;
    must_equal!(
        after,
        before,
        "the log after an event that cannot be written"
    );
    let outcome = log.outcome(stream, id).await?;
    must_equal!(outcome, None, "the outcome of a command beside it");
    Ok(())
}
