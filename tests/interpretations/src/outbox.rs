use lawful::program::IdempotencyKey;
use lawful::{Failure, Id, Uuid};
use programs::{Account, BankServices, Notices, Undeliverable};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// To whom, and what.
pub type Notice = (Id<Account>, String);

/// Keeps every notice. A handle.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    sent: Arc<Mutex<Vec<Notice>>>,
    keys: Arc<Mutex<Vec<Uuid>>>,
}

impl Outbox {
    /// What was sent so far.
    #[must_use]
    pub fn sent(&self) -> Vec<Notice> {
        lock(&self.sent).clone()
    }

    /// The keys under which it was asked to count.
    #[must_use]
    pub fn keys(&self) -> Vec<Uuid> {
        lock(&self.keys).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Notices for Outbox {
    async fn send(&self, to: Id<Account>, text: &str) -> Result<(), Undeliverable> {
        assert!(text != "fire", "the outbox is on fire");
        if text == "refuse" {
            let reason = "nobody there".to_owned();
            return Err(Undeliverable { reason });
        }
        lock(&self.sent).push((to, text.to_owned()));
        Ok(())
    }

    async fn count(&self, key: &IdempotencyKey) -> Result<Result<u32, Undeliverable>, Failure> {
        lock(&self.keys).push(key.uuid());
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
