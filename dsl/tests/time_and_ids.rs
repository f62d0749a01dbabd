//! Moments and ids: their texts, their extremes, their arithmetic.

use lawful::{Id, Named, Timestamp, Uuid};
use proptest::prelude::*;
use std::time::Duration;

struct Account;

impl Named for Account {
    const NAME: &'static str = "account";
}

struct Order;

impl Named for Order {
    const NAME: &'static str = "order";
}

fn moment() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        any::<i64>().prop_map(Timestamp::from_micros),
        (Timestamp::MIN.as_micros()..=Timestamp::MAX.as_micros()).prop_map(Timestamp::from_micros),
        Just(Timestamp::MIN),
        Just(Timestamp::MAX),
    ]
}

fn time() -> impl Strategy<Value = Duration> {
    prop_oneof![
        any::<u64>().prop_map(Duration::from_micros),
        (any::<u64>(), 0..1_000_000_000_u32).prop_map(|(secs, nanos)| Duration::new(secs, nanos)),
        (0..1_000_000_u64).prop_map(Duration::from_nanos),
        Just(Duration::MAX),
    ]
}

#[test]
fn the_extremes_are_those_of_the_calendar() {
    assert_eq!(
        Timestamp::MIN.as_micros(),
        jiff::Timestamp::MIN.as_microsecond()
    );
    assert_eq!(
        Timestamp::MAX.as_micros(),
        jiff::Timestamp::MAX.as_microsecond()
    );
    assert_eq!(Timestamp::MIN.to_string(), jiff::Timestamp::MIN.to_string());
    assert_eq!(Timestamp::MAX.to_string(), "9999-12-30T22:00:00.999999Z");
    let after = Timestamp::MAX.as_micros() + 1;
    assert!(jiff::Timestamp::new(after / 1_000_000, 0).is_err());
    let before = Timestamp::MIN.as_micros() - 1;
    assert!(jiff::Timestamp::new(before / 1_000_000, -1_000).is_err());
}

#[test]
fn a_moment_is_rfc_3339() {
    let noon: Timestamp = "2026-03-01T12:00:00+02:00".parse().expect("a moment");
    assert_eq!(noon.to_string(), "2026-03-01T10:00:00Z");
    assert_eq!(
        serde_json::to_string(&noon).expect("JSON"),
        "\"2026-03-01T10:00:00Z\""
    );
    let fine: Timestamp = "2026-03-01T10:00:00.000001Z".parse().expect("a moment");
    assert_eq!(fine.as_micros() - noon.as_micros(), 1);
    assert_eq!(fine.to_string(), "2026-03-01T10:00:00.000001Z");
}

#[test]
fn what_is_no_moment_says_so() {
    let error = "tomorrow".parse::<Timestamp>().expect_err("no moment");
    assert_eq!(
        error.to_string(),
        "`tomorrow` is not a moment: expected RFC 3339 with an offset, such as `2026-03-01T00:00:00Z`"
    );
    assert!("2026-03-01T12:00:00".parse::<Timestamp>().is_err());
    assert!(serde_json::from_str::<Timestamp>("12").is_err());
}

#[test]
fn arithmetic_ends_at_the_extremes() {
    assert_eq!(Timestamp::MAX + Duration::from_micros(1), Timestamp::MAX);
    assert_eq!(Timestamp::MIN - Duration::MAX, Timestamp::MIN);
    assert_eq!(Timestamp::MIN + Duration::MAX, Timestamp::MAX);
    assert_eq!(Timestamp::MIN - Timestamp::MAX, Duration::ZERO);
    let whole = Timestamp::MAX - Timestamp::MIN;
    assert_eq!(Timestamp::MIN + whole, Timestamp::MAX);
    assert_eq!(Timestamp::from_micros(i64::MAX), Timestamp::MAX);
    assert_eq!(Timestamp::from_micros(i64::MIN), Timestamp::MIN);
}

proptest! {
    #[test]
    fn a_moment_reads_back(moment in moment()) {
        prop_assert_eq!(moment.to_string().parse::<Timestamp>(), Ok(moment));
        let json = serde_json::to_string(&moment).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<Timestamp>(&json).expect("a moment"), moment);
        let value = serde_json::to_value(moment).expect("JSON");
        prop_assert_eq!(serde_json::from_value::<Timestamp>(value).expect("a moment"), moment);
    }

    #[test]
    fn sums_are_those_of_whole_numbers(moment in moment(), time in time()) {
        let by = i128::try_from(time.as_micros()).unwrap_or(i128::MAX / 2);
        let clamped = |micros: i128| {
            let least = i128::from(Timestamp::MIN.as_micros());
            let greatest = i128::from(Timestamp::MAX.as_micros());
            i64::try_from(micros.clamp(least, greatest)).expect("it lies between the extremes")
        };
        let micros = i128::from(moment.as_micros());
        prop_assert_eq!((moment + time).as_micros(), clamped(micros + by));
        prop_assert_eq!((moment - time).as_micros(), clamped(micros - by));
        let mut changed = moment;
        changed += time;
        prop_assert_eq!(changed, moment + time);
        changed = moment;
        changed -= time;
        prop_assert_eq!(changed, moment - time);
    }

    #[test]
    fn differences_are_never_negative(one in moment(), two in moment()) {
        let between = i128::from(one.as_micros()) - i128::from(two.as_micros());
        let expected = u128::try_from(between).unwrap_or(0);
        prop_assert_eq!((one - two).as_micros(), expected);
        prop_assert_eq!(one - two, one.saturating_duration_since(two));
        prop_assert_eq!(one.cmp(&two), one.as_micros().cmp(&two.as_micros()));
    }

    #[test]
    fn an_id_reads_back(number in any::<u128>()) {
        let id = Id::<Account>::from_uuid(Uuid::from_u128(number));
        prop_assert_eq!(id.to_string().parse::<Id<Account>>(), Ok(id));
        let value = serde_json::to_value(id).expect("JSON");
        prop_assert_eq!(&value, &serde_json::Value::String(id.to_string()));
        prop_assert_eq!(serde_json::from_value::<Id<Account>>(value).expect("an id"), id);
        prop_assert_eq!(Uuid::from(id), id.uuid());
    }

    #[test]
    fn an_id_of_a_name_is_always_the_same(name in ".{0,8}", other in ".{0,8}") {
        let id = Id::<Account>::from_name(&name);
        prop_assert_eq!(id, Id::<Account>::from_name(&name));
        prop_assert_ne!(id.uuid(), Id::<Order>::from_name(&name).uuid());
        prop_assert_eq!(name == other, id == Id::<Account>::from_name(&other));
    }
}

#[test]
fn ids_of_names_never_change() {
    assert_eq!(
        Id::<Account>::from_name("ACC-1").to_string(),
        "8fc8413b-971b-5741-835d-c7b2d1804f95"
    );
}

#[test]
fn new_ids_differ_and_sort_by_time() {
    let ids: Vec<_> = (0..100).map(|_| Id::<Account>::new()).collect();
    assert!(ids.is_sorted_by(|one, two| one < two));
}

#[test]
fn what_is_no_id_says_so() {
    let error = "ACC-1".parse::<Id<Account>>().expect_err("no id");
    assert_eq!(
        error.to_string(),
        "`ACC-1` is not an id: expected a UUID such as `67e55044-10b1-426f-9247-bb680e5fe0c8`"
    );
    let error = serde_json::from_str::<Id<Account>>("\"x\"").expect_err("no id");
    assert!(error.to_string().starts_with("`x` is not an id"), "{error}");
}
