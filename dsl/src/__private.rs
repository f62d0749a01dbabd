//! What generated code calls. Nothing here is part of the promise.

mod number;

pub use number::{Alias, NoNumber, Primitive};

pub use crate::explain::{invariants, requires, returned};
#[cfg(feature = "schema")]
pub use schemars;
pub use serde;
pub use serde_json;

/// The value of a constant, argument or field. One that cannot be serialised becomes a value over which every evaluation is an error.
pub fn datum<T: serde::Serialize + ?Sized>(value: &T) -> crate::Datum {
    crate::Datum::of(value).unwrap_or_else(|error| crate::Datum::unserialisable(&error))
}

#[cfg(feature = "macros")]
pub use lawful_macros::__read;
