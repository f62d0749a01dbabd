use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn opened(&mut self, owner: &mut String) {}

    #[event]
    fn closed(&mut self, why: &'static str) {}
}

fn main() {}
