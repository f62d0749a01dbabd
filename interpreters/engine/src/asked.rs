use crate::{CommandIds, digest};
use lawful::log::{CommandId, Metadata, StreamId, Submission};
use lawful::{Aggregate, Domain, Events, Failure, Has, Options, Uuid};
use std::sync::Arc;

/// A command as it was asked.
pub(crate) struct Asked<A: Aggregate> {
    pub(crate) command: A::Command,
    pub(crate) id: CommandId,
    wishes: Option<Box<Asking>>,
    /// The version on which an append of this command rested whose outcome is not known.
    pub(crate) unsettled: Option<u64>,
}

/// What the caller said beside the command.
struct Asking {
    digest: Option<Uuid>,
    expected_version: Option<u64>,
    correlation: Option<Uuid>,
    causation: Option<Uuid>,
    metadata: Option<Arc<Metadata>>,
}

impl<A: Aggregate> Asked<A> {
    pub(crate) fn new(
        command: A::Command,
        options: Options,
        stream: StreamId,
        ids: &CommandIds,
    ) -> Result<Self, Failure> {
        let Some(wishes) = options.said() else {
            return Ok(Asked {
                command,
                id: ids.next(),
                wishes: None,
                unsettled: None,
            });
        };
        let digest = match wishes.command_id {
            Some(_) => Some(digest::of(&command, stream)?),
            None => None,
        };
        Ok(Asked {
            id: wishes.command_id.unwrap_or_else(|| ids.next()),
            command,
            wishes: Some(Box::new(Asking {
                digest,
                expected_version: wishes.expected_version,
                correlation: wishes.correlation,
                causation: wishes.causation,
                metadata: (!wishes.metadata.is_empty()).then(|| Arc::new(wishes.metadata)),
            })),
            unsettled: None,
        })
    }

    /// A digest of the payload, if the caller chose the id.
    pub(crate) fn digest(&self) -> Option<Uuid> {
        self.wishes.as_ref()?.digest
    }

    /// The version at which the caller wants the aggregate root to be.
    pub(crate) fn expected_version(&self) -> Option<u64> {
        self.wishes.as_ref()?.expected_version
    }

    /// What is submitted to the log.
    pub(crate) fn submission<D: Has<A>>(
        &self,
        events: Events<A::Event>,
    ) -> Submission<<D as Domain>::Event> {
        let said = self.wishes.as_deref();
        Submission {
            id: self.id,
            chosen: said.and_then(|said| said.digest),
            events: events.map(D::inject),
            correlation: said
                .and_then(|said| said.correlation)
                .unwrap_or(self.id.uuid()),
            causation: said.and_then(|said| said.causation),
            metadata: said.and_then(|said| said.metadata.clone()),
        }
    }
}
