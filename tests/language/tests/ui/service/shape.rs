use lawful::prelude::*;

#[state]
pub struct Account {
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn deposited(&mut self, amount: i64) {
        self.balance += amount;
    }

    #[command]
    fn deposit(&self, amount: i64) -> AccountEvent {
        AccountEvent::deposited(amount)
    }
}

#[service]
pub trait Notices {
    fn send(&self, text: &str) -> Result<(), String>;

    async fn count(&mut self) -> Result<u32, String>;

    async fn of<T>(&self, of: T) -> Result<u32, String>;

    const LIMIT: u32;
}

#[service]
pub struct Other;

fn main() {}
