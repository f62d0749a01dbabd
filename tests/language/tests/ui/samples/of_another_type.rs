use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn opened(&mut self, #[samples("Ada", 5)] owner: &str) {}

    #[event]
    fn deposited(&mut self, #[samples("much")] amount: i64) {}
}

fn main() {}
