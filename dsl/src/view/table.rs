use super::{Cell, Change, Row, Rows, Want};
use crate::{Failure, Position};

/// Where the rows of a read model stand, together with how far they have come. A handle: cheap to clone, and all clones are the same.
pub trait Table: Clone + Send + Sync + 'static {
    /// What stands in it.
    type Row: Row;

    /// The position up to which events are in the rows; `None` before the first one.
    fn checkpoint(&self) -> impl Future<Output = Result<Option<Position>, Failure>> + Send;

    /// The rows that a fold wants, an answer for each want.
    fn bring(
        &self,
        wants: Vec<Want<<Self::Row as Row>::Key>>,
    ) -> impl Future<Output = Result<Vec<Brought<Self::Row>>, Failure>> + Send;

    /// Writes the changes and moves the checkpoint from `from` to `to`, in one transaction. `false`, and nothing changed, where the
    /// checkpoint is not at `from` any more: somebody else was faster.
    fn commit(
        &self,
        changes: Vec<Change<Self::Row>>,
        from: Option<Position>,
        to: Position,
    ) -> impl Future<Output = Result<bool, Failure>> + Send;

    /// The rows have come as far as the log: whoever reads them by their name may see them from now on, in place of rows that another
    /// version of the read model made.
    fn publish(&self) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// The answer to a [`Want`].
#[derive(Debug, Clone, PartialEq)]
pub enum Brought<R: Row> {
    /// The row of this key, if there is one.
    Row(R::Key, Option<R>),
    /// Every row with this cell in the indexed column.
    Found {
        /// The place of the column among [`Row::columns`].
        column: usize,
        /// What stands in it.
        cell: Cell,
        /// The rows.
        rows: Vec<R>,
    },
}

impl<R: Row> Brought<R> {
    /// Puts it among the rows that a fold sees.
    pub fn into_rows(self, rows: &mut Rows<R>) {
        match self {
            Brought::Row(key, row) => rows.bring_key(key, row),
            Brought::Found {
                column,
                cell,
                rows: found,
            } => rows.bring_found(column, cell, found),
        }
    }
}
