use super::cells::{array, declared};
use lawful::view::{ColumnModel, Row};

/// What is asked of one table, as SQL.
#[derive(Debug)]
pub(super) struct Statements {
    /// An array for each field of the key: the rows of these keys.
    pub(super) rows: String,
    pub(super) all: String,
    /// For each indexed column: its place, the rows that hold a value, and those that hold none.
    pub(super) found: Vec<(usize, String, String)>,
    /// Name, fingerprint, from, to; an array for each column of what is put; one for each field of the keys of what is removed.
    pub(super) commit: String,
    pub(super) create: String,
}

impl Statements {
    pub(super) fn of<R: Row>(schema: &str, table: &str) -> Self {
        let columns = R::columns();
        let keys: Vec<&ColumnModel> = columns.iter().filter(|column| column.key).collect();
        let whole = format!("{}.{}", quoted(schema), quoted(table));
        let list = names(columns.iter(), |name| name);
        let order = names(keys.iter().copied(), |name| name);
        let select = names(columns.iter(), |name| format!("t.{name}"));
        let found = columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.index);
        let found = found.map(|(place, column)| {
            let name = quoted(column.name);
            let select = format!("SELECT {select} FROM {whole} t WHERE t.{name}");
            (
                place,
                format!("{select} = $1 ORDER BY {order}"),
                format!("{select} IS NULL ORDER BY {order}"),
            )
        });
        let (puts, removes) = (
            arrays(columns.iter(), 5),
            arrays(keys.iter().copied(), 5 + columns.len()),
        );
        let others = columns.iter().filter(|column| !column.key);
        let others = names(others, |name| format!("{name} = excluded.{name}"));
        let otherwise = if others.is_empty() {
            "DO NOTHING".to_owned()
        } else {
            format!("DO UPDATE SET {others}")
        };
        let same = keys.iter().map(|key| {
            let key = quoted(key.name);
            format!("t.{key} = gone.{key}")
        });
        let same = same.collect::<Vec<_>>().join(" AND ");
        Statements {
            rows: format!(
                "SELECT {select} FROM {whole} t JOIN unnest({}) AS wanted ({order}) USING ({order})",
                arrays(keys.iter().copied(), 1)
            ),
            all: format!("SELECT {select} FROM {whole} t ORDER BY {order}"),
            found: found.collect(),
            commit: format!(
                "WITH moved AS (
                    UPDATE {}.builds SET checkpoint = $4
                    WHERE name = $1 AND fingerprint = $2 AND checkpoint IS NOT DISTINCT FROM $3
                    RETURNING 1
                ), put AS (
                    INSERT INTO {whole} ({list})
                    SELECT new.* FROM unnest({puts}) AS new, moved
                    ON CONFLICT ({order}) {otherwise}
                ), removed AS (
                    DELETE FROM {whole} t USING unnest({removes}) AS gone ({order}), moved
                    WHERE {same}
                )
                SELECT count(*) FROM moved",
                quoted(schema)
            ),
            create: create(columns, &whole),
        }
    }
}

fn create(columns: &[ColumnModel], whole: &str) -> String {
    let fields = columns.iter().map(|column| {
        let (name, of) = (quoted(column.name), declared(column.kind));
        let null = if column.nullable { "" } else { " NOT NULL" };
        format!("{name} {of}{null}")
    });
    let keys = columns.iter().filter(|column| column.key);
    let fields: Vec<String> = fields.collect();
    let mut create = format!(
        "CREATE TABLE {whole} ({}, PRIMARY KEY ({}));",
        fields.join(", "),
        names(keys, |name| name)
    );
    for column in columns.iter().filter(|column| column.index) {
        let index = format!(" CREATE INDEX ON {whole} ({});", quoted(column.name));
        create.push_str(&index);
    }
    create
}

/// `$5::uuid[], $6::text[]`
fn arrays<'c>(columns: impl Iterator<Item = &'c ColumnModel>, first: usize) -> String {
    let arrays = columns
        .zip(first..)
        .map(|(column, number)| format!("${number}::{}", array(column.kind)));
    arrays.collect::<Vec<_>>().join(", ")
}

fn names<'c>(
    columns: impl Iterator<Item = &'c ColumnModel>,
    each: impl Fn(String) -> String,
) -> String {
    let names = columns.map(|column| each(quoted(column.name)));
    names.collect::<Vec<_>>().join(", ")
}

/// A name as SQL writes it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as SQL writes it.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
