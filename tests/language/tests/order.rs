//! Enum states, values, entities, free rules, all return forms, renames, aliases and versions.
#![deny(warnings, missing_docs, clippy::pedantic)]
#![allow(missing_docs, unreachable_pub, reason = "a test crate exports nothing")]
#![allow(
    clippy::needless_borrows_for_generic_args,
    reason = "constructors take references, too"
)]

#[path = "declarations/order.rs"]
mod order;

use lawful::log::Undecodable;
use lawful::prelude::*;
use lawful::{Command, Event, FreeRule, RuleName};
use order::{Carrier, LineItem, Order, OrderCommand, OrderEvent, OrderRule, Product, money};

fn product() -> Product {
    Product::new("tea")
}

fn after(commands: impl IntoIterator<Item = OrderCommand>) -> Order {
    let mut order = Order::default();
    for command in commands {
        for event in &order.decide(&command).unwrap() {
            order.evolve(event);
        }
    }
    order
}

#[test]
fn an_enum_state_goes_through_its_variants() {
    let id = Id::new();
    let order = after([
        OrderCommand::start(Some("soon".to_owned())),
        OrderCommand::add(id, product(), 2),
        OrderCommand::send(Carrier::Courier { priority: 1 }),
    ]);
    assert_eq!(order, Order::Sent(Carrier::Courier { priority: 1 }));
}

#[test]
fn every_form_of_return_is_taken() {
    let (one, two) = (Id::new(), Id::new());
    let open = after([OrderCommand::start(None)]);
    let decide = |command| open.decide(&command).unwrap();
    assert_eq!(
        decide(OrderCommand::add(one, product(), 2)),
        [OrderEvent::line_added(one, product(), 2)]
    );
    assert_eq!(
        decide(OrderCommand::tag(["a".to_owned(), "b".to_owned()])),
        [
            OrderEvent::tagged(["a".to_owned()]),
            OrderEvent::tagged(["b".to_owned()])
        ]
    );
    assert_eq!(
        decide(OrderCommand::add_pair(one, two, product())),
        [
            OrderEvent::line_added(one, product(), 1),
            OrderEvent::line_added(two, product(), 1)
        ]
    );
    assert_eq!(decide(OrderCommand::add_pair(one, one, product())).len(), 1);
    assert!(decide(OrderCommand::send(Carrier::Post)).is_empty());
}

