use crate::failures;
use lawful::log::Entry;
use lawful::view::{Folds, Rows, Want};
use lawful::{Domain, Failure};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Folds one recorded event into the rows: all that it changes, or nothing. Where rows are wanted that are not here, they are named and
/// nothing is changed.
///
/// # Errors
///
/// A method that panics ([`Defect`](lawful::FailureKind::Defect)), a row that cannot be kept
/// ([`Unencodable`](lawful::FailureKind::Unencodable)).
pub fn fold<D: Domain, R: Folds<D>>(
    rows: &mut Rows<R>,
    entry: &Entry<D::Event>,
) -> Result<Vec<Want<R::Key>>, Failure> {
    // The rows take back what the event changed, which is what makes the assertion true.
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| R::fold(rows, entry))) {
        rows.take_back();
        return Err(failures::panicked::<R, _>(entry, text(&*payload)));
    }
    rows.settle()
        .map_err(|error| failures::not_a_row(entry, error))
}

fn text(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("it left no text")
}
