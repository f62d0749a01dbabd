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
    fn open(&mut self) -> AccountEvent {
        AccountEvent::opened()
    }

    #[command]
    fn reopen() -> AccountEvent {
        AccountEvent::opened()
    }
}

fn main() {}
