//! An order reserves stock, takes money, waits for its parcel until a deadline, and undoes what it has done if one of them fails.
//!
//! One program, and whatever can answer its requests: see the README.

mod domain;
mod program;

pub use domain::*;
pub use program::*;
