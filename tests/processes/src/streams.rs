use lawful::Payload;
use lawful_jetstream::{JetStreamLog, JetStreamOptions};
use lawful_servers::Nats;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

static SERVER: LazyLock<Option<Nats>> = LazyLock::new(Nats::start);

/// A log in a stream of its own, on a server that all tests of one program share.
#[derive(Debug, Clone)]
pub struct Streamed {
    url: String,
    name: String,
}

impl Streamed {
    /// A stream that is not there yet; `None` where there is no server, and it was then said what to install.
    #[must_use]
    pub fn new() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Some(Streamed {
            url: SERVER.as_ref()?.url(),
            name: format!("shop_{number}"),
        })
    }

    /// The log, as one more node has it.
    ///
    /// # Panics
    ///
    /// Where the server does not answer.
    pub async fn open<E: Payload>(&self) -> JetStreamLog<E> {
        let options = JetStreamOptions::new(&self.url).name(&self.name);
        JetStreamLog::open(options).await.expect("the server runs")
    }

    /// What another process needs to know to open it.
    #[must_use]
    pub fn told(&self) -> String {
        format!("{} {}", self.url, self.name)
    }

    /// Somebody else's, as it was told.
    #[must_use]
    pub fn heard(told: &str) -> Option<Self> {
        let (url, name) = told.split_once(' ')?;
        Some(Streamed {
            url: url.to_owned(),
            name: name.to_owned(),
        })
    }
}
