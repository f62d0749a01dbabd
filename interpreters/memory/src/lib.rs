//! An event log in memory: the strictest and the smallest one, and the guide to writing your own.
//!
//! It keeps every promise of [`lawful::log`] but durability: what it holds ends with the process.

mod clock;
mod log;
mod records;

pub use clock::Clock;
pub use lawful_engine::{Engine, EngineOptions};
pub use log::MemoryLog;

/// The interpreter of the domain `D` in memory.
pub type Memory<D> = Engine<D, MemoryLog<<D as lawful::Domain>::Event>>;
