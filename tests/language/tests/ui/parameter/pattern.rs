use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn moved(&mut self, (from, to): (i64, i64)) {}

    #[command]
    fn shift(&self, _: i64) -> AccountEvent {
        AccountEvent::moved((0, 0))
    }
}

fn main() {}
