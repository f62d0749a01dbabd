use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[rule]
    fn divides(&self, by: i64) -> bool {
        self.balance % by == 0 && self.balance / 2 > 0 && self.balance / 0 == 1
    }

    #[event]
    fn shared(&mut self, among: i64) {
        self.balance /= among;
    }
}

fn main() {}
