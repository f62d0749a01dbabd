use crate::Domain;
use crate::program::Perform;
use crate::program::perform::lent;
use std::marker::PhantomData;

/// What a program may ask: everything of a domain, or everything but what takes time.
///
/// Every [`Domain`] is one; [`AtomicRow`] is the other.
pub trait Row: Send + Sync + 'static {
    /// Whose requests they are.
    type Domain: Domain;
}

impl<D: Domain> Row for D {
    type Domain = D;
}

/// The domain `D` without its services, without sleeping and waiting.
pub struct AtomicRow<D>(PhantomData<fn() -> D>);

impl<D: Domain> Row for AtomicRow<D> {
    type Domain = D;
}

/// The capability of programs that `transact` accepts: commands, states, the time and new ids.
///
/// In a domain without services that is [`Perform`] itself.
pub type Atomic<D> = Perform<<D as Domain>::Atomic>;

/// A row in which services can be asked, and in which a program can sleep and wait.
#[diagnostic::on_unimplemented(
    message = "inside `Atomic<..>` no service can be asked, and nothing can sleep or wait",
    label = "this takes time, and a transaction may run more than once",
    note = "let the program take `&mut Perform<..>`, and call the part that is to be atomic with `bank.atomic()`"
)]
pub trait Unhurried: Row {}

impl<D: Domain> Unhurried for D {}

/// A program that takes `&mut Self` can be performed with the requests of `R`.
#[diagnostic::on_unimplemented(
    message = "a program that takes `&mut {Self}` cannot be performed where only `{R}` is at hand",
    label = "asks more than can be answered here",
    note = "`transact` accepts programs of a domain without services, and programs that take `&mut Atomic<..>`; others are for `run` and `start`",
    note = "a program belongs to one domain, and only an interpreter of that domain can run it"
)]
pub trait Lend<R: Row> {
    /// The program's capability.
    fn lend(perform: &mut Perform<R>) -> &mut Self;
}

impl<R: Row> Lend<R> for Perform<R> {
    fn lend(perform: &mut Perform<R>) -> &mut Self {
        perform
    }
}

impl<D: Domain> Lend<D> for Perform<AtomicRow<D>> {
    fn lend(_: &mut Perform<D>) -> &mut Self {
        lent()
    }
}
