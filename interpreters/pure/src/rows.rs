use crate::interpreter::{IDENTITY, START};
use lawful::log::{CommandId, Entry, StreamId};
use lawful::view::{Brought, Change, Column, Folds, Index, Rows, Want};
use lawful::{Aggregate, Domain, Has, Id, Payload, Position, Timestamp, Uuid};
use lawful_views::fold;
use std::collections::BTreeMap;
use std::fmt::{Display, Formatter};
use std::marker::PhantomData;

/// How many events are delivered together, besides all at once.
const CHUNKS: [usize; 3] = [1, 2, 3];

/// What is recorded for a read model: events of any aggregates of the domain, in order.
///
/// # Examples
///
/// ```
/// use lawful::prelude::*;
/// # #[state]
/// # pub struct Lamp { is_lit: bool }
/// # #[aggregate]
/// # impl Lamp {
/// #     /// It was switched on.
/// #     #[event]
/// #     fn lit(&mut self) { self.is_lit = true; }
/// #     /// Switches it on.
/// #     #[command]
/// #     fn light(&self) -> LampEvent { LampEvent::lit() }
/// # }
/// # /// A house.
/// # #[domain(aggregates(Lamp))]
/// # pub struct House;
///
/// /// How often a lamp was switched on.
/// #[row]
/// pub struct Wear {
///     #[key]
///     lamp: Id<Lamp>,
///     times: i64,
/// }
///
/// #[read_model]
/// impl Wear {
///     /// Once more.
///     #[on(LampEvent::Lit)]
///     fn lit(rows: &mut Rows<Self>, from: &Origin<Lamp>) {
///         let lamp = from.id;
///         if !rows.change(&lamp, |wear| wear.times += 1) {
///             rows.put(Wear { lamp, times: 1 });
///         }
///     }
/// }
///
/// let hall = Id::from_name("hall");
/// let wear = lawful_pure::recorded::<House, Wear>()
///     .on(hall, LampEvent::lit())
///     .on(hall, LampEvent::lit());
/// assert_eq!(wear.row(&hall), Some(Wear { lamp: hall, times: 2 }));
/// ```
#[derive(Debug, Clone)]
pub struct RecordedFor<D: Domain, R> {
    entries: Vec<Entry<D::Event>>,
    clock: Timestamp,
    of: PhantomData<fn() -> R>,
}

/// Nothing is recorded yet for this read model of the domain `D`.
#[must_use]
pub fn recorded<D: Domain, R: Folds<D>>() -> RecordedFor<D, R> {
    RecordedFor {
        entries: Vec::new(),
        clock: START,
        of: PhantomData,
    }
}

impl<D: Domain, R: Folds<D>> RecordedFor<D, R> {
    /// Records an event of an aggregate root.
    #[must_use]
    pub fn on<A: Aggregate>(mut self, id: Id<A>, event: A::Event) -> Self
    where
        D: Has<A>,
    {
        let stream = StreamId {
            aggregate: <A as Aggregate>::NAME,
            id: id.uuid(),
        };
        let before = self.entries.iter().filter(|entry| entry.stream == stream);
        let version = before.count() as u64 + 1;
        let number = self.entries.len() as u64 + 1;
        let event = <D as Has<A>>::inject(event);
        let command_id = CommandId::from(u128::from(number));
        self.entries.push(Entry {
            event_id: command_id.event_id(stream, 0),
            stream,
            version,
            position: Position::new(IDENTITY, number),
            schema_version: event.schema_version(),
            event,
            command_id,
            correlation_id: Uuid::from_u128(u128::from(number)),
            causation_id: None,
            recorded_at: self.clock,
            metadata: None,
        });
        self
    }

    /// Sets the log's clock for what comes after. It never goes back.
    #[must_use]
    pub fn at(mut self, time: Timestamp) -> Self {
        self.clock = self.clock.max(time);
        self
    }

    /// The row of this key.
    ///
    /// # Panics
    ///
    /// Where a method of the read model panics, or the rows depend on how the events are delivered.
    #[must_use]
    #[track_caller]
    pub fn row(&self, key: &R::Key) -> Option<R> {
        self.rows().peek(key).cloned()
    }

