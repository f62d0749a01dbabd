//! The pinned page runs as the design says.
#![deny(warnings, missing_docs, clippy::pedantic)]
#![allow(
    unreachable_pub,
    reason = "the page is pinned, and a test crate exports nothing"
)]

#[path = "declarations/account.rs"]
mod account;

use account::{Account, AccountCommand, AccountEvent, AccountRule, Bank};
use lawful::prelude::*;
use lawful::{Domain, Event, Has, Payload};

fn rich() -> Account {
    let mut account = Account::default();
    account.evolve(&AccountEvent::opened("Ada"));
    account.evolve(&AccountEvent::deposited(50));
    account
}

#[test]
fn commands_decide_and_events_evolve() {
    let mut account = Account::default();
    for command in [
        AccountCommand::open("Ada"),
        AccountCommand::deposit(50),
        AccountCommand::withdraw(20),
    ] {
        for event in &account.decide(&command).unwrap() {
            account.evolve(event);
        }
    }
    assert_eq!(
        format!("{account:?}"),
        r#"Account { owner: Some("Ada"), balance: 30 }"#
    );
}

#[test]
fn events_and_commands_are_shown_as_calls() {
    assert_eq!(
        AccountEvent::deposited(50).to_string(),
        "deposited(amount: 50)"
    );
    assert_eq!(
        AccountEvent::opened("Ada").to_string(),
        r#"opened(owner: "Ada")"#
    );
    assert_eq!(
        AccountCommand::withdraw(50).to_string(),
        "withdraw(amount: 50)"
    );
}

#[test]
fn events_are_written_with_their_type_and_data() {
    let json = serde_json::to_string(&AccountEvent::deposited(50)).unwrap();
    assert_eq!(json, r#"{"type":"deposited","data":{"amount":50}}"#);
    assert_eq!(
        AccountEvent::deposited(50).encode().unwrap(),
        r#"{"amount":50}"#
    );
}

#[test]
fn rules_have_names_and_sentences() {
    assert_eq!(AccountRule::Covers.name(), "covers");
    assert_eq!(
        AccountRule::Covers.sentence(),
        "the balance covers the amount"
    );
    assert_eq!(AccountRule::IsSolvent.to_string(), "is_solvent");
}

/// The design shows these runs of lines, and leaves out what stands between them.
#[test]
fn the_model_is_shown_as_the_design_shows_it() {
    let shown = Account::model().to_string();
    let begins = "\
aggregate account: A current account.
  state owner: Option<String>, balance: Cents
  rule is_open: the account is open
    owner is some
";
    assert!(shown.starts_with(begins), "{shown}");
    for run in [
        "
  rule covers(amount): the balance covers the amount
    balance >= amount
",
        "
  command withdraw(amount: Cents): Takes money out.
    requires is_open, is_payable(amount), covers(amount)
    emits withdrawn(amount)
",
    ] {
        assert!(shown.contains(run), "{shown}");
    }
    let ends = "
  event withdrawn v1 (amount: Cents): Money went out.
    balance -= amount";
    assert!(shown.ends_with(ends), "{shown}");
}

#[test]
fn the_model_holds_what_was_declared() {
    let model = Account::model();
    assert_eq!(model.name, "account");
    assert_eq!(model.doc, "A current account.");
    let names = |names: Vec<&str>| names.join(" ");
    assert_eq!(
        names(model.rules.iter().map(|rule| &*rule.name).collect()),
        "is_open is_payable covers"
    );
    assert_eq!(
        names(model.invariants.iter().map(|rule| &*rule.name).collect()),
        "is_solvent"
    );
    assert_eq!(
        names(model.commands.iter().map(|one| &*one.name).collect()),
        "open deposit withdraw"
    );
    assert_eq!(
        names(model.events.iter().map(|one| &*one.name).collect()),
        "opened deposited withdrawn"
    );
    assert_eq!(model.event("opened").unwrap().parameters[0].ty, "String");
}

type Stored = <Bank as Domain>::Event;

#[test]
fn a_domain_reads_and_writes_the_events_of_its_aggregates() {
    let event = <Bank as Has<Account>>::inject(AccountEvent::deposited(50));
    assert_eq!(
        (event.aggregate(), event.name(), event.schema_version()),
        ("account", "deposited", 1)
    );
    assert_eq!(
        Stored::decode("account", "deposited", 1, r#"{"amount":50}"#),
        Ok(event.clone())
    );
    assert_eq!(
        <Bank as Has<Account>>::project(&event),
        Some(&AccountEvent::deposited(50))
    );
    assert_eq!(Stored::AGGREGATES, ["account"]);
    assert_eq!(Bank::model().doc, "Retail banking.");
    assert!(rich().propose(&AccountCommand::withdraw(20)).is_ok());
}
