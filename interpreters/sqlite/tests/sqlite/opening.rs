//! What can lie where a log is expected.

use crate::child;
use crate::domain::{Folder, Log, append, check, note, texts};
use lawful::FailureKind;
use lawful::log::EventLog;
use lawful_sqlite::SqliteOptions;
use rusqlite::Connection;
use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

async fn refused(options: impl Into<SqliteOptions>) -> lawful::Failure {
    Log::open(options).await.expect_err("no log")
}

#[tokio::test]
async fn a_directory_is_refused() {
    let folder = Folder::new();
    let failure = refused(folder.path()).await;
    check(
        &failure,
        &FailureKind::NotALog,
        &["is a directory", "give the path of a file"],
    );
}

#[tokio::test]
async fn a_missing_folder_is_named_and_not_made() {
    let folder = Folder::new();
    let failure = refused(folder.path().join("missing").join("log.db")).await;
    check(
        &failure,
        &FailureKind::Unavailable,
        &["there is no directory `", "missing`", "make it first"],
    );
    assert!(!folder.path().join("missing").exists());
}

#[tokio::test]
async fn an_empty_path_is_refused() {
    check(&refused("").await, &FailureKind::NotALog, &["no path"]);
}

#[tokio::test]
async fn a_file_that_is_not_sqlite_stays_as_it_is() {
    let folder = Folder::new();
    for content in ["hello, I am a letter\n".repeat(500), "short".to_owned()] {
        std::fs::write(folder.file(), &content).unwrap();
        let failure = refused(folder.file()).await;
        check(
            &failure,
            &FailureKind::NotALog,
            &["no SQLite file", "log.db"],
        );
        assert_eq!(std::fs::read_to_string(folder.file()).unwrap(), content);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[tokio::test]
async fn a_file_of_another_program_stays_as_it_is() {
    for mode in ["DELETE", "WAL"] {
        let folder = Folder::new();
        let other = folder.connection();
        other
            .query_row(&format!("PRAGMA journal_mode = {mode}"), [], |_| Ok(()))
            .unwrap();
        other
            .execute_batch("CREATE TABLE events (id); INSERT INTO events VALUES (1)")
            .unwrap();
        // A part of what it wrote lies in its write-ahead log still.
        let before = contents(folder.path());
        let failure = refused(folder.file()).await;
        check(
            &failure,
            &FailureKind::NotALog,
            &["another program", "0x00000000", "0x4c617766"],
        );
        assert_eq!(contents(folder.path()), before);
        other
            .execute_batch("INSERT INTO events VALUES (2)")
            .unwrap();
    }
}

#[tokio::test]
async fn the_unfinished_transaction_of_another_program_is_left_to_it() {
    let folder = Folder::new();
    // The journal of a program that was killed, beside its file: opening it in the ordinary way would roll it back.
    let other = folder.connection();
    other
        .execute_batch(
            "CREATE TABLE t (x); INSERT INTO t VALUES (randomblob(9000)); PRAGMA cache_size = 1; BEGIN; UPDATE t SET x = randomblob(90000)",
        )
        .unwrap();
    let crashed = Folder::new();
    for file in ["log.db", "log.db-journal"] {
        std::fs::copy(folder.path().join(file), crashed.path().join(file)).unwrap();
    }
    let before = contents(crashed.path());
    assert_eq!(before.len(), 2);
    let failure = refused(crashed.file()).await;
    check(&failure, &FailureKind::NotALog, &["another program"]);
    assert_eq!(contents(crashed.path()), before);
}

/// Every file of a folder with its bytes, but for the index of a write-ahead log, which is memory.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_none_or(|end| end != "db-shm"))
        .map(|path| (path.display().to_string(), std::fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn a_log_of_a_newer_release_is_refused_and_stays_as_it_is() {
    let folder = Folder::new();
    let log = folder.log().await;
    append(&log, note(1), 0, "kept").await;
    drop(log);
    folder.shell("PRAGMA user_version = 7");
    let before = std::fs::read(folder.file()).unwrap();
    let failure = refused(folder.file()).await;
    check(
        &failure,
        &FailureKind::NewerSchema,
        &["schema version 7", "up to 1", "newer release"],
    );
    assert_eq!(std::fs::read(folder.file()).unwrap(), before);
    folder.shell("PRAGMA user_version = 1");
    assert_eq!(texts(&folder.log().await, note(1)).await, ["kept"]);
}

#[tokio::test]
async fn a_log_without_its_tables_or_its_identity_is_corrupt() {
    let folder = Folder::new();
    drop(folder.log().await);
    folder.shell("DELETE FROM lawful WHERE name = 'identity'");
    check(
        &refused(folder.file()).await,
        &FailureKind::Corrupt,
        &["identity"],
    );
    folder.shell("DROP TABLE lawful");
    check(
        &refused(folder.file()).await,
        &FailureKind::Corrupt,
        &["its tables are not those of a log"],
    );
}

#[tokio::test]
async fn a_damaged_file_is_corrupt() {
    let folder = Folder::new();
    let log = folder.log().await;
    for version in 0..200 {
        append(&log, note(1), version, &"x".repeat(500)).await;
    }
    drop(log);
    let mut bytes = std::fs::read(folder.file()).unwrap();
    for byte in bytes.iter_mut().skip(4096) {
        *byte = 0xff;
    }
    std::fs::write(folder.file(), bytes).unwrap();
    check(
        &refused(folder.file()).await,
        &FailureKind::Corrupt,
        &["the file is damaged"],
    );
}

#[tokio::test]
async fn an_empty_file_becomes_a_log() {
    let folder = Folder::new();
    std::fs::write(folder.file(), "").unwrap();
    append(&folder.log().await, note(1), 0, "begun").await;
    assert_eq!(texts(&folder.log().await, note(1)).await, ["begun"]);
}

#[tokio::test]
async fn a_path_is_a_path_whatever_it_looks_like() {
    let folder = Folder::new();
    for name in [
        ":memory:",
        "file:x?mode=memory",
        "50 % #1?.db",
        "d\u{e9}p\u{f4}t \u{65e5}\u{672c}.db",
        "'; DROP TABLE events; --",
    ] {
        let path = folder.path().join(name);
        let log = Log::open(&path).await.unwrap();
        append(&log, note(1), 0, name).await;
        drop(log);
        assert!(path.is_file(), "{name}");
        let log = Log::open(path.display().to_string()).await.unwrap();
        assert_eq!(log.path(), path);
        assert_eq!(texts(&log, note(1)).await, [name]);
    }
}

#[tokio::test]
async fn a_locked_file_is_reported_after_the_timeout_and_opens_later() {
    let folder = Folder::new();
    let other = folder.connection();
    other
        .execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
        .unwrap();
    let options = || SqliteOptions::new(folder.file()).lock_timeout(Duration::from_millis(120));
    check(
        &refused(options()).await,
        &FailureKind::Locked,
        &["another process", "`lock_timeout`"],
    );
    drop(other);
    append(&Log::open(options()).await.unwrap(), note(1), 0, "free").await;
}

#[tokio::test]
async fn opening_waits_for_a_lock_that_passes() {
    let folder = Folder::new();
    let other = folder.connection();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let opening = tokio::spawn(Log::open(folder.file()));
    // Nobody can see from here that the other one waits already; both orders must end well.
    tokio::task::yield_now().await;
    drop(other);
    append(&opening.await.unwrap().unwrap(), note(1), 0, "in").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_who_open_a_fresh_file_at_once_get_one_log() {
    for _ in 0..10 {
        let folder = Folder::new();
        let opening: Vec<_> = (0..8)
            .map(|_| tokio::spawn(Log::open(folder.file())))
            .collect();
        let mut identities = HashSet::new();
        for opened in opening {
            identities.insert(opened.await.unwrap().unwrap().identity());
        }
        assert_eq!(identities.len(), 1);
    }
}

#[tokio::test]
async fn processes_that_open_a_fresh_file_at_once_get_one_log() {
    if let Some((_, options)) = child::task() {
        let log = Log::open(options).await.unwrap();
        child::append_contended(&log, note(1), "in").await;
        child::say(&log.identity().to_string());
        return;
    }
    let test = "opening::processes_that_open_a_fresh_file_at_once_get_one_log";
    for _ in 0..3 {
        let folder = Folder::new();
        let children: Vec<_> = (0..6)
            .map(|_| {
                child::command(test, "open", &folder.file())
                    .spawn()
                    .unwrap()
            })
            .collect();
        let mut identities = HashSet::new();
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success());
            identities.extend(child::said(&output.stdout));
        }
        assert_eq!(identities.len(), 1);
        assert_eq!(texts(&folder.log().await, note(1)).await.len(), 6);
    }
}

/// Closing a file descriptor takes all locks with it that its process holds on the file, so looking at a file must not open one of its own:
/// another process would then take the log for unused and remove its write-ahead log.
#[tokio::test]
async fn opening_again_does_not_release_the_locks_of_the_first() {
    if let Some((_, options)) = child::task() {
        let log = Log::open(options).await.unwrap();
        append(&log, note(2), 0, "in passing").await;
        return;
    }
    let folder = Folder::new();
    let log = folder.log().await;
    append(&log, note(1), 0, "one").await;
    drop(folder.log().await);
    let test = "opening::opening_again_does_not_release_the_locks_of_the_first";
    child::finish(&mut child::command(test, "pass", &folder.file()));
    assert!(folder.path().join("log.db-wal").exists());
    append(&log, note(1), 1, "two").await;
    drop(log);
    assert_eq!(texts(&folder.log().await, note(1)).await, ["one", "two"]);
    assert_eq!(folder.text("PRAGMA integrity_check"), "ok");
}

#[tokio::test]
async fn a_log_that_left_its_write_ahead_mode_finds_back() {
    let folder = Folder::new();
    append(&folder.log().await, note(1), 0, "one").await;
    folder.shell("PRAGMA journal_mode = DELETE");
    let log = folder.log().await;
    append(&log, note(1), 1, "two").await;
    let mode: String = Connection::open(folder.file())
        .unwrap()
        .query_row("PRAGMA journal_mode", [], |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "wal");
}

#[tokio::test]
async fn a_checkpoint_that_a_kill_interrupted_is_no_damage() {
    let (folder, killed) = (Folder::new(), Folder::new());
    let log = folder.log().await;
    let text = "x".repeat(2000);
    for version in 0..20 {
        append(&log, note(1), version, &text).await;
    }
    // Not this process's own copy: closing the file would take the log's locks with it.
    let copy = |name: &str| {
        let status = std::process::Command::new("cp")
            .args([folder.path().join(name), killed.path().join(name)])
            .status();
        assert!(status.expect("`cp` runs").success());
    };
    copy("log.db-wal");
    folder.shell("PRAGMA wal_checkpoint(PASSIVE)");
    copy("log.db");
    // What the checkpoint would have written last is not there yet, and the first page counts it already.
    let file = std::fs::OpenOptions::new()
        .write(true)
        .open(killed.file())
        .expect("the copy");
    let length = file.metadata().expect("its size").len();
    file.set_len(length - 3 * 4096).expect("a shorter file");
    drop(file);

    let found = killed.log().await;
    assert_eq!(texts(&found, note(1)).await, vec![text; 20]);
    assert_eq!(killed.text("PRAGMA integrity_check"), "ok");
}
