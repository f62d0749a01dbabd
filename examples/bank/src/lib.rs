//! The whole domain: one account, and the bank that holds many.
#![cfg_attr(doc, doc = include_str!("../docs/bank.md"))]

use lawful::prelude::*;

/// Money, in hundredths.
pub type Cents = i64;

/// The most that one payment may move.
const LIMIT: Cents = 100_000_000;

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

    /// the amount is positive and within the limit
    #[rule]
    fn is_payable(amount: Cents) -> bool {
        0 < amount && amount <= LIMIT
    }

    /// the balance covers the amount
    #[rule]
    fn covers(&self, amount: Cents) -> bool {
        self.balance >= amount
    }

    /// an account is never overdrawn
    #[invariant]
    fn is_solvent(&self) -> bool {
        self.balance >= 0
    }

    /// Opens the account.
    #[command(requires(not(is_open)))]
    fn open(&self, owner: &str) -> AccountEvent {
        AccountEvent::opened(owner)
    }

    /// Pays money in.
    #[command(requires(is_open, is_payable(amount)))]
    fn deposit(&self, amount: Cents) -> AccountEvent {
        AccountEvent::deposited(amount)
    }

    /// Takes money out.
    #[command(requires(is_open, is_payable(amount), covers(amount)))]
    fn withdraw(&self, amount: Cents) -> AccountEvent {
        AccountEvent::withdrawn(amount)
    }
}

/// Retail banking.
#[domain(aggregates(Account))]
pub struct Bank;
