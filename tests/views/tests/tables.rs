//! Every table keeps what a table promises, and the broken ones are found out.

use lawful::view::{Brought, Cell, Change, Column, Index, Table, Want};
use lawful::{Failure, Id, Position};
use lawful_postgres::{PostgresOptions, PostgresTable};
use lawful_servers::{Folder, User};
use lawful_sqlite::SqliteTable;
use lawful_views::KeptTable;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU32, Ordering};
use views::tables::{self, Tables};
use views::{Book, Whereabouts};

struct Kept;

impl Tables for Kept {
    type Table = KeptTable<Whereabouts>;

    async fn empty(&self) -> Self::Table {
        KeptTable::new()
    }
}

#[tokio::test]
async fn the_table_in_memory_keeps_its_promises() {
    tables::all(&Kept).await;
}

struct Sqlite {
    folder: Folder,
    made: AtomicU32,
}

impl Tables for Sqlite {
    type Table = SqliteTable<Whereabouts>;

    async fn empty(&self) -> Self::Table {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.path().join(format!("{number}.db"));
        SqliteTable::open(path).await.unwrap()
    }
}

#[tokio::test]
async fn the_table_in_sqlite_keeps_its_promises() {
    let sqlite = Sqlite {
        folder: Folder::new("views", &User::Myself),
        made: AtomicU32::new(0),
    };
    tables::all(&sqlite).await;
}

struct Postgres {
    url: String,
    made: AtomicU32,
}

impl Tables for Postgres {
    type Table = PostgresTable<Whereabouts>;

    async fn empty(&self) -> Self::Table {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let options = PostgresOptions::new(&self.url).schema(format!("library_{number}"));
        PostgresTable::connect(options).await.unwrap()
    }
}

#[tokio::test]
async fn the_table_in_postgres_keeps_its_promises() {
    let Some(server) = lawful_servers::Postgres::start() else {
        return;
    };
    let postgres = Postgres {
        url: server.url("postgres"),
        made: AtomicU32::new(0),
    };
    tables::all(&postgres).await;
}

/// What a broken table does wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Defect {
    None,
    CommitsWithoutLooking,
    ForgetsTheCheckpoint,
    WritesAlthoughRefused,
    NeverRemoves,
    FindsWhatMoved,
    MissesNothingness,
    AnswersOneWant,
    CopiesItself,
}

struct Broken(Defect);

#[derive(Debug)]
struct BrokenTable {
    kept: KeptTable<Whereabouts>,
    defect: Defect,
}

impl Clone for BrokenTable {
    fn clone(&self) -> Self {
        BrokenTable {
            kept: match self.defect {
                Defect::CopiesItself => KeptTable::new(),
                _ => self.kept.clone(),
            },
            defect: self.defect,
        }
    }
}

impl Tables for Broken {
    type Table = BrokenTable;

    async fn empty(&self) -> BrokenTable {
        BrokenTable {
            kept: KeptTable::new(),
            defect: self.0,
        }
    }
}

impl Table for BrokenTable {
    type Row = Whereabouts;

    async fn checkpoint(&self) -> Result<Option<Position>, Failure> {
        match self.defect {
            Defect::ForgetsTheCheckpoint => Ok(None),
            _ => self.kept.checkpoint().await,
        }
    }

    async fn bring(
        &self,
        mut wants: Vec<Want<Id<Book>>>,
    ) -> Result<Vec<Brought<Whereabouts>>, Failure> {
        if self.defect == Defect::AnswersOneWant {
            wants.truncate(1);
        }
        let mut brought = self.kept.bring(wants).await?;
        for brought in &mut brought {
            if let Brought::Found { column, cell, rows } = brought {
                let of_shelf: Index<Whereabouts, i64> = Whereabouts::SHELF;
                if self.defect == Defect::FindsWhatMoved && *column == of_shelf.column() {
                    let moved = self
                        .kept
                        .all()
                        .into_iter()
                        .filter(|row| (row.shelf - 1).cell().as_ref() == Ok(&*cell));
                    rows.extend(moved);
                }
                if self.defect == Defect::MissesNothingness && *cell == Cell::Null {
                    rows.clear();
                }
            }
        }
        Ok(brought)
    }

    async fn commit(
        &self,
        mut changes: Vec<Change<Whereabouts>>,
        from: Option<Position>,
        to: Position,
    ) -> Result<bool, Failure> {
        let now = self.kept.checkpoint().await?;
        match self.defect {
            Defect::CommitsWithoutLooking => self.kept.commit(changes, now, to).await,
            Defect::WritesAlthoughRefused if from != now => {
                if let Some(now) = now {
                    self.kept.commit(changes, Some(now), now).await?;
                }
                Ok(false)
            }
            Defect::NeverRemoves => {
                changes.retain(|change| matches!(change, Change::Put(_)));
                self.kept.commit(changes, from, to).await
            }
            _ => self.kept.commit(changes, from, to).await,
        }
    }

    async fn publish(&self) -> Result<(), Failure> {
        Ok(())
    }
}

/// Whether the table breaks any promise.
fn is_found_out(defect: Defect) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let all = AssertUnwindSafe(|| runtime.block_on(tables::all(&Broken(defect))));
    std::panic::catch_unwind(all).is_err()
}

#[test]
fn broken_tables_are_found_out() {
    assert!(!is_found_out(Defect::None), "the sound one breaks nothing");
    for defect in [
        Defect::CommitsWithoutLooking,
        Defect::ForgetsTheCheckpoint,
        Defect::WritesAlthoughRefused,
        Defect::NeverRemoves,
        Defect::FindsWhatMoved,
        Defect::MissesNothingness,
        Defect::AnswersOneWant,
        Defect::CopiesItself,
    ] {
        assert!(is_found_out(defect), "{defect:?} is not found out");
    }
}
