use crate::{Courier, Undeliverable};
use lawful::program::IdempotencyKey;
use lawful::{Failure, FailureKind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A call that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Under which key.
    pub key: IdempotencyKey,
    /// What for.
    pub parcel: String,
}

/// A courier who writes every call down, and answers each key the same. A handle.
#[derive(Debug, Clone, Default)]
pub struct Record {
    calls: Arc<Mutex<Vec<Call>>>,
    failures: Arc<AtomicU32>,
}

impl Record {
    /// The calls so far.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The next calls fail.
    pub fn fail(&self, times: u32) {
        self.failures.store(times, Ordering::Relaxed);
    }
}

impl Courier for Record {
    async fn bring(
        &self,
        parcel: &str,
        key: &IdempotencyKey,
    ) -> Result<Result<u32, Undeliverable>, Failure> {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.push(Call {
            key: key.clone(),
            parcel: parcel.to_owned(),
        });
        let fails = |left: u32| left.checked_sub(1);
        if self
            .failures
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, fails)
            .is_ok()
        {
            return Err(Failure::new(FailureKind::Unavailable, "the courier is ill"));
        }
        Ok(match parcel {
            "first" => Err(Undeliverable {
                reason: "nobody there".to_owned(),
            }),
            _ => Ok(1),
        })
    }
}
