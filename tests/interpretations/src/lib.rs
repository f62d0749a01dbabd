//! What the tests of interpretations share: the example bank, services that remember, logs that lie.

mod files;
mod logs;
mod lying;
mod outbox;
mod totals;

pub use files::Files;
pub use logs::{InMemory, Logs, Schemas, Stored};
pub use lying::{Lie, Lying};
pub use outbox::{Notice, Outbox, services};
pub use programs::*;
pub use totals::{Total, accounts, total, transfers};
