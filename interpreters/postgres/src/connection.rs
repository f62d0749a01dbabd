use crate::PostgresOptions;
use crate::failure::{failure, silence};
use lawful::{Failure, FailureKind};
use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_postgres::config::Host;
use tokio_postgres::{AsyncMessage, Client, Config, Error, NoTls};

/// How much longer than its own limit a statement may take before the server counts as gone.
const GRACE: Duration = Duration::from_secs(5);

/// How to connect: made once, used for every connection.
#[derive(Debug)]
pub(crate) struct Connector {
    config: Config,
    /// What every session starts with.
    setup: String,
    /// The server and database, for messages.
    place: String,
    connect_timeout: Duration,
    /// How long to wait for any answer.
    patience: Duration,
}

impl Connector {
    pub(crate) fn new(options: &PostgresOptions) -> Result<Self, Failure> {
        let schema = options.checked_schema()?;
        let mut config: Config = options.url.parse().map_err(|error: Error| {
            Failure::new(
                FailureKind::Other,
                "not the URL of a database: expected `postgres://user:password@host:port/database`",
            )
            .because(error)
        })?;
        if config.get_hosts().is_empty() {
            config.host("localhost");
        }
        if config.get_application_name().is_none() {
            config.application_name("lawful");
        }
        config
            .connect_timeout(options.connect_timeout)
            .keepalives_idle(Duration::from_secs(30))
            .tcp_user_timeout(options.statement_timeout + GRACE);
        Ok(Connector {
            setup: setup(schema, options),
            place: place(&config),
            config,
            connect_timeout: options.connect_timeout,
            patience: options.statement_timeout + GRACE,
        })
    }

    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// A new session. Notifications wake whoever waits on `hint`; so does the end of the connection.
    pub(crate) async fn connect(&self, hint: Option<Arc<Notify>>) -> Result<Client, Failure> {
        const DOING: &str = "connecting";
        let connected = timeout(self.connect_timeout, self.config.connect(NoTls)).await;
        let (client, mut connection) = connected
            .map_err(|_| self.silent(DOING))?
            .map_err(|error| self.failed(error, DOING))?;
        tokio::spawn(async move {
            while let Some(Ok(message)) = poll_fn(|ctx| connection.poll_message(ctx)).await {
                if let (AsyncMessage::Notification(_), Some(hint)) = (message, &hint) {
                    hint.notify_one();
                }
            }
            if let Some(hint) = hint {
                hint.notify_one();
            }
        });
        self.read(DOING, client.batch_execute(&self.setup)).await?;
        Ok(client)
    }

    /// The answer to something that changes nothing.
    pub(crate) async fn read<T>(
        &self,
        doing: &str,
        answer: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Failure> {
        match self.patiently(answer).await {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(error)) => Err(self.failed(error, doing)),
            None => Err(self.silent(doing)),
        }
    }

    /// The answer, or `None` where the server stays silent for longer than any statement may take.
    pub(crate) async fn patiently<T>(
        &self,
        answer: impl Future<Output = Result<T, Error>>,
    ) -> Option<Result<T, Error>> {
        timeout(self.patience, answer).await.ok()
    }

    pub(crate) fn failed(&self, error: Error, doing: &str) -> Failure {
        failure(error, doing, &self.place)
    }

    pub(crate) fn silent(&self, doing: &str) -> Failure {
        silence(FailureKind::Unavailable, doing, &self.place)
    }
}

/// Settings that our statements rely on, whatever server, database, role or URL say. Plans are made once and must not depend on how
/// small the tables were then; an acknowledgement must not come before the disk has it. A shorter limit on statements is respected.
fn setup(schema: &str, options: &PostgresOptions) -> String {
    let lock = options.lock_timeout.as_millis().max(1);
    let statement = options.statement_timeout.as_millis().max(1);
    format!(
        "SET search_path TO \"{schema}\", pg_temp;
        SET default_transaction_isolation TO 'read committed';
        SET client_min_messages TO 'warning';
        SET plan_cache_mode TO 'force_generic_plan';
        SET enable_seqscan TO off;
        SET enable_bitmapscan TO off;
        SET max_parallel_workers_per_gather TO 0;
        SET jit TO off;
        SET lock_timeout TO '{lock}ms';
        SELECT set_config('statement_timeout', '{statement}ms', false)
            WHERE current_setting('statement_timeout') = '0';
        SELECT set_config('synchronous_commit', 'on', false)
            WHERE current_setting('synchronous_commit') = 'off'"
    )
}

/// Server and database without user or password.
fn place(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        Some(Host::Unix(path)) => path.display().to_string(),
        None => "localhost".to_owned(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let database = config
        .get_dbname()
        .or(config.get_user())
        .unwrap_or("postgres");
    format!("{host}:{port}/{database}")
}
