use lawful::prelude::*;

struct Account<T>(T);

#[aggregate]
impl<T> Account<T> {
    #[rule]
    fn is_open(&self) -> bool {
        true
    }
}

#[state]
struct Cart;

#[aggregate]
impl Cart {
    #[rule]
    fn holds<T>(&self, item: T) -> bool {
        true
    }
}

fn main() {}
