//! Read models in memory and in a table, over a log that goes on.

use lawful::FailureKind;
use lawful::log::LogId;
use lawful::prelude::*;
use lawful::view::{Brought, Change, Row, Table, Want};
use lawful::{Failure, Position};
use lawful_memory::Memory;
use lawful_views::{KeptTable, Views as _};
use std::error::Error as StdError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use views::{Book, BookCommand, BookEvent, Library, Reader, ReaderCommand, Shelf, Whereabouts};

type Outcome = Result<(), Box<dyn StdError>>;

#[tokio::test]
async fn a_view_shows_what_a_receipt_speaks_of() -> Outcome {
    let library = Memory::<Library>::default();
    let books = library.view::<Whereabouts>();
    let emma = Id::<Book>::new();
    let receipt = library.execute(emma, BookCommand::buy("Emma", 3)).await?;
    assert_eq!(books.get(&emma), None);
    books.after(receipt.position).await?;
    assert_eq!(books.get(&emma).map(|book| book.shelf), Some(3));
    assert_eq!(books.find(Whereabouts::SHELF, 3).len(), 1);
    assert_eq!(Some(books.position()), receipt.position);
    Ok(())
}

#[tokio::test]
async fn a_view_that_follows_needs_no_asking() -> Outcome {
    let library = Memory::<Library>::default();
    let books = library.view::<Whereabouts>();
    let following = tokio::spawn(books.clone().follow());
    let emma = Id::<Book>::new();
    library.execute(emma, BookCommand::buy("Emma", 3)).await?;
    while books.get(&emma).is_none() {
        tokio::task::yield_now().await;
    }
    following.abort();
    Ok(())
}

