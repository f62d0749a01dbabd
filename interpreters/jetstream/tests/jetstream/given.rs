//! What is done with a log in most tests.

use crate::server::Log;
use lawful::log::{AppendError, Appended, Batch, CommandId, EventLog, StreamId, Submission};
use lawful::{Failure, Few, Position, Uuid};
use lawful_contract::Sample;

pub(crate) fn noted(text: impl Into<String>) -> Sample {
    Sample::noted(text)
}

pub(crate) fn note(number: u128) -> StreamId {
    StreamId {
        aggregate: "note",
        id: Uuid::from_u128(number),
    }
}

/// A command with a fresh id of nobody's choice.
pub(crate) fn command(events: impl IntoIterator<Item = Sample>) -> Submission<Sample> {
    let id = Uuid::new_v4();
    Submission {
        id: id.into(),
        chosen: None,
        events: events.into_iter().collect(),
        correlation: id,
        causation: None,
        metadata: None,
    }
}

/// A command whose caller chose this id.
pub(crate) fn chosen(
    id: impl Into<CommandId>,
    events: impl IntoIterator<Item = Sample>,
) -> Submission<Sample> {
    let id = id.into();
    Submission {
        id,
        chosen: Some(Uuid::from_u128(0xfeed)),
        correlation: id.uuid(),
        ..command(events)
    }
}

pub(crate) fn batch(stream: StreamId, expected: u64, command: Submission<Sample>) -> Batch<Sample> {
    Batch {
        stream,
        expected,
        commands: Few::One(command),
    }
}

/// Appends one note.
pub(crate) async fn jot(
    log: &Log,
    stream: StreamId,
    expected: u64,
    text: &str,
) -> Result<Appended, AppendError> {
    log.append(batch(stream, expected, command([noted(text)])))
        .await
}

/// The texts of everything in the log, in order, read in small pages.
pub(crate) async fn texts(log: &Log) -> Vec<String> {
    let mut texts = Vec::new();
    let mut after = Position::origin(log.identity());
    loop {
        let page = log.read_all(after, 100).await.expect("the log is read");
        if page.entries.is_empty() {
            return texts;
        }
        after = page.next;
        texts.extend(page.entries.into_iter().map(|entry| match entry.event {
            Sample::Noted { text } => text,
            other => format!("{other:?}"),
        }));
    }
}

#[track_caller]
pub(crate) fn failure<T: std::fmt::Debug>(answer: Result<T, AppendError>) -> Failure {
    match answer {
        Err(AppendError::Failed(failure)) => failure,
        other => panic!("expected a failure, found {other:?}"),
    }
}

/// The version at which the stream was found instead.
#[track_caller]
pub(crate) fn conflict(answer: Result<Appended, AppendError>) -> u64 {
    match answer {
        Err(AppendError::Conflict { actual, .. }) => actual,
        other => panic!("expected a conflict, found {other:?}"),
    }
}
