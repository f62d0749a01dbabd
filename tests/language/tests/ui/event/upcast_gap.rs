use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event(version = 2)]
    fn opened(&mut self) {}

    #[event(upcast(2 => from_v2))]
    fn closed(&mut self) {}

    #[event(version = 2, upcast(1 => from_v1, 1 => from_v1, 2 => from_v2))]
    fn frozen(&mut self) {}
}

fn main() {}

fn from_v1(data: Value) -> Result<Value, String> {
    Ok(data)
}

fn from_v2(data: Value) -> Result<Value, String> {
    Ok(data)
}
