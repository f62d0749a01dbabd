use lawful::prelude::*;

#[state]
enum Order {
    Draft,
    Sent,
}

#[state]
enum Invoice {
    #[default]
    Open { amount: i64 },
    Paid,
}

#[aggregate]
impl Order {}

fn main() {}
