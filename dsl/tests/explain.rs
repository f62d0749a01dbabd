//! Rejections explain themselves from the trees, with the values they saw.

mod account;

use account::{Account, AccountCommand, AccountRule, Hold};
use lawful::{Aggregate, Rejection};
use serde_json::json;

fn account() -> Account {
    Account {
        owner: Some("Ada".to_owned()),
        balance: 30,
        held: vec![Hold { amount: 26 }],
    }
}

#[track_caller]
fn rejected(state: &Account, command: &AccountCommand) -> Rejection {
    let rejection = state
        .decide(command)
        .expect_err("the command breaks a rule");
    let sorted = serde_json::to_value(&rejection).expect("a rejection is JSON");
    let text = serde_json::to_string(&sorted).expect("JSON is text");
    for back in [
        serde_json::from_value::<Rejection>(sorted).expect("a rejection reads back"),
        serde_json::from_str::<Rejection>(&text).expect("a rejection reads back from text"),
    ] {
        assert_eq!(rejection, back);
        assert_eq!(rejection.to_string(), back.to_string());
    }
    rejection
}

#[test]
fn a_withdrawal_names_the_rule_and_the_values() {
    let rejection = rejected(&account(), &AccountCommand::Withdraw { amount: 50 });
    assert_eq!(
        rejection.to_string(),
        "withdraw rejected: the balance covers the amount\n  balance >= amount, where balance = 30, amount = 50"
    );
    assert!(rejection.broke(AccountRule::Covers));
    for kept in [
        AccountRule::IsOpen,
        AccountRule::IsPayable,
        AccountRule::IsSettled,
    ] {
        assert!(!rejection.broke(kept), "{kept}");
    }
}

#[test]
fn every_broken_rule_is_named_in_declared_order() {
    let rejection = rejected(&Account::default(), &AccountCommand::Withdraw { amount: 0 });
    assert_eq!(
        rejection.to_string(),
        "withdraw rejected: the account is open\n  owner is some, where owner = none\n  the amount is positive and within the limit\n  0 < amount && amount <= LIMIT, where amount = 0, LIMIT = 100000000"
    );
}

#[test]
fn what_not_refuses_is_named_with_the_expected_value() {
    let rejection = rejected(
        &account(),
        &AccountCommand::Open {
            owner: "Bob".to_owned(),
        },
    );
    assert_eq!(
        rejection.to_string(),
        "open rejected: not: the account is open\n  owner is some, where owner = \"Ada\""
    );
    assert!(!rejection.broken()[0].expected());
}

#[test]
fn calls_are_shown_by_name_and_arguments_in_the_rules_terms() {
    let rejection = rejected(&account(), &AccountCommand::Spend { amount: 4 });
    assert_eq!(
        rejection.to_string(),
        "spend rejected: what is not held covers the amount\n  is_open() && available() >= amount, where is_open() = true, available() = 4, amount = 8"
    );
}

#[test]
fn then_is_not_looked_at_before_what_stands_before_it_holds() {
    let rejection = rejected(&Account::default(), &AccountCommand::Spend { amount: 4 });
    assert!(rejection.broke(AccountRule::IsOpen));
    assert!(!rejection.broke(AccountRule::IsSpendable));
}

#[test]
fn all_shows_the_first_element_that_fails() {
    let mut state = account();
    state.held.extend([Hold { amount: 0 }, Hold { amount: -1 }]);
    let rejection = rejected(&state, &AccountCommand::Settle);
    let values = rejection.broken()[0].values();
    assert_eq!(
        values
            .iter()
            .map(|(name, _)| name.as_str())
            .collect::<Vec<_>>(),
        ["held", "hold"]
    );
    assert_eq!(values[1].1, json!({"amount": 0}));
}

#[test]
fn a_rule_that_the_body_returned_shows_what_needs_no_arguments() {
    let rejection = rejected(&account(), &AccountCommand::Settle);
    assert_eq!(
        rejection.to_string(),
        "settle rejected: the balance covers the amount\n  balance >= amount, where balance = 30"
    );
}

#[test]
fn a_broken_invariant_shows_the_state_after() {
    let rejection = rejected(&account(), &AccountCommand::Overdraw { amount: 31 });
    assert_eq!(
        rejection.to_string(),
        "overdraw rejected: an account is never overdrawn\n  balance >= 0, where balance = -1"
    );
}

#[test]
fn a_step_invariant_shows_both_states() {
    let state = Account {
        balance: 5_000,
        ..account()
    };
    let rejection = rejected(&state, &AccountCommand::Overdraw { amount: 1_001 });
    assert_eq!(
        rejection.to_string(),
        "overdraw rejected: no command takes more than a thousand\n  balance >= before.balance - 1000, where balance = 3999, before.balance = 5000"
    );
}

#[test]
fn the_json_of_a_rejection_is_as_promised() {
    let rejection = rejected(&account(), &AccountCommand::Withdraw { amount: 50 });
    assert_eq!(
        serde_json::to_value(&rejection).expect("a rejection is JSON"),
        json!({"command": "withdraw", "broken": [{
            "rule": "covers",
            "sentence": "the balance covers the amount",
            "expected": true,
            "expression": "balance >= amount",
            "values": {"balance": 30, "amount": 50},
        }]})
    );
}

#[test]
fn what_was_not_understood_is_shown_without_values() {
    let command = AccountCommand::Settle;
    let rejection = lawful::__private::returned(&account(), &command, AccountRule::IsLucky);
    assert_eq!(
        rejection.to_string(),
        "settle rejected: the account is lucky\n  balance > 7 && opaque { luck(&self.owner) }, where balance = 30"
    );
}

#[test]
fn verdicts_that_do_not_fit_the_model_do_no_harm() {
    let command = AccountCommand::Withdraw { amount: 50 };
    for leaves in [&[][..], &[false][..], &[true; 9][..]] {
        let rejection = lawful::__private::requires(&account(), &command, leaves);
        assert_eq!(rejection.command(), "withdraw");
    }
}
