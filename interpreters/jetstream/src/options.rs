use lawful::{Failure, FailureKind};
use std::fmt::{Debug, Formatter};
use std::path::PathBuf;
use std::time::Duration;

/// Where the log is and how it is reached. A URL alone will do: every option has a default.
///
/// ```
/// # use lawful_jetstream::JetStreamOptions;
/// let options = JetStreamOptions::new("nats://n1:4222,nats://n2:4222,nats://n3:4222").name("bank").replicas(3);
/// ```
#[derive(Clone)]
pub struct JetStreamOptions {
    pub(crate) url: String,
    pub(crate) name: String,
    pub(crate) credentials: Option<PathBuf>,
    pub(crate) replicas: usize,
    pub(crate) max_bytes: Option<u64>,
    pub(crate) timeout: Duration,
    pub(crate) poll: Duration,
    pub(crate) hot: usize,
    pub(crate) times: Times,
}

/// Where the time on an acknowledgement comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Times {
    /// The message is read back.
    Server,
    /// This machine's clock.
    Estimated,
}

/// The longest name of a log: the server makes a folder of it.
const LONGEST: usize = 64;

impl JetStreamOptions {
    /// The log `lawful` on the server with this URL, `nats://user:password@host:port`; several servers of a cluster are parted by
    /// commas.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        JetStreamOptions {
            url: url.into(),
            name: "lawful".to_owned(),
            credentials: None,
            replicas: 1,
            max_bytes: None,
            timeout: Duration::from_secs(5),
            poll: Duration::from_millis(50),
            hot: 100_000,
            times: Times::Server,
        }
    }

    /// The log's name: lower-case letters, digits and `_`, at most 64 of them. It names the stream and is the first token of its
    /// subjects, `<name>.<aggregate>.<uuid>`; the stream `<name>_snapshots` stands beside it.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The file with the user's credentials (a JWT and an nkey).
    #[must_use]
    pub fn credentials_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.credentials = Some(path.into());
        self
    }

    /// How many servers of a cluster keep the log, when it is made (default 1, at most 5; 3 or 5 survive the loss of a server). A log that
    /// is there and kept by fewer is refused.
    #[must_use]
    pub fn replicas(mut self, servers: usize) -> Self {
        self.replicas = servers.clamp(1, 5);
        self
    }

    /// How many bytes the log may take when it is made (default: no limit). A full log refuses appends and forgets nothing.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// How long one call may take before it fails (default 5 s, at least 100 ms). Within it the log waits for a connection and for a
    /// leader.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit.max(Duration::from_millis(100));
        self
    }

    /// How often to look for news while somebody waits for them (default 50 ms).
    #[must_use]
    pub fn poll(mut self, every: Duration) -> Self {
        self.poll = every.max(Duration::from_millis(1));
        self
    }

    /// Of how many streams the place of the last message, and the command ids that callers chose, are remembered (default 100 000). It
    /// costs a round trip to look the former up, and a scan of the stream to find the latter again.
    #[must_use]
    pub fn hot(mut self, streams: usize) -> Self {
        self.hot = streams.max(2);
        self
    }

    /// Puts this machine's time on acknowledgements ([`Appended::recorded_at`](lawful::log::Appended::recorded_at)) instead of the
    /// server's, which takes one more round trip for each append because the server does not tell it. What is recorded with the events
    /// stays the server's time. [`JetStream::connect`](crate::JetStream) does this, because nothing of it shows on a receipt.
    #[must_use]
    pub fn estimated_times(mut self) -> Self {
        self.times = Times::Estimated;
        self
    }

    pub(crate) fn checked_name(&self) -> Result<&str, Failure> {
        let name = self.name.as_str();
        let fits = |next: char| next.is_ascii_lowercase() || next.is_ascii_digit() || next == '_';
        if !name.is_empty() && name.len() <= LONGEST && name.chars().all(fits) {
            return Ok(name);
        }
        Err(Failure::new(
            FailureKind::Other,
            format!(
                "`{name}` cannot be the name of a log: expected 1 to {LONGEST} lower-case letters, digits and `_`"
            ),
        ))
    }
}

impl Debug for JetStreamOptions {
    /// Without the URL: it may hold a password.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JetStreamOptions")
            .field("name", &self.name)
            .field("replicas", &self.replicas)
            .field("max_bytes", &self.max_bytes)
            .field("timeout", &self.timeout)
            .field("poll", &self.poll)
            .field("hot", &self.hot)
            .field("times", &self.times)
            .finish_non_exhaustive()
    }
}

impl From<&str> for JetStreamOptions {
    fn from(url: &str) -> Self {
        Self::new(url)
    }
}

impl From<String> for JetStreamOptions {
    fn from(url: String) -> Self {
        Self::new(url)
    }
}

impl From<&String> for JetStreamOptions {
    fn from(url: &String) -> Self {
        Self::new(url.as_str())
    }
}
