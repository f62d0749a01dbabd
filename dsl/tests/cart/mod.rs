//! A state with a field of every kind, and what its trees need to know of it.

use lawful::model::{AggregateModel, Constant, Field, StateModel, ValueModel, Variant};
use lawful::{Datum, Id, Timestamp};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use std::borrow::Cow::{Borrowed, Owned};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

pub(crate) type Cents = i64;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cart {
    pub(crate) owner: Option<String>,
    pub(crate) open: bool,
    pub(crate) balance: Cents,
    pub(crate) small: i8,
    pub(crate) count: u32,
    pub(crate) tags: BTreeSet<String>,
    pub(crate) items: BTreeMap<u32, LineItem>,
    pub(crate) counts: BTreeMap<String, u32>,
    pub(crate) totals: BTreeMap<u32, Cents>,
    pub(crate) groups: BTreeMap<u32, Vec<i64>>,
    pub(crate) sets: BTreeMap<u32, BTreeSet<i64>>,
    pub(crate) list: Vec<i64>,
    pub(crate) lines: Vec<LineItem>,
    pub(crate) queue: VecDeque<u32>,
    pub(crate) status: Status,
    pub(crate) due: Timestamp,
    pub(crate) wait: Duration,
    pub(crate) level: Option<u8>,
    pub(crate) best: Option<LineItem>,
    pub(crate) note: String,
    pub(crate) pair: (i64, bool),
    pub(crate) grid: [u8; 3],
    pub(crate) holder: Option<Id<Cart>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct LineItem {
    pub(crate) sku: u32,
    pub(crate) quantity: u16,
    pub(crate) price: Cents,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    #[default]
    Open,
    Held(u32),
    ClosedFor {
        reason: String,
        since: Timestamp,
    },
}

/// Arguments by the names under which the bodies take them.
#[derive(Debug, Clone)]
pub(crate) struct Arguments {
    pub(crate) key: u32,
    pub(crate) n: u32,
    pub(crate) amount: Cents,
    pub(crate) tiny: i8,
    pub(crate) flag: bool,
    pub(crate) text: String,
    pub(crate) numbers: Vec<i64>,
    pub(crate) line: LineItem,
    pub(crate) some: Option<i64>,
    pub(crate) at: Timestamp,
    pub(crate) time: Duration,
    pub(crate) who: Id<Cart>,
}

fn fields(fields: &[(&'static str, &'static str)]) -> Vec<Field> {
    fields
        .iter()
        .map(|(name, ty)| Field {
            name: Borrowed(name),
            ty: Borrowed(ty),
        })
        .collect()
}

fn shape(name: &'static str, of: &[(&'static str, &'static str)]) -> StateModel {
    StateModel {
        name: Borrowed(name),
        fields: Owned(fields(of)),
        variants: Borrowed(&[]),
        values: Borrowed(&[]),
    }
}

/// The model without its rules, events and helpers.
pub(crate) fn model() -> AggregateModel {
    let line_item = shape(
        "LineItem",
        &[("sku", "u32"), ("quantity", "u16"), ("price", "Cents")],
    );
    let mut status = shape("Status", &[]);
    status.variants = Owned(vec![
        Variant {
            name: Borrowed("Open"),
            fields: Borrowed(&[]),
        },
        Variant {
            name: Borrowed("Held"),
            fields: Owned(fields(&[("0", "u32")])),
        },
        Variant {
            name: Borrowed("ClosedFor"),
            fields: Owned(fields(&[("reason", "String"), ("since", "Timestamp")])),
        },
    ]);
    let mut state = shape(
        "Cart",
        &[
            ("owner", "Option<String>"),
            ("open", "bool"),
            ("balance", "Cents"),
            ("small", "i8"),
            ("count", "u32"),
            ("tags", "BTreeSet<String>"),
            ("items", "BTreeMap<u32, LineItem>"),
            ("counts", "BTreeMap<String, u32>"),
            ("totals", "BTreeMap<u32, Cents>"),
            ("groups", "BTreeMap<u32, Vec<i64>>"),
            ("sets", "BTreeMap<u32, BTreeSet<i64>>"),
            ("list", "Vec<i64>"),
            ("lines", "Vec<LineItem>"),
            ("queue", "VecDeque<u32>"),
            ("status", "Status"),
            ("due", "Timestamp"),
            ("wait", "Duration"),
            ("level", "Option<u8>"),
            ("best", "Option<LineItem>"),
            ("note", "String"),
            ("pair", "(i64, bool)"),
            ("grid", "[u8; 3]"),
            ("holder", "Option<Id<Cart>>"),
        ],
    );
    state.values = Owned(vec![
        ValueModel::Known(Box::new(line_item)),
        ValueModel::Known(Box::new(status)),
    ]);
    AggregateModel {
        name: Borrowed("cart"),
        doc: Borrowed(""),
        state,
        initial: Constant::Native(|| Datum::of(&Cart::default()).expect("a cart serialises")),
        rules: Borrowed(&[]),
        invariants: Borrowed(&[]),
        commands: Borrowed(&[]),
        events: Borrowed(&[]),
        helpers: Borrowed(&[]),
        snapshot: None,
    }
}

/// Numbers that are mostly small, so that keys meet, and sometimes extreme, so that arithmetic overflows.
pub(crate) fn cents() -> impl Strategy<Value = i64> {
    prop_oneof![
        6 => -4..12_i64,
        1 => Just(i64::MAX),
        1 => Just(i64::MIN),
        1 => any::<i64>(),
    ]
}

fn tiny() -> impl Strategy<Value = i8> {
    prop_oneof![3 => -3..4_i8, 1 => any::<i8>()]
}

fn count() -> impl Strategy<Value = u32> {
    prop_oneof![8 => 0..4_u32, 1 => Just(u32::MAX)]
}

fn text() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "",
        "a",
        "b",
        "Ada",
        " b ",
        "EUR-7",
        "äß",
        "long enough",
    ])
    .prop_map(str::to_owned)
}

