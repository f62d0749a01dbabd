//! Processes: programs that survive crashes, because every answer that they get is written down in the log.
//!
//! Where things are *not*: what a program may ask, and how a journal is followed, is the language's (`lawful::program`); how an answer is
//! found without a journal is [`program`](crate::program)'s.

mod agenda;
mod checkpoint;
mod command;
mod crowd;
mod durable;
mod failures;
mod id;
mod journal;
mod line;
mod log;
mod progress;
mod restore;
mod resume;
mod start;
mod waiting;
mod worker;

pub use id::ProcessId;
pub use log::ProcessLog;
pub use progress::{Progress, Resumed};
pub use start::{Process, Started};
pub use worker::{Retries, WorkerOptions};
