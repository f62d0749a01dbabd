use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[evnet]
    fn opened(&mut self) {}

    #[comand]
    fn open(&self) -> Vec<AccountEvent> {
        Vec::new()
    }
}

fn main() {}
