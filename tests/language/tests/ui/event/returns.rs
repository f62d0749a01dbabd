use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn opened(&mut self) -> bool {
        true
    }

    #[event]
    fn closed(&mut self) -> Result<(), String> {
        Ok(())
    }
}

fn main() {}
