use super::{Cell, CellError, ColumnKind, Key};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::{Debug, Formatter};
use std::marker::PhantomData;

/// A row of a read model, as `#[row]` prepares it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row of a read model",
    label = "this struct has no `#[row]`",
    note = "write `#[row]` above `struct {Self}`, and `#[key]` on the field by which a row is found"
)]
pub trait Row:
    Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// What it is found by.
    type Key: Key;

    /// In snake case: the name of the table.
    const NAME: &'static str;

    /// The author's sentence about it.
    const DOC: &'static str;

    /// Its fields, in declared order.
    fn columns() -> &'static [ColumnModel];

    /// The key of this row.
    fn key(&self) -> Self::Key;

    /// The cell of one column, by its place among [`Row::columns`].
    ///
    /// # Errors
    ///
    /// A number that is too large, a value that does not serialise, a place that is none.
    fn cell(&self, column: usize) -> Result<Cell, CellError>;

    /// The row of these cells, one for each column.
    ///
    /// # Errors
    ///
    /// The first column whose cell does not fit.
    fn of_cells(cells: Vec<Cell>) -> Result<Self, NotARow>;
}

/// A field of a row, as a column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct ColumnModel {
    /// In snake case, as the field.
    pub name: &'static str,
    /// What it is made of.
    pub kind: ColumnKind,
    /// Whether there may be nothing.
    pub nullable: bool,
    /// Whether it is a part of the key.
    pub key: bool,
    /// Whether rows can be found by it.
    pub index: bool,
}

/// Cells that are no row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column `{column}` of `{row}`: {error}")]
pub struct NotARow {
    /// The name of the row.
    pub row: &'static str,
    /// The column at fault.
    pub column: &'static str,
    /// What is wrong with it.
    pub error: CellError,
}

/// A field marked `#[index]`, by which rows are found: `Holding::OWNER`.
pub struct Index<R, V> {
    column: usize,
    of: PhantomData<fn(R) -> V>,
}

impl<R: Row, V> Index<R, V> {
    /// For generated code: the index of the column at this place.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(column: usize) -> Self {
        Index {
            column,
            of: PhantomData,
        }
    }

    /// Its place among [`Row::columns`].
    #[must_use]
    pub const fn column(self) -> usize {
        self.column
    }
}

impl<R, V> Clone for Index<R, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, V> Copy for Index<R, V> {}

impl<R: Row, V> Debug for Index<R, V> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let column = R::columns().get(self.column);
        f.debug_tuple("Index")
            .field(&column.map(|column| column.name))
            .finish()
    }
}
