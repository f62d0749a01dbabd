//! What the tests of processes share: a domain, services that keep a record, and a log that crashes on demand.

mod apart;
pub mod child;
mod counted;
mod crashing;
mod files;
mod gate;
mod record;
mod shop;
mod streams;
mod twin;

pub use apart::Apart;
#[doc(hidden)]
pub use apart::log as __log;
pub use counted::{Counted, Keeps};
pub use crashing::{Crash, Crashing, Moment};
pub use files::Scratch;
pub use gate::Gate;
pub use logs::{InMemory, Logs, Schemas, on_every_log};
pub use record::{Call, Record};
pub use shop::*;
pub use streams::Streamed;
pub use twin::{Twin, found_out};

use lawful::log::EventLog;
use lawful::program::{ProcessEvent, Services};
use lawful::{Domain, Failure, Position, Timestamp};
use lawful_engine::{Engine, EngineOptions};
use lawful_memory::{Clock, MemoryLog};

/// What a log of the shop holds.
pub type Stored = <Shop as Domain>::Event;

/// The interpreter over a log, with services that keep a record.
pub fn node<L: EventLog<Event = Stored>>(
    log: L,
    courier: &(impl Courier + Clone),
) -> Engine<Shop, L> {
    let services = ShopServices {
        courier: courier.clone(),
    };
    Engine::assemble(log, Services::new(services), EngineOptions::default())
}

/// An empty log in memory, and its clock, which stands still at zero.
#[must_use]
pub fn memory() -> (MemoryLog<Stored>, Clock) {
    let clock = Clock::fixed(Timestamp::from_micros(0));
    (MemoryLog::with_clock(clock.clone()), clock)
}

/// All lines of journals in a log.
///
/// # Errors
///
/// Where the log cannot be read.
pub async fn lines<L: EventLog<Event = Stored>>(log: &L) -> Result<Vec<ProcessEvent>, Failure> {
    let page = log
        .read_all(Position::origin(log.identity()), usize::MAX)
        .await?;
    let lines = page
        .entries
        .iter()
        .filter_map(|entry| Shop::journal(&entry.event));
    Ok(lines.cloned().collect())
}

/// The journals of a log as kinds and steps: `answered 3`.
///
/// # Errors
///
/// Where the log cannot be read.
pub async fn story<L: EventLog<Event = Stored>>(log: &L) -> Result<Vec<String>, Failure> {
    let lines = lines(log).await?;
    Ok(lines.iter().map(told).collect())
}

fn told(line: &ProcessEvent) -> String {
    let data: serde_json::Value = serde_json::from_str(line.data()).unwrap_or_default();
    match data["step"].as_str() {
        Some(step) => format!("{} {step}", line.kind().name()),
        None => line.kind().name().to_owned(),
    }
}
