//! The JSON Schema of commands, events and states is that of the JSON they are written as.
#![deny(warnings, missing_docs, clippy::pedantic)]
#![allow(
    missing_docs,
    dead_code,
    unreachable_pub,
    reason = "a test crate exports nothing"
)]

#[path = "declarations/order.rs"]
mod order;

use lawful::__private::schemars::schema_for;
use order::{Order, OrderCommand, OrderEvent};

#[test]
fn commands_have_a_schema() {
    insta::assert_json_snapshot!(schema_for!(OrderCommand));
}

#[test]
fn events_have_a_schema() {
    insta::assert_json_snapshot!(schema_for!(OrderEvent));
}

#[test]
fn states_have_a_schema() {
    insta::assert_json_snapshot!(schema_for!(Order));
}
