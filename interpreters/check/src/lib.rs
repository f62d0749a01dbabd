#![doc = include_str!("../README.md")]

mod caught;
mod check;
pub mod coordination;
mod counterexample;
mod domain;
mod evidence;
pub mod explore;
mod finding;
mod laws;
pub mod partitioned;
mod scope;

pub use check::{Check, Report};
pub use coordination::coordination;
pub use domain::{DomainError, Domains};
pub use evidence::Evidence;
pub use explore::{Exploration, explore};
pub use finding::{Finding, Severity};
pub use laws::{LawReport, LawResult, Laws, laws, laws_on};
pub use partitioned::Partitioned;
pub use scope::Scope;
