//! Rows of a read model in `PostgreSQL`, for whoever asks with SQL.

mod builds;
mod cells;
mod statements;

use crate::PostgresOptions;
use crate::connection::Connector;
use crate::failure::lost;
use builds::Build;
use cells::{Kept, Taken};
use lawful::log::Position;
use lawful::view::{
    Brought, Cell, CellError, Change, Column, Index, Key, ReadModel, Row, Table, Want,
};
use lawful::{Failure, FailureKind};
use statements::Statements;
use std::collections::BTreeMap;
use std::fmt::{Debug, Formatter};
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Statement};

/// The rows of a read model as a table of a `PostgreSQL` database: the log's own, or another one.
///
/// The table stands in a schema beside the log's, `lawful_views` where the log's is `lawful`. People read it by the name of the row,
/// `SELECT * FROM lawful_views.holding`: that is a view of the table in which the rows of this build are, and it is there, or changed,
/// once they have come as far as the log. A build whose row or fold is another one makes its rows beside it.
///
/// Ids are `uuid`, texts `text`, moments `timestamptz`, whole numbers `bigint`, durations `bigint` in microseconds, floating-point numbers
/// `double precision`, truth values `boolean`, and everything else is `jsonb`.
///
/// A handle: clones are the same table.
pub struct PostgresTable<R> {
    shared: Arc<Shared>,
    of: PhantomData<fn() -> R>,
}

struct Shared {
    connector: Connector,
    build: Build,
    statements: Statements,
    session: Mutex<Option<Arc<Session>>>,
}

/// A connection with its prepared statements.
struct Session {
    client: Client,
    rows: Statement,
    commit: Statement,
}

impl<R: ReadModel> PostgresTable<R> {
    /// Connects to the table, and makes it if it is not there.
    ///
    /// # Errors
    ///
    /// By [`FailureKind`]: `Denied` for a wrong password or a missing right, `Unavailable` for a server that cannot be reached, and where
    /// something else in the schema has the name of the row.
    pub async fn connect(options: impl Into<PostgresOptions>) -> Result<Self, Failure> {
        let options = options.into();
        let build = Build::of::<R>(options.checked_schema()?)?;
        let shared = Shared {
            connector: Connector::new(&options)?,
            statements: Statements::of::<R>(&build.schema, &build.table()),
            build,
            session: Mutex::default(),
        };
        let client = shared.connector.connect(None).await?;
        shared
            .build
            .prepare(&shared.connector, &client, &shared.statements)
            .await?;
        shared.keep(client).await?;
        Ok(PostgresTable {
            shared: Arc::new(shared),
            of: PhantomData,
        })
    }
}

impl Shared {
    /// The connection, or a new one where it is gone.
    async fn session(&self) -> Result<Arc<Session>, Failure> {
        let kept = self.lock().clone();
        match kept {
            Some(session) if !session.client.is_closed() => Ok(session),
            _ => {
                let client = self.connector.connect(None).await?;
                self.keep(client).await
            }
        }
    }

    async fn keep(&self, client: Client) -> Result<Arc<Session>, Failure> {
        const DOING: &str = "preparing statements";
        let rows = client.prepare(&self.statements.rows);
        let rows = self.connector.read(DOING, rows).await?;
        let commit = client.prepare(&self.statements.commit);
        let commit = self.connector.read(DOING, commit).await?;
        let session = Arc::new(Session {
            client,
            rows,
            commit,
        });
        *self.lock() = Some(Arc::clone(&session));
        Ok(session)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Arc<Session>>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rows that a statement of text finds.
    async fn ask<R: Row>(&self, statement: &str, of: &[&Kept]) -> Result<Vec<R>, Failure> {
        let session = self.session().await?;
        let parameters: Vec<&(dyn ToSql + Sync)> =
            of.iter().map(|cell| *cell as &(dyn ToSql + Sync)).collect();
        let found = session.client.query(statement, &parameters);
        let found = self.connector.read("reading rows", found).await?;
        found.iter().map(row).collect()
    }

    async fn found<R: Row>(&self, column: usize, cell: &Cell) -> Result<Vec<R>, Failure> {
        let known = self.statements.found.iter();
        let Some((_, with, without)) = known.clone().find(|(place, ..)| *place == column) else {
            return Ok(Vec::new());
        };
        match cell {
            Cell::Null => self.ask(without, &[]).await,
            cell => self.ask(with, &[&Kept(cell.clone())]).await,
        }
    }

    /// The rows of these keys that are there.
    async fn rows<R: Row>(&self, keys: &[R::Key]) -> Result<Vec<R>, Failure> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let session = self.session().await?;
        let columns = by_column(key_width::<R>(), keys.iter().map(of_key::<R>))?;
        let parameters = references(&columns);
        let found = session.client.query(&session.rows, &parameters);
        let found = self.connector.read("reading rows", found).await?;
        found.iter().map(row).collect()
    }
}

