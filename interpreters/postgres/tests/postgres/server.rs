//! The server that most tests share, each in a schema of its own.

use crate::domain::Fact;
use lawful_postgres::{PostgresLog, PostgresOptions};
use lawful_servers::Postgres;
use std::future::poll_fn;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio_postgres::{Client, NoTls};

/// Nothing here looks at what a crash leaves, so nothing waits for the disk.
static SERVER: LazyLock<Option<Postgres>> =
    LazyLock::new(|| Postgres::start_with(&["max_connections=300", "fsync=off"]));
static NEXT: AtomicU64 = AtomicU64::new(0);

pub(crate) type Log = PostgresLog<Fact>;

/// A schema that no other test uses, on the server that all share.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) port: u16,
    pub(crate) schema: String,
}

impl Place {
    /// `None` where there is no server; it was then said what to install.
    pub(crate) fn new() -> Option<Self> {
        let server = SERVER.as_ref()?;
        Some(Self::at(server.port()))
    }

    /// On the server at this port.
    pub(crate) fn at(port: u16) -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self::named(port, format!("log_{number}"))
    }

    pub(crate) fn named(port: u16, schema: String) -> Self {
        Place {
            url: Postgres::url_at(port, "postgres"),
            port,
            schema,
        }
    }

    /// The log's sessions are known to the server by the schema's name.
    pub(crate) fn options(&self) -> PostgresOptions {
        let url = format!("{}?application_name={}", self.url, self.schema);
        PostgresOptions::new(url).schema(&self.schema)
    }

    /// The log as one more process would open it.
    pub(crate) async fn open(&self) -> Log {
        Log::open(self.options()).await.expect("the log opens")
    }

    /// A connection beside the log's own, which finds the log's tables without the schema's name.
    pub(crate) async fn client(&self) -> Client {
        let client = connect(&self.url).await;
        let path = format!("SET search_path TO {}", self.schema);
        client.batch_execute(&path).await.expect("the path is set");
        client
    }

    /// Takes the lock that every append takes first, in a transaction of the client's.
    pub(crate) async fn hold(&self, client: &Client) {
        let hold =
            "BEGIN; SELECT pg_advisory_xact_lock(1818326886, 'events'::regclass::oid::integer)";
        client.batch_execute(hold).await.expect("the lock is free");
    }

    /// Waits until this many sessions wait for a lock on this log; tells their process ids.
    pub(crate) async fn waiting(&self, client: &Client, number: usize) -> Vec<i32> {
        loop {
            let rows = client
                .query(
                    "SELECT pid FROM pg_locks WHERE NOT granted
                     AND (objid = 'events'::regclass::oid OR relation = 'events'::regclass) ORDER BY pid",
                    &[],
                )
                .await
                .expect("the locks are shown");
            if rows.len() >= number {
                return rows.iter().map(|row| row.get(0)).collect();
            }
        }
    }
}

pub(crate) async fn connect(url: &str) -> Client {
    let (client, mut connection) = tokio_postgres::connect(url, NoTls)
        .await
        .expect("the server answers");
    tokio::spawn(
        async move { while poll_fn(|ctx| connection.poll_message(ctx)).await.is_some() {} },
    );
    client
}

pub(crate) async fn number(client: &Client, sql: &str) -> i64 {
    let row = client.query_one(sql, &[]).await.expect("the query runs");
    row.get(0)
}
