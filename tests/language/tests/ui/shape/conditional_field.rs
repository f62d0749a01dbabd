use lawful::prelude::*;

#[state]
struct Account {
    #[cfg(test)]
    balance: i64,
}

#[value]
enum Colour {
    Red,
    #[cfg(test)]
    Blue,
}

fn main() {}
