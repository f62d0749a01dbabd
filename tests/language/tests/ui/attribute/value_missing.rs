use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event(name, version(2))]
    fn opened(&mut self) {}

    #[event(version = 0)]
    fn closed(&mut self) {}

    #[command(requires = is_open)]
    fn open(&self) -> AccountEvent {
        AccountEvent::opened()
    }
}

fn main() {}
