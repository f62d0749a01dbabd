use lawful::{Failure, FailureKind};
use std::fmt::{Debug, Formatter};
use std::time::Duration;

/// Where the log is and how it is reached. A URL alone will do: every option has a default.
///
/// ```
/// # use lawful_postgres::PostgresOptions;
/// let options = PostgresOptions::new("postgres://bank@localhost/bank").schema("accounts");
/// ```
#[derive(Clone)]
pub struct PostgresOptions {
    pub(crate) url: String,
    pub(crate) schema: String,
    pub(crate) readers: usize,
    pub(crate) queue: usize,
    pub(crate) connect_timeout: Duration,
    pub(crate) lock_timeout: Duration,
    pub(crate) statement_timeout: Duration,
    pub(crate) poll: Duration,
    pub(crate) notify: bool,
}

/// The longest name of a schema: what is derived from it must fit into the 63 bytes of a name.
const LONGEST: usize = 48;

impl PostgresOptions {
    /// The log in the schema `lawful` of the database with this URL, `postgres://user:password@host:port/database`, or with these
    /// settings in libpq's form, `host=.. user=.. dbname=..`.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        PostgresOptions {
            url: url.into(),
            schema: "lawful".to_owned(),
            readers: 4,
            queue: 1024,
            connect_timeout: Duration::from_secs(5),
            lock_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            poll: Duration::from_secs(1),
            notify: true,
        }
    }

    /// The schema that holds the log: lower-case letters, digits and `_`, at most 48 of them. Several logs can share a database.
    #[must_use]
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.schema = name.into();
        self
    }

    /// How many connections may read at once (default 4, at least 1). One more writes, and one more listens while somebody waits for
    /// news.
    #[must_use]
    pub fn readers(mut self, connections: usize) -> Self {
        self.readers = connections.max(1);
        self
    }

    /// How many appends may wait for the writer (default 1024, at least 1) before further ones wait to be taken in.
    #[must_use]
    pub fn queue(mut self, appends: usize) -> Self {
        self.queue = appends.max(1);
        self
    }

    /// How long to try to connect (default 5 s).
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long to wait for the writers of other processes (default 10 s).
    #[must_use]
    pub fn lock_timeout(mut self, limit: Duration) -> Self {
        self.lock_timeout = limit;
        self
    }

    /// How long one statement may take (default 30 s). A limit that the server, the database or the user's role sets goes first; a
    /// server that says nothing for 5 s longer counts as gone.
    #[must_use]
    pub fn statement_timeout(mut self, limit: Duration) -> Self {
        self.statement_timeout = limit;
        self
    }

    /// How often to look for news that nobody notified of (default 1 s).
    #[must_use]
    pub fn poll(mut self, every: Duration) -> Self {
        self.poll = every;
        self
    }

    /// Appends without NOTIFY. Other processes then learn of news when they poll.
    #[must_use]
    pub fn without_notifications(mut self) -> Self {
        self.notify = false;
        self
    }

    /// The schema's name, which between double quotes can stand in SQL as it is.
    pub(crate) fn checked_schema(&self) -> Result<&str, Failure> {
        let name = self.schema.as_str();
        let starts = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_');
        let goes_on = name
            .chars()
            .all(|next| next.is_ascii_lowercase() || next.is_ascii_digit() || next == '_');
        let reserved = name.starts_with("pg_") || name == "information_schema";
        if starts && goes_on && !reserved && name.len() <= LONGEST {
            return Ok(name);
        }
        Err(Failure::new(
            FailureKind::Other,
            format!(
                "`{name}` cannot be the schema of a log: expected at most {LONGEST} lower-case letters, digits and `_`, not starting with a digit or `pg_`"
            ),
        ))
    }
}

impl Debug for PostgresOptions {
    /// Without the URL: it may hold a password.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("schema", &self.schema)
            .field("readers", &self.readers)
            .field("queue", &self.queue)
            .field("connect_timeout", &self.connect_timeout)
            .field("lock_timeout", &self.lock_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .field("poll", &self.poll)
            .field("notify", &self.notify)
            .finish_non_exhaustive()
    }
}

impl From<&str> for PostgresOptions {
    fn from(url: &str) -> Self {
        Self::new(url)
    }
}

impl From<String> for PostgresOptions {
    fn from(url: String) -> Self {
        Self::new(url)
    }
}

impl From<&String> for PostgresOptions {
    fn from(url: &String) -> Self {
        Self::new(url.as_str())
    }
}
