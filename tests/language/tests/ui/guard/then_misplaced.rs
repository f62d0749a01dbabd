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

    #[command(requires(then(is_rich), is_open))]
    fn first(&self) -> AccountEvent {
        AccountEvent::opened()
    }

    #[command(requires(is_open, any(then(is_rich))))]
    fn inside(&self) -> AccountEvent {
        AccountEvent::opened()
    }

    #[command(requires(then(is_rich)))]
    fn alone(&self) -> AccountEvent {
        AccountEvent::opened()
    }
}

fn main() {}
