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

    #[rule]
    fn is_open(&self) -> bool {
        self.owner.is_some()
    }

    #[command(requires(not(is_opne)))]
    fn open(&self) -> AccountEvent {
        AccountEvent::opened()
    }

    #[command(requires(colour), unless(is_opem))]
    fn reopen(&self) -> AccountEvent {
        AccountEvent::opened()
    }
}

fn main() {}
