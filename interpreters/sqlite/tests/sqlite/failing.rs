//! Disks that are full, write-protected or broken, and locks that stay: nothing is lost, and the file stays usable.

use crate::child;
use crate::domain::{Folder, Log, append, batch, check, failed, note, noted, texts};
use lawful::log::EventLog;
use lawful::{Failure, FailureKind};
use lawful_sqlite::SqliteOptions;
use std::time::Duration;

#[tokio::test]
async fn a_full_file_takes_what_fits_and_goes_on_when_there_is_room() {
    let folder = Folder::new();
    let log = folder.log_with(|options| options.max_bytes(150_000)).await;
    let text = "x".repeat(1_000);
    let mut version = 0;
    let failure = loop {
        match log.append(batch(note(1), version, [noted(&text)])).await {
            Ok(_) => version += 1,
            refused => break failed(refused),
        }
    };
    check(
        &failure,
        &FailureKind::Full,
        &["no space left", "`max_bytes`", "log.db"],
    );
    assert!(version > 50, "{version}");
    // Twice the same, and reading goes on.
    check(
        &failed(log.append(batch(note(1), version, [noted(&text)])).await),
        &FailureKind::Full,
        &[],
    );
    assert_eq!(texts(&log, note(1)).await.len() as u64, version);
    drop(log);
    let log = folder.log().await;
    append(&log, note(1), version, "room again").await;
    assert_eq!(texts(&log, note(1)).await.len() as u64, version + 1);
    assert_eq!(folder.text("PRAGMA integrity_check"), "ok");
}

#[tokio::test]
async fn a_quota_that_is_too_small_for_the_tables_is_reported() {
    let folder = Folder::new();
    let options = SqliteOptions::new(folder.file()).max_bytes(1);
    let log = Log::open(options).await.unwrap();
    check(
        &failed(
            log.append(batch(note(1), 0, [noted("x".repeat(10_000))]))
                .await,
        ),
        &FailureKind::Full,
        &[],
    );
}

#[tokio::test]
async fn a_lock_that_stays_is_reported_and_a_later_append_succeeds() {
    let folder = Folder::new();
    let log = folder
        .log_with(|options| options.lock_timeout(Duration::from_millis(120)))
        .await;
    append(&log, note(1), 0, "before").await;
    let other = folder.connection();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (one, two) = tokio::join!(
        log.append(batch(note(1), 1, [noted("late")])),
        log.append(batch(note(2), 0, [noted("late")])),
    );
    for refused in [one, two] {
        check(
            &failed(refused),
            &FailureKind::Locked,
            &["another process holds its lock", "`lock_timeout`"],
        );
    }
    // Readers do not care.
    assert_eq!(texts(&log, note(1)).await, ["before"]);
    drop(other);
    append(&log, note(1), 1, "after").await;
    assert_eq!(texts(&log, note(1)).await, ["before", "after"]);
}

#[tokio::test]
async fn an_append_waits_for_a_lock_that_passes() {
    let folder = Folder::new();
    let log = folder.log().await;
    let other = folder.connection();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (appended, ()) = tokio::join!(log.append(batch(note(1), 0, [noted("patient")])), async {
        drop(other);
    });
    appended.unwrap();
}

#[tokio::test]
async fn a_handle_that_is_dropped_does_not_wait_for_a_lock() {
    let folder = Folder::new();
    let log = folder
        .log_with(|options| options.lock_timeout(Duration::from_hours(1)))
        .await;
    let other = folder.connection();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    {
        let mut abandoned = std::pin::pin!(log.append(batch(note(1), 0, [noted("never")])));
        let mut nobody = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(abandoned.as_mut().poll(&mut nobody).is_pending());
    }
    // Would take an hour.
    drop(log);
    drop(other);
    assert_eq!(folder.number("SELECT count(*) FROM events"), 0);
}

