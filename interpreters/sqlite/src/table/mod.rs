//! Rows of a read model in a SQLite file, for whoever asks with SQL.

mod builds;
mod cells;
mod statements;

use crate::failure::Fault;
use crate::open::{open_tables, spawn};
use crate::options::SqliteOptions;
use crate::readers::{ReadError, Readers};
use builds::Build;
use lawful::log::Position;
use lawful::view::{Brought, Change, Column, Index, ReadModel, Row, Table, Want};
use lawful::{Failure, FailureKind};
use rusqlite::Connection;
use statements::Statements;
use std::fmt::{Debug, Formatter};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::oneshot;

/// The rows of a read model as a table of a SQLite file: the log's own, or another one.
///
/// People read it by the name of the row, `SELECT * FROM holding`: that is a view of the table in which the rows of this build are, and
/// it is there, or changed, once they have come as far as the log. A build whose row or fold is another one makes its rows beside it.
///
/// Texts, ids and moments are `TEXT`, whole numbers and truth values `INTEGER`, durations `INTEGER` in microseconds, floating-point
/// numbers `REAL`, and everything else is JSON. Moments have six digits after the second, so that they sort as texts.
///
/// A handle: clones are the same table. When the last one is dropped, its thread ends and the file is closed; the drop waits for that.
pub struct SqliteTable<R> {
    shared: Arc<Shared>,
    of: PhantomData<fn() -> R>,
}

struct Shared {
    path: Arc<PathBuf>,
    build: Arc<Build>,
    statements: Arc<Statements>,
    worker: Option<Readers>,
}

impl<R: ReadModel> SqliteTable<R> {
    /// Opens the table in this file, and makes what is missing of the two. Of the options the path and the lock timeout count.
    ///
    /// # Errors
    ///
    /// By [`FailureKind`]: `NotALog` for a file of another program, and where something else in the file has the name of the row; others
    /// as for [`SqliteLog::open`](crate::SqliteLog::open).
    pub async fn open(options: impl Into<SqliteOptions>) -> Result<Self, Failure> {
        let options = options.into();
        let (tell, told) = oneshot::channel();
        spawn("lawful-sqlite-open", move || {
            // Whoever does not wait any more closes the file again by dropping the handle.
            let _ = tell.send(Shared::open::<R>(&options));
        })?;
        let opened = told.await.unwrap_or_else(|_| {
            let message = "the thread that opens the file has ended without an answer";
            Err(Failure::new(FailureKind::Unavailable, message))
        });
        opened.map(|shared| SqliteTable {
            shared: Arc::new(shared),
            of: PhantomData,
        })
    }
}

impl Shared {
    fn open<R: ReadModel>(options: &SqliteOptions) -> Result<Self, Failure> {
        let (path, connection) = open_tables(options)?;
        let build = Build::of::<R>();
        build.prepare::<R>(&path, &connection)?;
        let statements = Statements::of::<R>(&build.table);
        let path = Arc::new(path);
        let worker = Readers::start(Arc::clone(&path), vec![connection], None)?;
        Ok(Shared {
            path,
            build: Arc::new(build),
            statements: Arc::new(statements),
            worker: Some(worker),
        })
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection, &Build, &Statements) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, Failure> {
        let (build, statements) = (Arc::clone(&self.build), Arc::clone(&self.statements));
        match &self.worker {
            Some(worker) => {
                worker
                    .ask(move |file| question(file, &build, &statements))
                    .await
            }
            None => Err(Failure::new(
                FailureKind::Unavailable,
                "the table is closed",
            )),
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(worker) = self.worker.take() {
            worker.close();
        }
    }
}

impl<R: Row> SqliteTable<R> {
    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// The row of this key.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or holds something that is no such row.
    pub async fn get(&self, key: &R::Key) -> Result<Option<R>, Failure> {
        let key = cells::of_key::<R>(key)?;
        let question =
            move |file: &Connection, _: &Build, statements: &Statements| statements.row(file, &key);
        self.shared.ask(question).await
    }

    /// Every row with this value in an indexed column, in order of their keys: `table.find(Holding::OWNER, "Ada")`.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or holds something that is no such row.
    pub async fn find<V: Column>(
        &self,
        index: Index<R, V>,
        value: impl Into<V>,
    ) -> Result<Vec<R>, Failure> {
        let column = index.column();
        let cell = value
            .into()
            .cell()
            .map_err(|error| cells::unkeepable::<R>(column, &error))?;
        let question = move |file: &Connection, _: &Build, statements: &Statements| {
            statements.found(file, column, &cell)
        };
        self.shared.ask(question).await
    }

    /// Every row, in order of their keys.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or holds something that is no such row.
    pub async fn all(&self) -> Result<Vec<R>, Failure> {
        let question = |file: &Connection, _: &Build, statements: &Statements| statements.all(file);
        self.shared.ask(question).await
    }
}

impl<R: ReadModel> Table for SqliteTable<R> {
    type Row = R;

    async fn checkpoint(&self) -> Result<Option<Position>, Failure> {
        let question = |file: &Connection, build: &Build, _: &Statements| build.checkpoint(file);
        self.shared.ask(question).await
    }

    async fn bring(&self, wants: Vec<Want<R::Key>>) -> Result<Vec<Brought<R>>, Failure> {
        let question = move |file: &Connection, _: &Build, statements: &Statements| {
            let brought = wants.into_iter().map(|want| match want {
                Want::Key(key) => {
                    let row = statements.row(file, &cells::of_key::<R>(&key)?)?;
                    Ok(Brought::Row(key, row))
                }
                Want::Found { column, cell } => {
                    let rows = statements.found(file, column, &cell)?;
                    Ok(Brought::Found { column, cell, rows })
                }
            });
            brought.collect()
        };
        self.shared.ask(question).await
    }

    async fn commit(
        &self,
        changes: Vec<Change<R>>,
        from: Option<Position>,
        to: Position,
    ) -> Result<bool, Failure> {
        let path = Arc::clone(&self.shared.path);
        let question = move |file: &Connection, build: &Build, statements: &Statements| {
            let committed = (|| {
                file.execute_batch("BEGIN IMMEDIATE")?;
                if !build.advance(file, from, to)? {
                    file.execute_batch("ROLLBACK")?;
                    return Ok(false);
                }
                for change in &changes {
                    match change {
                        Change::Put(row) => statements.put(file, row)?,
                        Change::Removed(key) => {
                            statements.remove(file, &cells::of_key::<R>(key)?)?;
                        }
                    }
                }
                file.execute_batch("COMMIT")?;
                Ok(true)
            })();
            committed.map_err(|error| written(&path, error))
        };
        self.shared.ask(question).await
    }

    async fn publish(&self) -> Result<(), Failure> {
        let path = Arc::clone(&self.shared.path);
        let question = move |file: &Connection, build: &Build, _: &Statements| {
            build
                .publish(&path, file)
                .map_err(|error| written(&path, error))
        };
        self.shared.ask(question).await
    }
}

/// An error of a question that was to write.
fn written(path: &Path, error: ReadError) -> ReadError {
    match error {
        ReadError::Sqlite(error) => ReadError::Failed(Fault::of(path, "write to", error).into()),
        failed @ ReadError::Failed(_) => failed,
    }
}

impl<R> Clone for SqliteTable<R> {
    fn clone(&self) -> Self {
        SqliteTable {
            shared: Arc::clone(&self.shared),
            of: PhantomData,
        }
    }
}

impl<R: Row> Debug for SqliteTable<R> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteTable")
            .field("of", &R::NAME)
            .field("path", &self.shared.path)
            .finish_non_exhaustive()
    }
}
