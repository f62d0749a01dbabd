use crate::Logs;
use lawful::Payload;
use lawful_memory::Clock;
use lawful_postgres::{PostgresLog, PostgresOptions};
use lawful_servers::Postgres;
use std::sync::LazyLock;

/// Logs in schemas of a PostgreSQL server that all tests of a program share.
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

    /// The port of the server.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.port()
    }

    /// A schema that is not there yet, reached through this port: the server's, or that of a proxy before it.
    #[must_use]
    pub fn fresh(&self, port: u16) -> PostgresOptions {
        let schema = format!("log_{}", lawful::Uuid::new_v4().simple());
        PostgresOptions::new(Postgres::url_at(port, "postgres")).schema(schema)
    }
}

impl Logs for Schemas {
    type Log<E: Payload> = PostgresLog<E>;

    async fn shared<E: Payload, const N: usize>(&self, _: &Clock) -> [Self::Log<E>; N] {
        let options = self.fresh(self.port());
        let mut logs = Vec::new();
        for _ in 0..N {
            let log = PostgresLog::open(options.clone()).await;
            logs.push(log.expect("the server answers"));
        }
        logs.try_into().expect("so many were opened")
    }
}
