//! The model of a domain as data: what the macros read from a declaration, kept beside the compiled code.
//!
//! Everything here is `'static` where it comes from a declaration and owned where it was read back from JSON. [`Display`] of an
//! [`AggregateModel`] is canonical: formatting of the source does not show in it.
//!
//! [`Display`]: std::fmt::Display

mod aggregate;
mod display;
mod expr;
mod fingerprint;
mod program;
mod walk;
mod written;

pub use aggregate::{
    AggregateModel, CommandModel, EventModel, Field, FreeRef, Guard, HelperModel, Parameter,
    RuleKind, RuleModel, RuleRef, StateModel, Upcast, ValueModel, Variant,
};
pub use expr::{Arm, BinaryOp, Constant, Expr, Literal, Pattern, UnaryOp};
pub use program::{AskModel, CallModel, DomainModel, ProgramModel, ServiceModel};

pub use written::Unreadable;

pub(crate) use walk::named_constants;

use std::borrow::Cow;

/// Text of a model: borrowed from the program, or owned after reading it back.
pub type Text = Cow<'static, str>;

/// A list of a model: borrowed from the program, or owned after reading it back.
pub type List<T> = Cow<'static, [T]>;
