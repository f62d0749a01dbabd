use crate::memory::PAGE;
use crate::{failures, fold};
use lawful::log::{Entry, EventLog};
use lawful::view::{Folds, Rows, Table};
use lawful::{Domain, Failure, Position};
use std::collections::HashSet;
use std::fmt::{Debug, Formatter};
use std::marker::PhantomData;

/// How often one event may ask for more rows before its fold is taken for one that never ends.
const ROUNDS: usize = 64;

/// A read model whose rows stand in a table, with a checkpoint that moves in the same transaction. A handle: cheap to clone.
///
/// Any number of processes may keep one table up to date: of two that bring the same events, one is told that the other was faster, and
/// goes on from there.
pub struct TableView<D, L, T> {
    log: L,
    table: T,
    of: PhantomData<fn() -> D>,
}

impl<D, R, L, T> TableView<D, L, T>
where
    D: Domain,
    R: Folds<D>,
    L: EventLog<Event = D::Event>,
    T: Table<Row = R>,
{
    /// The read model over this log and in this table; nothing is read yet.
    #[must_use]
    pub fn over(log: L, table: T) -> Self {
        TableView {
            log,
            table,
            of: PhantomData,
        }
    }

    /// The table.
    #[must_use]
    pub fn table(&self) -> &T {
        &self.table
    }

    /// How far the rows have come: the origin before the first event.
    ///
    /// # Errors
    ///
    /// Where the table cannot be read, or holds the checkpoint of another log.
    pub async fn position(&self) -> Result<Position, Failure> {
        let checkpoint = self.table.checkpoint().await?;
        let checkpoint = checkpoint.unwrap_or(Position::origin(self.log.identity()));
        checkpoint.number_in(self.log.identity())?;
        Ok(checkpoint)
    }

    /// Folds what is new in the log, page by page, a transaction each, and says how far the rows have come.
    ///
    /// # Errors
    ///
    /// Where the log or the table fails, or a method panics: every page before stands.
    pub async fn refresh(&self) -> Result<Position, Failure> {
        let mut from = self.begin().await?;
        loop {
            let after = from.unwrap_or(Position::origin(self.log.identity()));
            let page = self.log.read_all(after, PAGE).await?;
            let Some(last) = page.entries.last() else {
                self.table.publish().await?;
                return Ok(after);
            };
            let to = last.position;
            let folded = self.folded(&page.entries).await;
            let (mut rows, to, failed) = match folded {
                Folded::All(rows) => (rows, to, None),
                Folded::Until(rows, reached, failure) => match reached {
                    Some(reached) => (rows, reached, Some(failure)),
                    None => return Err(failure),
                },
            };
            from = if self.table.commit(rows.changes(), from, to).await? {
                Some(to)
            } else {
                // What was folded rests on rows that are not there any more.
                self.begin().await?
            };
            if let Some(failure) = failed {
                return Err(failure);
            }
        }
    }

    /// Waits until the rows hold what was recorded at this position, and brings them there if nobody else does.
    ///
    /// # Errors
    ///
    /// Also [`ForeignPosition`](lawful::FailureKind::ForeignPosition) for a position that this log has not reached, or another log's.
    pub async fn after(&self, position: impl Into<Option<Position>>) -> Result<(), Failure> {
        let Some(position) = position.into() else {
            return self.refresh().await.map(|_| ());
        };
        position.number_in(self.log.identity())?;
        if self.position().await? >= position {
            return Ok(());
        }
        let reached = self.refresh().await?;
        if reached >= position {
            return Ok(());
        }
        Err(failures::not_reached::<R>(position, Some(reached)))
    }

    /// Keeps the rows up to date for as long as it is polled: spawn it, or drop it to stop. It comes back with what went wrong.
    pub async fn follow(self) -> Failure {
        loop {
            let reached = match self.refresh().await {
                Ok(reached) => reached,
                Err(failure) => return failure,
            };
            if let Err(failure) = self.log.news(reached).await {
                return failure;
            }
        }
    }

    /// The checkpoint, after making sure that it is one of this log's.
    async fn begin(&self) -> Result<Option<Position>, Failure> {
        let Some(checkpoint) = self.table.checkpoint().await? else {
            return Ok(None);
        };
        checkpoint.number_in(self.log.identity())?;
        let head = self.log.head().await?;
        if head < checkpoint {
            return Err(failures::ahead::<R>(checkpoint, head));
        }
        Ok(Some(checkpoint))
    }

    /// Folds a page. All rows that the page wants are brought together as far as they can be told beforehand.
    async fn folded(&self, entries: &[Entry<D::Event>]) -> Folded<R> {
        let mut rows = Rows::partial();
        if let Err(failure) = self.bring_ahead(&mut rows, entries).await {
            return Folded::Until(rows, None, failure);
        }
        let mut reached = None;
        for entry in entries {
            let mut rounds = 0;
            loop {
                let wants = match fold::<D, R>(&mut rows, entry) {
                    Ok(wants) => wants,
                    Err(failure) => return Folded::Until(rows, reached, failure),
                };
                if wants.is_empty() {
                    break;
                }
                rounds += 1;
                if rounds > ROUNDS {
                    let failure = failures::restless::<R, _>(entry);
                    return Folded::Until(rows, reached, failure);
                }
                match self.table.bring(wants).await {
                    Ok(brought) => brought.into_iter().for_each(|one| one.into_rows(&mut rows)),
                    Err(failure) => return Folded::Until(rows, reached, failure),
                }
            }
            reached = Some(entry.position);
        }
        Folded::All(rows)
    }

    /// Asks what each event would want if it came first: a guess, which saves a question for each event. Failures of folds are left to
    /// the real one.
    async fn bring_ahead(
        &self,
        rows: &mut Rows<R>,
        entries: &[Entry<D::Event>],
    ) -> Result<(), Failure> {
        let mut wants = Vec::new();
        let mut met = HashSet::new();
        for entry in entries {
            let mut guess = Rows::partial();
            for want in fold::<D, R>(&mut guess, entry).unwrap_or_default() {
                if met.insert(format!("{want:?}")) {
                    wants.push(want);
                }
            }
        }
        if !wants.is_empty() {
            let brought = self.table.bring(wants).await?;
            for one in brought {
                one.into_rows(rows);
            }
        }
        Ok(())
    }
}

/// How far the fold of a page came.
enum Folded<R: lawful::view::Row> {
    All(Rows<R>),
    /// Up to the event at this position, and why not further.
    Until(Rows<R>, Option<Position>, Failure),
}

impl<D, L: Clone, T: Clone> Clone for TableView<D, L, T> {
    fn clone(&self) -> Self {
        TableView {
            log: self.log.clone(),
            table: self.table.clone(),
            of: PhantomData,
        }
    }
}

impl<D, L: Debug, T: Debug> Debug for TableView<D, L, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TableView")
            .field("log", &self.log)
            .field("table", &self.table)
            .finish()
    }
}
