use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    #[cfg(test)]
    fn opened(&mut self) {}

    #[command]
    fn open(&self, #[cfg(test)] owner: u32) -> Vec<AccountEvent> {
        Vec::new()
    }
}

fn main() {}
