use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn opened(&mut self, owner: Option<&str>) -> bool {
        true
    }

    #[rule]
    fn is_open(&self) -> u8 {
        1
    }

    #[command(requires(is_opne, covers))]
    fn open(&mut self, owner: &str) -> AccountEvent {
        AccountEvent::opened(Some(owner))
    }
}

fn main() {}
