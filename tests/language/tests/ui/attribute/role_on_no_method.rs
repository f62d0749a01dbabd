use lawful::prelude::*;

#[state]
struct Account {
    balance: i64,
}

#[aggregate]
impl Account {
    #[rule]
    const LIMIT: i64 = 100;

    #[event]
    const FEE: i64 = 1;

    #[command]
    fn look(&self) -> Vec<AccountEvent> {
        Vec::new()
    }
}

fn main() {}
