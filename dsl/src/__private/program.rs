use crate::model::{AggregateModel, DomainModel, ProgramModel, ServiceModel};
use crate::program::{Journaled, Returned};
use crate::{Datum, Failure, FailureKind};
use serde::Serialize;
use std::fmt::{Debug, Formatter};

/// Asks a type to be one that a journal can hold.
pub fn journaled<T: Journaled>() {}

/// A call of a service as the program wrote it: `notices.send(to: .., text: "..")`.
///
/// # Errors
///
/// Those of the formatter.
pub fn show_call(
    f: &mut Formatter<'_>,
    name: &str,
    arguments: &[(&str, &dyn Debug)],
) -> std::fmt::Result {
    write!(f, "{name}(")?;
    for (index, (name, argument)) in arguments.iter().enumerate() {
        write!(
            f,
            "{}{name}: {argument:?}",
            if index > 0 { ", " } else { "" }
        )?;
    }
    f.write_str(")")
}

/// Asks what a program returns to be a `Result` that a journal can hold.
pub fn returned_by_program<T: Returned<Ok: Journaled, Err: Journaled>>() {}

/// An argument of a free rule: `Argument(&amount).datum()` is its value where the type can be serialised, and else that of
/// [`Unserialisable`], so that a rule may take anything.
#[derive(Debug)]
pub struct Argument<'a, T: ?Sized>(pub &'a T);

impl<T: Serialize + ?Sized> Argument<'_, T> {
    /// The value.
    #[must_use]
    pub fn datum(&self) -> Option<Datum> {
        Datum::of(self.0).ok()
    }
}

/// The answer for all other types.
pub trait Unserialisable {
    /// No value.
    #[must_use]
    fn datum(&self) -> Option<Datum> {
        None
    }
}

impl<T: ?Sized> Unserialisable for Argument<'_, T> {}

/// A process whose program the domain does not list.
#[cold]
#[must_use]
pub fn unlisted(domain: &str, name: &str, known: &[&str]) -> Failure {
    let known = if known.is_empty() {
        "no programs".to_owned()
    } else {
        format!("`{}`", known.join("`, `"))
    };
    let message = format!(
        "the domain `{domain}` lists no program `{name}`, but {known}: add it to `#[domain(.., programs(..))]`"
    );
    Failure::new(FailureKind::Undecodable, message)
}

/// Reads a program's value.
///
/// # Errors
///
/// Data that does not fit.
pub fn program_value<P: crate::program::ProgramValue>(data: &str) -> Result<P, Failure> {
    serde_json::from_str(data).map_err(|error| {
        let message = format!("the parameters of the program `{}` cannot be read", P::NAME);
        Failure::new(FailureKind::Undecodable, format!("{message}: {error}"))
    })
}

/// Asks a function to be a program of the domain.
pub fn program_of<D, F>()
where
    D: crate::Domain,
    F: crate::program::ProgramFunction,
    F::Value: crate::program::ProgramValue<Domain = D>,
{
}

/// The model of a domain from what its parts were declared with.
#[must_use]
pub fn domain_model(
    name: &'static str,
    doc: &'static str,
    aggregates: Vec<AggregateModel>,
    services: Vec<ServiceModel>,
    programs: Vec<ProgramModel>,
) -> DomainModel {
    let model = DomainModel {
        name: name.into(),
        doc: doc.into(),
        aggregates,
        services,
        programs,
    };
    model.resolve()
}
