//! What a declaration and its callers need: `use lawful::prelude::*;`.

#[cfg(feature = "macros")]
pub use lawful_macros::{
    aggregate, domain, entity, program, read_model, row, rule, service, state, value,
};

pub use crate::program::{Atomic, IdempotencyKey, Perform, Program};
pub use crate::view::{Origin, Rows};
pub use crate::{
    Aggregate, AsOf, Deciding, Error, Events, Failure, FailureKind, Id, Interpreter, Receipt,
    Rejection, Timestamp, Transactional,
};
pub use serde_json::Value;
pub use std::time::Duration;
