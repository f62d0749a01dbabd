use crate::{Defect, Sample};
use lawful::log::{
    AppendError, Appended, Batch, CommandId, LogId, Metadata, Outcome, Position, Snapshot,
    StreamId, Submission,
};
use lawful::{Failure, FailureKind, Few, Payload, Timestamp, Uuid};
use std::sync::Arc;

/// What a log has on its disk, in tables that are searched from end to end.
#[derive(Debug)]
pub(super) struct Records {
    pub(super) defect: Option<Defect>,
    pub(super) identity: LogId,
    pub(super) clock: Timestamp,
    pub(super) rows: Vec<Row>,
    pub(super) outcomes: Vec<(StreamId, Outcome)>,
    pub(super) snapshots: Vec<(StreamId, Snapshot)>,
    /// The last number that was given to an event.
    given: u64,
    last_time: Timestamp,
}

#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) number: u64,
    pub(super) stream: StreamId,
    pub(super) version: u64,
    pub(super) event_id: Uuid,
    pub(super) event_type: (&'static str, &'static str),
    pub(super) schema_version: u32,
    pub(super) data: String,
    pub(super) command_id: CommandId,
    pub(super) correlation_id: Uuid,
    pub(super) causation_id: Option<Uuid>,
    pub(super) recorded_at: Timestamp,
    pub(super) metadata: Option<Arc<Metadata>>,
}

/// A batch as it is to be written.
pub(super) struct Prepared {
    pub(super) rows: Vec<Row>,
    pub(super) outcomes: Vec<(StreamId, Outcome)>,
    pub(super) appended: Appended,
}

impl Records {
    pub(super) fn new(identity: LogId, defect: Option<Defect>) -> Self {
        Records {
            defect,
            identity,
            clock: Timestamp::from_micros(1_800_000_000_000_000),
            rows: Vec::new(),
            outcomes: Vec::new(),
            snapshots: Vec::new(),
            given: 0,
            last_time: Timestamp::MIN,
        }
    }

    pub(super) fn has(&self, defect: Defect) -> bool {
        self.defect == Some(defect)
    }

    pub(super) fn version(&self, stream: StreamId) -> u64 {
        self.rows.iter().filter(|row| row.stream == stream).count() as u64
    }

    /// How many commands the stream holds.
    pub(super) fn commands(&self, stream: StreamId) -> u64 {
        let mut ids: Vec<_> = self
            .rows
            .iter()
            .filter(|row| row.stream == stream)
            .collect();
        ids.dedup_by_key(|row| row.command_id);
        ids.len() as u64
    }

    pub(super) fn head(&self) -> u64 {
        self.rows.iter().map(|row| row.number).max().unwrap_or(0)
    }

    pub(super) fn position(&self, number: u64) -> Position {
        Position::new(self.identity, number)
    }

    pub(super) fn outcome(&self, stream: StreamId, command: CommandId) -> Option<Outcome> {
        self.outcomes
            .iter()
            .find(|(of, outcome)| {
                outcome.command == command && (*of == stream || self.has(Defect::GlobalScope))
            })
            .map(|(_, outcome)| outcome.clone())
    }

    pub(super) fn check(&self, batch: &Batch<Sample>) -> Result<(), AppendError> {
        if self.has(Defect::ConflictFirst) {
            self.check_version(batch)?;
        }
        self.check_ids(batch)?;
        self.check_version(batch)
    }

    /// No chosen id is known, and none comes twice.
    pub(super) fn check_ids(&self, batch: &Batch<Sample>) -> Result<(), AppendError> {
        let stream = batch.stream;
        let chosen = || batch.commands.iter().filter(|one| one.chosen.is_some());
        for command in chosen() {
            if let Some(outcome) = self.outcome(stream, command.id) {
                return Err(AppendError::Duplicate { stream, outcome });
            }
            let times = chosen().filter(|other| other.id == command.id).count();
            if times > 1 && !self.has(Defect::TrustsBatch) {
                let message = format!("command `{}` comes {times} times", command.id);
                return Err(Failure::new(FailureKind::CommandIdReused, message).into());
            }
        }
        Ok(())
    }

    pub(super) fn check_version(&self, batch: &Batch<Sample>) -> Result<(), AppendError> {
        let silent = batch.commands.iter().all(|one| one.events.is_empty());
        let actual = self.version(batch.stream);
        let unchecked = match self.defect {
            Some(Defect::SilentUnchecked) => silent,
            Some(Defect::ForgetsAbsence) => batch.expected == 0 && !silent,
            Some(Defect::AcceptsAhead) => batch.expected > actual && !silent,
            _ => false,
        };
        if unchecked {
            return Ok(());
        }
        self.check_at(batch.stream, batch.expected)
    }

    pub(super) fn check_at(&self, stream: StreamId, expected: u64) -> Result<(), AppendError> {
        let mut actual = self.version(stream);
        if actual == expected {
            return Ok(());
        }
        if self.has(Defect::VagueConflict) {
            actual = expected.saturating_add(1);
        }
        Err(AppendError::Conflict {
            stream,
            expected,
            actual,
        })
    }

    /// Takes the next numbers; where they begin.
    pub(super) fn take_numbers(&mut self, count: u64) -> u64 {
        let begin = self.given;
        self.given += count;
        begin
    }

    pub(super) fn append(&mut self, batch: Batch<Sample>) -> Result<Appended, AppendError> {
        self.check(&batch)?;
        self.insert(batch)
    }

