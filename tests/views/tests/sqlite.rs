//! Rows in a SQLite file: what people see of them, builds beside each other, and files that are none of ours.

use lawful::FailureKind;
use lawful::prelude::*;
use lawful::view::ReadModel;
use lawful_servers::{Folder, User};
use lawful_sqlite::{Sqlite, SqliteTable};
use lawful_views::Views as _;
use rusqlite::Connection;
use std::error::Error as StdError;
use std::path::Path;
use views::{Book, BookCommand, BookEvent, Library, Reader, Shelf, Whereabouts};

type Outcome = Result<(), Box<dyn StdError>>;

fn folder() -> Folder {
    Folder::new("views", &User::Myself)
}

/// What people see.
fn texts(path: &Path, query: &str) -> Vec<String> {
    let file = Connection::open(path).unwrap();
    let mut query = file.prepare(query).unwrap();
    let rows = query.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[tokio::test]
async fn the_rows_are_a_table_beside_the_log() -> Outcome {
    let folder = folder();
    let path = folder.path().join("library.db");
    let library = Sqlite::<Library>::open(&path).await?;
    let books = library.view_in(SqliteTable::<Whereabouts>::open(&path).await?);
    let emma = Id::<Book>::new();
    library.execute(emma, BookCommand::buy("Emma", 3)).await?;
    let ada = Id::<Reader>::from_name("ada");
    let receipt = library.execute(emma, BookCommand::lend(ada)).await?;
    books.after(receipt.position).await?;

    let row = books.table().get(&emma).await?.unwrap();
    assert_eq!((row.shelf, row.reader), (3, Some(ada)));
    assert_eq!(
        books.table().find(Whereabouts::SHELF, 3).await?,
        std::slice::from_ref(&row)
    );
    assert_eq!(books.table().all().await?, [row]);
    let found = texts(&path, "SELECT title FROM whereabouts WHERE shelf = 3");
    assert_eq!(found, ["Emma"]);
    let file = Connection::open(&path)?;
    let plan: String = file.query_row(
        "EXPLAIN QUERY PLAN SELECT title FROM whereabouts WHERE shelf = 3",
        [],
        |row| row.get("detail"),
    )?;
    assert!(plan.contains("USING INDEX"), "{plan}");

    // A restart goes on from the checkpoint.
    let reached = books.position().await?;
    drop(books);
    let books = library.view_in(SqliteTable::<Whereabouts>::open(&path).await?);
    assert_eq!(books.position().await?, reached);
    Ok(())
}

mod newer {
    //! The same rows, made by another fold.
    use super::*;

    /// How much is on a shelf.
    #[row(name = "shelf")]
    pub(crate) struct Shelf {
        #[key]
        pub(crate) shelf: i64,
        pub(crate) books: i64,
    }

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
        fn bought(rows: &mut Rows<Self>, shelf: i64) {
            if !rows.change(&shelf, |shelf| shelf.books += 1) {
                rows.put(Shelf { shelf, books: 1 });
            }
        }
    }
}

mod newest {
    //! The same once more: only the number of the version is another one.
    use super::*;

    /// How much is on a shelf.
    #[row(name = "shelf")]
    pub(crate) struct Shelf {
        #[key]
        pub(crate) shelf: i64,
        pub(crate) books: i64,
    }

    #[read_model(
        version = 2,
        ignores(
            BookEvent::Lent,
            BookEvent::Returned,
            BookEvent::Moved,
            BookEvent::Dusted,
            BookEvent::Discarded
        )
    )]
    impl Shelf {
        /// Another one.
        #[on(BookEvent::Bought)]
        fn bought(rows: &mut Rows<Self>, shelf: i64) {
            if !rows.change(&shelf, |shelf| shelf.books += 1) {
                rows.put(Shelf { shelf, books: 1 });
            }
        }
    }
}

#[test]
fn a_version_makes_another_fingerprint_and_a_comment_does_not() {
    assert_ne!(newer::Shelf::fingerprint(), newest::Shelf::fingerprint());
}

