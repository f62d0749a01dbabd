use crate::core::{Core, stream_of};
use crate::failures;
use crate::kept::Kept;
use crate::read::PAGE;
use lawful::log::{CommandId, EventLog, Outcome, Position, StreamId};
use lawful::{Aggregate, AsOf, Command, Domain, Failure, Has, Id, Receipt};
use std::collections::HashMap;

/// Where the events of a command were found in its stream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Landed {
    pub(crate) version: u64,
    pub(crate) events: u64,
    pub(crate) position: Position,
}

impl<D: Domain, L: EventLog<Event = D::Event>> Core<D, L> {
    /// What became of a command whose id the caller chose, if it was accepted before.
    pub(crate) async fn outcome(
        &self,
        stream: StreamId,
        id: CommandId,
    ) -> Result<Option<Outcome>, Failure> {
        self.log.outcome(stream, id).await
    }

    /// The original receipt, if the payload is the original one.
    pub(crate) async fn original<A: Aggregate>(
        &self,
        id: Id<A>,
        command: &A::Command,
        digest: Option<lawful::Uuid>,
        outcome: &Outcome,
    ) -> Result<Receipt<A>, Failure>
    where
        D: Has<A>,
    {
        if digest != Some(outcome.payload) {
            return Err(failures::command_id_reused(
                stream_of(id),
                outcome.command,
                command.name(),
            ));
        }
        let landed = Landed {
            version: outcome.version,
            events: outcome.events,
            position: outcome.position,
        };
        self.receipt(id, landed).await
    }

    /// A receipt, from what the log holds.
    pub(crate) async fn receipt<A: Aggregate>(
        &self,
        id: Id<A>,
        landed: Landed,
    ) -> Result<Receipt<A>, Failure>
    where
        D: Has<A>,
    {
        let stream = stream_of(id);
        let events = self
            .events::<A>(stream, landed.version, landed.events)
            .await?;
        let moment = Some(AsOf::Version(landed.version));
        let (kept, _) = self.read(stream, Kept::default(), moment).await?;
        Ok(Receipt {
            id,
            version: landed.version,
            position: Some(landed.position),
            events,
            state: kept.state,
        })
    }

    /// Which commands have events in the stream after a version.
    pub(crate) async fn landed(
        &self,
        stream: StreamId,
        since: u64,
    ) -> Result<HashMap<CommandId, Landed>, Failure> {
        let mut found = HashMap::<CommandId, Landed>::new();
        let mut after = since;
        loop {
            let page = self.page(stream, after, PAGE).await?;
            for entry in &page.entries {
                after = entry.version;
                let landed = found.entry(entry.command_id).or_insert(Landed {
                    version: entry.version,
                    events: 0,
                    position: entry.position,
                });
                landed.version = entry.version;
                landed.events += 1;
                landed.position = entry.position;
            }
            if after >= page.version {
                return Ok(found);
            }
            if page.entries.is_empty() {
                return Err(failures::missing(stream, after + 1, page.version));
            }
        }
    }
}
