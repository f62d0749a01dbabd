use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// What a journal can hold: parameters and results of programs, requests and answers. Every type with these traits is one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be journaled",
    label = "a program's parameters and results, and what services take and answer, are journaled",
    note = "put `#[value]` above it, or derive Debug, Clone, PartialEq, Serialize and Deserialize; it must be `Send`, `Sync` and own its data"
)]
pub trait Journaled:
    Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static
{
}

#[diagnostic::do_not_recommend]
impl<T> Journaled for T where
    T: Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static
{
}

/// What a program returns.
#[diagnostic::on_unimplemented(
    message = "a program returns a `Result`, not `{Self}`",
    label = "no `Result`",
    note = "return `Result<_, Rejection>`, or a `Result` with an error of your own"
)]
pub trait Returned {
    /// When all went well.
    type Ok;
    /// Otherwise.
    type Err;
}

impl<T, E> Returned for Result<T, E> {
    type Ok = T;
    type Err = E;
}
