use lawful::prelude::*;

struct Account {
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn deposited(&mut self, amount: i64) {
        self.balance += amount;
    }

    #[rule]
    fn is_rich(&self) -> bool {
        self.balance > 0
    }

    #[command(requires(is_rich))]
    fn deposit(&self, amount: i64) -> AccountEvent {
        AccountEvent::deposited(amount)
    }
}

fn main() {}
