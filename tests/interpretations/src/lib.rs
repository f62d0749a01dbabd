//! What the tests of interpretations share: the example bank, services that remember, logs that lie.

mod lying;
mod outbox;
mod totals;

pub use lying::{Lie, Lying};
pub use outbox::{Notice, Outbox, services};
pub use programs::*;
pub use totals::{Total, accounts, total, transfers};
