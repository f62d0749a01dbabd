use lawful::prelude::*;

#[state]
struct Account;

#[aggregate]
impl Account {
    #[rule]
    fn is_open(&self) -> bool {
        self.
    }
}

fn main() {}
