//! Read models: the events of one or more aggregates, folded into rows under a key of their own.
//!
//! `#[row]` on a struct says what a row holds, and `#[read_model]` on its `impl` what each event does to the rows. The fold is a pure
//! function, so that the same declaration runs in memory, into a table of a database, and in a test.

mod cell;
mod column;
mod fold;
mod key;
mod row;
mod rows;
mod table;

pub use cell::Cell;
pub use column::{CellError, Column, ColumnKind};
pub(crate) use column::{json_cell, of_json_cell};
pub use fold::{Folds, HandlerModel, Origin, ReadModel, ReadModelModel};
pub use key::Key;
pub use row::{ColumnModel, Index, NotARow, Row};
pub use rows::{Change, Rows, Want};
pub use table::{Brought, Table};
