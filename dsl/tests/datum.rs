//! Values without their types: what is kept, how they compare, how they are shown.

use lawful::{Datum, Id, IntType, Timestamp, Uuid};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Shape {
    Point,
    #[serde(rename = "LINE")]
    Line(i8, u16),
    Circle {
        around: (i32, Option<bool>),
        radius: u64,
    },
    Named(Name),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Name(String);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Everything {
    shapes: Vec<Shape>,
    by_name: BTreeMap<String, Vec<u8>>,
    set: BTreeSet<(bool, char)>,
    id: Id<Name>,
    at: Timestamp,
    #[serde(rename = "for")]
    time: Duration,
    nothing: (),
}

#[derive(Serialize)]
struct Unit;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Renamed {
    two_words: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<i64>,
}

fn datum<T: Serialize + ?Sized>(value: &T) -> Datum {
    Datum::of(value).expect("it serialises")
}

fn shape() -> impl Strategy<Value = Shape> {
    prop_oneof![
        Just(Shape::Point),
        (-1..2_i8, 0..3_u16).prop_map(|(one, two)| Shape::Line(one, two)),
        (-1..2_i32, any::<Option<bool>>(), 0..2_u64).prop_map(|(at, flag, radius)| {
            Shape::Circle {
                around: (at, flag),
                radius,
            }
        }),
        "[ab]{0,2}".prop_map(|text| Shape::Named(Name(text))),
    ]
}

fn everything() -> impl Strategy<Value = Everything> {
    (
        prop::collection::vec(shape(), 0..3),
        prop::collection::btree_map("[ab]?", prop::collection::vec(0..2_u8, 0..2), 0..2),
        prop::collection::btree_set((any::<bool>(), prop::char::range('a', 'c')), 0..2),
        0..2_u128,
        -1..2_i64,
        0..2_u64,
    )
        .prop_map(|(shapes, by_name, set, id, at, time)| Everything {
            shapes,
            by_name,
            set,
            id: Id::from_uuid(Uuid::from_u128(id)),
            at: Timestamp::from_micros(at),
            time: Duration::from_secs(time),
            nothing: (),
        })
}

proptest! {
    #[test]
    fn the_order_is_that_of_the_values(one in everything(), two in everything()) {
        prop_assert_eq!(datum(&one).compare(&datum(&two)), one.cmp(&two));
        prop_assert_eq!(datum(&one) == datum(&two), one == two);
    }

    #[test]
    fn a_value_reads_back_from_json(one in everything()) {
        let value = serde_json::to_string(&datum(&one)).expect("it serialises");
        let back: Datum = serde_json::from_str(&value).expect("it reads back");
        prop_assert_eq!(format!("{:?}", datum(&one)), format!("{back:?}"));
    }
}

#[test]
fn integers_keep_their_width() {
    for (value, ty) in [
        (datum(&1_i8), IntType::I8),
        (datum(&1_i16), IntType::I16),
        (datum(&1_i32), IntType::I32),
        (datum(&1_i64), IntType::I64),
        (datum(&1_i128), IntType::I128),
        (datum(&1_u8), IntType::U8),
        (datum(&1_u16), IntType::U16),
        (datum(&1_u32), IntType::U32),
        (datum(&1_u64), IntType::U64),
        (datum(&1_usize), IntType::U64),
        (datum(&1_u128), IntType::U128),
    ] {
        assert!(
            matches!(value, Datum::Int(found, 1) if found == ty),
            "{ty:?}"
        );
    }
}

#[test]
fn the_bounds_of_integers_are_those_of_rust() {
    assert_eq!(
        (IntType::I8.min(), IntType::I8.max()),
        (i8::MIN.into(), i8::MAX.into())
    );
    assert_eq!(
        (IntType::I64.min(), IntType::I64.max()),
        (i64::MIN.into(), i64::MAX.into())
    );
    assert_eq!(
        (IntType::I128.min(), IntType::I128.max()),
        (i128::MIN, i128::MAX)
    );
    assert_eq!(
        (IntType::U16.min(), IntType::U16.max()),
        (0, u16::MAX.into())
    );
    assert_eq!(
        (IntType::U64.min(), IntType::U64.max()),
        (0, u64::MAX.into())
    );
}

proptest! {
    #[test]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "that is the point")]
    fn truncation_is_that_of_as(value in any::<i128>()) {
        prop_assert_eq!(IntType::I8.truncate(value), Some(i128::from(value as i8)));
        prop_assert_eq!(IntType::I64.truncate(value), Some(i128::from(value as i64)));
        prop_assert_eq!(IntType::U8.truncate(value), Some(i128::from(value as u8)));
        prop_assert_eq!(IntType::U32.truncate(value), Some(i128::from(value as u32)));
        prop_assert_eq!(IntType::U64.truncate(value), Some(i128::from(value as u64)));
        prop_assert_eq!(IntType::I128.truncate(value), Some(value));
    }
}

#[test]
fn a_number_that_is_too_large_is_an_error() {
    let error = Datum::of(&u128::MAX).expect_err("beyond 127 bits");
    assert!(error.to_string().contains("is too large"), "{error}");
}

#[test]
fn variants_options_and_newtypes_stay_what_they_are() {
    assert!(
        matches!(datum(&Shape::Line(1, 2)), Datum::Variant { of, index: 1, name, fields } if of == "Shape" && name == "LINE" && fields.len() == 2)
    );
    assert!(matches!(datum(&Some(())), Datum::Option(Some(_))));
    assert!(matches!(datum(&None::<()>), Datum::Option(None)));
    assert!(
        matches!(datum(&Name("a".into())), Datum::Struct { name, fields } if name == "Name" && fields[0].0 == "0")
    );
    assert!(matches!(datum(&[1, 2]), Datum::Tuple(items) if items.len() == 2));
    assert!(matches!(datum(&vec![1, 2]), Datum::List(items) if items.len() == 2));
}

#[test]
fn ids_moments_and_durations_are_told_from_plain_values() {
    let id = Id::<Name>::from_uuid(Uuid::from_u128(7));
    assert_eq!(datum(&id), Datum::Id(Uuid::from_u128(7)));
    assert_eq!(datum(&Timestamp::from_micros(5)), Datum::Timestamp(5));
    let time = Duration::new(3, 4);
    assert_eq!(datum(&time), Datum::Duration(time));
    assert_eq!(datum(&Duration::MAX), Datum::Duration(Duration::MAX));
}

#[test]
fn names_compare_without_case_and_separators() {
    let plain = Datum::Struct {
        name: "renamed".to_owned(),
        fields: vec![
            ("two_words".to_owned(), datum(&1_i64)),
            ("left_out".to_owned(), Datum::Option(None)),
        ],
    };
    let renamed = datum(&Renamed {
        two_words: 1,
        left_out: None,
    });
    assert_eq!(plain, renamed);
    let other = datum(&Renamed {
        two_words: 2,
        left_out: None,
    });
    assert_ne!(plain, other);
}

#[test]
fn a_hashed_map_is_equal_in_any_order() {
    let pair = |key: i64| (datum(&key), datum(&true));
    assert_eq!(
        Datum::Map(vec![pair(1), pair(2)]),
        Datum::Map(vec![pair(2), pair(1)])
    );
    assert_ne!(
        Datum::Map(vec![pair(1), pair(2)]),
        Datum::Map(vec![pair(1), pair(3)])
    );
}

#[test]
fn values_are_shown_as_rust_writes_them() {
    let circle = Shape::Circle {
        around: (1, Some(true)),
        radius: 2,
    };
    for (value, shown) in [
        (datum(&30), "30"),
        (datum("A\"da"), "\"A\\\"da\""),
        (datum(&None::<i64>), "none"),
        (datum(&Some(3)), "some(3)"),
        (datum(&vec![1, 2]), "[1, 2]"),
        (datum(&(1, 'x')), "(1, 'x')"),
        (datum(&(1,)), "(1,)"),
        (datum(&BTreeMap::from([("a", 1)])), "{\"a\": 1}"),
        (
            datum(&circle),
            "Circle { around: (1, some(true)), radius: 2 }",
        ),
        (datum(&Shape::Line(1, 2)), "LINE(1, 2)"),
        (datum(&Shape::Point), "Point"),
        (datum(&Unit), "Unit"),
        (datum(&1.0), "1.0"),
        (datum(&Timestamp::from_micros(0)), "1970-01-01T00:00:00Z"),
        (datum(&Duration::from_millis(1500)), "1.5s"),
        (
            datum(&Uuid::from_u128(1)),
            "00000000-0000-0000-0000-000000000001",
        ),
    ] {
        assert_eq!(value.to_string(), shown);
    }
}

#[test]
fn values_in_json_are_plain() {
    let circle = Shape::Circle {
        around: (1, None),
        radius: 2,
    };
    for (value, shown) in [
        (datum(&30_u8), json!(30)),
        (datum(&None::<i64>), json!(null)),
        (datum(&Some(3)), json!(3)),
        (datum(&Shape::Point), json!("Point")),
        (
            datum(&circle),
            json!({"Circle": {"around": [1, null], "radius": 2}}),
        ),
        (datum(&Name("a".into())), json!("a")),
        (datum(&BTreeMap::from([(1, 2)])), json!({"1": 2})),
        (datum(&BTreeMap::from([("a", 2)])), json!({"a": 2})),
        (datum(&i128::MAX), json!(i128::MAX.to_string())),
        (datum(&u64::MAX), json!(u64::MAX)),
        (datum(&f64::NAN), json!("NaN")),
        (datum(&'x'), json!("x")),
        (
            datum(&Id::<Name>::from_uuid(Uuid::from_u128(1))),
            json!("00000000-0000-0000-0000-000000000001"),
        ),
        (
            datum(&Timestamp::from_micros(0)),
            json!("1970-01-01T00:00:00Z"),
        ),
    ] {
        assert_eq!(value.to_json(), shown);
    }
}