fn line() -> impl Strategy<Value = LineItem> {
    let quantity = prop_oneof![6 => 0..4_u16, 1 => Just(u16::MAX)];
    (0..4_u32, quantity, cents()).prop_map(|(sku, quantity, price)| LineItem {
        sku,
        quantity,
        price,
    })
}

fn moment() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        6 => (-5..5_i64).prop_map(Timestamp::from_micros),
        1 => Just(Timestamp::MAX),
        1 => Just(Timestamp::MIN),
    ]
}

fn time() -> impl Strategy<Value = Duration> {
    prop_oneof![
        6 => (0..5_u64).prop_map(Duration::from_micros),
        1 => Just(Duration::MAX),
        1 => Just(Duration::from_secs(90)),
    ]
}

fn status() -> impl Strategy<Value = Status> {
    prop_oneof![
        Just(Status::Open),
        (0..4_u32).prop_map(Status::Held),
        (text(), moment()).prop_map(|(reason, since)| Status::ClosedFor { reason, since }),
    ]
}

fn id() -> impl Strategy<Value = Id<Cart>> {
    (0..3_u128).prop_map(|number| Id::from_uuid(lawful::Uuid::from_u128(number)))
}

prop_compose! {
    fn collections()(
        tags in prop::collection::btree_set(text(), 0..4),
        items in prop::collection::btree_map(0..4_u32, line(), 0..4),
        counts in prop::collection::btree_map(text(), count(), 0..4),
        totals in prop::collection::btree_map(0..4_u32, cents(), 0..4),
        groups in prop::collection::btree_map(0..4_u32, prop::collection::vec(cents(), 0..3), 0..3),
        sets in prop::collection::btree_map(0..4_u32, prop::collection::btree_set(cents(), 0..3), 0..3),
        list in prop::collection::vec(cents(), 0..5),
        lines in prop::collection::vec(line(), 0..4),
        queue in prop::collection::vec_deque(count(), 0..4),
    ) -> Cart {
        Cart { tags, items, counts, totals, groups, sets, list, lines, queue, ..Cart::default() }
    }
}

prop_compose! {
    pub(crate) fn cart()(
        collections in collections(),
        owner in prop::option::of(text()),
        open: bool,
        balance in cents(),
        small in tiny(),
        count in count(),
        status in status(),
        due in moment(),
        wait in time(),
        (level, best) in (prop::option::of(0..3_u8), prop::option::of(line())),
        (note, pair) in (text(), (cents(), any::<bool>())),
        (grid, holder) in (any::<[u8; 3]>(), prop::option::of(id())),
    ) -> Cart {
        Cart {
            owner, open, balance, small, count, status, due, wait, level, best, note, pair, grid, holder,
            ..collections
        }
    }
}

prop_compose! {
    pub(crate) fn arguments()(
        key in 0..4_u32,
        n in count(),
        amount in cents(),
        tiny in tiny(),
        flag: bool,
        text in text(),
        numbers in prop::collection::vec(cents(), 0..4),
        line in line(),
        some in prop::option::of(cents()),
        (at, time, who) in (moment(), time(), id()),
    ) -> Arguments {
        Arguments { key, n, amount, tiny, flag, text, numbers, line, some, at, time, who }
    }
}
