use crate::append::{EXPECTED_SEQUENCE, RESTS_ON};
use crate::place;
use crate::schema::SCHEMA;
use crate::{failure, naming};
use async_nats::HeaderMap;
use async_nats::jetstream::message::StreamMessage;
use lawful::log::{Batch, CommandId, Entry, LogId, Metadata, StreamId, Undecodable};
use lawful::{Failure, FailureKind, Payload, Timestamp, Uuid};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;

/// What one message says: the commands of one batch with their events, which so are recorded together or not at all.
///
/// It is JSON that people can read; see the README for an example. What is not known here is refused: a newer release may mean it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    schema: u32,
    /// Which log it was written for.
    log: String,
    /// The version of the stream before it.
    pub(crate) version: u64,
    /// The greatest time that its writer had seen in the log: what follows is not earlier, even if the server's clock went back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_before: Option<Timestamp>,
    pub(crate) commands: Vec<Command>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Command {
    pub(crate) id: CommandId,
    /// The digest of its payload if its caller chose the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) chosen: Option<Uuid>,
    /// Its own id where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    correlation: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    causation: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    metadata: Option<Arc<Metadata>>,
    pub(crate) events: Vec<Event>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Event {
    #[serde(rename = "type")]
    kind: String,
    schema: u32,
    data: Box<RawValue>,
}

/// What messages of every release say.
#[derive(Debug, Deserialize)]
struct AnyBody {
    schema: u32,
}

/// A message of the log, with what the server says about it.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) sequence: u64,
    pub(crate) subject: String,
    pub(crate) recorded_at: Timestamp,
    /// The sequence of the message on its subject that it rests on; `None` where somebody else wrote it.
    pub(crate) rests_on: Option<u64>,
    pub(crate) body: Body,
}

impl Body {
    /// What is to be recorded of a batch: its commands with events or with a chosen id.
    pub(crate) fn of<E: Payload>(
        log: LogId,
        batch: &Batch<E>,
        not_before: Option<Timestamp>,
    ) -> Result<Self, Failure> {
        let mut commands = Vec::with_capacity(batch.commands.len());
        for command in &batch.commands {
            if command.events.is_empty() && command.chosen.is_none() {
                continue;
            }
            let events = command
                .events
                .iter()
                .map(|event| Event::of(event, batch.stream))
                .collect::<Result<_, _>>()?;
            let own = command.id.uuid();
            commands.push(Command {
                id: command.id,
                chosen: command.chosen,
                correlation: (command.correlation != own).then_some(command.correlation),
                causation: command.causation,
                metadata: command.metadata.clone(),
                events,
            });
        }
        Ok(Body {
            schema: SCHEMA,
            log: log.to_string(),
            version: batch.expected,
            not_before,
            commands,
        })
    }

    pub(crate) fn encode(&self) -> Result<Vec<u8>, Failure> {
        serde_json::to_vec(self).map_err(|error| {
            let found = "a batch cannot be written as JSON";
            Failure::new(FailureKind::Unencodable, found).because(error)
        })
    }

    /// How many events it holds.
    pub(crate) fn events(&self) -> usize {
        self.commands
            .iter()
            .map(|command| command.events.len())
            .sum()
    }

    /// The version of the stream after it.
    pub(crate) fn after(&self) -> u64 {
        self.version
            .saturating_add(u64::try_from(self.events()).unwrap_or(u64::MAX))
    }
}

impl Event {
    fn of(event: &impl Payload, stream: StreamId) -> Result<Self, Failure> {
        let kind = format!("{}.{}", event.aggregate(), event.name());
        let unencodable = |error: serde_json::Error| {
            let found = format!("event `{kind}` for stream `{stream}` cannot be written as JSON");
            Failure::new(FailureKind::Unencodable, found).because(error)
        };
        let data = event
            .encode()
            .and_then(RawValue::from_string)
            .map_err(unencodable)?;
        Ok(Event {
            schema: event.schema_version(),
            data,
            kind,
        })
    }

    fn decode<E: Payload>(&self) -> Result<E, Undecodable> {
        let (aggregate, name) = self.kind.split_once('.').ok_or(Undecodable::UnknownType)?;
        E::decode(aggregate, name, self.schema, self.data.get())
    }
}

impl Stored {
    pub(crate) fn of(message: &StreamMessage, log: LogId) -> Result<Self, Failure> {
        let (subject, sequence) = (message.subject.as_str(), message.sequence);
        let nanos = message.time.unix_timestamp_nanos();
        let rests_on = rests_on(&message.headers);
        Self::read(subject, sequence, nanos, rests_on, &message.payload, log)
    }

