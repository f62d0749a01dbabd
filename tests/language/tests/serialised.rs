//! A model that was written as JSON is read back as it was, and says the same: for the examples and for the declarations that use
//! the whole grammar.

#![allow(
    clippy::pedantic,
    clippy::style,
    clippy::complexity,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "the declarations say the same things in several ways on purpose"
)]

#[path = "declarations/account.rs"]
mod account;
#[path = "declarations/grammar.rs"]
mod grammar;
#[path = "declarations/order.rs"]
mod order;

use lawful::model::{AggregateModel, Unreadable};
use lawful::{Aggregate, Datum};
use serde_json::{Value, json};

fn models() -> Vec<&'static AggregateModel> {
    vec![
        bank::Account::model(),
        counter::Counter::model(),
        todo::List::model(),
        account::Account::model(),
        grammar::Thing::model(),
        order::Order::model(),
    ]
}

#[test]
fn a_model_is_read_back_as_it_was() {
    for model in models() {
        let written = serde_json::to_string(model).unwrap();
        let back = AggregateModel::from_json(&written).unwrap();
        assert_eq!(&back, model);
        assert_eq!(back.to_string(), model.to_string());
        assert_eq!(back.fold_fingerprint(), model.fold_fingerprint());
        assert_eq!(serde_json::to_string(&back).unwrap(), written);
        let pretty = serde_json::to_string_pretty(model).unwrap();
        assert_eq!(AggregateModel::from_json(&pretty).unwrap(), *model);
    }
}

#[test]
fn a_model_knows_the_state_before_anything_happened() {
    let initial = bank::Account::model().initial.get();
    assert_eq!(initial, Datum::of(&bank::Account::default()).unwrap());
    let written = serde_json::to_string(order::Order::model()).unwrap();
    let back = AggregateModel::from_json(&written).unwrap();
    assert_eq!(
        back.initial.get(),
        Datum::of(&order::Order::default()).unwrap()
    );
}

/// What is said of the account's serialised form after this change.
#[track_caller]
fn refused(change: impl FnOnce(&mut Value)) -> String {
    let mut value = serde_json::to_value(bank::Account::model()).unwrap();
    change(&mut value);
    AggregateModel::from_json(&value.to_string())
        .expect_err("it was changed")
        .to_string()
}

#[test]
fn a_newer_format_is_named_before_anything_in_it_is_looked_at() {
    let change = |value: &mut Value| {
        value["format"] = json!(7);
        value["rules"] = json!("something new");
    };
    assert_eq!(
        refused(change),
        "the model is written in format 7, and this version reads up to format 1: read it with the version of lawful that wrote it"
    );
    let found = AggregateModel::from_json(r#"{"format": 2}"#);
    assert_eq!(found, Err(Unreadable::Newer { found: 2, known: 1 }));
}

#[test]
fn a_damaged_form_says_what_is_wrong_with_it() {
    let says = |text: String, what: &str| assert!(text.contains(what), "{text}");
    says(
        refused(|value| drop(value.as_object_mut().unwrap().remove("rules"))),
        "missing field `rules`",
    );
    says(
        refused(|value| drop(value.as_object_mut().unwrap().remove("format"))),
        "missing field `format`",
    );
    says(
        refused(|value| value["format"] = json!(0)),
        "format 0, expected format 1",
    );
    says(
        refused(|value| value["ruels"] = json!([])),
        "unknown field `ruels`",
    );
    says(
        refused(|value| value["rules"][0]["severity"] = json!("high")),
        "unknown field `severity`",
    );
    says(
        refused(|value| value["rules"][0]["body"] = json!({"Whenever": []})),
        "unknown variant `Whenever`",
    );
    let whole = serde_json::to_string(bank::Account::model()).unwrap();
    for text in [
        "",
        "null",
        "[]",
        "{}",
        "\u{0}",
        "{\"format\": \"1\"}",
        &whole[..whole.len() / 2],
    ] {
        let error = AggregateModel::from_json(text).expect_err(text);
        assert!(matches!(error, Unreadable::Damaged(_)), "{error}");
        assert!(error.to_string().contains("expected what"), "{error}");
    }
    let depth = 100_000;
    let (open, close) = ("{\"Option\": ".repeat(depth), "}".repeat(depth));
    let deep = format!("{{\"format\": 1, \"initial\": {open}null{close}}}");
    says(
        AggregateModel::from_json(&deep).unwrap_err().to_string(),
        "recursion limit exceeded",
    );
}
