use crate::Failure;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Pauses that double, each shortened at random, so that those who failed together do not come back together: for
/// [`Retry`](super::Retry).
///
/// ```
/// # use lawful::program::layer::Backoff;
/// # use std::time::Duration;
/// let backoff = Backoff { first: Duration::from_millis(100), longest: Duration::from_secs(1) };
/// assert!((50..=100).contains(&backoff.pause(1).as_millis()));
/// assert!((200..=400).contains(&backoff.pause(3).as_millis()));
/// assert!((500..=1000).contains(&backoff.pause(99).as_millis()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The longest that the first pause takes.
    pub first: Duration,
    /// The longest that any pause takes.
    pub longest: Duration,
}

impl Default for Backoff {
    /// From 100 milliseconds to 10 seconds.
    fn default() -> Self {
        Backoff {
            first: Duration::from_millis(100),
            longest: Duration::from_secs(10),
        }
    }
}

impl Backoff {
    /// The pause after so many attempts: `first`, doubled for each attempt after the first one, at most `longest`; of that, between one
    /// half and all.
    #[must_use]
    pub fn pause(&self, attempts: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(attempts.saturating_sub(1));
        let half = self.first.saturating_mul(doubled).min(self.longest) / 2;
        // Every such state has keys of its own, which is all the chance that a pause needs.
        let chance = RandomState::new().hash_one(attempts) >> 32;
        let chance = u32::try_from(chance).unwrap_or(u32::MAX);
        half.saturating_add(half.mul_f64(f64::from(chance) / f64::from(u32::MAX)))
    }

    /// What [`Retry`](super::Retry) waits for: `Retry::new(live, 5, Backoff::default().with(tokio::time::sleep))`.
    pub fn with<F>(
        self,
        mut sleep: impl FnMut(Duration) -> F + Send,
    ) -> impl FnMut(u32, &Failure) -> F + Send {
        move |attempts, _| sleep(self.pause(attempts))
    }
}
