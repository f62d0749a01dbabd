use lawful::prelude::*;

#[state]
struct Account;

#[aggregate]
impl Account {}

#[state]
struct Cart;

#[aggregate]
impl Cart {}

mod other {
    use lawful::prelude::*;

    #[state]
    pub struct Account;

    #[aggregate]
    impl Account {}
}

#[domain(aggregates(Account, other::Account))]
struct Bank;

fn main() {}
