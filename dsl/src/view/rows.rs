use super::{Cell, Column, Index, NotARow, Row};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The rows as a fold sees them: found by key or by index, put, changed and removed.
///
/// Rows that stand elsewhere, in a table, are brought when they are wanted: a fold that asks for one that is not here yet is taken back
/// and done again once it is. That is why a fold has to be a pure function of the rows and the event.
#[derive(Debug)]
pub struct Rows<R: Row> {
    /// `None`: it is known that there is no such row.
    known: HashMap<R::Key, Option<R>>,
    /// The keys of the rows that are here, by the cells of each indexed column.
    indexes: Vec<Indexed<R::Key>>,
    /// Whether all rows are here.
    whole: bool,
    wants: Vec<Want<R::Key>>,
    /// What the fold in progress changed: the rows as they were.
    undo: Vec<Undo<R>>,
    /// What has to be written, and since when it is so.
    changed: HashSet<R::Key>,
    trouble: Option<NotARow>,
}

/// How a row was before a change.
#[derive(Debug)]
struct Undo<R: Row> {
    key: R::Key,
    /// What was known of it: nothing, that there is none, or the row.
    #[allow(clippy::option_option, reason = "the three are what there is to know")]
    before: Option<Option<R>>,
    /// Whether it had not been changed before.
    fresh: bool,
}

/// An index of the rows that are here.
#[derive(Debug)]
struct Indexed<K> {
    column: usize,
    keys: BTreeMap<Cell, BTreeSet<K>>,
    /// The cells whose rows are all here.
    searched: BTreeSet<Cell>,
}

/// Rows that a fold asked for and that are not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Want<K> {
    /// The row of this key.
    Key(K),
    /// Every row with this cell in the indexed column.
    Found {
        /// The place of the column among [`Row::columns`].
        column: usize,
        /// What stands in it.
        cell: Cell,
    },
}

/// A row that is not what it was.
#[derive(Debug, Clone, PartialEq)]
pub enum Change<R: Row> {
    /// It is new or different.
    Put(R),
    /// It is gone.
    Removed(R::Key),
}

impl<R: Row> Rows<R> {
    /// All rows are here: there are none yet.
    #[must_use]
    pub fn whole() -> Self {
        Self::new(true)
    }

    /// The rows stand elsewhere and are brought as they are wanted.
    #[must_use]
    pub fn partial() -> Self {
        Self::new(false)
    }

    fn new(whole: bool) -> Self {
        let columns = R::columns().iter().enumerate();
        Rows {
            known: HashMap::new(),
            indexes: columns
                .filter(|(_, column)| column.index)
                .map(|(column, _)| Indexed {
                    column,
                    keys: BTreeMap::new(),
                    searched: BTreeSet::new(),
                })
                .collect(),
            whole,
            wants: Vec::new(),
            undo: Vec::new(),
            changed: HashSet::new(),
            trouble: None,
        }
    }

    // What a fold does.

    /// The row of this key.
    #[must_use]
    pub fn get(&mut self, key: &R::Key) -> Option<&R> {
        self.bring(key);
        self.peek(key)
    }

    /// Every row with this value in an indexed column, in order of their keys: `rows.find(Holding::OWNER, "Ada")`.
    #[must_use]
    pub fn find<V: Column>(&mut self, index: Index<R, V>, value: impl Into<V>) -> Vec<&R> {
        let column = index.column();
        let cell = match value.into().cell() {
            Ok(cell) => cell,
            Err(error) => {
                self.fail(column, error);
                return Vec::new();
            }
        };
        let searched = |indexed: &Indexed<R::Key>| {
            indexed.column == column && indexed.searched.contains(&cell)
        };
        if !self.whole && !self.indexes.iter().any(searched) {
            let want = Want::Found { column, cell };
            if !self.wants.contains(&want) {
                self.wants.push(want);
            }
            return Vec::new();
        }
        self.standing(column, &cell)
    }

    /// Puts a row in its place, whether there was one or not.
    pub fn put(&mut self, row: R) {
        let key = row.key();
        // What stood there is needed for its indexes, and to take the change back.
        self.bring(&key);
        self.set(key, Some(row));
    }

    /// Changes the row of this key, and says whether there was one. The key itself cannot be changed: a row that leaves with another
    /// one takes the place of whatever stood there.
    pub fn change(&mut self, key: &R::Key, change: impl FnOnce(&mut R)) -> bool {
        let Some(mut row) = self.get(key).cloned() else {
            return false;
        };
        change(&mut row);
        let now = row.key();
        if now != *key {
            self.set(key.clone(), None);
            self.bring(&now);
        }
        self.set(now, Some(row));
        true
    }

    /// Takes the row of this key away, and says whether there was one.
    pub fn remove(&mut self, key: &R::Key) -> bool {
        let there = self.get(key).is_some();
        if there {
            self.set(key.clone(), None);
        }
        there
    }

    fn bring(&mut self, key: &R::Key) {
        if self.whole || self.known.contains_key(key) {
            return;
        }
        let want = Want::Key(key.clone());
        if !self.wants.contains(&want) {
            self.wants.push(want);
        }
    }

