//! What the tests of interpretations share: services that remember, and the example domain.

use lawful::program::IdempotencyKey;
use lawful::{Failure, Id};
pub use programs::*;
use std::sync::{Arc, Mutex, PoisonError};

/// Keeps every notice, with the key that it came under. A handle.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    sent: Arc<Mutex<Vec<(Id<Account>, String)>>>,
}

impl Outbox {
    /// What was sent so far.
    #[must_use]
    pub fn sent(&self) -> Vec<(Id<Account>, String)> {
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Notices for Outbox {
    async fn send(&self, to: Id<Account>, text: &str) -> Result<(), Undeliverable> {
        match text {
            "panic" => panic!("the outbox is on fire"),
            "refuse" => Err(Undeliverable {
                reason: "nobody there".to_owned(),
            }),
            text => {
                let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
                sent.push((to, text.to_owned()));
                Ok(())
            }
        }
    }

    async fn count(&self, _: &IdempotencyKey) -> Result<Result<u32, Undeliverable>, Failure> {
        Ok(Ok(u32::try_from(self.sent().len()).unwrap_or(u32::MAX)))
    }
}

/// The services of the bank, and the outbox behind them.
#[must_use]
pub fn services() -> (BankServices<Outbox>, Outbox) {
    let notices = Outbox::default();
    let services = BankServices {
        notices: notices.clone(),
    };
    (services, notices)
}
