use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event(alias = "begun")]
    fn opened(&mut self) {}

    #[event(alias = "opened", alias = "begun", alias = "closed")]
    fn closed(&mut self) {}
}

fn main() {}
