//! Interpretations of programs: step by step, all or nothing, as a rehearsal.

mod commit;
mod live;
mod overlay;
mod rehearsal;
mod run;
pub(crate) mod timer;
mod transact;
mod waiting;

pub use live::Live;
