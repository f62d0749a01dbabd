//! Which values are tried for which types.

use lawful::prelude::*;
use lawful_check::{Domains, Scope};
use std::collections::{BTreeMap, BTreeSet};

/// Money in a currency.
#[value]
pub struct Money {
    amount: Cents,
    currency: Currency,
}

/// Which money.
#[value]
#[derive(Copy)]
pub enum Currency {
    /// At home.
    Euro,
    /// Elsewhere, by its code.
    Other(char),
    /// In kind.
    Kind {
        /// How many.
        pieces: u8,
    },
}

/// Of another world.
type Cents = i64;

/// What a foreign crate may hand us: a text of a form of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Foreign(String);

impl TryFrom<String> for Foreign {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.starts_with("X-") {
            Ok(Foreign(text))
        } else {
            Err(format!("`{text}` does not begin with X-"))
        }
    }
}

impl From<Foreign> for String {
    fn from(foreign: Foreign) -> String {
        foreign.0
    }
}

/// Everything at once.
#[state]
pub struct Everything {
    seen: u32,
}

const LIMIT: Cents = 500;
const PATIENCE: Duration = Duration::from_mins(1);

#[aggregate]
impl Everything {
    /// It was seen.
    #[event]
    fn seen(&mut self) {
        self.seen = 1;
    }

    /// the amount is small
    #[rule]
    fn is_small(amount: Cents) -> bool {
        amount < LIMIT
    }

    /// the text says something
    #[rule]
    fn says_something(text: &str) -> bool {
        !text.is_empty() && text != "never"
    }

    /// it is not too late
    #[rule]
    fn is_in_time(at: Timestamp, now: Timestamp) -> bool {
        now < at + PATIENCE
    }

    /// Whole numbers.
    #[command(requires(is_small(amount)))]
    fn number(&self, amount: Cents, tiny: u8) -> EverythingEvent {
        let _ = tiny;
        EverythingEvent::seen()
    }

    /// Texts.
    #[command(requires(says_something(text)))]
    fn text(&self, text: &str, yes: bool) -> EverythingEvent {
        let _ = yes;
        EverythingEvent::seen()
    }

    /// Moments.
    #[command(requires(is_in_time(at, now)))]
    fn wait(&self, at: Timestamp, now: Timestamp, how_long: Duration) -> EverythingEvent {
        let _ = how_long;
        EverythingEvent::seen()
    }

    /// Values.
    #[command]
    fn pay(
        &self,
        #[samples(Money { amount: 7, currency: Currency::Euro })] money: Money,
        how: Option<Currency>,
    ) -> EverythingEvent {
        let _ = (money, how);
        EverythingEvent::seen()
    }

    /// Ids and collections of them.
    #[command]
    fn invite(
        &self,
        who: Id<Everything>,
        others: &[Id<Everything>],
        by: Id<Money>,
    ) -> EverythingEvent {
        let _ = (who, others, by);
        EverythingEvent::seen()
    }

    /// Sets and maps.
    #[command]
    fn sort(&self, set: BTreeSet<bool>, map: BTreeMap<bool, u8>) -> EverythingEvent {
        let _ = (set, map);
        EverythingEvent::seen()
    }

    /// What is listed.
    #[command]
    fn listed(
        &self,
        #[samples(Foreign("X-1".to_owned()), Foreign("X-2".to_owned()))] foreign: Foreign,
        #[samples("EUR", "USD")] currency: &str,
        #[samples(Currency::Other('x'), Currency::Kind { pieces: 3 })] kind: Currency,
        #[samples(Self::default().seen, 9)] count: u32,
        #[samples(Some(PATIENCE))] patience: Option<Duration>,
        #[samples(Timestamp::from_micros(5))] at: Timestamp,
        #[samples(Id::from_uuid(lawful::Uuid::from_u128(77)))] id: Id<Everything>,
        #[samples([1, 2])] numbers: &[u8],
    ) -> EverythingEvent {
        let _ = (foreign, currency, kind, count, patience, at, id, numbers);
        EverythingEvent::seen()
    }
}

#[track_caller]
fn of(command: &str, scope: &Scope) -> String {
    let domains = Domains::<Everything>::derive(scope).expect("values");
    let commands = domains.commands_of(command).iter();
    let commands: Vec<_> = commands.map(ToString::to_string).collect();
    commands.join("\n")
}

#[test]
fn numbers_are_around_the_constants_of_the_rules_and_fit_their_types() {
    insta::assert_snapshot!(of("number", &Scope::new()));
}

#[test]
fn numbers_can_be_taken_to_their_extremes() {
    let numbers = of("number", &Scope::new().extremes());
    for extreme in [i64::MIN, i64::MAX] {
        assert!(numbers.contains(&extreme.to_string()), "{numbers}");
    }
    assert!(numbers.contains("tiny: 255"), "{numbers}");
}

#[test]
fn texts_are_two_and_those_that_rules_ask_for() {
    insta::assert_snapshot!(of("text", &Scope::new()));
}

#[test]
fn moments_are_as_far_apart_as_rules_ask() {
    insta::assert_snapshot!(of("wait", &Scope::new().values(40)));
}

#[test]
fn values_are_made_of_their_parts() {
    insta::assert_snapshot!(of("pay", &Scope::new()));
}

#[test]
fn ids_of_two_kinds_are_never_the_same() {
    insta::assert_snapshot!(of("invite", &Scope::new().ids(1)));
}

#[test]
fn collections_are_small_and_hold_no_duplicates() {
    insta::assert_snapshot!(of("sort", &Scope::new().size(1)));
}

#[test]
fn samples_override() {
    insta::assert_snapshot!(of("listed", &Scope::new()));
}

#[test]
fn of_too_many_values_the_simplest_are_tried_and_it_is_said() {
    let domains = Domains::<Everything>::derive(&Scope::new().values(3)).expect("values");
    assert_eq!(domains.commands_of("number").len(), 3);
    assert!(
        domains
            .cut()
            .iter()
            .any(|cut| cut.starts_with("`number` has")),
        "{:?}",
        domains.cut()
    );
    let found = lawful_check::explore(&domains);
    assert!(found.is_closed());
    assert!(
        found.evidence().to_string().starts_with("bounded"),
        "{}",
        found.evidence()
    );
}

/// Something with a type of another world.
#[state]
pub struct Alien {
    at: Foreign,
}

#[aggregate]
impl Alien {
    /// It came.
    #[event]
    fn came(&mut self, at: Foreign) {
        self.at = at;
    }

    /// Comes.
    #[command]
    fn come(&self, times: u8, at: Foreign) -> AlienEvent {
        let _ = times;
        AlienEvent::came(at)
    }
}

#[test]
fn a_type_of_which_no_value_can_be_made_up_is_named() {
    let error = Domains::<Alien>::derive(&Scope::new()).expect_err("no value is valid");
    insta::assert_snapshot!(error);
}

#[test]
fn samples_are_part_of_the_model_as_data() {
    let model = serde_json::to_string(Everything::model()).expect("a model serialises");
    assert!(
        model.contains(r#""samples":[{"Str":"EUR"},{"Str":"USD"}]"#),
        "{model}"
    );
    let read: lawful::model::AggregateModel =
        serde_json::from_str(&model).expect("and is read back");
    assert_eq!(read, *Everything::model());
}
