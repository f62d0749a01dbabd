//! The two forms of every example agree, and so do those of a cart with an enum state and a map of items: the same verdicts, the same
//! broken rules, the same next states. None of them holds code that was not understood.

use bank::{Account, AccountCommand};
use counter::{Counter, CounterCommand};
use lawful::model::{AggregateModel, Expr};
use lawful::prelude::*;
use lawful::{Command, Datum, Decided, Event};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;
use todo::{Item, List, ListCommand};

/// How much of a thing is wanted, and for how much each.
#[value]
struct Line {
    quantity: u32,
    price: i64,
}

/// A cart, from the first item to the order.
#[state]
enum Cart {
    #[default]
    Empty,
    Filled {
        lines: BTreeMap<String, Line>,
        coupon: Option<String>,
    },
    Ordered(i64),
}

const MOST: u32 = 9;

#[aggregate]
impl Cart {
    /// An item came into the cart.
    #[event]
    fn added(&mut self, sku: &str, quantity: u32, price: i64) {
        if let Cart::Empty = self {
            *self = Cart::Filled {
                lines: BTreeMap::new(),
                coupon: None,
            };
        }
        if let Cart::Filled { lines, .. } = self {
            match lines.get_mut(sku) {
                Some(line) => line.quantity += quantity,
                None => {
                    lines.insert(sku.to_owned(), Line { quantity, price });
                }
            }
        }
    }

    /// An item left the cart.
    #[event]
    fn removed(&mut self, sku: &str) {
        if let Cart::Filled { lines, .. } = self {
            lines.remove(sku);
            if lines.is_empty() {
                *self = Cart::Empty;
            }
        }
    }

    /// A coupon was put in.
    #[event]
    fn discounted(&mut self, code: &str) {
        if let Cart::Filled { coupon, .. } = self {
            *coupon = Some(code.to_owned());
        }
    }

    /// The cart became an order.
    #[event]
    fn ordered(&mut self, total: i64) {
        *self = Cart::Ordered(total);
    }

    /// the cart is open
    #[rule]
    fn is_open(&self) -> bool {
        !matches!(self, Cart::Ordered(_))
    }

    /// there is something in the cart
    #[rule]
    fn is_filled(&self) -> bool {
        matches!(self, Cart::Filled { lines, .. } if !lines.is_empty())
    }

    /// the item is in the cart
    #[rule]
    fn holds(&self, sku: &str) -> bool {
        match self {
            Cart::Filled { lines, .. } => lines.contains_key(sku),
            _ => false,
        }
    }

    /// the quantity is one to nine
    #[rule]
    fn is_sensible(quantity: u32) -> bool {
        (1..=MOST).contains(&quantity)
    }

    /// no coupon was put in yet
    #[rule]
    fn is_full_price(&self) -> bool {
        let Cart::Filled { coupon, .. } = self else {
            return true;
        };
        coupon.is_none()
    }

    /// at most nine of a kind
    #[invariant]
    fn is_portable(&self) -> bool {
        match self {
            Cart::Filled { lines, .. } => lines.values().all(|line| line.quantity <= MOST),
            _ => true,
        }
    }

    /// an order does not change
    #[invariant]
    fn is_final(&self, before: &Self) -> bool {
        match before {
            Cart::Ordered(_) => self == before,
            _ => true,
        }
    }

    fn total(&self) -> i64 {
        match self {
            Cart::Filled { lines, coupon } => {
                let sum: i64 = lines
                    .values()
                    .map(|line| line.price * i64::from(line.quantity))
                    .sum();
                if coupon.is_some() {
                    sum - sum / 10
                } else {
                    sum
                }
            }
            Cart::Ordered(total) => *total,
            Cart::Empty => 0,
        }
    }

    /// Puts an item into the cart.
    #[command(requires(is_open, is_sensible(quantity)))]
    fn add(&self, sku: &str, quantity: u32, price: i64) -> CartEvent {
        CartEvent::added(sku, quantity, price)
    }

    /// Takes an item out of the cart.
    #[command(requires(is_open), unless(not(holds(sku))))]
    fn remove(&self, sku: &str) -> CartEvent {
        CartEvent::removed(sku)
    }

    /// Puts a coupon in.
    #[command(requires(all(is_open, is_filled), then(is_full_price)))]
    fn discount(&self, code: &str) -> CartEvent {
        CartEvent::discounted(code)
    }

    /// Orders what is in the cart.
    #[command(requires(any(is_filled, not(is_open))))]
    fn order(&self) -> Option<CartEvent> {
        if self.is_open() {
            Some(CartEvent::ordered(self.total()))
        } else {
            None
        }
    }
}

