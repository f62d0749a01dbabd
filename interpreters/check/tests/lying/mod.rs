//! An account whose compiled code can be made to say something else than its model.

use lawful::model::{AggregateModel, StateModel};
use lawful::prelude::*;
use lawful::{Datum, Named, Rejection, State};
use serde::{Deserialize, Serialize};
use std::fmt::Debug;

/// A current account.
#[state]
pub(crate) struct Account {
    owner: Option<String>,
    balance: i64,
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
    fn deposited(&mut self, amount: i64) {
        self.balance += amount;
    }

    /// Money went out.
    #[event]
    fn withdrawn(&mut self, amount: i64) {
        self.balance -= amount;
    }

    /// the account is open
    #[rule]
    fn is_open(&self) -> bool {
        self.owner.is_some()
    }

    /// the amount is positive and small
    #[rule]
    fn is_payable(amount: i64) -> bool {
        0 < amount && amount <= 3
    }

    /// the balance covers the amount
    #[rule]
    fn covers(&self, amount: i64) -> bool {
        self.balance >= amount
    }

    /// an account is never overdrawn, and holds little
    #[invariant]
    fn is_small(&self) -> bool {
        0 <= self.balance && self.balance <= 5
    }

    /// Opens the account.
    #[command(requires(not(is_open)))]
    fn open(&self, owner: &str) -> AccountEvent {
        AccountEvent::opened(owner)
    }

    /// Pays money in.
    #[command(requires(is_open, is_payable(amount)))]
    fn deposit(&self, amount: i64) -> AccountEvent {
        AccountEvent::deposited(amount)
    }

    /// Takes money out.
    #[command(requires(is_open, is_payable(amount), covers(amount)))]
    fn withdraw(&self, amount: i64) -> AccountEvent {
        AccountEvent::withdrawn(amount)
    }
}

/// What compiled code does, where it does not do what the model says.
pub(crate) trait Lie: Clone + Debug + Default + PartialEq + Send + Sync + 'static {
    fn propose(
        state: &Account,
        command: &AccountCommand,
    ) -> Result<Events<AccountEvent>, Rejection> {
        state.propose(command)
    }

    fn uphold(
        before: &Account,
        after: &Account,
        command: &AccountCommand,
    ) -> Result<(), Rejection> {
        Account::uphold(before, after, command)
    }

    fn evolve(state: &mut Account, event: &AccountEvent) {
        state.evolve(event);
    }
}

/// No lie.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Honest;

impl Lie for Honest {}

/// An account that lies.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent, bound = "")]
pub(crate) struct Lying<L: Lie> {
    account: Account,
    #[serde(skip)]
    lie: L,
}

impl<L: Lie> State for Lying<L> {
    const DOC: &'static str = Account::DOC;
    const SHAPE: &'static StateModel = Account::SHAPE;

    fn field(&self, name: &str) -> Option<Datum> {
        self.account.field(name)
    }
}

impl<L: Lie> Named for Lying<L> {
    const NAME: &'static str = <Account as Named>::NAME;
}

impl<L: Lie> Aggregate for Lying<L> {
    type Command = AccountCommand;
    type Event = AccountEvent;
    type Rule = AccountRule;

    const NAME: &'static str = <Account as Aggregate>::NAME;
    const HAS_INVARIANTS: bool = Account::HAS_INVARIANTS;

    fn model() -> &'static AggregateModel {
        Account::model()
    }

    fn propose(&self, command: &AccountCommand) -> Result<Events<AccountEvent>, Rejection> {
        L::propose(&self.account, command)
    }

    fn uphold(before: &Self, after: &Self, command: &AccountCommand) -> Result<(), Rejection> {
        L::uphold(&before.account, &after.account, command)
    }

    fn evolve(&mut self, event: &AccountEvent) {
        L::evolve(&mut self.account, event);
    }

    fn broken_invariants(&self) -> Vec<AccountRule> {
        self.account.broken_invariants()
    }
}
