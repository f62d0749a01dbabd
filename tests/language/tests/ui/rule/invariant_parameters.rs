use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[invariant]
    fn is_solvent() -> bool {
        true
    }

    #[invariant]
    fn covers(&self, amount: i64) -> bool {
        self.balance >= amount
    }

    #[invariant]
    fn grows(&self, before: Self) -> bool {
        self.balance >= before.balance
    }
}

fn main() {}
