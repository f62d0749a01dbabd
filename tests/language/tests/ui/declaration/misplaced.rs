use lawful::prelude::*;

#[aggregate]
struct Account;

#[state]
struct Cart;

#[aggregate]
impl std::fmt::Display for Cart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cart")
    }
}

fn main() {}
