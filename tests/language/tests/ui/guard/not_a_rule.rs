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

    #[invariant]
    fn is_solvent(&self) -> bool {
        self.balance >= 0
    }

    fn is_rich(&self) -> bool {
        self.balance > 0
    }

    #[command(requires(opened, is_solvent, is_rich))]
    fn open(&self) -> AccountEvent {
        AccountEvent::opened()
    }
}

fn main() {}