    /// Writes without looking at conditions.
    pub(super) fn insert(&mut self, batch: Batch<Sample>) -> Result<Appended, AppendError> {
        let count = count(&batch);
        let begin = self.given;
        let prepared = self.prepare(batch, begin)?;
        self.take_numbers(count);
        let appended = prepared.appended.clone();
        self.write(prepared);
        Ok(appended)
    }

    pub(super) fn write(&mut self, prepared: Prepared) {
        self.rows.extend(prepared.rows);
        self.outcomes.extend(prepared.outcomes);
        if self.has(Defect::ForgetsOldOutcomes) {
            let old = self.outcomes.len().saturating_sub(200);
            self.outcomes.drain(..old);
        }
    }

    /// What is to be written for a batch whose events take the numbers after `begin`.
    pub(super) fn prepare(
        &mut self,
        batch: Batch<Sample>,
        begin: u64,
    ) -> Result<Prepared, AppendError> {
        let recorded_at = match self.defect {
            Some(Defect::ClockGoesBack) => self.clock,
            _ => self.clock.max(self.last_time),
        };
        self.last_time = recorded_at;
        let all = count(&batch);
        let mut rows: Vec<Row> = Vec::new();
        let mut outcomes = Vec::new();
        let mut positions = Few::None;
        let before = self.version(batch.stream);
        let mut last = self.head();
        for command in batch.commands {
            for (index, event) in (0..).zip(command.events.iter()) {
                let nth = rows.len() as u64 + 1;
                last = begin + nth;
                if self.has(Defect::BatchBackwards) {
                    last = begin + 1 + all - nth;
                }
                rows.push(Row {
                    number: last,
                    version: before + nth,
                    recorded_at,
                    ..self.row(batch.stream, &command, index, event)?
                });
            }
            let position = self.position(last);
            positions.push(position);
            if let Some(payload) = self.remembered(&command) {
                let outcome = Outcome {
                    command: command.id,
                    payload,
                    version: before + rows.len() as u64,
                    events: command.events.len() as u64,
                    position,
                };
                outcomes.push((batch.stream, outcome));
            }
        }
        if self.has(Defect::ReceiptOfBatch) {
            positions = positions.map(|_| self.position(last));
        }
        Ok(Prepared {
            rows,
            outcomes,
            appended: Appended {
                positions,
                recorded_at,
            },
        })
    }

    /// The digest under which a command's outcome is recorded, if it is.
    fn remembered(&self, command: &Submission<Sample>) -> Option<Uuid> {
        match self.defect {
            Some(Defect::RemembersUnchosen) => command.chosen.or(Some(Uuid::nil())),
            Some(Defect::ForgetsSilent) if command.events.is_empty() => None,
            _ => command.chosen,
        }
    }

    fn row(
        &self,
        stream: StreamId,
        command: &Submission<Sample>,
        index: u64,
        event: &Sample,
    ) -> Result<Row, Failure> {
        let mut data = match event.encode() {
            Ok(data) => data,
            Err(_) if self.has(Defect::WritesUnencodable) => r#"{"number":0}"#.to_owned(),
            Err(error) => {
                let message = format!(
                    "event `{}` of stream `{stream}` cannot be written as JSON",
                    event.event_type()
                );
                return Err(Failure::new(FailureKind::Unencodable, message).because(error));
            }
        };
        if self.has(Defect::DropsCharacters) {
            data = data.replace("\\u0000", "");
        }
        let scope = match self.defect {
            Some(Defect::RepeatsEventIds) => StreamId {
                aggregate: "",
                id: Uuid::nil(),
            },
            _ => stream,
        };
        Ok(Row {
            number: 0,
            stream,
            version: 0,
            event_id: command.id.event_id(scope, index),
            event_type: (event.aggregate(), event.name()),
            schema_version: event.schema_version(),
            data,
            command_id: command.id,
            correlation_id: command.correlation,
            causation_id: command
                .causation
                .filter(|_| !self.has(Defect::ForgetsCausation)),
            recorded_at: Timestamp::MIN,
            metadata: command.metadata.clone(),
        })
    }

    pub(super) fn snapshot(
        &self,
        stream: StreamId,
        fingerprint: &str,
        at_most: u64,
    ) -> Option<Snapshot> {
        let (_, kept) = self.snapshots.iter().find(|(of, _)| *of == stream)?;
        let same = kept.fingerprint == fingerprint || self.has(Defect::AnyFingerprint);
        let reached = kept.version <= at_most || self.has(Defect::TooNewSnapshot);
        (same && reached).then(|| kept.clone())
    }

    pub(super) fn keep_snapshot(&mut self, stream: StreamId, snapshot: Snapshot) {
        let there = self.snapshots.iter().position(|(of, _)| *of == stream);
        match (self.defect, there) {
            (Some(Defect::LosesSnapshots), _) | (Some(Defect::KeepsOldSnapshot), Some(_)) => {}
            (_, Some(place)) => {
                let kept = &mut self.snapshots[place].1;
                if kept.fingerprint != snapshot.fingerprint || kept.version <= snapshot.version {
                    *kept = snapshot;
                }
            }
            (_, None) => self.snapshots.push((stream, snapshot)),
        }
    }

    /// The number of the stream's last event.
    pub(super) fn last_of(&self, stream: StreamId) -> u64 {
        let rows = self.rows.iter().filter(|row| row.stream == stream);
        rows.map(|row| row.number).max().unwrap_or(0)
    }
}

/// How many events a batch holds.
pub(super) fn count(batch: &Batch<Sample>) -> u64 {
    let counts = batch.commands.iter().map(|one| one.events.len() as u64);
    counts.sum()
}
