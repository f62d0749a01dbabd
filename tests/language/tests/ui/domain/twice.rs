use lawful::prelude::*;

#[state]
struct Account;

#[aggregate]
impl Account {}

#[state]
struct Cart;

#[aggregate]
impl Cart {}

#[domain(aggregates(Account, Cart, Account, Vec<Cart>))]
struct Bank;

fn main() {}
