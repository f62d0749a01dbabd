//! Drives commands over any event log: loads, decides, appends, decides again.
//!
//! A back end brings an [`EventLog`](lawful::log::EventLog) and nothing more; [`Engine`] over it is the interpreter. What the engine
//! promises:
//!
//! - A kept state alone never says no: before a rejection, a silent acceptance or a load is answered, the log confirms the version.
//! - No answer rests on an event that is not durable.
//! - After a failure, a panic, an unknown outcome or a dropped future the kept state is thrown away.
//! - An append whose outcome is not known is settled by the command's id, not repeated.
//! - Commands for one root that come at the same time share one append, and none of them hurts another.

mod asked;
mod cache;
mod caught;
mod core;
mod digest;
mod engine;
mod failures;
mod group;
mod history;
mod ids;
mod kept;
mod options;
mod read;
mod root;
mod settle;
mod snapshots;

pub use engine::Engine;
pub use ids::CommandIds;
pub use lawful::{
    AsOf, Error, Execute, Failure, FailureKind, History, Interpreter, Loaded, Position, Receipt,
    Recorded,
};
pub use options::{Connect, EngineOptions, Open};
