use super::cells::{self, Kept, declared, not_ours, unkeepable};
use crate::readers::ReadError;
use lawful::view::{Cell, NotARow, Row};
use rusqlite::{Connection, ToSql, params_from_iter};

/// What is asked of one table, as SQL.
pub(super) struct Statements {
    row: String,
    all: String,
    put: String,
    remove: String,
    /// For each indexed column.
    found: Vec<(usize, String)>,
}

impl Statements {
    pub(super) fn of<R: Row>(table: &str) -> Self {
        let columns: Vec<String> = R::columns()
            .iter()
            .map(|column| quoted(column.name))
            .collect();
        let list = columns.join(", ");
        let keys: Vec<String> = R::columns()
            .iter()
            .filter(|column| column.key)
            .map(|column| quoted(column.name))
            .collect();
        let is_key: Vec<String> = keys.iter().map(|key| format!("{key} = ?")).collect();
        let (order, is_key) = (keys.join(", "), is_key.join(" AND "));
        let table = quoted(table);
        let values = vec!["?"; columns.len()].join(", ");
        let found = R::columns().iter().enumerate();
        Statements {
            row: format!("SELECT {list} FROM {table} WHERE {is_key}"),
            all: format!("SELECT {list} FROM {table} ORDER BY {order}"),
            put: format!("INSERT OR REPLACE INTO {table} ({list}) VALUES ({values})"),
            remove: format!("DELETE FROM {table} WHERE {is_key}"),
            found: found
                .filter(|(_, column)| column.index)
                .map(|(place, column)| {
                    let name = quoted(column.name);
                    let find =
                        format!("SELECT {list} FROM {table} WHERE {name} IS ? ORDER BY {order}");
                    (place, find)
                })
                .collect(),
        }
    }

    pub(super) fn row<R: Row>(
        &self,
        file: &Connection,
        key: &[Cell],
    ) -> Result<Option<R>, ReadError> {
        let rows = rows(file, &self.row, key)?;
        Ok(rows.into_iter().next())
    }

    pub(super) fn found<R: Row>(
        &self,
        file: &Connection,
        column: usize,
        cell: &Cell,
    ) -> Result<Vec<R>, ReadError> {
        let statement = self.found.iter().find(|(place, _)| *place == column);
        match statement {
            Some((_, statement)) => rows(file, statement, std::slice::from_ref(cell)),
            None => Ok(Vec::new()),
        }
    }

    pub(super) fn all<R: Row>(&self, file: &Connection) -> Result<Vec<R>, ReadError> {
        // SQLite compares ids and moments as texts, which is their order, and texts by their bytes, as Rust does.
        rows(file, &self.all, &[])
    }

    pub(super) fn put<R: Row>(&self, file: &Connection, row: &R) -> Result<(), ReadError> {
        let mut cells = Vec::with_capacity(R::columns().len());
        for column in 0..R::columns().len() {
            let cell = row
                .cell(column)
                .map_err(|error| unkeepable::<R>(column, &error))?;
            cells.push(cell);
        }
        let mut put = file.prepare_cached(&self.put)?;
        put.execute(params_from_iter(cells.iter().map(Kept)))?;
        Ok(())
    }

    pub(super) fn remove(&self, file: &Connection, key: &[Cell]) -> Result<(), ReadError> {
        let mut remove = file.prepare_cached(&self.remove)?;
        remove.execute(params_from_iter(key.iter().map(Kept)))?;
        Ok(())
    }
}

/// The table of a row, and its indexes.
pub(super) fn create<R: Row>(file: &Connection, table: &str) -> rusqlite::Result<()> {
    let columns = R::columns().iter().map(|column| {
        let (name, of) = (quoted(column.name), declared(column.kind));
        let null = if column.nullable { "" } else { " NOT NULL" };
        format!("{name} {of}{null}")
    });
    let keys: Vec<String> = R::columns()
        .iter()
        .filter(|column| column.key)
        .map(|column| quoted(column.name))
        .collect();
    let mut parts: Vec<String> = columns.collect();
    parts.push(format!("PRIMARY KEY ({})", keys.join(", ")));
    file.execute_batch(&format!(
        "CREATE TABLE {} ({}) STRICT, WITHOUT ROWID",
        quoted(table),
        parts.join(", ")
    ))?;
    for column in R::columns().iter().filter(|column| column.index) {
        file.execute_batch(&format!(
            "CREATE INDEX {} ON {} ({})",
            quoted(&format!("{table}_{}", column.name)),
            quoted(table),
            quoted(column.name)
        ))?;
    }
    Ok(())
}

fn rows<R: Row>(file: &Connection, statement: &str, of: &[Cell]) -> Result<Vec<R>, ReadError> {
    let mut statement = file.prepare_cached(statement)?;
    let values = of.iter().map(Kept);
    let values: Vec<Kept<'_>> = values.collect();
    let values = values.iter().map(|value| value as &dyn ToSql);
    let mut found = statement.query(params_from_iter(values))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let columns = R::columns().iter().enumerate();
        let cells = columns.map(|(place, column)| {
            let value = row.get_ref(place).map_err(ReadError::from)?;
            cells::read(column.kind, value).map_err(|error| {
                not_ours(NotARow {
                    row: R::NAME,
                    column: column.name,
                    error,
                })
            })
        });
        let cells: Vec<Cell> = cells.collect::<Result<_, _>>()?;
        rows.push(R::of_cells(cells).map_err(not_ours)?);
    }
    Ok(rows)
}

/// A name as SQL writes it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
