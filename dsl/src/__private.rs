//! What generated code calls. Nothing here is part of the promise.

mod constant;
mod decide;
mod number;
mod owned;
#[cfg(feature = "schema")]
mod schema;
mod shape;
mod wire;

pub use crate::explain::{invariants, requires, returned};
pub use constant::{ByName, Elements, Known, Serialises};
pub use decide::{Invariant, broken_invariants, decided, uphold};
#[cfg(feature = "macros")]
pub use lawful_macros::__read;
pub use number::{Alias, NoNumber, Primitive};
pub use owned::IntoOwned;
#[cfg(feature = "schema")]
pub use schema::data_is_optional;
#[cfg(feature = "schema")]
pub use schemars;
pub use serde;
pub use serde_json;
pub use shape::{Described, Shape, Undescribed, datum, distinct, state_doc, state_shape};
pub use wire::{
    Part, Upcast, Versions, Wire, Written, arguments, decode, deserialize, display, encode,
    serialize,
};
