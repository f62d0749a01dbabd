//! What the lines of a journal look like in the log.

use crate::process::failures;
use lawful::log::StreamId;
use lawful::program::{Kept, ProcessEvent, ProcessEventKind, Request, Step};
use lawful::{Domain, Failure, Position, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The process was started.
#[derive(Serialize, Deserialize)]
pub(crate) struct Started {
    pub(crate) value: Box<RawValue>,
}

/// A request is about to be made.
#[derive(Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) step: Step,
    pub(crate) request: Box<RawValue>,
}

/// A request was answered.
#[derive(Serialize, Deserialize)]
pub(crate) struct Answered {
    pub(crate) step: Step,
    pub(crate) request: Box<RawValue>,
    pub(crate) answer: Box<RawValue>,
    /// Up to where the process has looked for events; only `wait` moves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<Position>,
}

/// The program waits.
#[derive(Serialize, Deserialize)]
pub(crate) struct Waits {
    pub(crate) step: Step,
    pub(crate) request: Box<RawValue>,
    pub(crate) until: Timestamp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) streams: Vec<String>,
}

/// The program has ended.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Finished {
    /// It returned this: a `Result`.
    Output(Box<RawValue>),
    /// A compensation was refused, for these reasons.
    Uncompensated(String),
}

/// Writes the lines of one process.
#[derive(Clone, Copy)]
pub(crate) struct Writer {
    pub(crate) stream: StreamId,
}

impl Writer {
    pub(crate) fn started(self, value: &impl Serialize) -> Result<ProcessEvent, Failure> {
        let value = self.raw("the program's parameters", value)?;
        self.line(ProcessEventKind::Started, &Started { value })
    }

    pub(crate) fn asked<D: Domain>(
        self,
        step: &Step,
        request: &Request<D>,
    ) -> Result<ProcessEvent, Failure> {
        let asked = Asked {
            step: step.clone(),
            request: self.raw(format_args!("the request of step `{step}`"), request)?,
        };
        self.line(ProcessEventKind::Asked, &asked)
    }

    pub(crate) fn answered<D: Domain>(
        self,
        step: &Step,
        request: &Request<D>,
        answer: &Kept<D>,
        cursor: Option<Position>,
    ) -> Result<ProcessEvent, Failure> {
        let answered = Answered {
            step: step.clone(),
            request: self.raw(format_args!("the request of step `{step}`"), request)?,
            answer: self.raw(format_args!("the answer to step `{step}`"), answer)?,
            cursor,
        };
        self.line(ProcessEventKind::Answered, &answered)
    }

    pub(crate) fn parked<D: Domain>(
        self,
        step: &Step,
        request: &Request<D>,
        until: Timestamp,
        streams: &[StreamId],
    ) -> Result<ProcessEvent, Failure> {
        let waits = Waits {
            step: step.clone(),
            request: self.raw(format_args!("the request of step `{step}`"), request)?,
            until,
            streams: streams.iter().map(StreamId::to_string).collect(),
        };
        self.line(ProcessEventKind::Parked, &waits)
    }

    pub(crate) fn finished(self, output: &impl Serialize) -> Result<ProcessEvent, Failure> {
        let output = self.raw("the program's output", output)?;
        self.line(ProcessEventKind::Finished, &Finished::Output(output))
    }

    pub(crate) fn uncompensated(self, why: String) -> Result<ProcessEvent, Failure> {
        self.line(ProcessEventKind::Finished, &Finished::Uncompensated(why))
    }

    fn raw(
        self,
        what: impl std::fmt::Display,
        value: &impl Serialize,
    ) -> Result<Box<RawValue>, Failure> {
        serde_json::value::to_raw_value(value)
            .map_err(|error| failures::unencodable(self.stream, what, error))
    }

    fn line(self, kind: ProcessEventKind, data: &impl Serialize) -> Result<ProcessEvent, Failure> {
        let data = serde_json::to_string(data)
            .map_err(|error| failures::unencodable(self.stream, kind.name(), error))?;
        Ok(ProcessEvent::new(program_of(self.stream), kind, data))
    }
}

/// The program that a process's stream is named after.
pub(crate) fn program_of(stream: StreamId) -> &'static str {
    stream
        .aggregate
        .strip_prefix("process-")
        .unwrap_or(stream.aggregate)
}

/// Reads a stream's name.
pub(crate) fn stream_named<D: Domain>(name: &str) -> Option<StreamId> {
    use lawful::Payload;
    // A UUID is 36 characters long, and a dash stands before it.
    let at = name.len().checked_sub(37)?;
    let (aggregate, id) = (name.get(..at)?, name.get(at..)?.strip_prefix('-')?);
    Some(StreamId {
        aggregate: <D::Event as Payload>::aggregate_named(aggregate)?,
        id: id.parse().ok()?,
    })
}