    /// Reads what is stored, and makes sure that this log wrote it.
    pub(crate) fn read(
        subject: &str,
        sequence: u64,
        nanos: i128,
        rests_on: Option<u64>,
        payload: &[u8],
        log: LogId,
    ) -> Result<Self, Failure> {
        let body = serde_json::from_slice::<Body>(payload);
        let schema = match &body {
            Ok(body) => body.schema,
            Err(_) => serde_json::from_slice(payload).map_or(0, |AnyBody { schema }| schema),
        };
        if schema > SCHEMA {
            let found = format!(
                "message {sequence} on `{subject}` has schema {schema}, this release knows schemas up to {SCHEMA}; run a newer release"
            );
            return Err(Failure::new(FailureKind::NewerSchema, found));
        }
        let body = body.map_err(|error| {
            failure::corrupt(format_args!(
                "message {sequence} on `{subject}` is none of this log's: {error}; who else may publish there?"
            ))
        })?;
        if body.log != log.to_string() {
            let found = format!(
                "message {sequence} on `{subject}` belongs to log `{}`, expected `{log}`; was the stream replaced? open the log again",
                body.log
            );
            return Err(Failure::new(FailureKind::NotALog, found));
        }
        let micros = i64::try_from(nanos.div_euclid(1000)).unwrap_or(i64::MAX);
        let recorded_at = Timestamp::from_micros(micros);
        Ok(Stored {
            sequence,
            subject: subject.to_owned(),
            recorded_at: body
                .not_before
                .map_or(recorded_at, |floor| floor.max(recorded_at)),
            rests_on,
            body,
        })
    }

    /// It does not count: nothing of it happened.
    pub(crate) fn void(&mut self) {
        self.body.commands.clear();
    }

    /// Whether it does not count. Every message that does has a command.
    pub(crate) fn is_void(&self) -> bool {
        self.body.commands.is_empty()
    }

    /// The number of the position of its last event; `None` if it has none.
    pub(crate) fn last(&self) -> Result<Option<u64>, Failure> {
        match self.body.events().checked_sub(1) {
            Some(last) => place::number(self.sequence, last).map(Some),
            None => Ok(None),
        }
    }

    /// The entries of those of its events that `wanted` says, which is asked for version and number of position.
    pub(crate) fn entries<E: Payload>(
        &self,
        name: &str,
        log: LogId,
        mut wanted: impl FnMut(u64, u64) -> bool,
        into: &mut Vec<Entry<E>>,
    ) -> Result<(), Failure> {
        let (mut version, mut index) = (self.body.version, 0);
        for command in &self.body.commands {
            for (of_command, event) in (0..).zip(&command.events) {
                version += 1;
                let number = place::number(self.sequence, index)?;
                index += 1;
                if !wanted(version, number) {
                    continue;
                }
                let stream = self.stream::<E>(name, version, event)?;
                let undecodable =
                    |error: Undecodable| error.of(stream, version, &event.kind, event.schema);
                into.push(Entry {
                    event_id: command.id.event_id(stream, of_command),
                    stream,
                    version,
                    position: lawful::Position::new(log, number),
                    event: event.decode().map_err(undecodable)?,
                    schema_version: event.schema,
                    command_id: command.id,
                    correlation_id: command.correlation.unwrap_or(command.id.uuid()),
                    causation_id: command.causation,
                    recorded_at: self.recorded_at,
                    metadata: command.metadata.clone(),
                });
            }
        }
        Ok(())
    }

    fn stream<E: Payload>(
        &self,
        name: &str,
        version: u64,
        event: &Event,
    ) -> Result<StreamId, Failure> {
        let Some((aggregate, id)) = naming::parts(name, &self.subject) else {
            let (sequence, subject) = (self.sequence, &self.subject);
            return Err(failure::corrupt(format_args!(
                "message {sequence} is on `{subject}`, expected `{name}.<aggregate>.<uuid>`"
            )));
        };
        let Some(aggregate) = E::aggregate_named(aggregate) else {
            let stream = format_args!("{aggregate}-{id}");
            let unknown = Undecodable::UnknownType;
            return Err(unknown.of(stream, version, &event.kind, event.schema));
        };
        Ok(StreamId { aggregate, id })
    }
}

/// What a message rests on, as its condition says.
pub(crate) fn rests_on(headers: &HeaderMap) -> Option<u64> {
    let value = headers
        .get(EXPECTED_SEQUENCE)
        .or_else(|| headers.get(RESTS_ON));
    value?.as_str().parse().ok()
}
