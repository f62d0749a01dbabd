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
    fn covers(&self, amount: i64) -> bool {
        self.balance >= amount
    }

    #[rule]
    fn belongs_to(&self, owner: &str) -> bool {
        self.owner.as_deref() == Some(owner)
    }

    #[command(requires(covers(owner), belongs_to(amount)))]
    fn withdraw(&self, owner: &str, amount: i64) -> AccountEvent {
        AccountEvent::withdrawn(amount)
    }
}

fn main() {}
