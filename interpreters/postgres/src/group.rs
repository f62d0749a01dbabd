use crate::append::{Unit, Written};
use crate::values::{Jsonb, Moment, signed, unsigned};
use lawful::Uuid;
use lawful::log::{AppendError, LogId, Outcome, Position};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Row, Statement};

/// The one statement that appends.
pub(crate) const APPEND: &str = "SELECT * FROM append(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)";

/// The units of one transaction as columns, which is how the server takes many rows in one trip.
#[derive(Debug, Default)]
struct Columns<'a> {
    condition_unit: Vec<i32>,
    aggregate: Vec<&'static str>,
    stream: Vec<Uuid>,
    expected: Vec<i64>,

    command_condition: Vec<i32>,
    command: Vec<Uuid>,
    payload: Vec<Uuid>,
    command_version: Vec<i64>,
    command_events: Vec<i64>,
    command_place: Vec<i64>,

    event_condition: Vec<i32>,
    event_version: Vec<i64>,
    kind: Vec<&'a str>,
    schema_version: Vec<i32>,
    data: Vec<Jsonb<'a>>,
    event_id: Vec<Uuid>,
    event_command: Vec<Uuid>,
    correlation: Vec<Uuid>,
    causation: Vec<Option<Uuid>>,
    metadata: Vec<Option<Jsonb<'a>>>,
    exact_data: Vec<Option<&'a str>>,
    exact_metadata: Vec<Option<&'a str>>,
}

impl<'a> Columns<'a> {
    fn new(units: &[&'a Unit]) -> Self {
        let mut columns = Columns::default();
        for (number, unit) in (1..).zip(units) {
            columns.add(number, unit);
        }
        columns
    }

    fn add(&mut self, number: i32, unit: &'a Unit) {
        let (conditions, events) = (self.stream.len(), self.event_id.len() as u64);
        // Arrays in SQL count from 1.
        let place =
            |condition: usize| i32::try_from(conditions + condition + 1).unwrap_or(i32::MAX);
        for condition in &unit.conditions {
            self.condition_unit.push(number);
            self.aggregate.push(condition.stream.aggregate);
            self.stream.push(condition.stream.id);
            // Less than nothing is a version that no stream has.
            self.expected
                .push(signed(condition.expected) - signed(condition.ahead));
        }
        for command in &unit.commands {
            self.command_condition.push(place(command.condition));
            self.command.push(command.id.uuid());
            self.payload.push(command.payload);
            self.command_version.push(signed(command.version));
            self.command_events.push(signed(command.events));
            self.command_place.push(signed(events + command.place));
        }
        for event in &unit.events {
            self.event_condition.push(place(event.condition));
            self.event_version.push(signed(event.version));
            self.kind.push(&event.kind);
            self.schema_version
                .push(i32::try_from(event.schema_version).unwrap_or(i32::MAX));
            self.data.push(Jsonb(&event.data.data));
            self.event_id.push(event.id);
            self.event_command.push(event.command.uuid());
            self.correlation.push(event.correlation);
            self.causation.push(event.causation);
            let metadata = event.metadata.as_deref();
            self.metadata
                .push(metadata.map(|metadata| Jsonb(&metadata.data)));
            self.exact_data.push(event.data.exact.as_deref());
            self.exact_metadata
                .push(metadata.and_then(|metadata| metadata.exact.as_deref()));
        }
    }

    fn parameters<'p>(&'p self, notify: &'p bool) -> [&'p (dyn ToSql + Sync); 23] {
        [
            &self.condition_unit,
            &self.aggregate,
            &self.stream,
            &self.expected,
            &self.command_condition,
            &self.command,
            &self.payload,
            &self.command_version,
            &self.command_events,
            &self.command_place,
            &self.event_condition,
            &self.event_version,
            &self.kind,
            &self.schema_version,
            &self.data,
            &self.event_id,
            &self.event_command,
            &self.correlation,
            &self.causation,
            &self.metadata,
            &self.exact_data,
            &self.exact_metadata,
            notify,
        ]
    }
}

/// What became of each unit of a transaction.
pub(crate) type Outcomes = Vec<Result<Written, AppendError>>;

