use lawful::prelude::*;

#[state]
fn account() {}

#[value(inexcat, without(Eqq))]
struct Money(i64);

fn main() {}
