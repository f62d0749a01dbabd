use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn withdrawn(&mut self, amount: i64) {
        self.balance -= amount;
    }

    #[rule]
    fn is_open(&self) -> bool {
        self.owner.is_some()
    }

    #[rule]
    fn covers(&self, amount: i64) -> bool {
        self.balance >= amount
    }

    #[command(requires(is_open(amount), covers))]
    fn withdraw(&self, amount: i64) -> AccountEvent {
        AccountEvent::withdrawn(amount)
    }
}

fn main() {}
