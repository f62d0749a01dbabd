use lawful::prelude::*;

#[state]
struct Account<T> {
    balance: T,
}

#[value]
struct Money<'a>(&'a str);

fn main() {}
