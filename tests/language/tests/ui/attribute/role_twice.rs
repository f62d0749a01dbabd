use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    #[event]
    fn opened(&mut self) {}

    #[event]
    #[command]
    fn closed(&mut self) {}
}

fn main() {}
