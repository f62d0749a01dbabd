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

struct Holding {
    account: Id<Account>,
}

#[read_model(ignores(AccountEvent::Closed))]
impl Holding {
    #[on(AccountEvent::Deposited)]
    fn deposited(rows: &mut Rows<Self>, amount: i64) {}
}

fn main() {}
