use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[rule]
    fn is_open(&mut self) -> bool {
        true
    }

    #[rule]
    fn any(&self) -> bool {
        true
    }
}

fn main() {}
