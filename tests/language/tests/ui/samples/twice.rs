use lawful::prelude::*;

#[state]
struct Account {
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn deposited(&mut self, #[samples(1)] #[samples(2)] amount: i64) {}
}

fn main() {}
