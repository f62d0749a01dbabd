use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event(upcast(1 => from_v1))]
    fn opened(&mut self) {}
}

fn main() {}

fn from_v1(data: Value) -> Value {
    data
}
