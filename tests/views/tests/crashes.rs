//! A process that records and folds is killed again and again; after each kill the rows are the fold of the log up to their checkpoint,
//! neither more nor less, and the next process goes on from there.

use lawful::log::EventLog;
use lawful::prelude::*;
use lawful_servers::{Folder, User};
use lawful_sqlite::{Sqlite, SqliteTable};
use lawful_views::Views as _;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use views::{Book, BookCommand, Library, Shelf};

const CRASHES: usize = 60;
const LOG: &str = "LAWFUL_VIEWS_LOG";
const ROWS: &str = "LAWFUL_VIEWS_ROWS";

#[test]
fn rows_and_checkpoint_survive_kill_nine_together() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    if let (Some(log), Some(rows)) = (std::env::var_os(LOG), std::env::var_os(ROWS)) {
        runtime.block_on(record(log.into(), rows.into()));
    }
    let folder = Folder::new("views", &User::Myself);
    let log = folder.path().join("library.db");
    for rows in [log.clone(), folder.path().join("rows.db")] {
        let mut reached = 0;
        for crash in 0..CRASHES / 2 {
            killed(&log, &rows, crash % 7);
            let now = runtime.block_on(look(&log, &rows));
            assert!(
                now >= reached,
                "the rows went back from {reached} books to {now}"
            );
            reached = now;
        }
        assert!(
            reached > CRASHES / 2,
            "the child hardly came to do anything"
        );
    }
}

/// The child: records and folds until it is killed.
async fn record(log: PathBuf, rows: PathBuf) {
    let library = Sqlite::<Library>::open(log).await.unwrap();
    let shelves = library.view_in(SqliteTable::<Shelf>::open(rows).await.unwrap());
    for shelf in (0..3).cycle() {
        for title in ["Emma", "Evelina", "Walden"] {
            library
                .execute(Id::<Book>::new(), BookCommand::buy(title, shelf))
                .await
                .unwrap();
        }
        shelves.refresh().await.unwrap();
        let said = std::io::stdout().write_all(b"\nfolded\n");
        if said.and_then(|()| std::io::stdout().flush()).is_err() {
            std::process::exit(1);
        }
    }
}

/// Starts the child, and kills it while it is at work after it folded so many times.
fn killed(log: &Path, rows: &Path, times: usize) {
    let mut child = Killed(
        Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "rows_and_checkpoint_survive_kill_nine_together",
                "--nocapture",
            ])
            .env(LOG, log)
            .env(ROWS, rows)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let output = BufReader::new(child.0.stdout.take().unwrap());
    let reached = output
        .lines()
        .map_while(Result::ok)
        .filter(|line| line == "folded")
        .take(times + 1)
        .count();
    assert_eq!(reached, times + 1, "the child ended by itself");
}

/// Kill -9 on drop.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// How many books the rows hold, after making sure that they are those of the log up to the checkpoint.
async fn look(log: &Path, rows: &Path) -> usize {
    let library = Sqlite::<Library>::open(log).await.unwrap();
    let table = SqliteTable::<Shelf>::open(rows).await.unwrap();
    let shelves = library.view_in(table.clone());
    let checkpoint = shelves.position().await.unwrap();
    let mut wanted = lawful::view::Rows::<Shelf>::whole();
    let mut after = lawful::Position::origin(checkpoint.log());
    while after < checkpoint {
        let page = library.log().read_all(after, 1000).await.unwrap();
        for entry in page.entries {
            if entry.position <= checkpoint {
                lawful_views::fold::<Library, Shelf>(&mut wanted, &entry).unwrap();
            }
            after = entry.position;
        }
    }
    let found = table.all().await.unwrap();
    let wanted: Vec<Shelf> = wanted.all().into_iter().cloned().collect();
    assert_eq!(found, wanted, "the rows are not those of {checkpoint}");
    found.iter().map(|shelf| shelf.books.len()).sum()
}
