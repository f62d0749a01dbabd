//! Given, when, then: what passes, what is told, and what a failing assertion says.

use lawful::prelude::*;
use lawful_pure::given;
use std::panic::catch_unwind;

type Cents = i64;

/// A current account.
#[state]
pub struct Account {
    owner: Option<String>,
    balance: Cents,
}

#[aggregate]
impl Account {
    /// The account was opened for its owner.
    #[event]
    fn opened(&mut self, owner: &str) {
        self.owner = Some(owner.to_owned());
    }

    /// Money came in.
    #[event]
    fn deposited(&mut self, amount: Cents) {
        self.balance += amount;
    }

    /// Money went out.
    #[event]
    fn withdrawn(&mut self, amount: Cents) {
        self.balance -= amount;
    }

    /// the account is open
    #[rule]
    fn is_open(&self) -> bool {
        self.owner.is_some()
    }

    /// there is nothing to move
    #[rule]
    fn is_nothing(amount: Cents) -> bool {
        amount == 0
    }

    /// the balance covers the amount
    #[rule]
    fn covers(&self, amount: Cents) -> bool {
        self.balance >= amount
    }

    /// Opens the account.
    #[command(requires(not(is_open)))]
    fn open(&self, owner: &str) -> AccountEvent {
        AccountEvent::opened(owner)
    }

    /// Pays money in.
    #[command(requires(is_open), unless(is_nothing(amount)))]
    fn deposit(&self, amount: Cents) -> AccountEvent {
        AccountEvent::deposited(amount)
    }

    /// Takes money out.
    #[command(requires(is_open, covers(amount)))]
    fn withdraw(&self, amount: Cents) -> AccountEvent {
        AccountEvent::withdrawn(amount)
    }

    /// Takes money out in two halves.
    #[command(requires(is_open, covers(amount)))]
    fn withdraw_halves(&self, amount: Cents) -> [AccountEvent; 2] {
        [
            AccountEvent::withdrawn(amount / 2),
            AccountEvent::withdrawn(amount - amount / 2),
        ]
    }
}

#[test]
fn a_withdrawal_is_covered() {
    given::<Account>([AccountEvent::opened("Ada"), AccountEvent::deposited(30)])
        .when(AccountCommand::withdraw(50))
        .then_rejected(AccountRule::Covers);
}

