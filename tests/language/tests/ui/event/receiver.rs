use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn opened(&self) {}

    #[event]
    fn closed() {}

    #[event]
    fn frozen(self) {}
}

fn main() {}
