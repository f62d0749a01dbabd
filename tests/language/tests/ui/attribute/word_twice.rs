use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[rule]
    fn is_open(&self) -> bool {
        self.owner.is_some()
    }

    #[event(name = "begun", name = "opened")]
    fn opened(&mut self) {}

    #[command(requires(is_open), requires(not(is_open)))]
    fn open(&self) -> AccountEvent {
        AccountEvent::opened()
    }
}

fn main() {}
