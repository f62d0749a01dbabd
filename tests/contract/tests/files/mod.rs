//! SQLite files for tests, in a folder of their own that goes away with them.
use lawful::{Payload, Timestamp};
use lawful_contract::{Factory, Sample};
use lawful_sqlite::{SqliteLog, SqliteOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Files that share one clock.
pub(crate) struct Files {
    folder: PathBuf,
    clock: Arc<AtomicI64>,
}

impl Files {
    pub(crate) fn new() -> Self {
        let name = lawful::Uuid::new_v4().to_string();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).expect("the target folder can be written");
        Files {
            folder,
            clock: Arc::new(AtomicI64::new(1_800_000_000_000_000)),
        }
    }

    /// A path at which there is nothing yet.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join(format!("{}.db", lawful::Uuid::new_v4()))
    }

    pub(crate) async fn open<E: Payload>(&self, path: &Path) -> SqliteLog<E> {
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
        // What is left behind is in the target folder.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Factory for Files {
    type Log = SqliteLog<Sample>;

    async fn fresh(&self) -> Self::Log {
        self.open(&self.path()).await
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
