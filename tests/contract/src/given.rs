//! What the rules give to a log.
use crate::Sample;
use lawful::log::{
    AppendError, Appended, Batch, CommandId, Entry, EventLog, Position, StreamId, Submission,
};
use lawful::{Failure, Uuid};

/// More events than any rule records: a page of this size holds everything.
pub(crate) const ALL: usize = 1_000_000;

/// A stream of notes that does not exist yet.
pub(crate) fn note() -> StreamId {
    StreamId {
        aggregate: "note",
        id: Uuid::new_v4(),
    }
}

/// A stream of tallies that does not exist yet.
pub(crate) fn tally() -> StreamId {
    StreamId {
        aggregate: "tally",
        id: Uuid::new_v4(),
    }
}

/// An id that no command has.
pub(crate) fn fresh_id() -> CommandId {
    Uuid::new_v4().into()
}

/// A command whose id nobody chose.
pub(crate) fn command(events: impl IntoIterator<Item = Sample>) -> Submission<Sample> {
    let id = fresh_id();
    Submission {
        id,
        chosen: None,
        events: events.into_iter().collect(),
        correlation: id.uuid(),
        causation: None,
        metadata: None,
    }
}

/// A command whose id its caller chose.
pub(crate) fn chosen(
    id: CommandId,
    events: impl IntoIterator<Item = Sample>,
) -> Submission<Sample> {
    Submission {
        id,
        chosen: Some(digest(id)),
        correlation: id.uuid(),
        ..command(events)
    }
}

/// Stands for the digest of the payload of a command with this id.
pub(crate) fn digest(id: CommandId) -> Uuid {
    Uuid::from_u128(!id.uuid().as_u128())
}

/// A note that says so.
pub(crate) fn noted(text: impl Into<String>) -> Sample {
    Sample::noted(text)
}

pub(crate) fn batch(
    stream: StreamId,
    expected: u64,
    commands: impl IntoIterator<Item = Submission<Sample>>,
) -> Batch<Sample> {
    Batch {
        stream,
        expected,
        commands: commands.into_iter().collect(),
    }
}

/// A batch of one note.
pub(crate) fn one(stream: StreamId, expected: u64) -> Batch<Sample> {
    batch(
        stream,
        expected,
        [command([noted(format!("after {expected}"))])],
    )
}

/// Appends notes one by one until the stream, which is at version `from`, is at version `to`.
pub(crate) async fn grow(
    log: &impl EventLog<Event = Sample>,
    stream: StreamId,
    from: u64,
    to: u64,
) -> Result<Vec<Appended>, AppendError> {
    let mut answers = Vec::new();
    for version in from..to {
        answers.push(log.append(one(stream, version)).await?);
    }
    Ok(answers)
}

/// The whole log in one page.
pub(crate) async fn everything(
    log: &impl EventLog<Event = Sample>,
) -> Result<Vec<Entry<Sample>>, Failure> {
    let page = log.read_all(Position::origin(log.identity()), ALL).await?;
    Ok(page.entries)
}

/// What can be seen of a log from outside, to find out whether anything changed.
#[derive(Debug, PartialEq)]
pub(crate) struct Picture {
    entries: Vec<Entry<Sample>>,
    head: Position,
    versions: Vec<u64>,
}

impl Picture {
    pub(crate) async fn of(
        log: &impl EventLog<Event = Sample>,
        streams: &[StreamId],
    ) -> Result<Self, Failure> {
        let mut versions = Vec::new();
        for stream in streams {
            versions.push(log.read_stream(*stream, 0, 0).await?.version);
        }
        Ok(Picture {
            entries: everything(log).await?,
            head: log.head().await?,
            versions,
        })
    }
}
