//! A domain holds aggregates of any visibility, from any module, under names of their own.
#![deny(warnings, missing_docs, clippy::pedantic)]
#![allow(missing_docs, unreachable_pub, reason = "a test crate exports nothing")]

use lawful::log::Undecodable;
use lawful::prelude::*;
use lawful::{Domain, Family, Has, Payload};

#[state]
struct Account {
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn changed(&mut self, by: i64) {
        self.balance = self.balance.saturating_add(by);
    }
}

mod shop {
    use lawful::prelude::*;

    #[state]
    pub(super) struct Account {
        lines: u32,
    }

    #[aggregate(name = "shop_account")]
    impl Account {
        #[event]
        fn changed(&mut self, lines: u32) {
            self.lines = lines;
        }
    }
}

#[domain(aggregates(Account, shop::Account))]
pub struct Both;

type Stored = <Both as Domain>::Event;

#[test]
fn events_of_aggregates_with_one_rust_name_stay_apart() {
    let first = <Both as Has<Account>>::inject(AccountEvent::changed(1));
    let second = <Both as Has<shop::Account>>::inject(shop::AccountEvent::changed(2));
    assert_eq!(Stored::AGGREGATES, ["account", "shop_account"]);
    assert_eq!(
        (first.aggregate(), second.aggregate()),
        ("account", "shop_account")
    );
    assert_eq!(<Both as Has<Account>>::project(&second), None);
    for event in [first, second] {
        let data = event.encode().unwrap();
        let back = Stored::decode(
            event.aggregate(),
            event.name(),
            event.schema_version(),
            &data,
        );
        assert_eq!(back, Ok(event));
    }
    assert_eq!(
        Stored::decode("lost", "changed", 1, "{}"),
        Err(Undecodable::UnknownType)
    );
}

#[test]
fn each_holds_one_thing_for_each_aggregate() {
    struct Names;

    impl Family for Names {
        type Of<A: Aggregate> = Vec<A>;
    }

    let each = <Both as Domain>::Each::<Names>::default();
    assert_eq!(<Both as Has<Account>>::each(&each), &[]);
    assert_eq!(<Both as Has<shop::Account>>::each(&each), &[]);
}

#[test]
fn a_domain_may_live_in_a_function() {
    #[domain(aggregates(Account))]
    struct Local;

    assert_eq!(Local::model().name, "Local");
    assert_eq!(Local::model().aggregates[0].name, "account");
}
