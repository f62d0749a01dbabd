//! The laws of aggregates that use all of the grammar.

#![allow(
    clippy::pedantic,
    clippy::style,
    clippy::complexity,
    dead_code,
    unreachable_pub,
    reason = "the declarations say the same things in several ways on purpose, and other tests use more of them"
)]

#[path = "declarations/grammar.rs"]
mod grammar;
#[path = "declarations/order.rs"]
mod order;

use grammar::Thing;
use lawful_check::{LawResult, Laws, laws};
use order::Order;

#[test]
fn everything_that_the_grammar_reads_keeps_the_laws() {
    laws::<Thing>();
}

#[test]
fn an_enum_state_with_entities_and_free_rules_keeps_all_but_one() {
    let report = Laws::<Order>::new().run().expect("values");
    let broken: Vec<_> = report
        .results()
        .iter()
        .filter_map(LawResult::broken)
        .collect();
    // Its fee is computed before anything bounds the amount.
    assert!(
        matches!(broken.as_slice(), [only] if only.contains("multiply with overflow")),
        "{report}"
    );
}
