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

    #[rule]
    fn is_rich(&self) -> bool {
        self.balance > 0
    }

    #[command(requires(!is_open, is_open || is_rich, is_open && is_rich, self.balance > 0))]
    fn open(&self) -> AccountEvent {
        AccountEvent::opened()
    }

    #[command(requires(not(is_open, is_rich), any(), all, Self::is_open))]
    fn reopen(&self) -> AccountEvent {
        AccountEvent::opened()
    }
}

fn main() {}
