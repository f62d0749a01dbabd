//! The log in a SQLite file keeps the contract, through several handles and after a restart.
use lawful::Timestamp;
use lawful_contract::{Factory, Sample, check_atomic};
use lawful_sqlite::{SqliteLog, SqliteOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Files in a folder of their own; one clock for all of them.
struct Files {
    folder: PathBuf,
    clock: Arc<AtomicI64>,
}

impl Files {
    fn new() -> Self {
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(lawful::Uuid::new_v4().to_string());
        std::fs::create_dir_all(&folder).expect("the target folder can be written");
        Files {
            folder,
            clock: Arc::new(AtomicI64::new(1_800_000_000_000_000)),
        }
    }

    async fn open(&self, path: &Path) -> SqliteLog<Sample> {
        let clock = Arc::clone(&self.clock);
        let options = SqliteOptions::new(path)
            .clock(move || Timestamp::from_micros(clock.load(Ordering::Relaxed)));
        SqliteLog::open(options)
            .await
            .expect("the file can be opened")
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Factory for Files {
    type Log = SqliteLog<Sample>;

    async fn fresh(&self) -> Self::Log {
        let name = format!("{}.db", lawful::Uuid::new_v4());
        self.open(&self.folder.join(name)).await
    }

    async fn another(&self, log: &Self::Log) -> Self::Log {
        self.open(log.path()).await
    }

    async fn restarted(&self, log: Self::Log) -> Option<Self::Log> {
        let path = log.path().to_owned();
        drop(log);
        Some(self.open(&path).await)
    }

    fn set_clock(&self, _: &Self::Log, to: Timestamp) -> bool {
        self.clock.store(to.as_micros(), Ordering::Relaxed);
        true
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_in_a_sqlite_file_keeps_the_contract() {
    let report = check_atomic(&Files::new()).await;
    report.assert_kept();
    assert_eq!(report.not_applicable(), [], "{report}");
}
