use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn line_added(&mut self) {}

    #[event]
    fn line__added(&mut self) {}

    #[rule]
    fn is_open(&self) -> bool {
        true
    }

    #[invariant]
    fn is__open(&self) -> bool {
        true
    }
}

fn main() {}
