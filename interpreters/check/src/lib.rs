//! Reads a declaration instead of running it: an exact explorer, the laws of every aggregate, and checks whose findings are tests that
//! fail.
//!
//! Values are derived from the types and from the constants of the rules, so that nobody writes generators; every claim says how far it
//! goes, as its [`Evidence`].

mod caught;
pub mod diff;
mod domain;
mod evidence;
pub mod explore;
pub mod interpreted;
pub mod mutation;
mod scope;
pub mod solver;

pub use domain::{DomainError, Domains};
pub use evidence::Evidence;
pub use explore::{Exploration, explore};
pub use scope::Scope;