#[tokio::test]
async fn positions_that_cannot_come_are_refused() -> Outcome {
    let library = Memory::<Library>::default();
    let (books, table) = (
        library.view::<Whereabouts>(),
        library.view_in(KeptTable::<Whereabouts>::new()),
    );
    let foreign = Position::new(LogId(99), 1);
    let future = Position::new(books.position().log(), 5);
    for position in [foreign, future] {
        for refused in [books.after(position).await, table.after(position).await] {
            let failure = refused.unwrap_err();
            assert_eq!(failure.kind(), &FailureKind::ForeignPosition, "{failure}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn rows_of_another_log_are_not_taken_for_ones_own() -> Outcome {
    let (one, two) = (Memory::<Library>::default(), Memory::<Library>::default());
    let table = KeptTable::<Whereabouts>::new();
    one.execute(Id::<Book>::new(), BookCommand::buy("Emma", 3))
        .await?;
    one.view_in(table.clone()).refresh().await?;
    let failure = two.view_in(table.clone()).refresh().await.unwrap_err();
    assert_eq!(failure.kind(), &FailureKind::ForeignPosition, "{failure}");
    assert_eq!(table.all().len(), 1);
    Ok(())
}

/// A table whose other owner is faster, once.
#[derive(Clone)]
struct Raced {
    table: KeptTable<Whereabouts>,
    library: Memory<Library>,
    done: Arc<AtomicBool>,
    refused: Arc<AtomicUsize>,
}

impl Table for Raced {
    type Row = Whereabouts;

    async fn checkpoint(&self) -> Result<Option<Position>, Failure> {
        self.table.checkpoint().await
    }

    async fn bring(
        &self,
        wants: Vec<Want<Id<Book>>>,
    ) -> Result<Vec<Brought<Whereabouts>>, Failure> {
        self.table.bring(wants).await
    }

    async fn commit(
        &self,
        changes: Vec<Change<Whereabouts>>,
        from: Option<Position>,
        to: Position,
    ) -> Result<bool, Failure> {
        if !self.done.swap(true, Ordering::Relaxed) {
            let other = self.library.view_in(self.table.clone());
            other.refresh().await?;
        }
        let committed = self.table.commit(changes, from, to).await?;
        if !committed {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        Ok(committed)
    }

    async fn publish(&self) -> Result<(), Failure> {
        self.table.publish().await
    }
}

#[tokio::test]
async fn of_two_owners_one_brings_each_event() -> Outcome {
    let library = Memory::<Library>::default();
    for shelf in 0..10 {
        library
            .execute(Id::<Book>::new(), BookCommand::buy("Emma", shelf))
            .await?;
    }
    let raced = Raced {
        table: KeptTable::new(),
        library: library.clone(),
        done: Arc::default(),
        refused: Arc::default(),
    };
    let receipt = library
        .execute(Id::<Book>::new(), BookCommand::buy("Emma", 99))
        .await?;
    library
        .view_in(raced.clone())
        .after(receipt.position)
        .await?;
    assert_eq!(raced.refused.load(Ordering::Relaxed), 1);
    assert_eq!(raced.table.all().len(), 11);
    Ok(())
}

/// A row whose fold stumbles over one title.
#[row]
pub struct Stumbling {
    #[key]
    book: Id<Book>,
}

fn stumble(title: &str) {
    assert!(title != "Ulysses", "too long");
}

#[read_model(ignores(
    BookEvent::Lent,
    BookEvent::Returned,
    BookEvent::Moved,
    BookEvent::Dusted,
    BookEvent::Discarded
))]
impl Stumbling {
    /// Puts the row first, so that something is to be taken back.
    #[on(BookEvent::Bought)]
    fn bought(rows: &mut Rows<Self>, from: &Origin<Book>, title: &str) {
        rows.put(Stumbling { book: from.id });
        stumble(title);
    }
}

#[tokio::test]
async fn a_method_that_panics_stops_the_rows_before_its_event() -> Outcome {
    let library = Memory::<Library>::default();
    let emma = library
        .execute(Id::<Book>::new(), BookCommand::buy("Emma", 1))
        .await?;
    library
        .execute(Id::<Book>::new(), BookCommand::buy("Ulysses", 1))
        .await?;
    library
        .execute(Id::<Book>::new(), BookCommand::buy("Walden", 1))
        .await?;
    let kept = KeptTable::<Stumbling>::new();
    let (view, table) = (library.view::<Stumbling>(), library.view_in(kept.clone()));
    for _ in 0..2 {
        for failure in [
            view.refresh().await.unwrap_err(),
            table.refresh().await.unwrap_err(),
        ] {
            assert_eq!(failure.kind(), &FailureKind::Defect);
            let text = failure.to_string();
            assert!(text.contains("`book.bought`, version 1"), "{text}");
            assert!(text.contains("too long"), "{text}");
        }
        assert_eq!(view.all(), [Stumbling { book: emma.id }]);
        assert_eq!(kept.all(), view.all());
        assert_eq!(Some(view.position()), emma.position);
        assert_eq!(table.position().await?, view.position());
    }
    Ok(())
}

#[tokio::test]
async fn more_than_a_page_in_a_table_is_as_in_memory() -> Outcome {
    let library = Memory::<Library>::default();
    let ada = Id::<Reader>::new();
    library.execute(ada, ReaderCommand::enrol("Ada")).await?;
    let books: Vec<Id<Book>> = (0..300).map(|_| Id::new()).collect();
    for round in 0..4 {
        for (place, book) in books.iter().enumerate() {
            let command = match (round, place % 3) {
                (0, _) => BookCommand::buy("Emma", i64::try_from(place % 7)?),
                (1, 0) => BookCommand::lend(ada),
                (1, _) => BookCommand::shelve(9),
                (2, 1) => BookCommand::discard(),
                (2, _) => BookCommand::dust(),
                _ => BookCommand::take_back(),
            };
            library.execute(*book, command).await?;
        }
        let name = format!("Ada {round}");
        library.execute(ada, ReaderCommand::rename(name)).await?;
    }
    let (view, kept) = (
        library.view::<Whereabouts>(),
        KeptTable::<Whereabouts>::new(),
    );
    view.refresh().await?;
    library.view_in(kept.clone()).refresh().await?;
    assert_eq!(kept.all().len(), 200);
    assert_eq!(kept.all(), view.all());

    let (view, kept) = (library.view::<Shelf>(), KeptTable::<Shelf>::new());
    view.refresh().await?;
    library.view_in(kept.clone()).refresh().await?;
    assert_eq!(kept.all(), view.all());
    Ok(())
}

#[test]
fn rows_and_cells_come_out_as_they_went_in() {
    let row = Whereabouts {
        book: Id::new(),
        title: "Emma".to_owned(),
        shelf: -3,
        reader: Some(Id::new()),
        name: None,
    };
    let columns = 0..Whereabouts::columns().len();
    let cells: Result<Vec<_>, _> = columns.map(|column| row.cell(column)).collect();
    assert_eq!(Whereabouts::of_cells(cells.unwrap()), Ok(row));
    let short = Whereabouts::of_cells(Vec::new()).unwrap_err();
    assert_eq!(
        short.to_string(),
        "column `book` of `whereabouts`: the cell is missing"
    );
}

#[test]
fn a_fingerprint_changes_with_the_fold() {
    use lawful::view::ReadModel;
    assert_ne!(Whereabouts::fingerprint(), Shelf::fingerprint());
    insta::assert_json_snapshot!(Whereabouts::read_model());
}
