use super::DeskPayload;
use lawful::log::{CommandId, Submission};
use lawful::{Aggregate, Failure, FailureKind, Few, Options, Uuid};
use std::sync::Arc;

/// A command with all that was said about it.
pub(super) struct Asked<A: Aggregate> {
    pub(super) command: A::Command,
    pub(super) id: CommandId,
    pub(super) chosen: Option<Uuid>,
    pub(super) expected: Option<u64>,
    pub(super) submission: Submission<DeskPayload>,
}

impl<A: Aggregate> Asked<A> {
    pub(super) fn new(command: A::Command, options: Options) -> Result<Self, Failure> {
        let wishes = options.said().map(|wishes| *wishes).unwrap_or_default();
        let written = serde_json::to_vec(&command).map_err(|error| {
            let message = format!("command `{command}` cannot be written as JSON");
            Failure::new(FailureKind::Unencodable, message).because(error)
        })?;
        let id = wishes.command_id.unwrap_or_else(|| Uuid::new_v4().into());
        let digest = Uuid::new_v5(&Uuid::nil(), &written);
        Ok(Asked {
            command,
            id,
            chosen: wishes.command_id.map(|_| digest),
            expected: wishes.expected_version,
            submission: Submission {
                id,
                chosen: None,
                events: Few::None,
                correlation: wishes.correlation.unwrap_or(id.uuid()),
                causation: wishes.causation,
                metadata: (!wishes.metadata.is_empty()).then(|| Arc::new(wishes.metadata)),
            },
        })
    }
}
