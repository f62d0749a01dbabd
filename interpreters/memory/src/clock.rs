use lawful::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where a log takes recorded-at from.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that stands still until it is set: for tests.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still at this moment.
    #[must_use]
    pub fn fixed(at: Timestamp) -> Self {
        Clock::Fixed(Arc::new(AtomicI64::new(at.as_micros())))
    }

    /// The moment that it shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Clock::System => {
                let since = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .unwrap_or_default();
                Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
            }
            Clock::Fixed(micros) => Timestamp::from_micros(micros.load(Ordering::Relaxed)),
        }
    }

    /// Sets a fixed clock; the machine's clock stays as it is.
    pub fn set(&self, to: Timestamp) {
        if let Clock::Fixed(micros) = self {
            micros.store(to.as_micros(), Ordering::Relaxed);
        }
    }
}
