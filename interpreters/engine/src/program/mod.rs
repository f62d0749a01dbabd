//! Interpretations of programs: step by step, all or nothing, as a rehearsal.

mod live;
mod run;
mod timer;
mod waiting;

pub use live::Live;
