use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event(name = "opened")]
    fn begun(&mut self) {}

    #[event]
    fn opened(&mut self) {}

    #[event(name = "Closed now")]
    fn closed(&mut self) {}
}

fn main() {}
