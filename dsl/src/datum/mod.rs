mod display;
mod serialize;

use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// A value of the domain without its Rust type: what the trees of a model are evaluated over.
///
/// Any `Serialize` type becomes one with [`Datum::of`]. Ids, moments and durations stay apart from plain texts and numbers, and
/// integers keep their width, so that an overflow is found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
