//! What is printed as a test can be pasted, and fails.

use lawful::prelude::*;
use lawful_check::{Check, Report};
use lawful_pure::given;
use std::collections::BTreeMap;

/// How something is paid.
#[value]
#[derive(Copy)]
pub enum Means {
    /// In coins.
    Cash,
    /// With a card of this number.
    Card(u8),
}

/// A till whose author forgot what it holds.
#[state]
pub struct Till {
    open: bool,
    content: i64,
    names: BTreeMap<Id<Till>, String>,
    level: u8,
}

#[aggregate]
impl Till {
    /// It was opened.
    #[event]
    fn opened(&mut self, by: Id<Till>, name: &str, means: Means) {
        self.open = matches!(means, Means::Card(1));
        self.names.insert(by, name.to_owned());
    }

    /// Money went out.
    #[event]
    fn paid_out(&mut self, amount: i64, why: Option<String>) {
        if why.is_none() {
            self.content -= amount;
        }
    }

    /// It rose.
    #[event]
    fn rose(&mut self, by: Vec<u8>) {
        for one in by {
            self.level += one * 200;
        }
    }

    /// it is open
    #[rule]
    fn is_open(&self) -> bool {
        self.open
    }

    /// nothing was lent
    #[invariant]
    fn is_whole(&self) -> bool {
        self.content >= 0
    }

    /// Opens it.
    #[command(requires(not(is_open)))]
    fn open(&self, by: Id<Till>, name: &str, means: Means) -> TillEvent {
        TillEvent::opened(by, name, means)
    }

    /// Pays.
    #[command(requires(is_open))]
    fn pay_out(&self, amount: i64, why: Option<String>) -> TillEvent {
        TillEvent::paid_out(amount, why)
    }

    /// Raises it.
    #[command(requires(is_open))]
    fn rise(&self, by: &[u8]) -> TillEvent {
        TillEvent::rose(by.to_vec())
    }
}

fn report() -> Report {
    let scope = lawful_check::Scope::new().budget(300);
    Check::<Till>::new().scope(scope).run().expect("values")
}

/// Takes pasted tests, all of which must fail.
macro_rules! fails {
    ($(#[test] fn $name:ident() $body:block)*) => {
        $(#[test] #[should_panic(expected = "given  ")] fn $name() $body)*
    };
}

fails! {
#[test]
fn rise_does_not_panic() {
    let story = given::<Till>([
        TillEvent::opened(Id::<Till>::from_uuid(lawful::Uuid::from_u128(1)), "a".to_owned(), Means::Card(1)),
    ])
    .when(TillCommand::rise(vec![2]));
    // found: a panic: attempt to multiply with overflow
    assert!(story.accepted().is_some() || story.rejection().is_some(), "{story}");
}

#[test]
fn pay_out_does_not_rely_on_is_whole() {
    let story = given::<Till>([
        TillEvent::opened(Id::<Till>::from_uuid(lawful::Uuid::from_u128(1)), "a".to_owned(), Means::Card(1)),
    ])
    .when(TillCommand::pay_out(1, None));
    // found: only `is_whole` holds it back, and no rule says so before
    let held_back = story.rejection().is_some_and(|it| it.broke(TillRule::IsWhole));
    assert!(!held_back, "{story}");
}
}

#[test]
fn what_is_printed_is_what_is_pasted_above() {
    let pasted = include_str!("counterexamples.rs");
    let report = report();
    let printed: Vec<_> = report
        .findings()
        .iter()
        .filter_map(|found| found.witness.as_ref())
        .collect();
    assert_eq!(printed.len(), 2, "{report}");
    for test in printed {
        assert!(pasted.contains(test.as_str()), "nobody pasted\n{test}");
    }
}
