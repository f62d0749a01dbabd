use crate::cache::{Bounds, Roots};
use crate::{CommandIds, EngineOptions};
use lawful::log::{EventLog, StreamId};
use lawful::program::Services;
use lawful::{Aggregate, Domain, Has, Id};
use std::num::NonZeroU64;
use tokio::sync::RwLock;

/// What all handles of an engine share.
pub(crate) struct Core<D: Domain, L> {
    pub(crate) log: L,
    pub(crate) services: Services<D>,
    pub(crate) roots: D::Each<Roots>,
    pub(crate) bounds: Bounds,
    pub(crate) attempts: u32,
    pub(crate) snapshot_interval: Option<NonZeroU64>,
    pub(crate) command_ids: CommandIds,
    /// The turns of transactions: first attempts share it, and whoever met a conflict has it alone.
    pub(crate) turns: RwLock<()>,
}

impl<D: Domain, L: EventLog<Event = D::Event>> Core<D, L> {
    pub(crate) fn new(log: L, services: Services<D>, options: EngineOptions) -> Self {
        Core {
            log,
            services,
            roots: D::Each::default(),
            bounds: Bounds::new(options.capacity),
            attempts: options.attempts.max(1),
            snapshot_interval: options.snapshot_interval,
            command_ids: options.command_ids,
            turns: RwLock::new(()),
        }
    }

    pub(crate) fn cache<A: Aggregate>(&self) -> &crate::cache::Cache<A>
    where
        D: Has<A>,
    {
        D::each::<Roots>(&self.roots)
    }
}

pub(crate) fn stream_of<A: Aggregate>(id: Id<A>) -> StreamId {
    StreamId {
        aggregate: <A as Aggregate>::NAME,
        id: id.uuid(),
    }
}
