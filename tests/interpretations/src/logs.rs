use crate::Files;
use lawful::log::AtomicLog;
use lawful_memory::MemoryLog;
use lawful_postgres::{PostgresLog, PostgresOptions};
use lawful_servers::Postgres;
use lawful_sqlite::{Durability, SqliteLog, SqliteOptions};
use programs::Bank;
use std::sync::LazyLock;

/// What a log of the bank holds.
pub type Stored = <Bank as lawful::Domain>::Event;

/// Where a test gets its logs, whichever kind of log it is about.
pub trait Logs: Sync {
    /// The kind.
    type Log: AtomicLog<Event = Stored>;

    /// A new and empty log, as two processes have it.
    fn pair(&self) -> impl Future<Output = [Self::Log; 2]> + Send;
}

/// Logs in memory.
#[derive(Debug, Clone, Copy)]
pub struct InMemory;

impl Logs for InMemory {
    type Log = MemoryLog<Stored>;

    async fn pair(&self) -> [Self::Log; 2] {
        let log = MemoryLog::default();
        [log.clone(), log]
    }
}

impl Logs for Files {
    type Log = SqliteLog<Stored>;

    async fn pair(&self) -> [Self::Log; 2] {
        let options = SqliteOptions::new(self.fresh()).durability(Durability::Normal);
        let one = SqliteLog::open(options.clone()).await;
        let two = SqliteLog::open(options).await;
        [one, two].map(|log| log.expect("the folder is ours"))
    }
}

/// Schemas on a server that all tests share.
#[derive(Debug, Clone, Copy)]
pub struct Schemas(&'static Postgres);

/// Nothing on it looks at what a crash leaves, so nothing waits for the disk.
static SERVER: LazyLock<Option<Postgres>> =
    LazyLock::new(|| Postgres::start_with(&["max_connections=300", "fsync=off"]));

impl Schemas {
    /// `None` where there is no server; it was then said what to install.
    #[must_use]
    pub fn new() -> Option<Self> {
        SERVER.as_ref().map(Schemas)
    }

    /// A schema that is not there yet.
    #[must_use]
    pub fn fresh(&self) -> PostgresOptions {
        let schema = format!("bank_{}", lawful::Uuid::new_v4().simple());
        PostgresOptions::new(self.0.url("postgres")).schema(schema)
    }

    /// The port of the server.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.port()
    }
}

impl Logs for Schemas {
    type Log = PostgresLog<Stored>;

    async fn pair(&self) -> [Self::Log; 2] {
        let options = self.fresh();
        let one = PostgresLog::open(options.clone()).await;
        let two = PostgresLog::open(options).await;
        [one, two].map(|log| log.expect("the server answers"))
    }
}

/// Makes a test of each of these functions and each kind of log.
#[macro_export]
macro_rules! on_every_log {
    ($($test:ident),+ $(,)?) => {
        mod in_memory {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(&interpretations::InMemory).await;
                }
            )+
        }

        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(&interpretations::Files::new()).await;
                }
            )+
        }

        mod on_postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    if let Some(schemas) = interpretations::Schemas::new() {
                        super::$test(&schemas).await;
                    }
                }
            )+
        }
    };
}