/// Appends units in one transaction and one round trip. The answer comes after the commit.
pub(crate) async fn append(
    client: &Client,
    statement: &Statement,
    log: LogId,
    units: &[&Unit],
    notify: bool,
) -> Result<Outcomes, Error> {
    let columns = Columns::new(units);
    let row = client
        .query_one(statement, &columns.parameters(&notify))
        .await?;
    Ok(outcomes(&Answer::new(&row)?, log, units))
}

/// The answer of `append` in SQL.
#[derive(Debug)]
struct Answer {
    head: i64,
    recorded_at: Moment,
    /// Conditions that do not hold, by their place from 1, and the version found.
    conflicts: Vec<(i64, i64)>,
    /// Commands that were accepted before, by their place from 1, and the row found.
    duplicates: Vec<(i64, Found)>,
}

#[derive(Debug, Clone, Copy)]
struct Found {
    payload: Uuid,
    version: i64,
    events: i64,
    position: i64,
}

impl Answer {
    fn new(row: &Row) -> Result<Self, Error> {
        let numbers = |column: &str| -> Result<Vec<i64>, Error> {
            Ok(row
                .try_get::<_, Option<Vec<i64>>>(column)?
                .unwrap_or_default())
        };
        let payloads = row.try_get::<_, Option<Vec<Uuid>>>("d_payload")?;
        let found = payloads
            .unwrap_or_default()
            .into_iter()
            .zip(numbers("d_version")?)
            .zip(numbers("d_events")?.into_iter().zip(numbers("d_position")?))
            .map(|((payload, version), (events, position))| Found {
                payload,
                version,
                events,
                position,
            });
        Ok(Answer {
            head: row.try_get("head")?,
            recorded_at: row.try_get("recorded")?,
            conflicts: numbers("conflicts")?
                .into_iter()
                .zip(numbers("actual")?)
                .collect(),
            duplicates: numbers("duplicates")?.into_iter().zip(found).collect(),
        })
    }

    /// The version found, where the condition at this place does not hold.
    fn conflict(&self, place: usize) -> Option<u64> {
        let place = signed(place as u64);
        let found = self.conflicts.iter().find(|(at, _)| *at == place);
        found.map(|(_, actual)| unsigned(*actual))
    }

    fn duplicate(&self, place: usize) -> Option<Found> {
        let place = signed(place as u64);
        let found = self.duplicates.iter().find(|(at, _)| *at == place);
        found.map(|(_, found)| *found)
    }

    /// Why a unit is refused: of each batch first that a command was accepted before, then that the stream moved on.
    fn refusal(
        &self,
        unit: &Unit,
        conditions: usize,
        commands: usize,
        log: LogId,
    ) -> Option<AppendError> {
        if self.conflicts.is_empty() && self.duplicates.is_empty() {
            return None;
        }
        for (number, condition) in unit.conditions.iter().enumerate() {
            let stream = condition.stream;
            let known = unit
                .commands
                .iter()
                .enumerate()
                .filter(|(_, command)| command.condition == number)
                .find_map(|(place, command)| {
                    Some((command, self.duplicate(commands + place + 1)?))
                });
            if let Some((command, found)) = known {
                let outcome = Outcome {
                    command: command.id,
                    payload: found.payload,
                    version: unsigned(found.version),
                    events: unsigned(found.events),
                    position: Position::new(log, unsigned(found.position)),
                };
                return Some(AppendError::Duplicate { stream, outcome });
            }
            if let Some(actual) = self.conflict(conditions + number + 1) {
                let (expected, actual) = (condition.expected, actual + condition.ahead);
                return Some(AppendError::Conflict {
                    stream,
                    expected,
                    actual,
                });
            }
        }
        None
    }
}

fn outcomes(answer: &Answer, log: LogId, units: &[&Unit]) -> Outcomes {
    let (mut conditions, mut commands, mut head) = (0, 0, unsigned(answer.head));
    let mut outcomes = Vec::with_capacity(units.len());
    for unit in units {
        let outcome = answer.refusal(unit, conditions, commands, log).map_or_else(
            || {
                let written = Written {
                    head,
                    recorded_at: answer.recorded_at.0,
                };
                head += unit.events.len() as u64;
                Ok(written)
            },
            Err,
        );
        outcomes.push(outcome);
        conditions += unit.conditions.len();
        commands += unit.commands.len();
    }
    outcomes
}