impl<R: Row> PostgresTable<R> {
    /// The row of this key.
    ///
    /// # Errors
    ///
    /// Where the server cannot be asked, or has something that is no such row.
    pub async fn get(&self, key: &R::Key) -> Result<Option<R>, Failure> {
        let rows = self.shared.rows::<R>(std::slice::from_ref(key)).await?;
        Ok(rows.into_iter().next())
    }

    /// Every row with this value in an indexed column, in order of their keys: `table.find(Holding::OWNER, "Ada")`.
    ///
    /// # Errors
    ///
    /// Where the server cannot be asked, or has something that is no such row.
    pub async fn find<V: Column>(
        &self,
        index: Index<R, V>,
        value: impl Into<V>,
    ) -> Result<Vec<R>, Failure> {
        let column = index.column();
        let value = value.into().cell();
        let cell = value.map_err(|error| unkeepable::<R>(column, &error))?;
        self.shared.found(column, &cell).await
    }

    /// Every row, in order of their keys.
    ///
    /// # Errors
    ///
    /// Where the server cannot be asked, or has something that is no such row.
    pub async fn all(&self) -> Result<Vec<R>, Failure> {
        self.shared.ask(&self.shared.statements.all, &[]).await
    }
}

impl<R: ReadModel> Table for PostgresTable<R> {
    type Row = R;

    async fn checkpoint(&self) -> Result<Option<Position>, Failure> {
        let session = self.shared.session().await?;
        let build = &self.shared.build;
        build
            .checkpoint(&self.shared.connector, &session.client)
            .await
    }

    async fn bring(&self, wants: Vec<Want<R::Key>>) -> Result<Vec<Brought<R>>, Failure> {
        let keys = wants.iter().filter_map(|want| match want {
            Want::Key(key) => Some(key.clone()),
            Want::Found { .. } => None,
        });
        let keys: Vec<R::Key> = keys.collect();
        let rows = self.shared.rows::<R>(&keys).await?;
        let mut rows: BTreeMap<R::Key, R> = rows.into_iter().map(|row| (row.key(), row)).collect();
        let mut brought = Vec::with_capacity(wants.len());
        for want in wants {
            brought.push(match want {
                Want::Key(key) => {
                    let row = rows.remove(&key);
                    Brought::Row(key, row)
                }
                Want::Found { column, cell } => {
                    let rows = self.shared.found(column, &cell).await?;
                    Brought::Found { column, cell, rows }
                }
            });
        }
        Ok(brought)
    }