    fn set(&mut self, key: R::Key, row: Option<R>) {
        let before = self.place(key.clone(), row);
        let fresh = !self.whole && self.changed.insert(key.clone());
        self.undo.push(Undo { key, before, fresh });
    }

    /// Puts a row, or the knowledge that there is none, and keeps the indexes right; gives what was known before.
    #[allow(clippy::option_option, reason = "the three are what there is to know")]
    fn place(&mut self, key: R::Key, row: Option<R>) -> Option<Option<R>> {
        for place in 0..self.indexes.len() {
            let column = self.indexes[place].column;
            let old = self.known.get(&key).and_then(Option::as_ref);
            let (old, new) = (
                old.map(|row| row.cell(column)),
                row.as_ref().map(|row| row.cell(column)),
            );
            if old == new {
                continue;
            }
            let keys = &mut self.indexes[place].keys;
            if let Some(Ok(cell)) = old
                && let Some(those) = keys.get_mut(&cell)
            {
                those.remove(&key);
                if those.is_empty() {
                    keys.remove(&cell);
                }
            }
            match new {
                Some(Ok(cell)) => {
                    keys.entry(cell).or_default().insert(key.clone());
                }
                Some(Err(error)) => self.fail(column, error),
                None => {}
            }
        }
        match row {
            None if self.whole => self.known.remove(&key),
            row => self.known.insert(key, row),
        }
    }

    fn fail(&mut self, column: usize, error: super::CellError) {
        let column = R::columns().get(column).map_or("?", |column| column.name);
        self.trouble.get_or_insert(NotARow {
            row: R::NAME,
            column,
            error,
        });
    }

    // What an interpreter does.

    /// For interpreters: after an event was folded. `Ok` keeps its changes; where rows are wanted, or one cannot be kept, the changes of
    /// the event are taken back.
    ///
    /// # Errors
    ///
    /// A value that cannot stand in its column.
    pub fn settle(&mut self) -> Result<Vec<Want<R::Key>>, NotARow> {
        let wants = std::mem::take(&mut self.wants);
        if let Some(trouble) = self.trouble.take() {
            self.take_back();
            return Err(trouble);
        }
        if wants.is_empty() {
            self.undo.clear();
        } else {
            self.take_back();
        }
        Ok(wants)
    }

    /// For interpreters: takes back what the event in progress changed, after a panic in its fold.
    pub fn take_back(&mut self) {
        self.wants.clear();
        while let Some(Undo { key, before, fresh }) = self.undo.pop() {
            if fresh {
                self.changed.remove(&key);
            }
            if let Some(row) = before {
                self.place(key, row);
            } else {
                self.place(key.clone(), None);
                self.known.remove(&key);
            }
        }
        self.trouble = None;
    }

    /// For interpreters: the row of this key as it stands elsewhere. What is known already stays.
    pub fn bring_key(&mut self, key: R::Key, row: Option<R>) {
        if !self.known.contains_key(&key) {
            self.place(key, row);
        }
    }

    /// For interpreters: every row with this cell in an indexed column, as they stand elsewhere. What is known already stays.
    pub fn bring_found(&mut self, column: usize, cell: Cell, rows: Vec<R>) {
        for row in rows {
            self.bring_key(row.key(), Some(row));
        }
        let indexed = self
            .indexes
            .iter_mut()
            .find(|indexed| indexed.column == column);
        if let Some(indexed) = indexed {
            indexed.searched.insert(cell);
        }
    }

    /// For interpreters: what has to be written, in order of the keys; from here on nothing has.
    pub fn changes(&mut self) -> Vec<Change<R>> {
        let mut keys: Vec<R::Key> = self.changed.drain().collect();
        keys.sort();
        let change = |key: R::Key| match self.known.get(&key) {
            Some(Some(row)) => Change::Put(row.clone()),
            _ => Change::Removed(key),
        };
        keys.into_iter().map(change).collect()
    }

    /// For interpreters whose rows are all here: the row of this key.
    #[must_use]
    pub fn peek(&self, key: &R::Key) -> Option<&R> {
        self.known.get(key).and_then(Option::as_ref)
    }

    /// For interpreters whose rows are all here: every row with this value in an indexed column, in order of the keys.
    #[must_use]
    pub fn peek_found<V: Column>(&self, index: Index<R, V>, value: &V) -> Vec<&R> {
        let Ok(cell) = value.cell() else {
            // No row holds what no column can.
            return Vec::new();
        };
        self.standing(index.column(), &cell)
    }

    /// The rows that are here with this cell in an indexed column, in order of the keys.
    fn standing(&self, column: usize, cell: &Cell) -> Vec<&R> {
        let indexed = self.indexes.iter().find(|indexed| indexed.column == column);
        let keys = indexed.and_then(|indexed| indexed.keys.get(cell));
        let keys = keys.into_iter().flatten();
        keys.filter_map(|key| self.peek(key)).collect()
    }

    /// For interpreters: every row that is here, in order of the keys.
    #[must_use]
    pub fn all(&self) -> Vec<&R> {
        let mut rows: Vec<(&R::Key, &R)> = self
            .known
            .iter()
            .filter_map(|(key, row)| row.as_ref().map(|row| (key, row)))
            .collect();
        rows.sort_by_key(|(key, _)| *key);
        rows.into_iter().map(|(_, row)| row).collect()
    }
}
