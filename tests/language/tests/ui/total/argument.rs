use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn withdrawn(&mut self) {}

    #[rule]
    fn covers(&self, amount: i64) -> bool {
        self.balance >= amount
    }

    #[command(requires(covers(parts[0])))]
    fn withdraw(&self, parts: &[i64]) -> AccountEvent {
        AccountEvent::withdrawn()
    }
}

fn main() {}
