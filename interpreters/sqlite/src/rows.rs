use lawful::log::{Batch, StreamId};
use lawful::{Failure, FailureKind, Few, Payload, Uuid};

/// A batch as it will be written: made by the caller, so that the writer only writes.
#[derive(Debug)]
pub(crate) struct BatchRows {
    pub(crate) stream: StreamId,
    pub(crate) expected: u64,
    pub(crate) commands: Few<CommandRow>,
}

#[derive(Debug)]
pub(crate) struct CommandRow {
    pub(crate) id: Uuid,
    pub(crate) chosen: Option<Uuid>,
    pub(crate) correlation: Uuid,
    pub(crate) causation: Option<Uuid>,
    pub(crate) metadata: Option<String>,
    pub(crate) events: Few<EventRow>,
}

#[derive(Debug)]
pub(crate) struct EventRow {
    pub(crate) event_id: Uuid,
    pub(crate) event_type: String,
    pub(crate) schema_version: u32,
    pub(crate) data: String,
}

impl BatchRows {
    pub(crate) fn of<E: Payload>(batch: &Batch<E>) -> Result<Self, Failure> {
        let stream = batch.stream;
        distinct(batch)?;
        let command = |command: &lawful::log::Submission<E>| {
            let events = (0..).zip(&command.events).map(|(index, event)| {
                let event_id = command.id.event_id(stream, index);
                EventRow::of(stream, event_id, event)
            });
            Ok(CommandRow {
                id: command.id.uuid(),
                chosen: command.chosen,
                correlation: command.correlation,
                causation: command.causation,
                metadata: match &command.metadata {
                    Some(metadata) => {
                        Some(serde_json::to_string(&**metadata).map_err(|error| {
                            unencodable(&format!("metadata of stream `{stream}`"), error)
                        })?)
                    }
                    None => None,
                },
                events: events.collect::<Result<_, Failure>>()?,
            })
        };
        Ok(BatchRows {
            stream,
            expected: batch.expected,
            commands: batch
                .commands
                .iter()
                .map(command)
                .collect::<Result<_, Failure>>()?,
        })
    }

    /// How many events it has.
    pub(crate) fn events(&self) -> u64 {
        self.commands
            .iter()
            .map(|command| command.events.len() as u64)
            .sum()
    }
}

impl EventRow {
    fn of<E: Payload>(stream: StreamId, event_id: Uuid, event: &E) -> Result<Self, Failure> {
        let event_type = format!("{}.{}", event.aggregate(), event.name());
        match event.encode() {
            Ok(data) => Ok(EventRow {
                event_id,
                event_type,
                schema_version: event.schema_version(),
                data,
            }),
            Err(error) => Err(unencodable(
                &format!("event `{event_type}` of stream `{stream}`"),
                error,
            )),
        }
    }
}

/// Two commands of one id would give two events one id.
fn distinct<E>(batch: &Batch<E>) -> Result<(), Failure> {
    if batch.commands.len() < 2 {
        return Ok(());
    }
    let mut ids: Vec<_> = batch.commands.iter().map(|command| command.id).collect();
    ids.sort_unstable();
    match ids.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => {
            let message = format!(
                "two commands of one batch for stream `{}` have the id `{}`; give every command an id of its own",
                batch.stream, pair[0]
            );
            Err(Failure::new(FailureKind::CommandIdReused, message))
        }
        None => Ok(()),
    }
}

fn unencodable(what: &str, error: serde_json::Error) -> Failure {
    let message = format!("{what} cannot be written as JSON: {error}");
    Failure::new(FailureKind::Unencodable, message).because(error)
}
