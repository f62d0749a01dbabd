use crate::json::Json;
use lawful::log::{AppendError, Appended, Batch, CommandId, LogId, Position, StreamId};
use lawful::{Failure, FailureKind, Few, Payload, Timestamp, Uuid};
use std::sync::Arc;

/// What is appended wholly or not at all, encoded: the batches of one call and the versions that it read.
#[derive(Debug, Default)]
pub(crate) struct Unit {
    /// One for each batch, in order, then one for each stream that was read.
    pub(crate) conditions: Vec<Condition>,
    /// Commands whose callers chose the id.
    pub(crate) commands: Vec<Chosen>,
    pub(crate) events: Vec<Event>,
}

/// A stream that must be at a version.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) stream: StreamId,
    pub(crate) expected: u64,
    /// How many events of the same unit go before it in the stream: the condition is about what they leave.
    pub(crate) ahead: u64,
    pub(crate) access: Access,
}

/// What a unit does with a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Written,
}

#[derive(Debug)]
pub(crate) struct Chosen {
    /// The condition of its batch.
    pub(crate) condition: usize,
    pub(crate) id: CommandId,
    pub(crate) payload: Uuid,
    pub(crate) version: u64,
    pub(crate) events: u64,
    /// How many events of the unit come up to and with this command.
    pub(crate) place: u64,
}

#[derive(Debug)]
pub(crate) struct Event {
    /// The condition of its batch.
    pub(crate) condition: usize,
    pub(crate) version: u64,
    /// `account.deposited`
    pub(crate) kind: String,
    pub(crate) schema_version: u32,
    pub(crate) data: Json,
    pub(crate) id: Uuid,
    pub(crate) command: CommandId,
    pub(crate) correlation: Uuid,
    pub(crate) causation: Option<Uuid>,
    pub(crate) metadata: Option<Arc<Json>>,
}

/// A unit that was appended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written {
    /// The position before its first event.
    pub(crate) head: u64,
    pub(crate) recorded_at: Timestamp,
}

/// Where the commands of each batch end, counted in events of the unit: what turns [`Written`] into receipts.
pub(crate) type Places = Vec<Few<u64>>;

impl Unit {
    pub(crate) fn new<E: Payload>(
        batches: Vec<Batch<E>>,
        reads: Vec<(StreamId, u64)>,
    ) -> Result<(Self, Places), AppendError> {
        let mut unit = Unit::default();
        let mut places = Vec::with_capacity(batches.len());
        for batch in batches {
            places.push(unit.add(batch)?);
        }
        let reads = reads.into_iter().map(|(stream, expected)| Condition {
            stream,
            expected,
            ahead: 0,
            access: Access::Read,
        });
        unit.conditions.extend(reads);
        Ok((unit, places))
    }

    fn add<E: Payload>(&mut self, batch: Batch<E>) -> Result<Few<u64>, Failure> {
        let (stream, condition) = (batch.stream, self.conditions.len());
        let mut version = batch.expected;
        let mut places = Few::None;
        let ahead = self.events_of(stream);
        for command in batch.commands {
            if command.chosen.is_some() && self.holds(stream, command.id, condition) {
                return Err(twice(stream, command.id));
            }
            let metadata = match &command.metadata {
                Some(metadata) => Some(Arc::new(encoded(stream, || {
                    serde_json::to_string(metadata)
                })?)),
                None => None,
            };
            let count = command.events.len() as u64;
            for (index, event) in (0..).zip(command.events) {
                version = version.saturating_add(1);
                self.events.push(Event {
                    condition,
                    version,
                    kind: format!("{}.{}", event.aggregate(), event.name()),
                    schema_version: event.schema_version(),
                    data: encoded(stream, || event.encode())?,
                    id: command.id.event_id(stream, index),
                    command: command.id,
                    correlation: command.correlation,
                    causation: command.causation,
                    metadata: metadata.clone(),
                });
            }
            let place = self.events.len() as u64;
            places.push(place);
            if let Some(payload) = command.chosen {
                self.commands.push(Chosen {
                    condition,
                    id: command.id,
                    payload,
                    version,
                    events: count,
                    place,
                });
            }
        }
        self.conditions.push(Condition {
            stream,
            expected: batch.expected,
            ahead,
            access: Access::Written,
        });
        Ok(places)
    }

    fn events_of(&self, stream: StreamId) -> u64 {
        let of_stream = |event: &&Event| self.conditions[event.condition].stream == stream;
        self.events.iter().filter(of_stream).count() as u64
    }

    /// Whether a command with this id is in the unit; `current` is the condition of the batch that is being added, which is not there yet.
    fn holds(&self, stream: StreamId, id: CommandId, current: usize) -> bool {
        self.commands.iter().any(|other| {
            let same_stream =
                other.condition == current || self.conditions[other.condition].stream == stream;
            other.id == id && same_stream
        })
    }
}

impl Written {
    /// What the callers get: positions from places.
    pub(crate) fn receipts(self, log: LogId, places: Places) -> Vec<Appended> {
        let position = |place| Position::new(log, self.head + place);
        places
            .into_iter()
            .map(|places| Appended {
                positions: places.map(position),
                recorded_at: self.recorded_at,
            })
            .collect()
    }
}

fn encoded(
    stream: StreamId,
    encode: impl FnOnce() -> serde_json::Result<String>,
) -> Result<Json, Failure> {
    encode().map(Json::new).map_err(|error| {
        Failure::new(
            FailureKind::Unencodable,
            format!("an event of stream `{stream}` cannot be written as JSON"),
        )
        .because(error)
    })
}

fn twice(stream: StreamId, command: CommandId) -> Failure {
    Failure::new(
        FailureKind::CommandIdReused,
        format!(
            "command `{command}` comes twice in one append to stream `{stream}`; append it once, and ask for its outcome then"
        ),
    )
}
