//! The domain that the tests of programs share, and a world for it to run in.

mod bank;
mod spans;
mod world;

pub use bank::*;
pub use spans::{Spans, Traced};
pub use world::*;
