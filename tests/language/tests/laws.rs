//! The laws of aggregates that use all of the grammar.

#[path = "declarations/grammar.rs"]
#[allow(unreachable_pub, reason = "other tests use them elsewhere")]
mod grammar;
#[path = "declarations/order.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "other tests use more of them, and elsewhere"
)]
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
