use crate::Timestamp;
use std::cmp::Ordering;
use uuid::Uuid;

/// One value of a row, as a table of a database holds it.
#[derive(Debug, Clone)]
pub enum Cell {
    /// Nothing: an `Option` that is `None`.
    Null,
    /// Truth.
    Bool(bool),
    /// A whole number; a duration in microseconds.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// A text.
    Text(String),
    /// An id.
    Uuid(Uuid),
    /// A moment.
    Time(Timestamp),
    /// Anything else, as JSON.
    Json(String),
}

impl Cell {
    /// What it is, for errors.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Cell::Null => "null",
            Cell::Bool(_) => "a truth value",
            Cell::Integer(_) => "a whole number",
            Cell::Real(_) => "a floating-point number",
            Cell::Text(_) => "a text",
            Cell::Uuid(_) => "a UUID",
            Cell::Time(_) => "a moment",
            Cell::Json(_) => "JSON",
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Cell::Null => 0,
            Cell::Bool(_) => 1,
            Cell::Integer(_) => 2,
            Cell::Real(_) => 3,
            Cell::Text(_) => 4,
            Cell::Uuid(_) => 5,
            Cell::Time(_) => 6,
            Cell::Json(_) => 7,
        }
    }
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Cell {}

impl PartialOrd for Cell {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cell {
    /// A total order, floating-point numbers included, so that cells can be looked up.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Cell::Bool(one), Cell::Bool(two)) => one.cmp(two),
            (Cell::Integer(one), Cell::Integer(two)) => one.cmp(two),
            (Cell::Real(one), Cell::Real(two)) => one.total_cmp(two),
            (Cell::Text(one), Cell::Text(two)) | (Cell::Json(one), Cell::Json(two)) => one.cmp(two),
            (Cell::Uuid(one), Cell::Uuid(two)) => one.cmp(two),
            (Cell::Time(one), Cell::Time(two)) => one.cmp(two),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}
