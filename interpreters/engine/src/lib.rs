//! Drives commands and programs over any event log: loads, decides, appends, decides again.
//!
//! A back end brings an [`EventLog`](lawful::log::EventLog) and nothing more; [`Engine`] over it is the interpreter. What the engine
//! promises:
//!
//! - A kept state alone never says no: before a rejection, a silent acceptance or a load is answered, the log confirms the version.
//! - No answer rests on an event that is not durable.
//! - After a failure, a panic, an unknown outcome or a dropped future the kept state is thrown away.
//! - An append whose outcome is not known is settled by the command's id, not repeated.
//! - A program runs step by step under ids of its own, so that nothing is done twice; or all or nothing, on states of one moment of
//!   the log, while everything it read or wrote is as it was; or as a rehearsal that writes nothing.
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
mod process;
mod program;
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
pub use process::{
    Process, ProcessId, ProcessLog, Progress, Resumed, Retries, Started, WorkerOptions,
};
pub use program::Live;
