//! A small payload, and what is done with it in most tests.

use lawful::log::{
    AppendError, Appended, Batch, CommandId, EventLog, Metadata, StreamId, Submission, Undecodable,
};
use lawful::{Few, Payload, Uuid};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Fact {
    /// `note.noted`, schema version 2.
    Noted { text: String },
    /// `tally.counted`, schema version 1.
    Counted { number: i64 },
}

impl Payload for Fact {
    const AGGREGATES: &'static [&'static str] = &["note", "tally"];

    fn aggregate(&self) -> &'static str {
        match self {
            Fact::Noted { .. } => "note",
            Fact::Counted { .. } => "tally",
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Fact::Noted { .. } => "noted",
            Fact::Counted { .. } => "counted",
        }
    }

    fn schema_version(&self) -> u32 {
        match self {
            Fact::Noted { .. } => 2,
            Fact::Counted { .. } => 1,
        }
    }

    fn encode(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }

    fn decode(aggregate: &str, name: &str, _: u32, data: &str) -> Result<Self, Undecodable> {
        if !["note.noted", "tally.counted"].contains(&format!("{aggregate}.{name}").as_str()) {
            return Err(Undecodable::UnknownType);
        }
        serde_json::from_str(data).map_err(|error| Undecodable::Data(error.to_string()))
    }
}

pub(crate) fn noted(text: &str) -> Fact {
    Fact::Noted {
        text: text.to_owned(),
    }
}

pub(crate) fn note(number: u128) -> StreamId {
    StreamId {
        aggregate: "note",
        id: Uuid::from_u128(number),
    }
}

/// A command with a fresh id of nobody's choice.
pub(crate) fn command(events: impl IntoIterator<Item = Fact>) -> Submission<Fact> {
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
    events: impl IntoIterator<Item = Fact>,
) -> Submission<Fact> {
    let id = id.into();
    Submission {
        id,
        chosen: Some(Uuid::from_u128(0xfeed)),
        correlation: id.uuid(),
        ..command(events)
    }
}

pub(crate) fn batch(stream: StreamId, expected: u64, command: Submission<Fact>) -> Batch<Fact> {
    Batch {
        stream,
        expected,
        commands: Few::One(command),
    }
}

/// Appends one note.
pub(crate) async fn jot(
    log: &impl EventLog<Event = Fact>,
    stream: StreamId,
    expected: u64,
    text: &str,
) -> Result<Appended, AppendError> {
    log.append(batch(stream, expected, command([noted(text)])))
        .await
}

pub(crate) fn metadata(key: &str, value: &str) -> Arc<Metadata> {
    Arc::new(Metadata::from([(key.to_owned(), value.to_owned())]))
}

/// The texts of everything in the log, in order, read in small pages.
pub(crate) async fn texts(log: &impl EventLog<Event = Fact>) -> Vec<String> {
    let mut texts = Vec::new();
    let mut after = lawful::Position::origin(log.identity());
    loop {
        let page = log.read_all(after, 100).await.expect("the log is read");
        if page.entries.is_empty() {
            return texts;
        }
        after = page.next;
        texts.extend(page.entries.into_iter().map(|entry| match entry.event {
            Fact::Noted { text } => text,
            Fact::Counted { number } => number.to_string(),
        }));
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

#[track_caller]
pub(crate) fn failure<T: std::fmt::Debug>(answer: Result<T, AppendError>) -> lawful::Failure {
    match answer {
        Err(AppendError::Failed(failure)) => failure,
        other => panic!("expected a failure, found {other:?}"),
    }
}
