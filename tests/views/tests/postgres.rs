//! Rows in `PostgreSQL`: what people see of them, builds beside each other, and servers that go away.

use lawful::FailureKind;
use lawful::prelude::*;
use lawful::view::{ReadModel, Table};
use lawful_postgres::{Postgres, PostgresTable};
use lawful_servers::Postgres as Server;
use lawful_views::Views as _;
use std::error::Error as StdError;
use views::{Book, BookCommand, BookEvent, Library, Reader, Shelf, Whereabouts};

type Outcome = Result<(), Box<dyn StdError>>;

/// What people see.
async fn texts(server: &Server, query: &str) -> Result<Vec<String>, Box<dyn StdError>> {
    let url = server.url("postgres");
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await?;
    let connection = tokio::spawn(connection);
    let rows = client.query(query, &[]).await?;
    let texts = rows.iter().map(|row| row.try_get(0));
    let texts = texts.collect::<Result<_, _>>()?;
    drop(client);
    connection.await??;
    Ok(texts)
}

#[tokio::test]
async fn the_rows_are_a_table_beside_the_log() -> Outcome {
    let Some(server) = Server::start() else {
        return Ok(());
    };
    let url = server.url("postgres");
    let library = Postgres::<Library>::connect(&url).await?;
    let books = library.view_in(PostgresTable::<Whereabouts>::connect(&url).await?);
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
    let shown = "SELECT title FROM lawful_views.whereabouts WHERE shelf = 3";
    assert_eq!(texts(&server, shown).await?, ["Emma"]);
    let plan = format!("EXPLAIN {shown}");
    let seeking = texts(
        &server,
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'lawful_views' AND indexdef LIKE '%(shelf)'",
    );
    assert_eq!(seeking.await?.len(), 1);
    assert!(!texts(&server, &plan).await?.is_empty());

    // The server goes and comes back; the rows go on from their checkpoint.
    let reached = books.position().await?;
    let mut server = server;
    server.server().kill();
    let failure = books.position().await.unwrap_err();
    assert_eq!(failure.kind(), &FailureKind::Unavailable, "{failure}");
    server.server().restart()?;
    assert_eq!(books.position().await?, reached);
    let receipt = library.execute(emma, BookCommand::take_back()).await?;
    books.after(receipt.position).await?;
    assert_eq!(
        books.table().find(Whereabouts::READER, None).await?.len(),
        1
    );
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

#[tokio::test]
async fn another_build_makes_its_rows_beside_and_then_takes_the_name() -> Outcome {
    let Some(server) = Server::start() else {
        return Ok(());
    };
    let url = server.url("postgres");
    let library = Postgres::<Library>::connect(&url).await?;
    for _ in 0..3 {
        library
            .execute(Id::<Book>::new(), BookCommand::buy("Emma", 3))
            .await?;
    }
    let old = library.view_in(PostgresTable::<Shelf>::connect(&url).await?);
    old.refresh().await?;
    let shown = "SELECT books::text FROM lawful_views.shelf";
    let before = texts(&server, shown).await?;
    assert_eq!(before.len(), 1);

    let new = library.view_in(PostgresTable::<newer::Shelf>::connect(&url).await?);
    assert_eq!(texts(&server, shown).await?, before);
    new.refresh().await?;
    assert_eq!(texts(&server, shown).await?, ["3"]);
    library
        .execute(Id::<Book>::new(), BookCommand::buy("Evelina", 3))
        .await?;
    old.refresh().await?;
    assert_eq!(old.table().all().await?[0].books.len(), 4);
    assert_eq!(texts(&server, shown).await?, ["3"], "the name stays");

    // The old build is opened once more, and shows its rows again.
    drop(old);
    let old = library.view_in(PostgresTable::<Shelf>::connect(&url).await?);
    old.refresh().await?;
    let published = "SELECT fingerprint FROM lawful_views.builds WHERE published";
    let fingerprint = format!("{:016x}", Shelf::fingerprint());
    assert_eq!(texts(&server, published).await?, [fingerprint]);
    Ok(())
}

#[tokio::test]
async fn two_processes_of_one_table_fold_each_event_once() -> Outcome {
    let Some(server) = Server::start() else {
        return Ok(());
    };
    let url = server.url("postgres");
    let library = Postgres::<Library>::connect(&url).await?;
    let (one, two) = (
        library.view_in(PostgresTable::<newer::Shelf>::connect(&url).await?),
        library.view_in(PostgresTable::<newer::Shelf>::connect(&url).await?),
    );
    for _ in 0..20 {
        let shelf = BookCommand::buy("Emma", 1);
        let receipt = library.execute(Id::<Book>::new(), shelf).await?;
        let (one, two) = tokio::join!(one.after(receipt.position), two.after(receipt.position));
        one?;
        two?;
    }
    assert_eq!(one.table().all().await?[0].books, 20);
    Ok(())
}

#[tokio::test]
async fn what_is_not_ours_is_refused() -> Outcome {
    let Some(server) = Server::start() else {
        return Ok(());
    };
    let url = server.url("postgres");
    let wrong = url.replace("secret", "wrong");
    let failure = PostgresTable::<Shelf>::connect(wrong).await.unwrap_err();
    assert_eq!(failure.kind(), &FailureKind::Denied, "{failure}");

    texts(&server, "SELECT 1::text").await?;
    let library = Postgres::<Library>::connect(&url).await?;
    PostgresTable::<Shelf>::connect(&url).await?;
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await?;
    let connection = tokio::spawn(connection);
    client
        .batch_execute("CREATE TABLE lawful_views.whereabouts (anything text)")
        .await?;
    let failure = PostgresTable::<Whereabouts>::connect(&url)
        .await
        .unwrap_err();
    assert!(
        failure.to_string().contains("whereabouts already"),
        "{failure}"
    );

    // Text that the server cannot hold: nothing is written, and the checkpoint stays.
    library
        .execute(Id::<Book>::new(), BookCommand::buy("Emma", 1))
        .await?;
    client
        .batch_execute("DROP TABLE lawful_views.whereabouts")
        .await?;
    let books = PostgresTable::<Whereabouts>::connect(&url).await?;
    let unfit = Whereabouts {
        book: Id::new(),
        title: "nothing \0 at all".to_owned(),
        shelf: 1,
        reader: None,
        name: None,
    };
    let to = library.view::<Whereabouts>().refresh().await?;
    let put = vec![lawful::view::Change::Put(unfit)];
    assert!(books.commit(put, None, to).await.is_err());
    assert_eq!(books.checkpoint().await?, None);
    drop(client);
    connection.await??;
    Ok(())
}
