use crate::values::{EPOCH, Jsonb, Moment};
use lawful::Uuid;
use lawful::view::{Cell, ColumnKind};
use std::error::Error;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

/// A cell as the server takes it: the statement says which type is meant, and a column of that kind gives no other.
#[derive(Debug)]
pub(super) struct Kept(pub(super) Cell);

impl ToSql for Kept {
    fn to_sql(
        &self,
        of: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match &self.0 {
            Cell::Null => Ok(IsNull::Yes),
            Cell::Bool(truth) => truth.to_sql(of, out),
            Cell::Integer(number) => number.to_sql(of, out),
            Cell::Real(number) => number.to_sql(of, out),
            Cell::Text(text) => text.to_sql(of, out),
            Cell::Uuid(id) => id.to_sql(of, out),
            Cell::Time(time) => (time.as_micros() - EPOCH).to_sql(of, out),
            Cell::Json(text) => Jsonb(text).to_sql(of, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A cell as the server gives it.
pub(super) struct Taken(pub(super) Cell);

impl<'a> FromSql<'a> for Taken {
    fn from_sql(of: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Taken(match *of {
            Type::BOOL => Cell::Bool(bool::from_sql(of, raw)?),
            Type::INT8 => Cell::Integer(i64::from_sql(of, raw)?),
            Type::FLOAT8 => Cell::Real(f64::from_sql(of, raw)?),
            Type::UUID => Cell::Uuid(Uuid::from_sql(of, raw)?),
            Type::TIMESTAMPTZ => Cell::Time(Moment::from_sql(of, raw)?.0),
            // The binary form has a version in front of the text.
            Type::JSONB => Cell::Json(String::from_sql(of, raw.get(1..).unwrap_or_default())?),
            _ => Cell::Text(String::from_sql(of, raw)?),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Taken(Cell::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// What a column of this kind is declared as.
pub(super) const fn declared(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Bool => "boolean",
        ColumnKind::Integer | ColumnKind::Duration => "bigint",
        ColumnKind::Real => "double precision",
        // Compared by bytes, as texts are elsewhere, whatever the database's language.
        ColumnKind::Text => "text COLLATE \"C\"",
        ColumnKind::Uuid => "uuid",
        ColumnKind::Time => "timestamptz",
        ColumnKind::Json => "jsonb",
    }
}

/// What an array of such values is called.
pub(super) const fn array(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Bool => "boolean[]",
        ColumnKind::Integer | ColumnKind::Duration => "bigint[]",
        ColumnKind::Real => "double precision[]",
        ColumnKind::Text => "text[]",
        ColumnKind::Uuid => "uuid[]",
        ColumnKind::Time => "timestamptz[]",
        ColumnKind::Json => "jsonb[]",
    }
}