    /// Every row with this value in an indexed column, in order of their keys.
    ///
    /// # Panics
    ///
    /// As [`RecordedFor::row`] does.
    #[must_use]
    #[track_caller]
    pub fn find<V: Column>(&self, index: Index<R, V>, value: impl Into<V>) -> Vec<R> {
        let rows = self.rows();
        let found = rows.peek_found(index, &value.into());
        found.into_iter().cloned().collect()
    }

    /// Every row, in order of their keys.
    ///
    /// # Panics
    ///
    /// As [`RecordedFor::row`] does.
    #[must_use]
    #[track_caller]
    pub fn all(&self) -> Vec<R> {
        self.rows().all().into_iter().cloned().collect()
    }

    /// All rows at once in memory; then in chunks, each delivered twice, into a table: they must come out the same.
    #[track_caller]
    fn rows(&self) -> Rows<R> {
        let mut whole = Rows::whole();
        for entry in &self.entries {
            if let Err(failure) = fold::<D, R>(&mut whole, entry) {
                panic!("{failure}");
            }
        }
        for chunk in CHUNKS.into_iter().chain([self.entries.len()]) {
            let table = self.delivered(chunk.max(1));
            let table: Vec<&R> = table.values().collect();
            assert!(
                table == whole.all(),
                "the rows of `{}` depend on how the events are delivered: a fold is a function of the rows and the event\n\
                 at once:        {:?}\nin chunks of {chunk}: {table:?}",
                R::NAME,
                whole.all(),
            );
        }
        whole
    }

    #[track_caller]
    fn delivered(&self, chunk: usize) -> BTreeMap<R::Key, R> {
        let mut table = BTreeMap::new();
        let mut reached = None;
        for chunk in self.entries.chunks(chunk) {
            for _ in ["delivered", "delivered again"] {
                let mut rows = Rows::partial();
                let new = |entry: &&Entry<D::Event>| {
                    reached.is_none_or(|reached| entry.position > reached)
                };
                let mut last = reached;
                for entry in chunk.iter().filter(new) {
                    taken::<D, R>(&mut rows, entry, &table);
                    last = Some(entry.position);
                }
                reached = last;
                for change in rows.changes() {
                    match change {
                        Change::Put(row) => table.insert(row.key(), row),
                        Change::Removed(key) => table.remove(&key),
                    };
                }
            }
        }
        table
    }
}

/// Folds one event, with the rows that it wants.
#[track_caller]
fn taken<D: Domain, R: Folds<D>>(
    rows: &mut Rows<R>,
    entry: &Entry<D::Event>,
    table: &BTreeMap<R::Key, R>,
) {
    for _ in 0..64 {
        let wants = match fold::<D, R>(rows, entry) {
            Ok(wants) => wants,
            Err(failure) => panic!("{failure}"),
        };
        if wants.is_empty() {
            return;
        }
        for want in wants {
            let brought = match want {
                Want::Key(key) => {
                    let row = table.get(&key).cloned();
                    Brought::Row(key, row)
                }
                Want::Found { column, cell } => {
                    let there = |row: &&R| row.cell(column).is_ok_and(|found| found == cell);
                    let rows = table.values().filter(there).cloned().collect();
                    Brought::Found { column, cell, rows }
                }
            };
            brought.into_rows(rows);
        }
    }
    panic!(
        "read model `{}` asks for other rows each time: a fold is a function of the rows and the event",
        R::NAME
    );
}

impl<D: Domain, R: Folds<D>> Display for RecordedFor<D, R> {
    /// The events and the rows, for snapshots.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        for (place, entry) in self.entries.iter().enumerate() {
            let margin = if place == 0 { "given  " } else { "       " };
            let data = entry.event.encode().map_err(|_| std::fmt::Error)?;
            let name = entry.event.name();
            writeln!(f, "{margin}{} {name} {data}", entry.stream)?;
        }
        if self.entries.is_empty() {
            writeln!(f, "given  nothing")?;
        }
        let rows = self.all();
        if rows.is_empty() {
            return write!(f, "rows   none");
        }
        for (place, row) in rows.iter().enumerate() {
            let margin = if place == 0 { "rows   " } else { "\n       " };
            write!(f, "{margin}{row:?}")?;
        }
        Ok(())
    }
}
