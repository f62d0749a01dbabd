use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn opened(&mut self) {}

    #[command]
    fn open(&self) -> bool {
        true
    }
}

fn main() {}
