use crate::{CommandIds, digest};
use lawful::log::{CommandId, Metadata, StreamId, Submission};
use lawful::{Aggregate, Domain, Events, Failure, Has, Options, Uuid, Wishes};
use std::sync::Arc;

/// A command as it was asked.
pub(crate) struct Asked<A: Aggregate> {
    pub(crate) command: A::Command,
    pub(crate) id: CommandId,
    /// Most commands come without, and are small then.
    more: Option<Box<More>>,
}

/// What the caller said beside the command, and what became known on the way.
#[derive(Default)]
struct More {
    digest: Option<Uuid>,
    expected_version: Option<u64>,
    correlation: Option<Uuid>,
    causation: Option<Uuid>,
    metadata: Option<Arc<Metadata>>,
    /// The version on which an append of this command rested whose outcome is not known.
    unsettled: Option<u64>,
    /// Why the command cannot be executed at all.
    failure: Option<Failure>,
}

impl<A: Aggregate> Asked<A> {
    #[inline]
    pub(crate) fn new(
        command: A::Command,
        options: Options,
        stream: StreamId,
        ids: &CommandIds,
    ) -> Self {
        let mut asked = Asked {
            command,
            id: ids.next(),
            more: None,
        };
        if let Some(wishes) = options.said() {
            asked.wish(*wishes, stream);
        }
        asked
    }

    /// A command whose caller says which one it is.
    pub(crate) fn named(
        command: A::Command,
        id: CommandId,
        mut wishes: Wishes,
        stream: StreamId,
    ) -> Self {
        wishes.command_id = Some(id);
        let mut asked = Asked {
            command,
            id,
            more: None,
        };
        asked.wish(wishes, stream);
        asked
    }

    #[cold]
    fn wish(&mut self, wishes: Wishes, stream: StreamId) {
        let mut more = More {
            expected_version: wishes.expected_version,
            correlation: wishes.correlation,
            causation: wishes.causation,
            metadata: (!wishes.metadata.is_empty()).then(|| Arc::new(wishes.metadata)),
            ..More::default()
        };
        if let Some(chosen) = wishes.command_id {
            self.id = chosen;
            match digest::of(&self.command, stream) {
                Ok(digest) => more.digest = Some(digest),
                Err(failure) => more.failure = Some(failure),
            }
        }
        self.more = Some(Box::new(more));
    }

    /// Why the command cannot be executed at all.
    pub(crate) fn failure(&mut self) -> Option<Failure> {
        self.more.as_mut()?.failure.take()
    }

    /// A digest of the payload, if the caller chose the id.
    pub(crate) fn digest(&self) -> Option<Uuid> {
        self.more.as_ref()?.digest
    }

    /// The version at which the caller wants the aggregate root to be.
    pub(crate) fn expected_version(&self) -> Option<u64> {
        self.more.as_ref()?.expected_version
    }

    /// The version on which an append of this command rested whose outcome is not known.
    pub(crate) fn unsettled(&self) -> Option<u64> {
        self.more.as_ref()?.unsettled
    }

    /// An append that rested on this version may have happened.
    pub(crate) fn doubt(&mut self, version: u64) {
        let more = self.more.get_or_insert_default();
        more.unsettled.get_or_insert(version);
    }

    /// Whether there was a doubt about an append before `now`, which is none any more.
    pub(crate) fn settle(&mut self, now: u64) -> bool {
        let unsettled = self.more.as_mut().map(|more| &mut more.unsettled);
        unsettled.is_some_and(|since| since.take_if(|since| *since < now).is_some())
    }

    /// What is submitted to the log.
    #[inline]
    pub(crate) fn submission<D: Has<A>>(
        &self,
        events: Events<A::Event>,
    ) -> Submission<<D as Domain>::Event> {
        let more = self.more.as_deref();
        Submission {
            id: self.id,
            chosen: more.and_then(|more| more.digest),
            events: events.map(D::inject),
            correlation: more
                .and_then(|more| more.correlation)
                .unwrap_or(self.id.uuid()),
            causation: more.and_then(|more| more.causation),
            metadata: more.and_then(|more| more.metadata.clone()),
        }
    }
}
