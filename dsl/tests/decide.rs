//! Whole decisions agree: what a declaration accepts, records and refuses, natively and by its trees.

#![allow(missing_docs, reason = "a fixture")]

use lawful::prelude::*;
use lawful::{Command, Datum, Decided, EvaluateError, Event};
use proptest::prelude::*;
use std::collections::BTreeMap;

pub type Sku = u32;

/// The most of one thing.
const MOST: u32 = 5;

/// One line of an order.
#[value]
#[derive(Copy)]
pub struct LineItem {
    quantity: u32,
    price: i64,
}

/// An order.
#[state]
pub enum Order {
    /// Nothing is decided yet.
    #[default]
    Draft,
    /// Somebody wants it.
    Placed {
        /// What.
        lines: BTreeMap<Sku, LineItem>,
        /// How often it was changed.
        changes: u8,
    },
    /// It is on its way.
    Shipped(Timestamp),
}

pub mod amounts {
    use lawful::prelude::*;

    /// the quantity is positive
    #[rule]
    #[must_use]
    pub fn is_positive(quantity: u32) -> bool {
        quantity > 0
    }
}

#[aggregate]
impl Order {
    /// It was placed.
    #[event]
    fn placed(&mut self, first: Sku, price: i64) {
        *self = Order::Placed {
            lines: BTreeMap::from([(first, LineItem { quantity: 1, price })]),
            changes: 0,
        };
    }

    /// More of it.
    #[event]
    fn added(&mut self, sku: Sku, quantity: u32, price: i64) {
        if let Order::Placed { lines, changes } = self {
            let line = lines.entry(sku).or_insert(LineItem { quantity: 0, price });
            line.quantity += quantity;
            *changes = changes.saturating_add(1);
        }
    }

    /// None of it any more.
    #[event]
    fn removed(&mut self, sku: Sku) {
        if let Order::Placed { lines, .. } = self {
            lines.remove(&sku);
        }
    }

    /// It left.
    #[event]
    fn shipped(&mut self, at: Timestamp) {
        *self = Order::Shipped(at);
    }

    /// the order is placed
    #[rule]
    fn is_placed(&self) -> bool {
        matches!(self, Order::Placed { .. })
    }

    /// the order holds the item
    #[rule]
    fn holds(&self, sku: Sku) -> bool {
        match self {
            Order::Placed { lines, .. } => lines.contains_key(&sku),
            _ => false,
        }
    }

    /// there is room for as many
    #[rule]
    fn has_room(&self, sku: Sku, quantity: u32) -> bool {
        self.quantity_of(sku).saturating_add(quantity) <= MOST
    }

    /// every line has a price
    #[rule]
    fn is_priced(&self) -> bool {
        match self {
            Order::Placed { lines, .. } => lines.values().all(|line| line.price > 0),
            Order::Draft | Order::Shipped(_) => true,
        }
    }

    /// an order is worth less than a hundred
    #[invariant]
    fn is_affordable(&self) -> bool {
        self.worth() < 100
    }

    /// a step adds at most fifty
    #[invariant]
    fn is_gradual(&self, before: &Self) -> bool {
        self.worth() <= before.worth() + 50
    }

    fn quantity_of(&self, sku: Sku) -> u32 {
        match self {
            Order::Placed { lines, .. } => lines.get(&sku).map_or(0, |line| line.quantity),
            _ => 0,
        }
    }

    fn worth(&self) -> i64 {
        let Order::Placed { lines, .. } = self else {
            return 0;
        };
        lines
            .values()
            .map(|line| line.price.saturating_mul(i64::from(line.quantity)))
            .fold(0_i64, i64::saturating_add)
    }

    /// Places it.
    #[command(requires(not(is_placed)))]
    fn place(&self, first: Sku, price: i64) -> OrderEvent {
        OrderEvent::placed(first, price)
    }

    /// Adds to it.
    #[command(requires(
        is_placed,
        amounts::is_positive(quantity),
        then(has_room(sku, quantity))
    ))]
    fn add(&self, sku: Sku, quantity: u32, price: i64) -> OrderEvent {
        OrderEvent::added(sku, quantity, price)
    }

    /// Adds to it or leaves it.
    #[command(
        requires(any(all(is_placed, has_room(sku, 2)), not(any(is_priced, is_placed)))),
        unless(holds(sku), is_priced)
    )]
    fn ensure(&self, sku: Sku) -> Option<OrderEvent> {
        if sku == 3 {
            return None;
        }
        Some(OrderEvent::added(sku, 1, -1))
    }

    /// Takes several out.
    #[command(requires(is_placed))]
    fn remove(&self, skus: Vec<Sku>) -> Vec<OrderEvent> {
        skus.iter()
            .filter(|sku| self.holds(**sku))
            .map(|sku| OrderEvent::removed(*sku))
            .collect()
    }

    /// Adds until it is full.
    #[command(requires(is_placed))]
    fn fill(&self, skus: &[Sku]) -> Result<Deciding<Self>, OrderRule> {
        let mut next = self.deciding();
        for sku in skus {
            if next.quantity_of(*sku) >= MOST {
                return Err(OrderRule::HasRoom);
            }
            if next.has_room(*sku, 2) {
                next.emit(OrderEvent::added(*sku, 2, 3));
            }
        }
        Ok(next)
    }

    /// Sends it.
    #[command(requires(is_placed, is_priced))]
    fn ship(&self, at: Timestamp, swap: bool) -> [OrderEvent; 2] {
        let first = OrderEvent::shipped(at);
        if swap {
            [OrderEvent::removed(1), first]
        } else {
            [first, OrderEvent::placed(2, 1)]
        }
    }

    /// Tries it.
    #[command]
    fn check(&self, sku: Sku) -> Result<Option<OrderEvent>, OrderRule> {
        let Order::Placed { lines, .. } = self else {
            return Err(OrderRule::IsPlaced);
        };
        let line = lines.get(&sku).ok_or(OrderRule::Holds)?;
        if line.price <= 0 {
            Err(OrderRule::IsPriced)
        } else if line.quantity > 1 {
            Ok(Some(OrderEvent::removed(sku)))
        } else {
            Ok(None)
        }
    }
}

