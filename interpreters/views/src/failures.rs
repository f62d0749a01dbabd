//! What failures say, in one place.

use lawful::log::Entry;
use lawful::view::{NotARow, Row};
use lawful::{Failure, FailureKind, Payload, Position};

#[cold]
pub(crate) fn panicked<R: Row, E: Payload>(entry: &Entry<E>, text: &str) -> Failure {
    Failure::new(
        FailureKind::Defect,
        format!(
            "read model `{}` panicked at event `{}.{}`, version {} of stream `{}`, position `{}`: `{text}`; the rows stand as before this event, make the method total",
            R::NAME,
            entry.event.aggregate(),
            entry.event.name(),
            entry.version,
            entry.stream,
            entry.position,
        ),
    )
}

#[cold]
pub(crate) fn not_a_row<E: Payload>(entry: &Entry<E>, error: NotARow) -> Failure {
    Failure::new(
        FailureKind::Unencodable,
        format!(
            "event `{}.{}`, version {} of stream `{}`, makes a row that cannot be kept: {error}; take a type that holds it",
            entry.event.aggregate(),
            entry.event.name(),
            entry.version,
            entry.stream,
        ),
    )
    .because(error)
}

#[cold]
pub(crate) fn restless<R: Row, E: Payload>(entry: &Entry<E>) -> Failure {
    Failure::new(
        FailureKind::Defect,
        format!(
            "read model `{}` asks for other rows each time at event `{}.{}`, version {} of stream `{}`; a fold is a function of the rows and the event, and of nothing else",
            R::NAME,
            entry.event.aggregate(),
            entry.event.name(),
            entry.version,
            entry.stream,
        ),
    )
}

#[cold]
pub(crate) fn not_reached<R: Row>(wanted: Position, reached: Option<Position>) -> Failure {
    let reached = reached.map_or_else(|| "nothing".to_owned(), |reached| format!("`{reached}`"));
    Failure::new(
        FailureKind::ForeignPosition,
        format!(
            "read model `{}` is to show position `{wanted}`, which its log has not reached: it reads up to {reached}; take a position from a receipt of this log",
            R::NAME,
        ),
    )
}

#[cold]
pub(crate) fn ahead<R: Row>(checkpoint: Position, head: Position) -> Failure {
    Failure::new(
        FailureKind::ForeignPosition,
        format!(
            "the rows of read model `{}` stand at position `{checkpoint}`, beyond the log's last one `{head}`: they were made from another log, or the log lost events; make them anew",
            R::NAME,
        ),
    )
}
