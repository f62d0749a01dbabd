//! The test interpreter over read models.

use lawful::prelude::*;
use lawful_pure::recorded;
use std::sync::atomic::{AtomicI64, Ordering};
use views::{Book, BookEvent, Library, Reader, ReaderEvent, Shelf, Whereabouts};

fn book(name: &str) -> Id<Book> {
    Id::from_name(name)
}

#[test]
fn a_row_follows_events_of_two_aggregates() {
    let (emma, ada) = (book("emma"), Id::<Reader>::from_name("ada"));
    let library = recorded::<Library, Whereabouts>()
        .on(emma, BookEvent::bought("Emma", 3))
        .on(book("walden"), BookEvent::bought("Walden", 3))
        .on(ada, ReaderEvent::enrolled("Ada"))
        .on(emma, BookEvent::lent(ada))
        .on(ada, ReaderEvent::renamed("Ada L."));
    let row = library.row(&emma).unwrap();
    assert_eq!(row.name.as_deref(), Some("Ada L."));
    assert_eq!(library.find(Whereabouts::SHELF, 3).len(), 2);
    assert_eq!(library.find(Whereabouts::READER, Some(ada)), [row]);

    let library = library
        .on(emma, BookEvent::returned())
        .on(emma, BookEvent::moved(4))
        .on(book("walden"), BookEvent::discarded());
    assert_eq!(library.find(Whereabouts::READER, Some(ada)), []);
    assert_eq!(library.find(Whereabouts::SHELF, 3), []);
    assert_eq!(library.row(&book("walden")), None);
    insta::assert_snapshot!(library);
}

#[test]
fn a_key_of_two_fields() {
    let library = recorded::<Library, Shelf>()
        .on(book("emma"), BookEvent::bought("Emma", 1))
        .on(book("evelina"), BookEvent::bought("Evelina", 1))
        .on(book("walden"), BookEvent::bought("Walden", 1));
    let row = library.row(&(1, 'E')).unwrap();
    assert_eq!(row.books, [book("emma"), book("evelina")]);
    assert_eq!(library.all().len(), 2);
}

#[test]
fn nothing_recorded_is_no_rows() {
    let library = recorded::<Library, Shelf>();
    assert_eq!(library.to_string(), "given  nothing\nrows   none");
}

/// A row that counts how often the fold ran.
#[row]
pub struct Restless {
    #[key]
    book: Id<Book>,
    ran: i64,
}

static RAN: AtomicI64 = AtomicI64::new(0);

fn ran() -> i64 {
    RAN.fetch_add(1, Ordering::Relaxed)
}

#[read_model(ignores(
    BookEvent::Lent,
    BookEvent::Returned,
    BookEvent::Moved,
    BookEvent::Dusted,
    BookEvent::Discarded
))]
impl Restless {
    /// Not a function of the event.
    #[on(BookEvent::Bought)]
    fn bought(rows: &mut Rows<Self>, from: &Origin<Book>) {
        rows.put(Restless {
            book: from.id,
            ran: ran(),
        });
    }
}

#[test]
#[should_panic(expected = "depend on how the events are delivered")]
fn a_fold_that_is_no_function_is_found() {
    let _ = recorded::<Library, Restless>()
        .on(book("emma"), BookEvent::bought("Emma", 1))
        .all();
}
