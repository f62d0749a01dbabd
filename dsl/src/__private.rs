//! What generated code calls. Nothing here is part of the promise.

mod constant;
mod decide;
mod number;
mod owned;
mod program;
#[cfg(feature = "schema")]
mod schema;
mod shape;
mod view;
mod wire;

pub use crate::explain::{free, guard_model, guarded, invariants, requires, returned};
pub use constant::{ByName, Elements, Known, Serialises};
pub use decide::{Invariant, broken_invariants, decided, uphold};
#[cfg(feature = "macros")]
pub use lawful_macros::__read;
pub use number::{Alias, NoNumber, Primitive};
pub use owned::IntoOwned;
pub use program::{
    Argument, Unserialisable, domain_model, journaled, program_of, program_value,
    returned_by_program, show_call, unlisted,
};
#[cfg(feature = "schema")]
pub use schema::data_is_optional;
#[cfg(feature = "schema")]
pub use schemars;
pub use serde;
pub use serde_json;
pub use shape::{Described, Shape, Undescribed, datum, distinct, initial, state_doc, state_shape};
pub use view::{Cells, JsonCells, no_column, taken, view_fingerprint};
pub use wire::{
    Part, Upcast, Versions, Wire, Written, arguments, decode, deserialize, display, encode,
    serialize,
};
