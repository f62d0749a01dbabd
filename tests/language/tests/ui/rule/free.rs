use lawful::prelude::*;

#[rule]
fn is_payable(amount: i64) -> i64 {
    amount
}

#[rule]
async fn is_late<T>(since: T) -> bool {
    true
}

#[rule(always)]
fn is_even(amount: i64, by: i64) -> bool {
    amount % by == 0
}

fn main() {}
