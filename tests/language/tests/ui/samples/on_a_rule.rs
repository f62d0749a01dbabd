use lawful::prelude::*;

#[state]
struct Account {
    balance: i64,
}

#[aggregate]
impl Account {
    #[rule]
    fn covers(&self, #[samples(1, 2)] amount: i64) -> bool {
        self.balance >= amount
    }
}

fn main() {}
