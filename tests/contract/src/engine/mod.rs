//! What an interpreter promises over a log that it shares with others: no answer contradicts the log.

mod asked;
mod check;
mod defect;
mod desk;
mod engines;
mod past;
mod rule;
mod rules;
mod sketch;
mod twin;
mod valve;

pub use check::check_engine;
pub use defect::EngineDefect;
pub use desk::{Desk, DeskPayload, Purse, PurseCommand, PurseEvent, PurseRule};
pub use engines::Engines;
pub use rule::EngineRule;
pub use sketch::Sketch;
pub use twin::SketchTwin;
pub use valve::{Valve, Water};
