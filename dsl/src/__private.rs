//! What generated code calls. Nothing here is part of the promise.

pub use crate::explain::{invariants, requires, returned};
#[cfg(feature = "schema")]
pub use schemars;
pub use serde;
pub use serde_json;
