//! Layers: handlers around handlers, written once for all domains and interpreters.
//!
//! They stack: `Retry::new(Timeout::new(handler, ..), ..)` gives each attempt its own time, `Timeout::new(Retry::new(handler, ..), ..)` all
//! attempts together. A layer sees requests and answers; it never sees a program.
//!
//! This crate has no timers, so whoever stacks layers says how to wait: `Retry` and `Timeout` take a function that makes a future.

mod backoff;
mod inject;
mod journal;
mod line;
mod observe;
mod record;
mod retry;
mod timeout;
#[cfg(feature = "tracing")]
mod trace;

pub use backoff::Backoff;
pub use inject::{Fault, Inject};
pub use journal::{Journal, Journaled, Replay, Replayed};
pub use line::Line;
pub use observe::Observe;
pub use record::Record;
pub use retry::{Retry, may_pass};
pub use timeout::Timeout;
#[cfg(feature = "tracing")]
pub use trace::Trace;
