use crate::view::{Cell, CellError, Column, ColumnKind, NotARow, Row, json_cell, of_json_cell};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// Asks a type for its column: the inherent items where the type is a [`Column`], and else those of [`JsonCells`]. The macro sees the
/// name of a type only, and it may be foreign.
#[derive(Debug)]
pub struct Cells<T>(PhantomData<T>);

impl<T: Column> Cells<T> {
    /// The kind of its column.
    pub const KIND: ColumnKind = T::KIND;
    /// Whether there may be nothing.
    pub const NULLABLE: bool = T::NULLABLE;

    /// The value as a cell.
    ///
    /// # Errors
    ///
    /// A number that is too large.
    pub fn cell(value: &T) -> Result<Cell, CellError> {
        value.cell()
    }

    /// The value of a cell.
    ///
    /// # Errors
    ///
    /// A cell that is no such value.
    pub fn of_cell(cell: Cell) -> Result<T, CellError> {
        T::of_cell(cell)
    }
}

/// The answers for all other types.
pub trait JsonCells<T: Serialize + DeserializeOwned> {
    /// The kind of its column.
    const KIND: ColumnKind = ColumnKind::Json;
    /// Whether there may be nothing.
    const NULLABLE: bool = false;

    /// The value as a cell.
    ///
    /// # Errors
    ///
    /// Where its own serialisation fails.
    fn cell(value: &T) -> Result<Cell, CellError> {
        json_cell(value)
    }

    /// The value of a cell.
    ///
    /// # Errors
    ///
    /// A cell that is no such value.
    fn of_cell(cell: Cell) -> Result<T, CellError> {
        of_json_cell(cell)
    }
}

impl<T: Serialize + DeserializeOwned> JsonCells<T> for Cells<T> {}

/// The value of the next cell, which stands in the column at this place.
///
/// # Errors
///
/// A missing cell, or one that is no such value.
pub fn taken<R: Row, T>(
    cells: &mut impl Iterator<Item = Cell>,
    place: usize,
    of_cell: impl FnOnce(Cell) -> Result<T, CellError>,
) -> Result<T, NotARow> {
    let missing = || CellError::Value("the cell is missing".to_owned());
    cells
        .next()
        .ok_or_else(missing)
        .and_then(of_cell)
        .map_err(|error| NotARow {
            row: R::NAME,
            column: R::columns().get(place).map_or("?", |column| column.name),
            error,
        })
}

/// What a row says of a column that it has not.
///
/// # Errors
///
/// Always.
pub fn no_column<R: Row>(place: usize) -> Result<Cell, CellError> {
    let message = format!("`{}` has no column {place}", R::NAME);
    Err(CellError::Value(message))
}

/// A number that changes with the text of a fold, with its version and with the columns of its row.
#[must_use]
pub fn view_fingerprint<R: Row>(fold: u64, version: u32) -> u64 {
    let text = format!("{fold:x} {version} {:?}", R::columns());
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
