//! The server that most tests share, each with a log of its own.

use async_nats::jetstream;
use async_nats::jetstream::stream::{Config, DiscardPolicy};
use lawful_contract::Sample;
use lawful_jetstream::{JetStreamLog, JetStreamOptions};
use lawful_servers::Nats;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

static SERVER: LazyLock<Option<Nats>> = LazyLock::new(Nats::start);
static NEXT: AtomicU64 = AtomicU64::new(0);

pub(crate) type Log = JetStreamLog<Sample>;

/// A log that no other test uses, on the server that all share.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) name: String,
    pub(crate) replicas: usize,
}

impl Place {
    /// `None` where there is no server; it was then said what to install.
    pub(crate) fn new() -> Option<Self> {
        Some(Self::at(SERVER.as_ref()?.url()))
    }

    pub(crate) fn at(url: String) -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Place {
            url,
            name: format!("log_{number}"),
            replicas: 1,
        }
    }

    pub(crate) fn options(&self) -> JetStreamOptions {
        JetStreamOptions::new(&self.url)
            .name(&self.name)
            .replicas(self.replicas)
    }

    /// The log as one more process would open it.
    pub(crate) async fn open(&self) -> Log {
        Log::open(self.options()).await.expect("the log opens")
    }

    /// The log over a stream that somebody else made, with this change to what is right.
    pub(crate) async fn made(
        &self,
        change: impl FnOnce(&mut Config),
    ) -> Result<Log, lawful::Failure> {
        let mut config = Config {
            name: self.name.clone(),
            description: Some("lawful event log, schema 1, log 00c0ffee00c0ffee".to_owned()),
            subjects: vec![format!("{}.>", self.name)],
            discard: DiscardPolicy::New,
            ..Config::default()
        };
        change(&mut config);
        let context = self.beside().await;
        context.create_stream(config).await.expect("it is made");
        Log::open(self.options()).await
    }

    /// A connection beside the log's own.
    pub(crate) async fn beside(&self) -> jetstream::Context {
        let servers = self.url.split(',').map(str::to_owned).collect::<Vec<_>>();
        let client = async_nats::connect(&servers[..]).await;
        jetstream::new(client.expect("the server answers"))
    }
}

/// The port of a URL.
pub(crate) fn port(url: &str) -> u16 {
    let (_, port) = url.rsplit_once(':').expect("a URL with a port");
    port.parse().expect("a port")
}
