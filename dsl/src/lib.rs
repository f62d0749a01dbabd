//! Declare a domain once, as an algebra: its aggregates, commands, events and business rules. Run that one declaration with
//! interpreters that you can swap.
//!
//! This crate is the language. It does no input or output, knows no runtime and no database; the interpreters do.

mod aggregate;
mod datum;
mod domain;
mod evaluate;
mod explain;
mod failure;
mod few;
mod id;
mod interpreter;
pub mod log;
pub mod model;
pub mod program;
mod rejection;
mod timestamp;
pub mod view;

#[doc(hidden)]
pub mod __private;
pub mod prelude;

#[cfg(feature = "macros")]
pub use lawful_macros::{
    aggregate, domain, entity, program, read_model, row, rule, service, state, value,
};

pub use aggregate::{
    Aggregate, Command, Deciding, Decision, Event, FreeRule, Named, Rule, RuleName, State,
};
pub use datum::{Datum, IntType};
pub use domain::{Domain, Family, Has, Payload};
pub use evaluate::{Decided, EvaluateError, decide, evolve, holds};
pub use failure::{Failure, FailureKind};
pub use few::{Events, Few};
pub use id::Id;
pub use interpreter::{
    AsOf, Error, Execute, History, Interpreter, Loaded, Options, Receipt, Recorded, Start,
    Transactional, Wishes,
};
pub use log::{CommandId, Position};
pub use program::{Atomic, IdempotencyKey, Perform, Program, ProgramValue, Serves, Services};
pub use rejection::{Broken, Rejection};
pub use timestamp::Timestamp;
pub use uuid::Uuid;
