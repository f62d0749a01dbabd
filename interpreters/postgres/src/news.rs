use crate::connection::Connector;
use crate::read::HEAD;
use crate::values::unsigned;
use lawful::Failure;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};
use tokio_postgres::{Client, Statement};

/// Learns of events that other processes append, as long as somebody waits for news.
///
/// A notification is only a hint to look: what is in the table is the truth, and it is looked at every now and then in any case. A lost
/// notification costs delay, never an event.
#[derive(Debug)]
pub(crate) struct News {
    connector: Arc<Connector>,
    channel: String,
    poll: Duration,
    head: watch::Sender<u64>,
    listening: AtomicBool,
}

impl News {
    pub(crate) fn new(
        connector: Arc<Connector>,
        schema: &str,
        poll: Duration,
        head: watch::Sender<u64>,
    ) -> Arc<Self> {
        Arc::new(News {
            connector,
            channel: format!("\"{schema}_news\""),
            poll,
            head,
            listening: AtomicBool::new(false),
        })
    }

    /// The heads that are seen from now on.
    pub(crate) fn subscribe(self: &Arc<Self>) -> watch::Receiver<u64> {
        let subscribed = self.head.subscribe();
        if !self.listening.swap(true, Ordering::AcqRel) {
            tokio::spawn(listen(Arc::downgrade(self)));
        }
        subscribed
    }

    /// Keeps the greatest head seen, by whomever.
    pub(crate) fn seen(&self, head: u64) {
        self.head.send_if_modified(|seen| {
            let newer = *seen < head;
            *seen = head.max(*seen);
            newer
        });
    }

    /// Whether nobody waits any longer; then the listener ends, and the next one who waits starts another.
    fn over(&self) -> bool {
        if self.head.receiver_count() > 0 {
            return false;
        }
        self.listening.store(false, Ordering::Release);
        // Somebody may have come between the two lines, and found a listener.
        self.head.receiver_count() == 0 || self.listening.swap(true, Ordering::AcqRel)
    }
}

/// Looks for news until nobody waits. A server that cannot be reached is tried again: those who wait want news however late.
async fn listen(news: Weak<News>) {
    let hint = Arc::new(Notify::new());
    let mut link = None;
    loop {
        let Some(news) = news.upgrade() else { return };
        if news.over() {
            return;
        }
        if link.is_none() {
            link = Link::new(&news, Arc::clone(&hint)).await.ok();
        }
        if let Some(listening) = &link {
            match listening.head(&news).await {
                Ok(head) => news.seen(head),
                Err(_) => link = None,
            }
        }
        let poll = news.poll;
        drop(news);
        match link {
            // A hint that comes early is kept; the end of the connection is one, too.
            Some(_) => drop(timeout(poll, hint.notified()).await),
            None => sleep(poll).await,
        }
    }
}

struct Link {
    client: Client,
    head: Statement,
}

impl Link {
    async fn new(news: &News, hint: Arc<Notify>) -> Result<Self, Failure> {
        const DOING: &str = "listening";
        let client = news.connector.connect(Some(hint)).await?;
        let listen = format!("LISTEN {}", news.channel);
        news.connector
            .read(DOING, client.batch_execute(&listen))
            .await?;
        let head = news.connector.read(DOING, client.prepare(HEAD)).await?;
        Ok(Link { client, head })
    }

    async fn head(&self, news: &News) -> Result<u64, Failure> {
        let head = async {
            let row = self.client.query_one(&self.head, &[]).await?;
            row.try_get(0).map(unsigned)
        };
        news.connector.read("listening", head).await
    }
}
