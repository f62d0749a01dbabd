use lawful::prelude::*;

#[state]
struct Account {
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn deposited(&mut self, amount: i64) {
        self.balance += amount;
    }

    #[event]
    fn closed(&mut self) {
        self.balance = 0;
    }
}

#[row]
struct Holding {
    #[key]
    account: Id<Account>,
    balance: i64,
}

#[read_model]
struct Wrong;

#[read_model]
impl Clone for Wrong {
    fn clone(&self) -> Self {
        Wrong
    }
}

#[read_model]
impl Holding {}

#[row]
struct Limit {
    #[key]
    account: Id<Account>,
}

#[read_model(verison = 2, ignores = 3)]
impl Limit {
    #[on(AccountEvent::Deposited)]
    const LIMIT: i64 = 3;
}

fn main() {}
