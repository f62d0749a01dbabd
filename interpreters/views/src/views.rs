use crate::{TableView, View};
use lawful::Domain;
use lawful::log::EventLog;
use lawful::view::{Folds, Table};
use lawful_engine::Engine;

/// Read models over an interpreter's log.
pub trait Views<D: Domain> {
    /// The log.
    type Log: EventLog<Event = D::Event>;

    /// A read model in memory. It begins empty; see [`View`].
    fn view<R: Folds<D>>(&self) -> View<D, R, Self::Log>;

    /// A read model whose rows stand in this table; see [`TableView`].
    fn view_in<T: Table<Row: Folds<D>>>(&self, table: T) -> TableView<D, Self::Log, T>;
}

impl<D: Domain, L: EventLog<Event = D::Event>> Views<D> for Engine<D, L> {
    type Log = L;

    fn view<R: Folds<D>>(&self) -> View<D, R, L> {
        View::over(self.log().clone())
    }

    fn view_in<T: Table<Row: Folds<D>>>(&self, table: T) -> TableView<D, L, T> {
        TableView::over(self.log().clone(), table)
    }
}