/// The child may write no file larger than so much, as if the disk broke at that place: the commit fails in the middle.
#[tokio::test]
async fn a_commit_that_the_disk_breaks_off_is_an_unknown_outcome() {
    if let Some((_, options)) = child::task() {
        let log = Log::open(options).await.unwrap();
        let text = "x".repeat(1_000);
        for version in 0.. {
            match log.append(batch(note(1), version, [noted(&text)])).await {
                Ok(_) => child::say(&format!("ok {version}")),
                refused => {
                    report(&failed(refused));
                    return;
                }
            }
        }
    }
    let folder = Folder::new();
    drop(folder.log().await);
    let test = "failing::a_commit_that_the_disk_breaks_off_is_an_unknown_outcome";
    // The signal would end the process; ignored, it is an error of the write.
    let before = "trap '' XFSZ; ulimit -f 800";
    let said = child::finish(&mut child::command_under(
        before,
        test,
        "append",
        &folder.file(),
    ));
    let (last, acknowledged) = said.split_last().unwrap();
    assert!(last.starts_with("OutcomeUnknown"), "{last}");
    assert!(
        last.contains("ask again with the same command id"),
        "{last}"
    );
    assert!(!acknowledged.is_empty());
    let log = folder.log().await;
    let kept = texts(&log, note(1)).await.len();
    let unknown = kept - acknowledged.len();
    assert!(unknown <= 1, "{kept} {}", acknowledged.len());
    append(&log, note(1), kept as u64, "usable").await;
    assert_eq!(folder.text("PRAGMA integrity_check"), "ok");
}

fn report(failure: &Failure) {
    child::say(&format!("{:?} {failure}", failure.kind()));
}

#[tokio::test]
async fn a_write_protected_file_can_be_read() {
    if let Some((_, options)) = child::task() {
        read_protected(options).await;
        return;
    }
    let test = "failing::a_write_protected_file_can_be_read";
    let programs = Folder::new();
    for case in ["file", "file in use", "folder", "folder in use"] {
        let folder = Folder::new();
        let log = folder.log().await;
        append(&log, note(1), 0, "kept").await;
        // While the log is in use, a part of it lies in the write-ahead log.
        let log = case.ends_with("in use").then_some(log);
        protect(&folder, case.starts_with("folder"), true);
        let said = child::finish(&mut as_nobody(test, &folder, &programs));
        assert_eq!(said[0], "read kept", "{case}");
        assert!(said[1].starts_with("ReadOnly"), "{case}: {}", said[1]);
        assert!(said[1].contains("write-protected"), "{case}: {}", said[1]);
        assert_eq!(said[2], "read kept", "{case}");
        protect(&folder, true, false);
        drop(log);
        append(&folder.log().await, note(1), 1, "writable again").await;
    }
}

async fn read_protected(options: SqliteOptions) {
    let log = match Log::open(options).await {
        Ok(log) => log,
        Err(failure) => return report(&failure),
    };
    child::say(&format!("read {}", texts(&log, note(1)).await.join(" ")));
    report(&failed(
        log.append(batch(note(1), 1, [noted("forbidden")])).await,
    ));
    child::say(&format!("read {}", texts(&log, note(1)).await.join(" ")));
}

/// Takes the right to write from everything, or gives it back.
fn protect(folder: &Folder, whole: bool, protect: bool) {
    use std::os::unix::fs::PermissionsExt;
    let (files, itself) = if protect {
        (0o444, 0o555)
    } else {
        (0o644, 0o755)
    };
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        std::fs::set_permissions(path, PermissionsExt::from_mode(files)).unwrap();
    }
    let itself = if whole { itself } else { 0o777 };
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(itself)).unwrap();
}

/// A child without special rights: to root, nothing is write-protected.
fn as_nobody(test: &str, folder: &Folder, programs: &Folder) -> std::process::Command {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65_534;
    let mut command = child::command(test, "read", &folder.file());
    if std::fs::metadata(folder.path()).unwrap().uid() != 0 {
        return command;
    }
    // Nobody may not look into root's folders, so the program is put where everyone may.
    let program = programs.path().join("program");
    if !program.exists() {
        std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    }
    let mut moved = std::process::Command::new(program);
    moved.args(command.get_args());
    for (name, value) in command.get_envs() {
        moved.env(name, value.unwrap_or_default());
    }
    moved
        .stdout(std::process::Stdio::piped())
        .uid(NOBODY)
        .gid(NOBODY);
    moved.current_dir("/");
    std::mem::swap(&mut command, &mut moved);
    command
}