fn line() -> impl Strategy<Value = LineItem> {
    (0..6_u32, -2..60_i64).prop_map(|(quantity, price)| LineItem { quantity, price })
}

fn order() -> impl Strategy<Value = Order> {
    prop_oneof![
        1 => Just(Order::Draft),
        4 => (prop::collection::btree_map(0..4_u32, line(), 0..4), any::<u8>())
            .prop_map(|(lines, changes)| Order::Placed { lines, changes }),
        1 => any::<i64>().prop_map(|micros| Order::Shipped(Timestamp::from_micros(micros))),
    ]
}

fn command() -> impl Strategy<Value = OrderCommand> {
    let skus = prop::collection::vec(0..4_u32, 0..4);
    prop_oneof![
        (0..4_u32, -2..130_i64).prop_map(|(first, price)| OrderCommand::place(first, price)),
        (0..4_u32, 0..4_u32, -2..30_i64)
            .prop_map(|(sku, quantity, price)| OrderCommand::add(sku, quantity, price)),
        (0..4_u32).prop_map(OrderCommand::ensure),
        skus.clone().prop_map(OrderCommand::remove),
        skus.prop_map(OrderCommand::fill),
        (0..9_i64, any::<bool>())
            .prop_map(|(at, swap)| OrderCommand::ship(Timestamp::from_micros(at), swap)),
        (0..4_u32).prop_map(OrderCommand::check),
    ]
}

fn evaluated(state: &Order, command: &OrderCommand) -> Result<Decided, EvaluateError> {
    lawful::decide(
        Order::model(),
        &Datum::of(&Order::default()).expect("it serialises"),
        &Datum::of(state).expect("it serialises"),
        command.name(),
        &command.arguments(),
    )
}

fn native(state: &Order, command: &OrderCommand) -> Decided {
    match state.decide(command) {
        Ok(events) => Decided::Accepted(
            events
                .iter()
                .map(|event| {
                    let arguments = event.arguments().into_iter();
                    (
                        event.name().to_owned(),
                        arguments
                            .map(|(name, value)| (name.to_owned(), value))
                            .collect(),
                    )
                })
                .collect(),
        ),
        Err(rejection) => Decided::Rejected(
            rejection
                .broken()
                .iter()
                .map(|broken| (broken.rule().to_owned(), broken.expected()))
                .collect(),
        ),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn decisions_agree(state in order(), command in command()) {
        prop_assert_eq!(Order::model().opaque(), Vec::<&str>::new());
        prop_assert_eq!(Ok(native(&state, &command)), evaluated(&state, &command));
        if let Ok(events) = state.decide(&command) {
            let mut state = state;
            for event in &events {
                let before = Datum::of(&state).expect("it serialises");
                let after = lawful::evolve(Order::model(), &before, event.name(), &event.arguments());
                state.evolve(event);
                prop_assert_eq!(Ok(Datum::of(&state).expect("it serialises")), after);
            }
        }
    }

    #[test]
    fn rejections_read_back_equal(state in order(), command in command()) {
        if let Err(rejection) = state.decide(&command) {
            let value = serde_json::to_value(&rejection).expect("a rejection is JSON");
            let back: Rejection = serde_json::from_value(value).expect("a rejection reads back");
            prop_assert_eq!(&rejection, &back);
            prop_assert_eq!(rejection.to_string(), back.to_string());
            for broken in rejection.broken() {
                prop_assert!(!broken.expression().is_empty());
            }
        }
    }
}

#[test]
fn an_invariant_broken_before_does_not_refuse_again() {
    let dear = Order::Placed {
        lines: BTreeMap::from([(
            1,
            LineItem {
                quantity: 5,
                price: 50,
            },
        )]),
        changes: 0,
    };
    let command = OrderCommand::add(2, 1, 1);
    assert!(dear.decide(&command).is_ok());
    assert_eq!(evaluated(&dear, &command), Ok(native(&dear, &command)));
    let command = OrderCommand::place(1, 120);
    assert_eq!(
        evaluated(&Order::Draft, &command),
        Ok(Decided::Rejected(vec![
            ("is_affordable".to_owned(), true),
            ("is_gradual".to_owned(), true)
        ]))
    );
}

#[test]
fn what_is_not_declared_is_an_error_that_says_so() {
    let state = Datum::of(&Order::Draft).expect("it serialises");
    let error = lawful::decide(Order::model(), &state, &state, "fly", &[]).expect_err("no command");
    assert_eq!(error.to_string(), "`order` has no command `fly`");
    let error = lawful::holds(Order::model(), "holds", &state, &[]).expect_err("no argument");
    assert_eq!(error.to_string(), "the argument `sku` is missing");
}