    async fn commit(
        &self,
        changes: Vec<Change<R>>,
        from: Option<Position>,
        to: Position,
    ) -> Result<bool, Failure> {
        let width = R::columns().len();
        let puts = changes.iter().filter_map(|change| match change {
            Change::Put(row) => Some((0..width).map(|column| {
                let cell = row.cell(column);
                cell.map_err(|error| unkeepable::<R>(column, &error))
            })),
            Change::Removed(_) => None,
        });
        let puts = by_column(width, puts.map(Iterator::collect))?;
        let removes = changes.iter().filter_map(|change| match change {
            Change::Removed(key) => Some(of_key::<R>(key)),
            Change::Put(_) => None,
        });
        let removes = by_column(key_width::<R>(), removes)?;
        let build = &self.shared.build;
        let (from, to) = (from.map(|from| from.to_string()), to.to_string());
        let mut parameters: Vec<&(dyn ToSql + Sync)> =
            vec![&build.name, &build.fingerprint, &from, &to];
        parameters.extend(references(&puts));
        parameters.extend(references(&removes));
        let session = self.shared.session().await?;
        let moved = session.client.query_one(&session.commit, &parameters);
        let moved = self.shared.connector.patiently(moved).await;
        let moved: i64 = match moved {
            Some(Ok(row)) => row.get(0),
            Some(Err(error)) => {
                if lost(&error) {
                    *self.shared.lock() = None;
                }
                // Whether it took effect shows at the next look at the checkpoint.
                return Err(self.shared.connector.failed(error, "writing rows"));
            }
            None => return Err(self.shared.connector.silent("writing rows")),
        };
        if moved == 0 {
            // Somebody was faster, or the build is gone.
            self.checkpoint().await?;
        }
        Ok(moved == 1)
    }

    async fn publish(&self) -> Result<(), Failure> {
        let session = self.shared.session().await?;
        let build = &self.shared.build;
        build.publish(&self.shared.connector, &session.client).await
    }
}

/// The cells of several rows, column by column.
fn by_column(
    width: usize,
    rows: impl Iterator<Item = Result<Vec<Cell>, Failure>>,
) -> Result<Vec<Vec<Kept>>, Failure> {
    let mut columns: Vec<Vec<Kept>> = (0..width).map(|_| Vec::new()).collect();
    for row in rows {
        for (column, cell) in columns.iter_mut().zip(row?) {
            column.push(Kept(cell));
        }
    }
    Ok(columns)
}

fn references(columns: &[Vec<Kept>]) -> Vec<&(dyn ToSql + Sync)> {
    let columns = columns.iter();
    columns
        .map(|column| column as &(dyn ToSql + Sync))
        .collect()
}

fn key_width<R: Row>() -> usize {
    R::columns().iter().filter(|column| column.key).count()
}

/// The cells of a key.
fn of_key<R: Row>(key: &R::Key) -> Result<Vec<Cell>, Failure> {
    key.cells().map_err(|error| {
        let message = format!("the key `{key:?}` of `{}` cannot be kept: {error}", R::NAME);
        Failure::new(FailureKind::Unencodable, message).because(error)
    })
}

fn unkeepable<R: Row>(column: usize, error: &CellError) -> Failure {
    let column = R::columns().get(column).map_or("?", |column| column.name);
    let message = format!("column `{column}` of `{}`: {error}", R::NAME);
    Failure::new(FailureKind::Unencodable, message)
}

fn row<R: Row>(found: &tokio_postgres::Row) -> Result<R, Failure> {
    let cells = (0..R::columns().len()).map(|column| found.try_get(column).map(|Taken(cell)| cell));
    let cells = cells.collect::<Result<Vec<_>, _>>();
    let cells = cells.map_err(not_ours)?;
    R::of_cells(cells).map_err(not_ours)
}

/// A row of the table that is none of ours: somebody else wrote it.
fn not_ours(error: impl std::error::Error + Send + Sync + 'static) -> Failure {
    let message = format!(
        "a row of the table cannot be read: {error}; the table is written by its read model only, make the rows anew"
    );
    Failure::new(FailureKind::Corrupt, message).because(error)
}

impl<R> Clone for PostgresTable<R> {
    fn clone(&self) -> Self {
        PostgresTable {
            shared: Arc::clone(&self.shared),
            of: PhantomData,
        }
    }
}

impl<R: Row> Debug for PostgresTable<R> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresTable")
            .field("of", &R::NAME)
            .field("schema", &self.shared.build.schema)
            .finish_non_exhaustive()
    }
}
