#![doc = include_str!("../README.md")]

mod broken;
mod check;
pub mod engine;
mod factory;
mod given;
mod report;
mod rule;
mod rules;
mod sample;
mod stagger;

pub use broken::{BrokenLog, Defect, Twin};
pub use check::{check, check_atomic};
pub use factory::Factory;
pub use report::{Report, Verdict};
pub use rule::Rule;
pub use sample::{Foreign, Sample};
