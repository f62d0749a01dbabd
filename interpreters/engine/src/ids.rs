use lawful::Uuid;
use lawful::log::CommandId;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where the ids of commands come from whose caller chose none: a base and a counter, so that an id costs an addition and no clock.
///
/// A handle: clones count on together.
#[derive(Debug, Clone)]
pub struct CommandIds {
    base: u128,
    counter: Arc<AtomicU64>,
}

impl CommandIds {
    /// Ids after a random base (UUID version 4), for everything but tests.
    #[must_use]
    pub fn random() -> Self {
        CommandIds {
            base: Uuid::new_v4().as_u128(),
            counter: Arc::default(),
        }
    }

    /// `00000000-0000-0000-0000-000000000001` and so on, for tests in which ids are printed. Two engines that count over one log would
    /// give different commands one id.
    #[must_use]
    pub fn counted() -> Self {
        CommandIds {
            base: 0,
            counter: Arc::new(AtomicU64::new(1)),
        }
    }

    /// A new id for whatever a program creates: ordered by time, or counted with the others.
    pub(crate) fn fresh(&self) -> Uuid {
        match self.base {
            0 => self.next().uuid(),
            _ => Uuid::now_v7(),
        }
    }

    pub(crate) fn next(&self) -> CommandId {
        let count = self.counter.fetch_add(1, Ordering::Relaxed);
        // The version and variant bits of the base lie above the 62 bits that count.
        let low = (1 << 62) - 1;
        let number = (self.base & !low) | (self.base.wrapping_add(u128::from(count)) & low);
        CommandId::from(number)
    }
}
