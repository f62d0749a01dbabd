use crate::Domain;
use crate::model::ProgramModel;
use crate::program::{Journaled, Perform, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// Something that an interpreter can perform: a program value (`Transfer { .. }`), or a closure
/// (`async |bank: &mut Perform<Bank>| ..`).
///
/// Its future can change threads, in generic code too.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a program that can be performed with the requests of `{R}`",
    label = "not a program here",
    note = "a program is a value made by `#[program]`, or `async |bank: &mut Perform<..>| ..` with the type written out, whose future is `Send` and which returns a `Result`",
    note = "`transact` accepts programs that take `&mut Atomic<..>`, and every program of a domain without services; `run` accepts all"
)]
pub trait Program<R: Row>: Send {
    /// What it returns when all went well.
    type Ok: Send;
    /// What it returns otherwise.
    type Err: Send;

    /// Performs it.
    fn perform(
        self,
        perform: &mut Perform<R>,
    ) -> impl Future<Output = Result<Self::Ok, Self::Err>> + Send;
}

/// A function from a capability to a future that can change threads.
///
/// Keyed on the borrowed capability, so that the future has a name and can be asked to be `Send`.
pub trait Body<P> {
    /// What it returns when all went well.
    type Ok: Send;
    /// What it returns otherwise.
    type Err: Send;
    /// The work.
    type Future: Future<Output = Result<Self::Ok, Self::Err>> + Send;

    /// Begins.
    fn begin(self, perform: P) -> Self::Future;
}

impl<P, F, Fut, T, E> Body<P> for F
where
    F: FnOnce(P) -> Fut,
    Fut: Future<Output = Result<T, E>> + Send,
    T: Send,
    E: Send,
{
    type Ok = T;
    type Err = E;
    type Future = Fut;

    #[inline]
    fn begin(self, perform: P) -> Fut {
        self(perform)
    }
}

impl<R, F, T, E> Program<R> for F
where
    R: Row,
    F: for<'a> Body<&'a mut Perform<R>, Ok = T, Err = E> + Send,
    T: Send,
    E: Send,
{
    type Ok = T;
    type Err = E;

    #[inline]
    fn perform(self, perform: &mut Perform<R>) -> impl Future<Output = Result<T, E>> + Send {
        self.begin(perform)
    }
}

/// A program as a value: it can be stored, named, started as a process, and resumed.
///
/// `#[program]` on an `async fn` writes this.
pub trait ProgramValue: Journaled + Serialize + DeserializeOwned + Debug {
    /// The domain that it is a program of.
    type Domain: Domain;
    /// The function that it is a call of.
    type Function;

    /// The function's name: `transfer`.
    const NAME: &'static str;

    /// The declaration as data. What it asks for is by name only, until [`Domain::model`] has found who is meant.
    fn model() -> &'static ProgramModel;
}
