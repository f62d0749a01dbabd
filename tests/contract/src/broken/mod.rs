//! A plain log that keeps every rule, and its twins, each of which has one defect.
//!
//! A rule that no log can break is decoration, so each rule has a twin that breaks it.

mod commit;
mod defect;
mod flight;
mod log;
mod pages;
mod records;
mod twin;

pub use defect::Defect;
pub use log::BrokenLog;
pub use twin::Twin;
