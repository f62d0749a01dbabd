use lawful::prelude::*;

#[state]
struct Now;

#[aggregate]
impl Now {}

#[state]
struct Account;

#[aggregate(name = "my account", snapshot = 0, exact)]
impl Account {}

fn main() {}
