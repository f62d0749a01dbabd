use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn opened(&mut self, owner: impl Into<String>) {}

    #[event]
    fn filed(&mut self, at: &std::path::Path) {}

    #[event]
    fn closed(&mut self, why: &dyn std::fmt::Debug) {}
}

fn main() {}
