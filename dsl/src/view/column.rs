use super::Cell;
use crate::{Id, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use uuid::Uuid;

/// What a column of a table is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Truth.
    Bool,
    /// A whole number of at most 64 bits, with a sign.
    Integer,
    /// A floating-point number.
    Real,
    /// A text.
    Text,
    /// An id.
    Uuid,
    /// A moment, in microseconds.
    Time,
    /// A duration, in whole microseconds.
    Duration,
    /// Anything else.
    Json,
}

/// Why a value cannot stand in its column, or a cell is no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CellError {
    /// A number that the column cannot hold.
    #[error("`{0}` does not fit into a column of 64-bit whole numbers")]
    TooLarge(String),
    /// A cell that holds something else.
    #[error("expected {expected}, found {found}")]
    Kind {
        /// What the field asks for.
        expected: &'static str,
        /// What the cell holds.
        found: &'static str,
    },
    /// A cell that holds the right kind and not a value of the field.
    #[error("{0}")]
    Value(String),
}

/// A type that a column of its own kind holds. Fields of any other type are kept as JSON.
pub trait Column: Sized {
    /// The kind.
    const KIND: ColumnKind;
    /// Whether there may be nothing.
    const NULLABLE: bool = false;

    /// The value as a cell.
    ///
    /// # Errors
    ///
    /// A number that is too large.
    fn cell(&self) -> Result<Cell, CellError>;

    /// The value of a cell.
    ///
    /// # Errors
    ///
    /// Another kind of cell, a number out of range.
    fn of_cell(cell: Cell) -> Result<Self, CellError>;
}

fn other<T>(expected: &'static str, found: &Cell) -> Result<T, CellError> {
    Err(CellError::Kind {
        expected,
        found: found.kind(),
    })
}

macro_rules! column {
    ($($type:ty, $kind:ident, $cell:ident, $expected:literal, $to:expr, $from:expr;)*) => {$(
        impl Column for $type {
            const KIND: ColumnKind = ColumnKind::$kind;

            fn cell(&self) -> Result<Cell, CellError> {
                let to: fn(&$type) -> Result<_, CellError> = $to;
                to(self).map(Cell::$cell)
            }

            fn of_cell(cell: Cell) -> Result<Self, CellError> {
                let from: fn(_) -> Result<$type, CellError> = $from;
                match cell {
                    Cell::$cell(value) => from(value),
                    found => other($expected, &found),
                }
            }
        }
    )*};
}

column! {
    bool, Bool, Bool, "a truth value", |value| Ok(*value), Ok;
    f64, Real, Real, "a floating-point number", |value| Ok(*value), Ok;
    String, Text, Text, "a text", |value| Ok(value.clone()), Ok;
    char, Text, Text, "a letter", |value| Ok(value.to_string()), |text: String| {
        text.parse().map_err(|_| CellError::Value(format!("`{text}` is not one letter")))
    };
    Uuid, Uuid, Uuid, "a UUID", |value| Ok(*value), Ok;
    Timestamp, Time, Time, "a moment", |value| Ok(*value), Ok;
    Duration, Duration, Integer, "a duration in microseconds",
        |value| i64::try_from(value.as_micros()).map_err(|_| CellError::TooLarge(format!("{value:?}"))),
        |micros| u64::try_from(micros).map(Duration::from_micros)
            .map_err(|_| CellError::Value(format!("`{micros}` microseconds are no duration")));
}

macro_rules! whole {
    ($($type:ty)*) => {$(
        impl Column for $type {
            const KIND: ColumnKind = ColumnKind::Integer;

            fn cell(&self) -> Result<Cell, CellError> {
                i64::try_from(*self)
                    .map(Cell::Integer)
                    .map_err(|_| CellError::TooLarge(self.to_string()))
            }

            fn of_cell(cell: Cell) -> Result<Self, CellError> {
                match cell {
                    Cell::Integer(number) => <$type>::try_from(number).map_err(|_| {
                        CellError::Value(format!("`{number}` is not a `{}`", stringify!($type)))
                    }),
                    found => other("a whole number", &found),
                }
            }
        }
    )*};
}

whole!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

impl<T: ?Sized> Column for Id<T> {
    const KIND: ColumnKind = ColumnKind::Uuid;

    fn cell(&self) -> Result<Cell, CellError> {
        Ok(Cell::Uuid(self.uuid()))
    }

    fn of_cell(cell: Cell) -> Result<Self, CellError> {
        Uuid::of_cell(cell).map(Id::from)
    }
}

impl<T: Column> Column for Option<T> {
    const KIND: ColumnKind = T::KIND;
    const NULLABLE: bool = true;

    fn cell(&self) -> Result<Cell, CellError> {
        self.as_ref().map_or(Ok(Cell::Null), T::cell)
    }

    fn of_cell(cell: Cell) -> Result<Self, CellError> {
        match cell {
            Cell::Null => Ok(None),
            cell => T::of_cell(cell).map(Some),
        }
    }
}

/// A value without a column of its own, as JSON.
pub(crate) fn json_cell<T: Serialize>(value: &T) -> Result<Cell, CellError> {
    serde_json::to_string(value)
        .map(Cell::Json)
        .map_err(|error| CellError::Value(error.to_string()))
}

/// The value of a cell of JSON.
pub(crate) fn of_json_cell<T: DeserializeOwned>(cell: Cell) -> Result<T, CellError> {
    match cell {
        Cell::Json(text) => {
            serde_json::from_str(&text).map_err(|error| CellError::Value(error.to_string()))
        }
        found => other("JSON", &found),
    }
}
