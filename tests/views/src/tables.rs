//! What every table of rows promises, one function for each promise. A panic says which was broken.

#![allow(
    clippy::missing_panics_doc,
    clippy::unnecessary_wraps,
    clippy::cloned_ref_to_slice_refs,
    reason = "a broken promise is a panic, and a row a line"
)]

use crate::{Book, Reader, Whereabouts};
use lawful::log::{LogId, Position};
use lawful::view::{Brought, Change, Column, Row, Table, Want};
use lawful::{Failure, Id};

/// Makes empty tables.
pub trait Tables {
    /// The table.
    type Table: Table<Row = Whereabouts>;

    /// A new one, without rows.
    fn empty(&self) -> impl Future<Output = Self::Table>;
}

const LOG: LogId = LogId(7);

fn at(number: u64) -> Option<Position> {
    Some(Position::new(LOG, number))
}

fn to(number: u64) -> Position {
    Position::new(LOG, number)
}

fn row(name: &str, shelf: i64, reader: Option<&str>) -> Whereabouts {
    Whereabouts {
        book: Id::from_name(name),
        title: format!("{name}, \"or\" its 'title' \u{1f4d6} ;--"),
        shelf,
        reader: reader.map(Id::from_name),
        name: None,
    }
}

fn put(rows: &[Whereabouts]) -> Vec<Change<Whereabouts>> {
    rows.iter().cloned().map(Change::Put).collect()
}

async fn brought<T: Table<Row = Whereabouts>>(table: &T, name: &str) -> Option<Whereabouts> {
    let key = Id::<Book>::from_name(name);
    let mut brought = sure(table.bring(vec![Want::Key(key)]).await);
    assert_eq!(brought.len(), 1, "one want has one answer");
    match brought.remove(0) {
        Brought::Row(found, row) => {
            assert_eq!(found, key, "the answer is to another want");
            row
        }
        found @ Brought::Found { .. } => panic!("the answer is to another want: {found:?}"),
    }
}

async fn found<T: Table<Row = Whereabouts>>(
    table: &T,
    name: &str,
    value: &impl Column,
) -> Vec<Whereabouts> {
    let column = Whereabouts::columns()
        .iter()
        .position(|column| column.name == name);
    let column = column.expect("the row has the column");
    let cell = value.cell().expect("the value fits");
    let want = Want::Found {
        column,
        cell: cell.clone(),
    };
    let mut brought = sure(table.bring(vec![want]).await);
    assert_eq!(brought.len(), 1, "one want has one answer");
    match brought.remove(0) {
        Brought::Found {
            column: of,
            cell: with,
            mut rows,
        } => {
            assert_eq!((of, with), (column, cell), "the answer is to another want");
            rows.sort_by_key(Row::key);
            rows
        }
        row @ Brought::Row(..) => panic!("the answer is to another want: {row:?}"),
    }
}

fn sure<T>(answer: Result<T, Failure>) -> T {
    answer.unwrap_or_else(|failure| panic!("{failure}"))
}

async fn commit<T: Table<Row = Whereabouts>>(
    table: &T,
    changes: Vec<Change<Whereabouts>>,
    from: Option<Position>,
    to: Position,
) -> bool {
    sure(table.commit(changes, from, to).await)
}

/// Before the first event there is no checkpoint and no row.
pub async fn a_new_table_is_empty(tables: &impl Tables) {
    let table = tables.empty().await;
    assert_eq!(sure(table.checkpoint().await), None);
    assert_eq!(brought(&table, "emma").await, None);
    assert_eq!(found(&table, "shelf", &3_i64).await, []);
}

/// What is put is there, by its key and by its indexes, with the checkpoint.
pub async fn rows_are_found_as_they_were_put(tables: &impl Tables) {
    let table = tables.empty().await;
    let (emma, walden) = (row("emma", 3, Some("ada")), row("walden", i64::MIN, None));
    assert!(commit(&table, put(&[emma.clone(), walden.clone()]), None, to(1)).await);
    assert_eq!(sure(table.checkpoint().await), at(1));
    assert_eq!(brought(&table, "emma").await, Some(emma.clone()));
    assert_eq!(brought(&table, "walden").await, Some(walden.clone()));
    assert_eq!(found(&table, "shelf", &3_i64).await, [emma.clone()]);
    assert_eq!(found(&table, "reader", &None::<Id<Reader>>).await, [walden]);
    let ada = Some(Id::<Reader>::from_name("ada"));
    assert_eq!(found(&table, "reader", &ada).await, [emma]);
}

