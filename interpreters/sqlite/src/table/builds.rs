use super::statements::{create, quoted};
use crate::failure::Fault;
use crate::readers::ReadError;
use lawful::log::Position;
use lawful::view::ReadModel;
use lawful::{Failure, FailureKind};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::Path;

/// Which builds of which read models have rows in the file. `opened`: the higher, the later it was opened last.
const BUILDS: &str = "
CREATE TABLE IF NOT EXISTS lawful_views (
    name        TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    checkpoint  TEXT,
    opened      INTEGER NOT NULL,
    published   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (name, fingerprint)
) STRICT, WITHOUT ROWID";

/// The rows as one build of a read model makes them.
///
/// Builds stand beside each other, so that an old process and a new one may both go on. The one that was opened last is published once
/// it has come as far as the log; the one before it stays, and older ones go.
pub(super) struct Build {
    name: &'static str,
    fingerprint: String,
    pub(super) table: String,
}

impl Build {
    pub(super) fn of<R: ReadModel>() -> Self {
        let fingerprint = format!("{:016x}", R::fingerprint());
        Build {
            name: R::NAME,
            table: table_of(R::NAME, &fingerprint),
            fingerprint,
        }
    }

    /// Makes the table if it is not there.
    pub(super) fn prepare<R: ReadModel>(
        &self,
        path: &Path,
        file: &Connection,
    ) -> Result<(), Failure> {
        let sure = |error| Failure::from(Fault::of(path, "open", error));
        file.execute_batch("BEGIN IMMEDIATE").map_err(sure)?;
        let prepared = self.prepare_locked::<R>(path, file);
        let end = if prepared.is_ok() {
            "COMMIT"
        } else {
            "ROLLBACK"
        };
        let ended = file.execute_batch(end).map_err(sure);
        prepared.map_err(|error| match error {
            ReadError::Sqlite(error) => sure(error),
            ReadError::Failed(failure) => failure,
        })?;
        ended
    }

    fn prepare_locked<R: ReadModel>(
        &self,
        path: &Path,
        file: &Connection,
    ) -> Result<(), ReadError> {
        file.execute_batch(BUILDS)?;
        self.unoccupied(path, file)?;
        let known = file
            .query_row(
                "SELECT 1 FROM lawful_views WHERE name = ?1 AND fingerprint = ?2",
                params![self.name, self.fingerprint],
                |_| Ok(()),
            )
            .optional()?;
        if known.is_none() {
            create::<R>(file, &self.table)?;
        }
        file.execute(
            "INSERT INTO lawful_views (name, fingerprint, opened)
             VALUES (?1, ?2, (SELECT coalesce(max(opened), 0) + 1 FROM lawful_views))
             ON CONFLICT (name, fingerprint) DO UPDATE SET opened = excluded.opened",
            params![self.name, self.fingerprint],
        )?;
        Ok(())
    }

    /// The name must be free, or stand for rows of ours.
    fn unoccupied(&self, path: &Path, file: &Connection) -> Result<(), ReadError> {
        let ours = file
            .query_row(
                "SELECT 1 FROM lawful_views WHERE name = ?1 AND published = 1",
                [self.name],
                |_| Ok(()),
            )
            .optional()?;
        let other: Option<String> = file
            .query_row(
                "SELECT type FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE",
                [self.name],
                |row| row.get(0),
            )
            .optional()?;
        match (ours, other) {
            (None, Some(what)) => {
                let message = format!(
                    "`{}` has a {what} named `{}` already, which is not of this read model; name the rows differently: `#[row(name = \"..\")]`",
                    path.display(),
                    self.name
                );
                Err(Failure::new(FailureKind::NotALog, message).into())
            }
            _ => Ok(()),
        }
    }

    pub(super) fn checkpoint(&self, file: &Connection) -> Result<Option<Position>, ReadError> {
        let checkpoint: Option<Option<String>> = file
            .query_row(
                "SELECT checkpoint FROM lawful_views WHERE name = ?1 AND fingerprint = ?2",
                params![self.name, self.fingerprint],
                |row| row.get(0),
            )
            .optional()?;
        let Some(checkpoint) = checkpoint else {
            return Err(self.retired().into());
        };
        let position = checkpoint.map(|text| text.parse()).transpose();
        position.map_err(super::cells::not_ours)
    }

    /// Moves the checkpoint; `false` if it is somewhere else.
    pub(super) fn advance(
        &self,
        file: &Connection,
        from: Option<Position>,
        to: Position,
    ) -> Result<bool, ReadError> {
        let from = from.map(|from| from.to_string());
        let moved = file.execute(
            "UPDATE lawful_views SET checkpoint = ?3
             WHERE name = ?1 AND fingerprint = ?2 AND checkpoint IS ?4",
            params![self.name, self.fingerprint, to.to_string(), from],
        )?;
        if moved == 0 {
            // Somebody was faster, or the build is gone.
            self.checkpoint(file)?;
        }
        Ok(moved == 1)
    }

    /// Has the name stand for this build, if it is the one that was opened last, and drops builds older than the one before.
    pub(super) fn publish(&self, path: &Path, file: &Connection) -> Result<(), ReadError> {
        let due = "SELECT 1 FROM lawful_views
             WHERE name = ?1 AND fingerprint = ?2 AND published = 0
             AND opened = (SELECT max(opened) FROM lawful_views WHERE name = ?1)";
        let is_due = || {
            file.prepare_cached(due)?
                .exists(params![self.name, self.fingerprint])
        };
        if !is_due()? {
            return Ok(());
        }
        file.execute_batch("BEGIN IMMEDIATE")?;
        if is_due()? {
            self.unoccupied(path, file)?;
            let (name, table) = (quoted(self.name), quoted(&self.table));
            file.execute_batch(&format!(
                "DROP VIEW IF EXISTS {name}; CREATE VIEW {name} AS SELECT * FROM {table}"
            ))?;
            file.execute(
                "UPDATE lawful_views SET published = (fingerprint = ?2) WHERE name = ?1",
                params![self.name, self.fingerprint],
            )?;
            let mut old = file.prepare(
                "DELETE FROM lawful_views WHERE name = ?1 AND fingerprint NOT IN (
                     SELECT fingerprint FROM lawful_views WHERE name = ?1 ORDER BY opened DESC LIMIT 2)
                 RETURNING fingerprint",
            )?;
            let old: Vec<String> = old
                .query_map([self.name], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            for fingerprint in old {
                let table = quoted(&table_of(self.name, &fingerprint));
                file.execute_batch(&format!("DROP TABLE {table}"))?;
            }
        }
        file.execute_batch("COMMIT")?;
        Ok(())
    }

    fn retired(&self) -> Failure {
        let message = format!(
            "the rows of `{}` with the fingerprint `{}` were dropped after two newer builds; open the table again to have them made anew, or stop the old process",
            self.name, self.fingerprint
        );
        Failure::new(FailureKind::Other, message)
    }
}

fn table_of(name: &str, fingerprint: &str) -> String {
    format!("{name}_{fingerprint}")
}
