use crate::readers::ReadError;
use lawful::view::{Cell, CellError, ColumnKind, Key, Row};
use lawful::{Failure, FailureKind, Timestamp, Uuid};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{ToSql, types::FromSqlError};

/// A cell as SQLite keeps it.
pub(super) struct Kept<'c>(pub(super) &'c Cell);

impl ToSql for Kept<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Cell::Null => ToSqlOutput::Owned(Value::Null),
            Cell::Bool(truth) => ToSqlOutput::Owned(Value::Integer(i64::from(*truth))),
            Cell::Integer(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Cell::Real(number) => ToSqlOutput::Owned(Value::Real(*number)),
            Cell::Text(text) | Cell::Json(text) => {
                ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes()))
            }
            Cell::Uuid(id) => ToSqlOutput::Owned(Value::Text(id.to_string())),
            Cell::Time(time) => ToSqlOutput::Owned(Value::Text(sortable(*time))),
        })
    }
}

/// What a column of this kind is declared as.
pub(super) const fn declared(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Bool | ColumnKind::Integer | ColumnKind::Duration => "INTEGER",
        ColumnKind::Real => "REAL",
        ColumnKind::Text | ColumnKind::Uuid | ColumnKind::Time | ColumnKind::Json => "TEXT",
    }
}

/// The cell of a value that stands in a column of this kind.
pub(super) fn read(kind: ColumnKind, value: ValueRef<'_>) -> Result<Cell, CellError> {
    if let ValueRef::Null = value {
        return Ok(Cell::Null);
    }
    let number = || value.as_i64().map_err(|error| unfit(&error));
    let text = || value.as_str().map_err(|error| unfit(&error));
    Ok(match kind {
        ColumnKind::Bool => Cell::Bool(number()? != 0),
        ColumnKind::Integer | ColumnKind::Duration => Cell::Integer(number()?),
        ColumnKind::Real => Cell::Real(value.as_f64().map_err(|error| unfit(&error))?),
        ColumnKind::Text => Cell::Text(text()?.to_owned()),
        ColumnKind::Json => Cell::Json(text()?.to_owned()),
        ColumnKind::Uuid => Cell::Uuid(parsed::<Uuid>(text()?)?),
        ColumnKind::Time => Cell::Time(parsed::<Timestamp>(text()?)?),
    })
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, CellError> {
    text.parse()
        .map_err(|error| CellError::Value(format!("`{text}`: {error}")))
}

fn unfit(error: &FromSqlError) -> CellError {
    CellError::Value(error.to_string())
}

/// RFC 3339 with six digits after the second, so that moments sort as texts.
fn sortable(time: Timestamp) -> String {
    let text = time.to_string();
    let plain = text.trim_end_matches('Z');
    match plain.split_once('.') {
        Some((second, fraction)) => format!("{second}.{fraction:0<6}Z"),
        None => format!("{plain}.000000Z"),
    }
}

/// The cells of a key.
pub(super) fn of_key<R: Row>(key: &R::Key) -> Result<Vec<Cell>, Failure> {
    key.cells().map_err(|error| {
        let message = format!("the key `{key:?}` of `{}` cannot be kept: {error}", R::NAME);
        Failure::new(FailureKind::Unencodable, message).because(error)
    })
}

pub(super) fn unkeepable<R: Row>(column: usize, error: &CellError) -> Failure {
    let column = R::columns().get(column).map_or("?", |column| column.name);
    let message = format!("column `{column}` of `{}`: {error}", R::NAME);
    Failure::new(FailureKind::Unencodable, message)
}

/// A row of the table that is none of ours: somebody else wrote it.
pub(super) fn not_ours(error: impl std::error::Error + Send + Sync + 'static) -> ReadError {
    let message = format!(
        "a row of the table cannot be read: {error}; the table is written by its read model only, make the rows anew"
    );
    ReadError::Failed(Failure::new(FailureKind::Corrupt, message).because(error))
}
