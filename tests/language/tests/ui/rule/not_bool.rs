use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[rule]
    fn is_open(&self) -> Option<bool> {
        None
    }

    #[rule]
    fn covers(&self, amount: i64) {}

    #[invariant]
    fn is_solvent(&self) -> i64 {
        self.balance
    }
}

fn main() {}