#[test]
fn where_unless_holds_nothing_is_recorded() {
    let sent = after([
        OrderCommand::start(None),
        OrderCommand::add(Id::new(), product(), 2),
        OrderCommand::send(Carrier::Post),
    ]);
    assert!(
        sent.decide(&OrderCommand::send(Carrier::Post))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn constructors_take_anything_that_clones_or_converts() {
    let id = Id::new();
    let tea = product();
    assert_eq!(
        OrderEvent::line_added(id, &tea, 1),
        OrderEvent::line_added(id, tea.clone(), 1)
    );
    let (tags, one) = (vec!["a".to_owned()], ["a".to_owned()]);
    let all = [
        OrderEvent::tagged(tags.as_slice()),
        OrderEvent::tagged(&tags),
        OrderEvent::tagged(["a".to_owned()]),
        OrderEvent::tagged(&one),
        OrderEvent::tagged(tags),
    ];
    assert!(all.iter().all(|event| *event == all[0]));
    assert_eq!(
        OrderEvent::tagged([]),
        OrderEvent::Tagged { tags: Vec::new() }
    );
    let eur = OrderCommand::pay("EUR", 1);
    assert_eq!(eur, OrderCommand::pay("EUR".to_owned(), 1));
    assert_eq!(eur, OrderCommand::pay(&"EUR".to_owned(), 1));
}

#[test]
fn recorded_names_are_the_chosen_ones() {
    let begun = OrderEvent::started(None);
    assert_eq!(begun.name(), "begun");
    assert_eq!(begun.to_string(), "begun(note: None)");
    assert_eq!(
        serde_json::to_string(&begun).unwrap(),
        r#"{"type":"begun","data":{"note":null}}"#
    );
    assert_eq!(OrderCommand::bring_back().name(), "return");
    assert_eq!(OrderCommand::bring_back().to_string(), "return()");
    assert_eq!(Order::model().snapshot, Some(100));
}

#[test]
fn older_names_and_versions_are_read() {
    let id = Id::from_uuid(lawful::Uuid::nil());
    let event = OrderEvent::line_added(id, product(), 2);
    assert_eq!(event.schema_version(), 3);
    let nil = id.to_string();
    for (name, version, data) in [
        (
            "line_added",
            3,
            format!(r#"{{"id":"{nil}","product":"tea","count":2}}"#),
        ),
        (
            "added",
            3,
            format!(r#"{{"id":"{nil}","product":"tea","count":2}}"#),
        ),
        (
            "item_added",
            2,
            format!(r#"{{"id":"{nil}","article":"tea","count":2}}"#),
        ),
        (
            "item_added",
            1,
            format!(r#"{{"id":"{nil}","name":"tea","count":2}}"#),
        ),
    ] {
        assert_eq!(
            OrderEvent::decode(name, version, &data),
            Ok(event.clone()),
            "{name} {version}"
        );
    }
    let json = format!(r#"{{"type":"added","data":{{"id":"{nil}","product":"tea"}}}}"#);
    let one: OrderEvent = serde_json::from_str(&json).unwrap();
    assert_eq!(one, OrderEvent::line_added(id, product(), 1));
}

#[test]
fn what_cannot_be_decoded_says_why() {
    assert_eq!(
        OrderEvent::decode("lost", 1, "{}"),
        Err(Undecodable::UnknownType)
    );
    assert_eq!(
        OrderEvent::decode("line_added", 4, "{}"),
        Err(Undecodable::UnknownVersion { newest: 3 })
    );
    let said = [
        ("line_added", 1, "{}"),
        ("line_added", 0, "{}"),
        ("begun", 1, r#"{"nte":null}"#),
        ("begun", 1, "{} x"),
        ("sent", 1, "{}"),
        ("sent", 1, r#"["Post"]"#),
        ("sent", 1, r#"{"by":{"Courier":{"priority":1,"x":2}}}"#),
    ]
    .map(|(name, version, data)| {
        let error = OrderEvent::decode(name, version, data).unwrap_err();
        format!("{name} {version} {data}\n    {error}")
    });
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn wrong_json_says_what_was_expected() {
    let said = [
        r#"{"type":"opne"}"#,
        r#"{"data":{}}"#,
        r#"{"type":"send","data":{"by":"Post"},"id":1}"#,
        r#"{"type":"pay","data":{"currency":"EUR","amount":1,"fee":2}}"#,
        r#"{"data":{"currency":"EUR","amount":1,"fee":2},"type":"pay"}"#,
        r#"{"type":"pay"}"#,
        r#"{"type":"pay","data":{"currency":"EUR","amount":"1"}}"#,
        r#"{"type":"pay","type":"send"}"#,
        r#"{"type":"pay","data":{"currency":"EUR","amount":1},"data":{}}"#,
        r#"{"type":"pay","data":null}"#,
        r#"["pay",{}]"#,
        "7",
    ]
    .map(|json| {
        let error = serde_json::from_str::<OrderCommand>(json).unwrap_err();
        format!("{json}\n    {error}")
    });
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn type_and_data_come_in_either_order_and_missing_data_is_empty() {
    let read = |json| serde_json::from_str::<OrderCommand>(json).unwrap();
    let pay = OrderCommand::pay("EUR", 1);
    assert_eq!(
        read(r#"{"type":"pay","data":{"currency":"EUR","amount":1}}"#),
        pay
    );
    assert_eq!(
        read(r#"{"data":{"currency":"EUR","amount":1},"type":"pay"}"#),
        pay
    );
    assert_eq!(read(r#"{"type":"return"}"#), OrderCommand::bring_back());
    assert_eq!(
        read(r#"{"type":"return","data":{}}"#),
        OrderCommand::bring_back()
    );
    assert_eq!(read(r#"{"type":"start"}"#), OrderCommand::start(None));
}

#[test]
fn a_state_knows_the_values_and_entities_it_is_made_of() {
    let state = &Order::model().state;
    let known: Vec<_> = state
        .values
        .iter()
        .filter_map(lawful::model::ValueModel::get)
        .collect();
    let names: Vec<_> = known.iter().map(|value| &*value.name).collect();
    assert_eq!(names, ["LineItem", "Carrier"]);
    let inside: Vec<_> = known[0]
        .values
        .iter()
        .filter_map(lawful::model::ValueModel::get)
        .collect();
    assert_eq!(inside[0].name, "Product");
    let variants: Vec<_> = state
        .variants
        .iter()
        .map(|variant| &*variant.name)
        .collect();
    assert_eq!(variants, ["Draft", "Open", "Sent"]);
    assert_eq!(
        state.variants[1].fields[0].ty,
        "BTreeMap<Id<LineItem>, LineItem>"
    );
}

#[test]
fn a_free_rule_is_a_name_and_a_model() {
    assert_eq!(money::is_positive {}.rule_name(), "is_positive");
    assert_eq!(money::is_positive {}.owner(), None);
    assert_eq!(money::is_positive::MODEL.sentence, "the amount is positive");
    assert!(money::is_positive(1));
}

#[test]
fn entities_are_the_same_by_id() {
    let line = |json: &str| serde_json::from_str::<LineItem>(json).unwrap();
    let nil = lawful::Uuid::nil();
    let one = line(&format!(r#"{{"id":"{nil}","product":"tea","quantity":1}}"#));
    let two = line(&format!(r#"{{"id":"{nil}","product":"tea","quantity":2}}"#));
    assert!(one.same(&two));
    assert_ne!(one, two);
    assert_eq!(<LineItem as lawful::Named>::NAME, "line_item");
}

#[test]
fn a_rule_without_a_sentence_says_its_name_in_words() {
    assert_eq!(OrderRule::HasLines.sentence(), "has lines");
}

#[test]
fn clone_from_keeps_what_is_allocated() {
    let mut buffer = Order::default();
    let order = after([OrderCommand::start(Some("soon".to_owned()))]);
    buffer.clone_from(&order);
    assert_eq!(buffer, order);
    let Order::Open {
        note: Some(note), ..
    } = &buffer
    else {
        panic!("expected an open order");
    };
    let place = note.as_ptr();
    buffer.clone_from(&order);
    let Order::Open {
        note: Some(note), ..
    } = &buffer
    else {
        panic!("expected an open order");
    };
    assert_eq!(note.as_ptr(), place);
}

#[test]
fn the_model_reads_as_declared() {
    insta::assert_snapshot!(Order::model());
}
