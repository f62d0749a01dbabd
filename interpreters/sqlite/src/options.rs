use lawful::Timestamp;
use std::fmt::{Debug, Formatter};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How to open a [`SqliteLog`](crate::SqliteLog). A path alone will do; every option has a sound default.
///
/// ```
/// use lawful_sqlite::{Durability, SqliteOptions};
/// use std::time::Duration;
///
/// let options = SqliteOptions::new("bank.db")
///     .durability(Durability::Normal)
///     .lock_timeout(Duration::from_secs(2));
/// ```
#[derive(Clone)]
pub struct SqliteOptions {
    pub(crate) path: PathBuf,
    pub(crate) durability: Durability,
    pub(crate) lock_timeout: Duration,
    pub(crate) news_interval: Duration,
    pub(crate) queue: usize,
    pub(crate) readers: usize,
    pub(crate) max_bytes: Option<u64>,
    pub(crate) clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// When an append counts as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// When the disk has it: an acknowledged append survives a power cut. `PRAGMA synchronous = FULL`.
    #[default]
    Full,
    /// When the operating system has it: an acknowledged append survives the end of the process, kill -9 included. A power cut or a
    /// crash of the operating system may take the last appends with it; it never takes one and leaves a later one, and it never
    /// damages the file. Several times faster for one command at a time. `PRAGMA synchronous = NORMAL`.
    Normal,
}

impl SqliteOptions {
    /// The file, which is created if it does not exist; its folder must exist.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        SqliteOptions {
            path: path.into(),
            durability: Durability::Full,
            lock_timeout: Duration::from_secs(10),
            news_interval: Duration::from_millis(10),
            queue: 1024,
            readers: 2,
            max_bytes: None,
            clock: Arc::new(now),
        }
    }

    /// When an append counts as done; [`Durability::Full`] unless told otherwise.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// How long to wait while another process holds the file, before giving up with
    /// [`FailureKind::Locked`](lawful::FailureKind::Locked); 10 seconds unless told otherwise.
    #[must_use]
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = timeout;
        self
    }

    /// How often to look for what other processes appended, while somebody waits for news; 10 milliseconds unless told otherwise, at
    /// least 1. What this process appends is told at once.
    #[must_use]
    pub fn news_interval(mut self, interval: Duration) -> Self {
        self.news_interval = interval.max(Duration::from_millis(1));
        self
    }

    /// How many appends may wait for the writer before the next one waits for room; also the most that are committed together. 1024
    /// unless told otherwise, at least 1.
    #[must_use]
    pub fn queue(mut self, appends: usize) -> Self {
        self.queue = appends.max(1);
        self
    }

    /// How many threads read; 2 unless told otherwise, at least 1.
    #[must_use]
    pub fn readers(mut self, threads: usize) -> Self {
        self.readers = threads.max(1);
        self
    }

    /// How large the file may grow through this log, rounded down to whole pages of 4096 bytes; beyond it appends fail with
    /// [`FailureKind::Full`](lawful::FailureKind::Full). The write-ahead log beside the file is not counted.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// Where recorded-at comes from; the machine's clock unless told otherwise. A clock that goes back does no harm: recorded-at
    /// then stands still.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }
}

impl Debug for SqliteOptions {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteOptions")
            .field("path", &self.path)
            .field("durability", &self.durability)
            .field("lock_timeout", &self.lock_timeout)
            .field("news_interval", &self.news_interval)
            .field("queue", &self.queue)
            .field("readers", &self.readers)
            .field("max_bytes", &self.max_bytes)
            .finish_non_exhaustive()
    }
}

impl From<&str> for SqliteOptions {
    fn from(path: &str) -> Self {
        SqliteOptions::new(path)
    }
}

impl From<String> for SqliteOptions {
    fn from(path: String) -> Self {
        SqliteOptions::new(path)
    }
}

impl From<&String> for SqliteOptions {
    fn from(path: &String) -> Self {
        SqliteOptions::new(path)
    }
}

impl From<&Path> for SqliteOptions {
    fn from(path: &Path) -> Self {
        SqliteOptions::new(path)
    }
}

impl From<PathBuf> for SqliteOptions {
    fn from(path: PathBuf) -> Self {
        SqliteOptions::new(path)
    }
}

impl From<&PathBuf> for SqliteOptions {
    fn from(path: &PathBuf) -> Self {
        SqliteOptions::new(path)
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
