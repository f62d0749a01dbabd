use lawful::prelude::*;

#[state]
struct Account {
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn deposited(&mut self, #[samples] amount: i64) {}

    #[command]
    fn deposit(&self, #[samples()] amount: i64) -> AccountEvent {
        AccountEvent::deposited(amount)
    }
}

fn main() {}
