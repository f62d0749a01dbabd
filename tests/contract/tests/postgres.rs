//! The log in `PostgreSQL` keeps the contract, through several processes' connections and after a restart.

use lawful::Timestamp;
use lawful::log::{EventLog, LogId};
use lawful_contract::{Factory, Sample, check_atomic};
use lawful_postgres::{PostgresLog, PostgresOptions};
use lawful_servers::Postgres;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Logs in schemas of their own on one private server.
struct Schemas {
    server: Postgres,
    names: Mutex<HashMap<LogId, String>>,
}

impl Schemas {
    async fn open(&self, schema: &str) -> PostgresLog<Sample> {
        let options = PostgresOptions::new(self.server.url("postgres"))
            .schema(schema)
            .readers(2);
        PostgresLog::open(options).await.expect("the log opens")
    }

    fn name(&self, log: LogId) -> String {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names[&log].clone()
    }
}

impl Factory for Schemas {
    type Log = PostgresLog<Sample>;

    async fn fresh(&self) -> Self::Log {
        let schema = format!("log_{}", lawful::Uuid::new_v4().simple());
        let log = self.open(&schema).await;
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.insert(log.identity(), schema);
        drop(names);
        log
    }

    async fn another(&self, log: &Self::Log) -> Self::Log {
        self.open(&self.name(log.identity())).await
    }

    async fn restarted(&self, log: Self::Log) -> Option<Self::Log> {
        let schema = self.name(log.identity());
        drop(log);
        Some(self.open(&schema).await)
    }

    fn set_clock(&self, log: &Self::Log, to: Timestamp) -> bool {
        let schema = self.name(log.identity());
        // The server knows no time before 4713 BC.
        let micros = to.as_micros().max(-200_000_000_000_000_000);
        let clock = format!(
            "CREATE OR REPLACE FUNCTION {schema}.clock() RETURNS timestamptz LANGUAGE sql
             AS $$ SELECT 'epoch'::timestamptz + {micros} * interval '1 microsecond' $$"
        );
        let _ = self.server.sql("postgres", &clock);
        true
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_in_postgres_keeps_the_contract() {
    // Nothing here crashes the server, so nothing waits for the disk. Each rule opens logs of its own, and a log keeps its connections as long as it lives.
    let Some(server) = Postgres::start_with(&["max_connections=300", "fsync=off"]) else {
        return;
    };
    let names = Mutex::default();
    let report = check_atomic(&Schemas { server, names }).await;
    report.assert_kept();
    assert_eq!(report.not_applicable(), [], "{report}");
}
