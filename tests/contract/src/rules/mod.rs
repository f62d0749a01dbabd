//! The rules themselves, by subject.

pub(crate) mod append;
pub(crate) mod atomic;
pub(crate) mod concurrent;
pub(crate) mod handle;
pub(crate) mod news;
pub(crate) mod order;
pub(crate) mod outcome;
pub(crate) mod reading;
pub(crate) mod record;
pub(crate) mod silent;
pub(crate) mod snapshot;
pub(crate) mod undecodable;