/// Runs commands one after the other, each by the compiled rules and by the trees of `model`.
fn agree<A: Aggregate>(
    model: &AggregateModel,
    commands: &[A::Command],
) -> Result<(), TestCaseError> {
    let default = Datum::of(&A::default()).expect("a state is data");
    let mut state = A::default();
    for command in commands {
        let before = Datum::of(&state).expect("a state is data");
        let trees = lawful::decide(
            model,
            &default,
            &before,
            command.name(),
            &command.arguments(),
        );
        let compiled = state.decide(command);
        prop_assert_eq!(
            trees.map_err(|error| error.to_string()),
            Ok(told::<A>(&compiled)),
            "{} over {:?}",
            command,
            state
        );
        for event in compiled.into_iter().flatten() {
            let before = Datum::of(&state).expect("a state is data");
            let trees = lawful::evolve(model, &before, event.name(), &event.arguments());
            state.evolve(&event);
            prop_assert_eq!(
                trees.map_err(|error| error.to_string()),
                Ok(Datum::of(&state).expect("a state is data")),
                "after {}",
                event
            );
        }
    }
    Ok(())
}

/// A decision of the compiled rules in the words of the trees.
fn told<A: Aggregate>(decision: &Result<Events<A::Event>, Rejection>) -> Decided {
    let written = |event: &A::Event| {
        let arguments = event
            .arguments()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        (event.name().to_owned(), arguments.collect())
    };
    match decision {
        Ok(events) => Decided::Accepted(events.iter().map(written).collect()),
        Err(rejection) => {
            let broken = rejection
                .broken()
                .iter()
                .map(|broken| (broken.rule().to_owned(), broken.expected()));
            Decided::Rejected(broken.collect())
        }
    }
}

fn account() -> impl Strategy<Value = AccountCommand> {
    let amount = || prop_oneof![-1_i64..60, Just(100_000_000), Just(100_000_001)];
    prop_oneof![
        Just(AccountCommand::open("Ada")),
        amount().prop_map(AccountCommand::deposit),
        amount().prop_map(AccountCommand::withdraw),
    ]
}

fn counter() -> impl Strategy<Value = CounterCommand> {
    prop_oneof![
        Just(CounterCommand::increment()),
        Just(CounterCommand::decrement()),
        Just(CounterCommand::reset()),
    ]
}

fn list() -> impl Strategy<Value = ListCommand> {
    let item = || (0..8_u8).prop_map(|number| Id::<Item>::from_name(number.to_string()));
    let title = prop_oneof![
        Just(" "),
        Just("bread"),
        Just("dishes"),
        Just("milk"),
        Just("tea"),
        Just("soap"),
        Just("rice")
    ];
    prop_oneof![
        3 => (item(), title).prop_map(|(item, title)| ListCommand::add(item, title)),
        1 => item().prop_map(ListCommand::complete),
        1 => Just(ListCommand::tidy()),
    ]
}

fn cart() -> impl Strategy<Value = CartCommand> {
    let sku = || prop_oneof![Just("apple"), Just("pear"), Just("plum")];
    prop_oneof![
        4 => (sku(), 0..6_u32, 1..500_i64).prop_map(|(sku, quantity, price)| CartCommand::add(sku, quantity, price)),
        2 => sku().prop_map(CartCommand::remove),
        1 => Just(CartCommand::discount("SPRING")),
        1 => Just(CartCommand::order()),
    ]
}

proptest! {
    #[test]
    fn the_two_forms_of_the_account_agree(commands in vec(account(), 1..30)) {
        agree::<Account>(Account::model(), &commands)?;
    }

    #[test]
    fn the_two_forms_of_the_counter_agree(commands in vec(counter(), 1..30)) {
        agree::<Counter>(Counter::model(), &commands)?;
    }

    #[test]
    fn the_two_forms_of_the_list_agree(commands in vec(list(), 1..30)) {
        agree::<List>(List::model(), &commands)?;
    }

    #[test]
    fn the_two_forms_of_the_cart_agree(commands in vec(cart(), 1..30)) {
        agree::<Cart>(Cart::model(), &commands)?;
    }
}

#[test]
fn nothing_in_them_is_opaque() {
    for model in [
        Account::model(),
        Counter::model(),
        List::model(),
        Cart::model(),
    ] {
        assert_eq!(model.opaque(), [""; 0], "{}", model.name);
    }
}

#[test]
fn a_tree_that_says_something_else_is_seen() {
    let mut model = Counter::model().clone();
    let room = model
        .rules
        .to_mut()
        .iter_mut()
        .find(|rule| rule.name == "has_room")
        .expect("the rule");
    room.body = Expr::Literal(lawful::model::Literal::Bool(true));
    let commands = vec![CounterCommand::increment(); 4];
    assert!(agree::<Counter>(&model, &commands).is_err());
}

#[test]
fn the_cart_is_printed() {
    insta::assert_snapshot!(Cart::model());
}
