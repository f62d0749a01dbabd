//! Types and constants that the bodies in the tests name.

use lawful::__private::serde::{self, Serialize};

pub type Cents = i64;
pub const LIMIT: Cents = 100_000_000;

#[derive(Serialize, Default)]
#[serde(crate = "self::serde")]
pub struct Account;

impl Account {
    pub const MAX: i64 = 3;
}

#[derive(Serialize)]
#[serde(crate = "self::serde")]
pub enum Status {
    Open,
}

#[derive(Serialize)]
#[serde(crate = "self::serde")]
pub enum Order {
    Draft,
}

#[derive(Serialize, Default)]
#[serde(crate = "self::serde")]
pub struct LineItem;

pub struct Money;
