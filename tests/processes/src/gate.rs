use crate::{Courier, Record, Undeliverable};
use lawful::Failure;
use lawful::program::IdempotencyKey;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// A courier who brings the parcel, and then does not come back until he is let go. A handle.
#[derive(Debug, Clone)]
pub struct Gate {
    record: Record,
    came: Arc<Semaphore>,
    go: Arc<Semaphore>,
}

impl Gate {
    /// Around a record.
    #[must_use]
    pub fn new(record: &Record) -> Self {
        Gate {
            record: record.clone(),
            came: Arc::new(Semaphore::new(0)),
            go: Arc::new(Semaphore::new(0)),
        }
    }

    /// Waits until he has brought a parcel.
    pub async fn came(&self) {
        if let Ok(permit) = self.came.acquire().await {
            permit.forget();
        }
    }

    /// Lets him come back so many times.
    pub fn go(&self, times: usize) {
        self.go.add_permits(times);
    }
}

impl Courier for Gate {
    async fn bring(
        &self,
        parcel: &str,
        key: &IdempotencyKey,
    ) -> Result<Result<u32, Undeliverable>, Failure> {
        let answer = self.record.bring(parcel, key).await;
        self.came.add_permits(1);
        if let Ok(permit) = self.go.acquire().await {
            permit.forget();
        }
        answer
    }
}
