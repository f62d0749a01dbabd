use crate::root::Root;
use crate::snapshots::Snapshots;
use foldhash::fast::RandomState;
use lawful::{Aggregate, Family, Uuid};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// One [`Cache`] for each aggregate of a domain.
pub(crate) struct Roots;

impl Family for Roots {
    type Of<A: Aggregate> = Cache<A>;
}

/// The roots of one aggregate that are kept hot.
///
/// Each shard holds two generations: a root that is used moves to the young one, and when that is full, the old one goes. So a use
/// costs one look-up, and nothing is counted or sorted.
pub(crate) struct Cache<A: Aggregate> {
    shards: Box<[Mutex<Generations<A>>]>,
    snapshots: OnceLock<Option<Snapshots>>,
}

struct Generations<A: Aggregate> {
    young: HashMap<Uuid, Arc<Root<A>>, RandomState>,
    old: HashMap<Uuid, Arc<Root<A>>, RandomState>,
}

/// How many shards are in use and how many roots a young generation holds, as they follow from a capacity.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    mask: usize,
    young: usize,
}

const SHARDS: usize = 64;

impl Bounds {
    pub(crate) fn new(capacity: usize) -> Self {
        // Few roots share one shard, so that the bound is kept exactly.
        let shards = if capacity < SHARDS * 16 { 1 } else { SHARDS };
        Bounds {
            mask: shards - 1,
            young: (capacity / shards / 2).max(1),
        }
    }
}

impl<A: Aggregate> Cache<A> {
    /// The root of this id, cold if it was not kept.
    pub(crate) fn root(&self, id: Uuid, bounds: Bounds) -> Arc<Root<A>> {
        let (high, low) = id.as_u64_pair();
        // The last bits of every kind of UUID differ; the first ones help where somebody counts in them.
        let bits = (low ^ (high >> 32)).to_le_bytes()[0];
        let mut roots = self.shards[usize::from(bits) & bounds.mask]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(root) = roots.young.get(&id) {
            return Arc::clone(root);
        }
        roots.rejuvenate(id, bounds)
    }

    /// What is known about snapshots of this aggregate; `None` where none may be kept.
    pub(crate) fn snapshots(
        &self,
        find_out: impl FnOnce() -> Option<Snapshots>,
    ) -> Option<&Snapshots> {
        self.snapshots.get_or_init(find_out).as_ref()
    }
}

impl<A: Aggregate> Generations<A> {
    #[cold]
    fn rejuvenate(&mut self, id: Uuid, bounds: Bounds) -> Arc<Root<A>> {
        let root = self.old.remove(&id).unwrap_or_default();
        if self.young.len() >= bounds.young {
            self.old.clear();
            std::mem::swap(&mut self.young, &mut self.old);
            // A root at work is kept, or its stream would be written through two of them.
            let young = &mut self.young;
            let busy = self.old.extract_if(|_, root| Arc::strong_count(root) > 1);
            young.extend(busy);
        }
        self.young.insert(id, Arc::clone(&root));
        root
    }
}

impl<A: Aggregate> Default for Cache<A> {
    fn default() -> Self {
        let shard = || {
            Mutex::new(Generations {
                young: HashMap::default(),
                old: HashMap::default(),
            })
        };
        Cache {
            shards: std::iter::repeat_with(shard).take(SHARDS).collect(),
            snapshots: OnceLock::new(),
        }
    }
}
