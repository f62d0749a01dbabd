use lawful::prelude::*;

#[state]
struct Account;

#[aggregate]
impl Account {}

#[state]
struct Cart;

#[aggregate]
impl Cart {}

struct Stranger;

#[domain(aggregates(Account, Stranger))]
struct Bank;

fn main() {}
