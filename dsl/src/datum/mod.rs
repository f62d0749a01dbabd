//! Values of the domain without their Rust types.

mod display;
mod int;
mod json;
mod order;
mod serialize;

use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// A value of the domain without its Rust type: what the trees of a model are evaluated over.
///
/// Any `Serialize` type becomes one with [`Datum::of`]. Ids, moments and durations stay apart from plain texts and numbers, and
/// integers keep their width, so that an overflow is found.
///
/// Two values are equal when the values of the domain are: names of fields and variants compare without regard to case, `_` and `-`, so
/// that a rename for JSON makes no difference, whole numbers compare by value whatever their width, and a list equals an array.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Datum {
    /// Truth.
    Bool(bool),
    /// A whole number; literals without a suffix take the type of what they meet.
    Int(IntType, i128),
    /// A floating-point number.
    Float(f64),
    /// A character.
    Char(char),
    /// A text.
    Str(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// `None`, `Some(..)`.
    Option(Option<Box<Datum>>),
    /// A sequence: `Vec`, a set, an array of unknown length.
    List(Vec<Datum>),
    /// A tuple or an array; the unit value is the empty tuple.
    Tuple(Vec<Datum>),
    /// A map, in the order in which it iterates.
    Map(Vec<(Datum, Datum)>),
    /// A struct; fields of a tuple struct are named `0`, `1`.
    Struct {
        /// The Rust name.
        name: String,
        /// Names and values.
        fields: Vec<(String, Datum)>,
    },
    /// A variant of an enum; fields of a tuple variant are named `0`, `1`.
    Variant {
        /// The enum's Rust name.
        of: String,
        /// Its place among the variants, from 0.
        index: u32,
        /// The variant's name.
        name: String,
        /// Names and values.
        fields: Vec<(String, Datum)>,
    },
    /// An [`Id`](crate::Id).
    Id(Uuid),
    /// A [`Timestamp`](crate::Timestamp), in microseconds.
    Timestamp(i64),
    /// A duration.
    Duration(Duration),
}

impl Datum {
    /// `()`.
    pub const UNIT: Datum = Datum::Tuple(Vec::new());

    /// A literal without a suffix.
    pub(crate) fn literal(value: i128) -> Datum {
        Datum::Int(IntType::Literal, value)
    }

    /// A count or length: `usize`, which serialises as `u64`.
    pub(crate) fn count(value: usize) -> Datum {
        Datum::Int(IntType::U64, i128::try_from(value).unwrap_or(i128::MAX))
    }

    pub(crate) fn structure(name: impl Into<String>, fields: Vec<(String, Datum)>) -> Datum {
        Datum::Struct {
            name: name.into(),
            fields,
        }
    }

    pub(crate) fn some(inner: Datum) -> Datum {
        Datum::Option(Some(Box::new(inner)))
    }

    pub(crate) const NONE: Datum = Datum::Option(None);

    /// `Ok(inner)`, in the form in which serde writes it.
    pub(crate) fn ok(inner: Datum) -> Datum {
        Datum::Variant {
            of: "Result".to_owned(),
            index: 0,
            name: "Ok".to_owned(),
            fields: vec![("0".to_owned(), inner)],
        }
    }

    /// `Err(inner)`, in the form in which serde writes it.
    pub(crate) fn err(inner: Datum) -> Datum {
        Datum::Variant {
            of: "Result".to_owned(),
            index: 1,
            name: "Err".to_owned(),
            fields: vec![("0".to_owned(), inner)],
        }
    }

    /// The default of a type that is not known yet: it becomes what it meets.
    pub(crate) fn the_default() -> Datum {
        Datum::structure(DEFAULT, Vec::new())
    }

    /// Whether this is the default of a type that is not known yet.
    pub(crate) fn is_the_default(&self) -> bool {
        matches!(self, Datum::Struct { name, .. } if name == DEFAULT)
    }

    /// A value that could not be serialised: evaluating over it is an error.
    pub(crate) fn unserialisable(why: &impl std::fmt::Display) -> Datum {
        Datum::structure(
            UNSERIALISABLE,
            vec![("0".to_owned(), Datum::Str(why.to_string()))],
        )
    }

    /// Why this value could not be serialised, if so.
    pub(crate) fn why_unserialisable(&self) -> Option<&str> {
        match self {
            Datum::Struct { name, fields } if name == UNSERIALISABLE => match fields.first() {
                Some((_, Datum::Str(why))) => Some(why),
                _ => Some("it could not be serialised"),
            },
            _ => None,
        }
    }
}

const DEFAULT: &str = "$default";
const UNSERIALISABLE: &str = "$unserialisable";

/// Whether two names of fields or variants mean the same: case, `_` and `-` make no difference.
pub(crate) fn same_name(one: &str, two: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = char> {
        name.strip_prefix("r#")
            .unwrap_or(name)
            .chars()
            .filter(|letter| !matches!(letter, '_' | '-'))
            .flat_map(char::to_lowercase)
    }
    one == two || letters(one).eq(letters(two))
}

/// The type of a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are those of the primitive types")]
pub enum IntType {
    I8,
    I16,
    I32,
    I64,
    I128,
    U8,
    U16,
    U32,
    U64,
    U128,
    /// A literal without a suffix.
    Literal,
}