#[tokio::test]
async fn another_build_makes_its_rows_beside_and_then_takes_the_name() -> Outcome {
    let folder = folder();
    let (log, path) = (folder.path().join("log.db"), folder.path().join("rows.db"));
    let library = Sqlite::<Library>::open(&log).await?;
    for _ in 0..3 {
        library
            .execute(Id::<Book>::new(), BookCommand::buy("Emma", 3))
            .await?;
    }
    let old = library.view_in(SqliteTable::<Shelf>::open(&path).await?);
    old.refresh().await?;
    let shown = "SELECT CAST(books AS TEXT) FROM shelf";
    let before = texts(&path, shown);
    assert_eq!(before.len(), 1);

    // Opened, and not there yet: people see the old rows, and the old build goes on.
    let new = library.view_in(SqliteTable::<newer::Shelf>::open(&path).await?);
    assert_eq!(texts(&path, shown), before);
    new.refresh().await?;
    assert_eq!(texts(&path, shown), ["3"]);
    library
        .execute(Id::<Book>::new(), BookCommand::buy("Evelina", 3))
        .await?;
    old.refresh().await?;
    assert_eq!(old.table().all().await?[0].books.len(), 4);
    assert_eq!(
        texts(&path, shown),
        ["3"],
        "the name stays with the newer build"
    );

    // A third build: the first one's rows go, and it is told so.
    let newest = library.view_in(SqliteTable::<newest::Shelf>::open(&path).await?);
    newest.refresh().await?;
    new.refresh().await?;
    let failure = old.refresh().await.unwrap_err();
    assert!(
        failure
            .to_string()
            .contains("were dropped after two newer builds"),
        "{failure}"
    );
    let tables = texts(
        &path,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'shelf%'",
    );
    assert_eq!(tables.len(), 2, "{tables:?}");

    // Back to the build before: it was opened last, and shows its rows again.
    drop(new);
    let new = library.view_in(SqliteTable::<newer::Shelf>::open(&path).await?);
    new.refresh().await?;
    let published = texts(
        &path,
        "SELECT fingerprint FROM lawful_views WHERE published = 1",
    );
    assert_eq!(published, [format!("{:016x}", newer::Shelf::fingerprint())]);
    Ok(())
}

#[tokio::test]
async fn a_name_that_is_taken_is_refused() -> Outcome {
    let folder = folder();
    let path = folder.path().join("library.db");
    let library = Sqlite::<Library>::open(&path).await?;
    Connection::open(&path)?.execute_batch("CREATE TABLE Shelf (anything)")?;
    let failure = SqliteTable::<Shelf>::open(&path).await.unwrap_err();
    assert_eq!(failure.kind(), &FailureKind::NotALog);
    assert!(
        failure
            .to_string()
            .contains("has a table named `shelf` already"),
        "{failure}"
    );
    library
        .execute(Id::<Book>::new(), BookCommand::buy("Emma", 3))
        .await?;
    Ok(())
}

#[tokio::test]
async fn files_of_others_stay_as_they_are() -> Outcome {
    let folder = folder();
    let path = folder.path().join("theirs.db");
    Connection::open(&path)?.execute_batch("CREATE TABLE theirs (anything)")?;
    let before = std::fs::read(&path)?;
    let failure = SqliteTable::<Shelf>::open(&path).await.unwrap_err();
    assert_eq!(failure.kind(), &FailureKind::NotALog, "{failure}");
    assert_eq!(std::fs::read(&path)?, before);

    let path = folder.path().join("text.db");
    std::fs::write(
        &path,
        "a text, and no file of SQLite's; long enough to be looked at".repeat(99),
    )?;
    let failure = SqliteTable::<Shelf>::open(&path).await.unwrap_err();
    assert_eq!(failure.kind(), &FailureKind::NotALog, "{failure}");

    let path = folder.path().join("missing").join("rows.db");
    let failure = SqliteTable::<Shelf>::open(&path).await.unwrap_err();
    assert_eq!(failure.kind(), &FailureKind::Unavailable, "{failure}");

    let path = folder.path().join("rows.db");
    SqliteTable::<Shelf>::open(&path).await?;
    let failure = Sqlite::<Library>::open(&path).await.unwrap_err();
    assert!(
        failure
            .to_string()
            .contains("holds rows of read models and no log"),
        "{failure}"
    );
    Ok(())
}

#[tokio::test]
async fn a_row_that_somebody_else_wrote_is_told_of() -> Outcome {
    let folder = folder();
    let path = folder.path().join("library.db");
    let library = Sqlite::<Library>::open(&path).await?;
    let books = library.view_in(SqliteTable::<Whereabouts>::open(&path).await?);
    let emma = library
        .execute(Id::<Book>::new(), BookCommand::buy("Emma", 3))
        .await?;
    books.after(emma.position).await?;
    let table = format!("whereabouts_{:016x}", Whereabouts::fingerprint());
    Connection::open(&path)?.execute_batch(&format!("UPDATE {table} SET reader = 'somebody'"))?;
    let failure = books.table().all().await.unwrap_err();
    assert_eq!(failure.kind(), &FailureKind::Corrupt);
    assert!(
        failure
            .to_string()
            .contains("column `reader` of `whereabouts`"),
        "{failure}"
    );
    Ok(())
}
