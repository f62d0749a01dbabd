use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn opened(&mut self, owner: Option<&str>) {}

    #[event]
    fn tagged(&mut self, tags: &[&str]) {}

    #[command]
    fn open(&self, owner: Option<&str>) -> AccountEvent {
        AccountEvent::opened(owner)
    }
}

fn main() {}
