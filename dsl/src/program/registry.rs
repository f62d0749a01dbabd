use crate::Domain;
use crate::program::{Program, ProgramValue, Row};

/// The function of a program, by the type of the same name that stands beside it.
pub trait ProgramFunction {
    /// The program's value: `Transfer`.
    type Value: ProgramValue<Function = Self>;
}

/// A domain that lists the program `F`: `#[domain]` writes this.
pub trait Lists<F>: Domain {}

/// A program that its domain lists, so that its processes can be resumed by name: what `start` asks for.
#[diagnostic::on_unimplemented(
    message = "the domain `{D}` does not list the program of `{Self}`",
    label = "could not be resumed after a restart",
    note = "add its function to the declaration: `#[domain(.., programs(..))] struct {D};`"
)]
pub trait Listed<D: Domain>: ProgramValue<Domain = D> + Program<D> {}

#[diagnostic::do_not_recommend]
impl<D, P> Listed<D> for P
where
    D: Lists<P::Function>,
    P: ProgramValue<Domain = D> + Program<D>,
{
}

/// What to do with a program value that was found by name. See [`Domain::resume`].
pub trait Resume<D: Domain>: Send {
    /// What comes of it.
    type Out;

    /// Does it.
    fn resume<P>(self, program: P) -> impl Future<Output = Self::Out> + Send
    where
        P: ProgramValue<Domain = D> + Program<D>,
        <P as Program<D>>::Ok: crate::program::Journaled,
        <P as Program<D>>::Err: crate::program::Journaled;
}

/// The domain behind a program's parameter, for generated code.
pub trait Capability {
    /// What it may ask.
    type Row: Row;
}

impl<R: Row> Capability for crate::program::Perform<R> {
    type Row = R;
}
