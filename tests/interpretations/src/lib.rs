//! What the tests of interpretations share: the example bank, services that remember, logs that lie.

mod lying;
mod outbox;
mod totals;

pub use logs::{Files, Logs, Schemas, on_every_log};
pub use lying::{Lie, Lying};
pub use outbox::{Notice, Outbox, services};
pub use programs::*;
pub use totals::{Total, accounts, total, transfers};

use lawful::log::EventLog;
use lawful::program::Services;
use lawful_engine::{Engine, EngineOptions};

/// What a log of the bank holds.
pub type Stored = <Bank as lawful::Domain>::Event;

/// The interpreter over a log, with services that remember for nobody.
pub fn over<L: EventLog<Event = Stored>>(log: L) -> Engine<Bank, L> {
    Engine::assemble(log, Services::new(services().0), EngineOptions::default())
}