#[test]
fn a_story_goes_on_and_tells_itself() {
    let story = given::<Account>([AccountEvent::opened("Ada"), AccountEvent::deposited(30)])
        .when(AccountCommand::withdraw(50))
        .then_rejected(AccountRule::Covers)
        .when(AccountCommand::deposit(0))
        .then_nothing()
        .when(AccountCommand::withdraw_halves(25))
        .then([AccountEvent::withdrawn(12), AccountEvent::withdrawn(13)])
        .then_state(|state| state.balance == 5)
        .then_state(|state| assert_eq!(state.balance, 5));
    insta::assert_snapshot!(story, @r#"
    given  opened(owner: "Ada")
           deposited(amount: 30)
           = Account { owner: Some("Ada"), balance: 30 }
    when   withdraw(amount: 50)
    then   rejected
           covers: the balance covers the amount
             balance >= amount, where balance = 30, amount = 50
    when   deposit(amount: 0)
    then   nothing
    when   withdraw_halves(amount: 25)
    then   withdrawn(amount: 12)
           withdrawn(amount: 13)
           = Account { owner: Some("Ada"), balance: 5 }
    "#);
}

#[test]
fn every_broken_rule_is_told() {
    let story = given::<Account>([]).when(AccountCommand::withdraw(50));
    insta::assert_snapshot!(story, @"
    given  nothing
    when   withdraw(amount: 50)
    then   rejected
           is_open: the account is open
             owner is some, where owner = none
           covers: the balance covers the amount
             balance >= amount, where balance = 0, amount = 50
    ");
}

#[test]
fn what_a_not_refused_is_told_as_such() {
    let story = given::<Account>([AccountEvent::opened("Ada")])
        .when(AccountCommand::open("Bob"))
        .then_rejected(AccountRule::IsOpen);
    insta::assert_snapshot!(story, @r#"
    given  opened(owner: "Ada")
           = Account { owner: Some("Ada"), balance: 0 }
    when   open(owner: "Bob")
    then   rejected
           is_open: not: the account is open
             owner is some, where owner = "Ada"
    "#);
}

#[test]
fn a_panic_in_user_code_is_part_of_the_story() {
    let story = given::<Account>([
        AccountEvent::opened("Ada"),
        AccountEvent::deposited(i64::MAX),
    ])
    .when(AccountCommand::deposit(1))
    .when(AccountCommand::withdraw(i64::MAX))
    .then_state(|state| state.balance == 0);
    insta::assert_snapshot!(story, @r#"
    given  opened(owner: "Ada")
           deposited(amount: 9223372036854775807)
           = Account { owner: Some("Ada"), balance: 9223372036854775807 }
    when   deposit(amount: 1)
    then   defect: attempt to add with overflow
    when   withdraw(amount: 9223372036854775807)
    then   withdrawn(amount: 9223372036854775807)
           = Account { owner: Some("Ada"), balance: 0 }
    "#);
}

/// What a failing test says.
#[track_caller]
fn complaint(test: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let payload = catch_unwind(test).expect_err("the assertion holds, which it should not");
    *payload.downcast::<String>().expect("a text")
}

fn ada() -> lawful_pure::Given<Account> {
    given([AccountEvent::opened("Ada"), AccountEvent::deposited(30)])
}

#[test]
fn a_failing_assertion_tells_the_whole_story() {
    let said = complaint(|| {
        ada()
            .when(AccountCommand::deposit(5))
            .then([AccountEvent::deposited(6), AccountEvent::withdrawn(1)]);
    });
    insta::assert_snapshot!(said, @r#"
    the story goes another way

    given  opened(owner: "Ada")
           deposited(amount: 30)
           = Account { owner: Some("Ada"), balance: 30 }
    when   deposit(amount: 5)
    then   deposited(amount: 5)
           = Account { owner: Some("Ada"), balance: 35 }
    but expected
           deposited(amount: 6)
           withdrawn(amount: 1)
    "#);
}

/// The part of a complaint after the story.
#[track_caller]
fn expected(test: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let said = complaint(test);
    let (_, expected) = said
        .split_once("but expected\n")
        .expect("what was expected");
    expected.trim().to_owned()
}

#[test]
fn every_assertion_can_fail() {
    let deposit = || ada().when(AccountCommand::deposit(5));
    let withdraw = || ada().when(AccountCommand::withdraw(50));
    assert_eq!(expected(move || drop(deposit().then_nothing())), "nothing");
    assert_eq!(expected(move || drop(withdraw().then_nothing())), "nothing");
    assert_eq!(
        expected(move || drop(deposit().then_rejected(AccountRule::Covers))),
        "rejected, first of all by `covers`"
    );
    assert_eq!(
        expected(move || drop(withdraw().then_rejected(AccountRule::IsOpen))),
        "rejected, first of all by `is_open`"
    );
    assert_eq!(
        expected(move || drop(deposit().then_state(|state| state.balance == 30))),
        "another state"
    );
    let said = expected(move || {
        drop(deposit().then_state(|state| assert!(state.balance < 0, "{}", state.balance)));
    });
    assert_eq!(said, "another state: 35");
    // A defect is neither a rejection nor silence.
    let defect = || {
        given::<Account>([
            AccountEvent::opened("Ada"),
            AccountEvent::deposited(i64::MAX),
        ])
        .when(AccountCommand::deposit(1))
    };
    assert_eq!(expected(move || drop(defect().then_nothing())), "nothing");
    let said = complaint(|| {
        drop(given::<Account>([
            AccountEvent::deposited(i64::MAX),
            AccountEvent::deposited(1),
        ]));
    });
    assert_eq!(
        said,
        "the event `deposited(amount: 1)` that is given panicked: attempt to add with overflow"
    );
}

/// Something else.
#[state]
pub struct Door {
    is_locked: bool,
}

#[aggregate]
impl Door {
    /// It was locked.
    #[event]
    fn locked(&mut self) {
        self.is_locked = true;
    }

    /// the door is open
    #[rule]
    fn is_open(&self) -> bool {
        !self.is_locked
    }

    /// Locks it.
    #[command(requires(is_open))]
    fn lock(&self) -> DoorEvent {
        DoorEvent::locked()
    }
}

#[test]
fn a_rule_of_the_same_name_elsewhere_is_another_rule() {
    given::<Door>([DoorEvent::locked()])
        .when(DoorCommand::lock())
        .then_rejected(DoorRule::IsOpen);
    let said = expected(|| {
        let story = given::<Door>([DoorEvent::locked()]).when(DoorCommand::lock());
        drop(story.then_rejected(AccountRule::IsOpen));
    });
    assert_eq!(
        said,
        "rejected by `is_open`, a rule of `account`, which `door` can never break"
    );
}
