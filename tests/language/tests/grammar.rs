//! The compiled form of a declaration and its trees say the same, over an aggregate that uses the whole grammar.

#![allow(
    clippy::pedantic,
    clippy::style,
    clippy::complexity,
    unreachable_pub,
    reason = "the declaration says the same things in several ways on purpose"
)]

#[path = "declarations/grammar.rs"]
mod grammar;

use grammar::{Item, Status, Thing, ThingCommand, ThingEvent};
use lawful::model::{AggregateModel, Expr};
use lawful::prelude::*;
use lawful::{Aggregate, Command, Datum, Decided, Event};
use proptest::collection::vec;
use proptest::prelude::*;

#[test]
fn nothing_in_it_is_opaque() {
    assert_eq!(Thing::model().opaque(), [""; 0]);
}

#[test]
fn its_model_is_shown() {
    insta::assert_snapshot!(Thing::model());
}

fn name() -> impl Strategy<Value = String> {
    proptest::sample::select(vec!["", "Ada", "bob", " Cy ", "A", "Bob"]).prop_map(str::to_owned)
}

fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![-30..30i64, 90..120i64, Just(1_000), Just(0)]
}

fn status() -> impl Strategy<Value = Status> {
    prop_oneof![
        Just(Status::Open),
        (name(), 0..4u32).prop_map(|(by, count)| Status::Held { by, count }),
        (amount(), any::<bool>()).prop_map(|(worth, seen)| Status::Worth(worth, seen)),
    ]
}

fn item() -> impl Strategy<Value = Item> {
    (0..5u32, -3..30i64).prop_map(|(quantity, price)| Item { quantity, price })
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (0..1_000i64).prop_map(|seconds| Timestamp::from_micros(seconds * 1_000_000))
}

fn event() -> impl Strategy<Value = ThingEvent> {
    prop_oneof![
        name().prop_map(ThingEvent::owned),
        amount().prop_map(ThingEvent::moved),
        name().prop_map(ThingEvent::named),
        name().prop_map(ThingEvent::forgotten),
        (name(), vec(item(), 0..3)).prop_map(|(name, items)| ThingEvent::stocked(name, items)),
        (name(), 0..4u32).prop_map(|(name, quantity)| ThingEvent::sold(name, quantity)),
        status().prop_map(ThingEvent::turned),
        amount().prop_map(ThingEvent::raised),
        moment().prop_map(ThingEvent::passed),
        proptest::option::of(amount()).prop_map(ThingEvent::limited),
        Just(ThingEvent::swapped()),
        any::<bool>().prop_map(ThingEvent::reset),
    ]
}

fn command() -> impl Strategy<Value = ThingCommand> {
    prop_oneof![
        amount().prop_map(ThingCommand::pay),
        vec(name(), 0..3).prop_map(ThingCommand::name),
        vec(amount(), 0..4).prop_map(ThingCommand::step),
        status().prop_map(ThingCommand::turn),
        (name(), moment(), 0..5u32)
            .prop_map(|(name, now, quantity)| ThingCommand::change(name, now, quantity)),
    ]
}

/// The same decision by the compiled rules and by the trees.
fn decided(thing: &Thing, command: &ThingCommand) -> (Decided, Decided) {
    let compiled = match thing.decide(command) {
        Ok(events) => Decided::Accepted(events.iter().map(written).collect()),
        Err(rejection) => Decided::Rejected(
            rejection
                .broken()
                .iter()
                .map(|broken| (broken.rule().to_owned(), broken.expected()))
                .collect(),
        ),
    };
    let default = Datum::of(&Thing::default()).unwrap();
    let state = Datum::of(thing).unwrap();
    let trees = lawful::decide(
        Thing::model(),
        &default,
        &state,
        command.name(),
        &command.arguments(),
    );
    (compiled, trees.unwrap())
}

fn written(event: &ThingEvent) -> (String, Vec<(String, Datum)>) {
    let arguments = event
        .arguments()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    (event.name().to_owned(), arguments)
}

/// What the trees of a model make of an event, beside what the compiled code makes of it.
fn evolved(model: &AggregateModel, thing: &mut Thing, event: &ThingEvent) -> (Datum, Datum) {
    let before = Datum::of(thing).unwrap();
    let trees = lawful::evolve(model, &before, event.name(), &event.arguments()).unwrap();
    thing.evolve(event);
    (Datum::of(thing).unwrap(), trees)
}

#[test]
fn a_planted_defect_is_seen() {
    let mut model = Thing::model().clone();
    for event in model.events.to_mut() {
        if let Expr::Block { statements, .. } = &mut event.update {
            statements.to_mut().pop();
        }
    }
    for event in [
        ThingEvent::moved(50),
        ThingEvent::owned("Ada"),
        ThingEvent::swapped(),
    ] {
        let (compiled, trees) = evolved(&model, &mut Thing::default(), &event);
        assert_ne!(compiled, trees, "{event}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn compiled_code_and_trees_agree(events in vec(event(), 0..25), commands in vec(command(), 1..6)) {
        let mut thing = Thing::default();
        for event in &events {
            let (compiled, trees) = evolved(Thing::model(), &mut thing, event);
            prop_assert_eq!(compiled, trees, "after {}", event);
        }
        for command in &commands {
            let (compiled, trees) = decided(&thing, command);
            prop_assert_eq!(compiled, trees, "{} over {:?}", command, thing);
        }
    }
}
