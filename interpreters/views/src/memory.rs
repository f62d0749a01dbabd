use crate::{failures, fold};
use lawful::log::{Entry, EventLog};
use lawful::view::{Column, Folds, Index, Row, Rows};
use lawful::{Domain, Failure, Position};
use std::fmt::{Debug, Formatter};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// How many events are read at once.
pub(crate) const PAGE: usize = 1024;

/// A read model in memory. A handle: cheap to clone, and all clones are the same.
///
/// It begins empty and reads the log when it is asked to: [`View::refresh`], [`View::after`] or [`View::follow`]. What it holds ends with
/// the process; for rows that stay, see [`TableView`](crate::TableView).
pub struct View<D: Domain, R: Row, L> {
    inner: Arc<Inner<D, R, L>>,
}

struct Inner<D: Domain, R: Row, L> {
    log: L,
    state: RwLock<State<R>>,
    domain: std::marker::PhantomData<fn() -> D>,
}

struct State<R: Row> {
    rows: Rows<R>,
    reached: Position,
}

impl<D: Domain, R: Folds<D>, L: EventLog<Event = D::Event>> View<D, R, L> {
    /// The read model over this log; nothing is read yet.
    #[must_use]
    pub fn over(log: L) -> Self {
        let reached = Position::origin(log.identity());
        View {
            inner: Arc::new(Inner {
                log,
                state: RwLock::new(State {
                    rows: Rows::whole(),
                    reached,
                }),
                domain: std::marker::PhantomData,
            }),
        }
    }

    /// Reads what is new in the log, and says how far the rows have come.
    ///
    /// # Errors
    ///
    /// Where the log cannot be read, or a method panics: the rows then stand as before that event.
    pub async fn refresh(&self) -> Result<Position, Failure> {
        loop {
            let after = self.position();
            let page = self.inner.log.read_all(after, PAGE).await?;
            if page.entries.is_empty() {
                self.advance(page.next);
                return Ok(self.position());
            }
            self.take(&page.entries)?;
            self.advance(page.next);
        }
    }

    /// Waits until the rows hold what was recorded at this position: `view.after(receipt.position).await?`. `None`, as on the receipt of
    /// something that is not committed yet, asks for whatever is in the log now.
    ///
    /// # Errors
    ///
    /// Also [`ForeignPosition`](lawful::FailureKind::ForeignPosition) for a position that this log has not reached, or another log's.
    pub async fn after(&self, position: impl Into<Option<Position>>) -> Result<(), Failure> {
        let Some(position) = position.into() else {
            return self.refresh().await.map(|_| ());
        };
        position.number_in(self.inner.log.identity())?;
        if self.position() >= position {
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
            if let Err(failure) = self.inner.log.news(reached).await {
                return failure;
            }
        }
    }

    /// Folds what the rows do not hold yet: two readers may come with the same events.
    fn take(&self, entries: &[Entry<D::Event>]) -> Result<(), Failure> {
        let mut state = self.write();
        for entry in entries {
            if state.reached >= entry.position {
                continue;
            }
            fold::<D, R>(&mut state.rows, entry)?;
            state.reached = entry.position;
        }
        Ok(())
    }

    fn advance(&self, next: Position) {
        let mut state = self.write();
        if state.reached < next {
            state.reached = next;
        }
    }

    fn write(&self) -> RwLockWriteGuard<'_, State<R>> {
        // A fold that panics is taken back under the lock.
        let state = self.inner.state.write();
        state.unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: Domain, R: Row, L> View<D, R, L> {
    /// How far the rows have come.
    #[must_use]
    pub fn position(&self) -> Position {
        self.read().reached
    }

    /// The row of this key.
    #[must_use]
    pub fn get(&self, key: &R::Key) -> Option<R> {
        self.read().rows.peek(key).cloned()
    }

    /// Every row with this value in an indexed column, in order of their keys: `view.find(Holding::OWNER, "Ada")`.
    #[must_use]
    pub fn find<V: Column>(&self, index: Index<R, V>, value: impl Into<V>) -> Vec<R> {
        let state = self.read();
        let found = state.rows.peek_found(index, &value.into());
        found.into_iter().cloned().collect()
    }

    /// Every row, in order of their keys.
    #[must_use]
    pub fn all(&self) -> Vec<R> {
        self.read().rows.all().into_iter().cloned().collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, State<R>> {
        let state = self.inner.state.read();
        state.unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: Domain, R: Row, L> Clone for View<D, R, L> {
    fn clone(&self) -> Self {
        View {
            inner: Arc::clone(&self.inner),
        }
    }
}

impl<D: Domain, R: Row, L> Debug for View<D, R, L> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View")
            .field("of", &R::NAME)
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}
