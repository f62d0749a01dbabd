//! A library: books stand on shelves, readers borrow them. The read models look at both.

#![allow(
    clippy::assigning_clones,
    clippy::similar_names,
    reason = "events assign, books stand on a shelf, and methods take self"
)]

pub mod tables;

use lawful::prelude::*;

/// A book.
#[state]
pub struct Book {
    title: Option<String>,
    reader: Option<Id<Reader>>,
}

#[aggregate]
impl Book {
    /// The book was bought.
    #[event]
    fn bought(&mut self, title: &str, shelf: i64) {
        self.title = Some(title.to_owned());
    }

    /// Somebody took it home.
    #[event]
    fn lent(&mut self, to: Id<Reader>) {
        self.reader = Some(to);
    }

    /// It came back.
    #[event]
    fn returned(&mut self) {
        self.reader = None;
    }

    /// It was moved to another shelf.
    #[event]
    fn moved(&mut self, shelf: i64) {}

    /// It was dusted.
    #[event]
    fn dusted(&mut self) {}

    /// It was given away.
    #[event]
    fn discarded(&mut self) {
        self.title = None;
    }

    /// Buys it.
    #[command]
    fn buy(&self, title: &str, shelf: i64) -> BookEvent {
        BookEvent::bought(title, shelf)
    }

    /// Lends it.
    #[command]
    fn lend(&self, to: Id<Reader>) -> BookEvent {
        BookEvent::lent(to)
    }

    /// Takes it back.
    #[command]
    fn take_back(&self) -> BookEvent {
        BookEvent::returned()
    }

    /// Moves it.
    #[command]
    fn shelve(&self, shelf: i64) -> BookEvent {
        BookEvent::moved(shelf)
    }

    /// Dusts it.
    #[command]
    fn dust(&self) -> BookEvent {
        BookEvent::dusted()
    }

    /// Gives it away.
    #[command]
    fn discard(&self) -> BookEvent {
        BookEvent::discarded()
    }
}

/// A reader.
#[state]
pub struct Reader {
    name: String,
}

#[aggregate]
impl Reader {
    /// The reader got a card.
    #[event]
    fn enrolled(&mut self, name: &str) {
        self.name = name.to_owned();
    }

    /// The reader has another name.
    #[event]
    fn renamed(&mut self, name: &str) {
        self.name = name.to_owned();
    }

    /// Gives a card.
    #[command]
    fn enrol(&self, name: &str) -> ReaderEvent {
        ReaderEvent::enrolled(name)
    }

    /// Takes another name down.
    #[command]
    fn rename(&self, name: &str) -> ReaderEvent {
        ReaderEvent::renamed(name)
    }
}

/// A library.
#[domain(aggregates(Book, Reader))]
pub struct Library;

/// Where a book is, and who has it.
#[row]
pub struct Whereabouts {
    /// Which book.
    #[key]
    pub book: Id<Book>,
    /// What it is called.
    pub title: String,
    /// The shelf that it belongs on.
    #[index]
    pub shelf: i64,
    /// Who has it.
    #[index]
    pub reader: Option<Id<Reader>>,
    /// The name of who has it.
    pub name: Option<String>,
}

/// Where everything is.
#[read_model(ignores(BookEvent::Dusted, ReaderEvent::Enrolled))]
impl Whereabouts {
    /// A new book stands on its shelf.
    #[on(BookEvent::Bought)]
    fn bought(rows: &mut Rows<Self>, from: &Origin<Book>, title: &str, shelf: i64) {
        rows.put(Whereabouts {
            book: from.id,
            title: title.to_owned(),
            shelf,
            reader: None,
            name: None,
        });
    }

    /// Somebody has it.
    #[on(BookEvent::Lent)]
    fn lent(rows: &mut Rows<Self>, from: &Origin<Book>, to: Id<Reader>) {
        rows.change(&from.id, |book| book.reader = Some(to));
    }

    /// It stands on its shelf.
    #[on(BookEvent::Returned)]
    fn returned(rows: &mut Rows<Self>, from: &Origin<Book>) {
        rows.change(&from.id, |book| {
            book.reader = None;
            book.name = None;
        });
    }

    /// It belongs on another shelf.
    #[on(BookEvent::Moved)]
    fn moved(rows: &mut Rows<Self>, from: &Origin<Book>, shelf: i64) {
        rows.change(&from.id, |book| book.shelf = shelf);
    }

    /// It is nowhere.
    #[on(BookEvent::Discarded)]
    fn discarded(rows: &mut Rows<Self>, from: &Origin<Book>) {
        rows.remove(&from.id);
    }

    /// All that this reader has is under another name.
    #[on(ReaderEvent::Renamed)]
    fn renamed(rows: &mut Rows<Self>, from: &Origin<Reader>, name: &str) {
        let books: Vec<Id<Book>> = rows
            .find(Self::READER, Some(from.id))
            .iter()
            .map(|book| book.book)
            .collect();
        for book in books {
            rows.change(&book, |book| book.name = Some(name.to_owned()));
        }
    }
}

/// How much is on a shelf.
#[row]
pub struct Shelf {
    /// Which shelf.
    #[key]
    pub shelf: i64,
    /// The kind of a book, by the first letter of its title.
    #[key]
    pub letter: char,
    /// The books, by id.
    pub books: Vec<Id<Book>>,
}

/// What was bought for each shelf, by first letter.
#[read_model(ignores(
    BookEvent::Lent,
    BookEvent::Returned,
    BookEvent::Moved,
    BookEvent::Dusted,
    BookEvent::Discarded
))]
impl Shelf {
    /// One more.
    #[on(BookEvent::Bought)]
    fn bought(rows: &mut Rows<Self>, title: &str, shelf: i64, from: &Origin<Book>) {
        let letter = title.chars().next().unwrap_or('?');
        if !rows.change(&(shelf, letter), |shelf| shelf.books.push(from.id)) {
            rows.put(Shelf {
                shelf,
                letter,
                books: vec![from.id],
            });
        }
    }
}
