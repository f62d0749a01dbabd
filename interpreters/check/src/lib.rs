#![doc = include_str!("../README.md")]

mod caught;
mod check;
pub mod coordination;
mod counterexample;
pub mod diff;
mod domain;
mod evidence;
pub mod explore;
mod finding;
pub mod interpreted;
mod laws;
pub mod mutation;
pub mod partitioned;
mod scope;
pub mod solver;

pub use check::{Check, Report};
pub use coordination::coordination;
pub use domain::{DomainError, Domains};
pub use evidence::Evidence;
pub use explore::{Exploration, explore};
pub use finding::{Finding, Severity};
pub use laws::{LawReport, LawResult, Laws, laws, laws_on};
pub use partitioned::Partitioned;
pub use scope::Scope;
