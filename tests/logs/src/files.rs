use crate::Logs;
use lawful::Payload;
use lawful_memory::Clock;
use lawful_sqlite::{Durability, SqliteLog, SqliteOptions};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// SQLite files, in a folder of their own that goes away with this.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    next: AtomicU32,
}

impl Files {
    /// A new folder.
    ///
    /// # Panics
    ///
    /// Where the system makes none.
    #[must_use]
    pub fn new() -> Self {
        let name = format!("lawful-logs-{}", lawful::Uuid::new_v4());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("there is room for a folder");
        Files {
            folder,
            next: AtomicU32::new(0),
        }
    }

    /// A file that is not there yet.
    #[must_use]
    pub fn fresh(&self) -> PathBuf {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.folder.join(format!("log-{number}.db"))
    }
}

impl Default for Files {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // What is left behind lies in the system's folder for such things.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Logs for Files {
    type Log<E: Payload> = SqliteLog<E>;

    async fn shared<E: Payload, const N: usize>(&self, clock: &Clock) -> [Self::Log<E>; N] {
        let clock = clock.clone();
        let options = SqliteOptions::new(self.fresh())
            .durability(Durability::Normal)
            .clock(move || clock.now());
        let mut logs = Vec::new();
        for _ in 0..N {
            logs.push(SqliteLog::open(options.clone()).await.expect("it opens"));
        }
        logs.try_into().expect("so many were opened")
    }
}
