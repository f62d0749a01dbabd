use lawful::prelude::*;

#[state]
struct Account;

#[aggregate]
impl Account {}

#[state]
struct Cart;

#[aggregate]
impl Cart {}

#[domain(agregates(Account))]
struct Bank;

#[domain]
struct Shop;

#[domain(aggregates(Account, 7))]
struct House(u32);

fn main() {}