/// A row takes the place of the one before, in the indexes too.
pub async fn a_row_is_replaced(tables: &impl Tables) {
    let table = tables.empty().await;
    commit(&table, put(&[row("emma", 3, None)]), None, to(1)).await;
    let moved = row("emma", 4, Some("ada"));
    assert!(commit(&table, put(&[moved.clone()]), at(1), to(2)).await);
    assert_eq!(brought(&table, "emma").await, Some(moved.clone()));
    assert_eq!(found(&table, "shelf", &3_i64).await, []);
    assert_eq!(found(&table, "shelf", &4_i64).await, [moved]);
}

/// What is removed is gone, and to remove what is not there is nothing.
pub async fn a_row_is_removed(tables: &impl Tables) {
    let table = tables.empty().await;
    let (emma, walden) = (row("emma", 3, None), row("walden", 3, None));
    commit(&table, put(&[emma.clone(), walden.clone()]), None, to(1)).await;
    let removed = vec![
        Change::Removed(emma.book),
        Change::Removed(Id::from_name("never")),
    ];
    assert!(commit(&table, removed, at(1), to(2)).await);
    assert_eq!(brought(&table, "emma").await, None);
    assert_eq!(found(&table, "shelf", &3_i64).await, [walden]);
}

/// Where somebody else moved the checkpoint, nothing of the slower one is written.
pub async fn the_slower_of_two_writes_nothing(tables: &impl Tables) {
    let table = tables.empty().await;
    let emma = row("emma", 3, None);
    assert!(commit(&table, put(&[emma.clone()]), None, to(1)).await);
    let stale = vec![
        Change::Put(row("walden", 3, None)),
        Change::Removed(emma.book),
    ];
    assert!(!commit(&table, stale.clone(), None, to(9)).await);
    assert!(!commit(&table, stale, at(5), to(9)).await);
    assert_eq!(sure(table.checkpoint().await), at(1));
    assert_eq!(found(&table, "shelf", &3_i64).await, [emma]);
    assert!(commit(&table, Vec::new(), at(1), to(2)).await);
    assert_eq!(sure(table.checkpoint().await), at(2));
}

/// Several wants have an answer each.
pub async fn every_want_is_answered(tables: &impl Tables) {
    let table = tables.empty().await;
    let rows: Vec<Whereabouts> = (0..50)
        .map(|place| row(&format!("book {place}"), place % 5, None))
        .collect();
    commit(&table, put(&rows), None, to(1)).await;
    let wants: Vec<Want<Id<Book>>> = rows.iter().map(|row| Want::Key(row.book)).collect();
    let brought = sure(table.bring(wants).await);
    let mut there: Vec<Whereabouts> = brought
        .into_iter()
        .filter_map(|brought| match brought {
            Brought::Row(_, row) => row,
            Brought::Found { .. } => None,
        })
        .collect();
    there.sort_by_key(Row::key);
    let mut rows = rows;
    rows.sort_by_key(Row::key);
    assert_eq!(there, rows);
    assert_eq!(found(&table, "shelf", &4_i64).await.len(), 10);
}

/// Two handles are one table.
pub async fn handles_share_the_table(tables: &impl Tables) {
    let table = tables.empty().await;
    let other = table.clone();
    commit(&table, put(&[row("emma", 3, None)]), None, to(1)).await;
    assert_eq!(sure(other.checkpoint().await), at(1));
    sure(other.publish().await);
    assert!(brought(&other, "emma").await.is_some());
}

/// All of them.
pub async fn all(tables: &impl Tables) {
    a_new_table_is_empty(tables).await;
    rows_are_found_as_they_were_put(tables).await;
    a_row_is_replaced(tables).await;
    a_row_is_removed(tables).await;
    the_slower_of_two_writes_nothing(tables).await;
    every_want_is_answered(tables).await;
    handles_share_the_table(tables).await;
}
