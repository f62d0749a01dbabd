use lawful::view::{Brought, Change, Row, Table, Want};
use lawful::{Failure, Position};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A table in memory: the smallest one that keeps the promises, and the guide to writing your own.
#[derive(Debug, Clone)]
pub struct KeptTable<R: Row> {
    kept: Arc<Mutex<Kept<R>>>,
}

#[derive(Debug)]
struct Kept<R: Row> {
    rows: BTreeMap<R::Key, R>,
    checkpoint: Option<Position>,
}

impl<R: Row> KeptTable<R> {
    /// A table without rows.
    #[must_use]
    pub fn new() -> Self {
        KeptTable {
            kept: Arc::new(Mutex::new(Kept {
                rows: BTreeMap::new(),
                checkpoint: None,
            })),
        }
    }

    /// The row of this key.
    #[must_use]
    pub fn get(&self, key: &R::Key) -> Option<R> {
        self.lock().rows.get(key).cloned()
    }

    /// Every row, in order of their keys.
    #[must_use]
    pub fn all(&self) -> Vec<R> {
        self.lock().rows.values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Kept<R>> {
        // Nothing under the lock panics half-way.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn brought(kept: &Kept<R>, want: Want<R::Key>) -> Brought<R> {
        match want {
            Want::Key(key) => {
                let row = kept.rows.get(&key).cloned();
                Brought::Row(key, row)
            }
            Want::Found { column, cell } => {
                let there = |row: &&R| row.cell(column).is_ok_and(|found| found == cell);
                let rows = kept.rows.values().filter(there).cloned().collect();
                Brought::Found { column, cell, rows }
            }
        }
    }
}

impl<R: Row> Default for KeptTable<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Row> Table for KeptTable<R> {
    type Row = R;

    async fn checkpoint(&self) -> Result<Option<Position>, Failure> {
        Ok(self.lock().checkpoint)
    }

    async fn bring(&self, wants: Vec<Want<R::Key>>) -> Result<Vec<Brought<R>>, Failure> {
        let kept = self.lock();
        let brought = wants.into_iter().map(|want| Self::brought(&kept, want));
        Ok(brought.collect())
    }

    async fn commit(
        &self,
        changes: Vec<Change<R>>,
        from: Option<Position>,
        to: Position,
    ) -> Result<bool, Failure> {
        let mut kept = self.lock();
        if kept.checkpoint != from {
            return Ok(false);
        }
        for change in changes {
            match change {
                Change::Put(row) => {
                    kept.rows.insert(row.key(), row);
                }
                Change::Removed(key) => {
                    kept.rows.remove(&key);
                }
            }
        }
        kept.checkpoint = Some(to);
        Ok(true)
    }

    async fn publish(&self) -> Result<(), Failure> {
        // Nobody reads these rows by their name.
        Ok(())
    }
}
