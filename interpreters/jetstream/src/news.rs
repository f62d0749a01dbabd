use crate::log::Shared;
use lawful::Failure;
use std::convert::Infallible;
use tokio::time::sleep;

/// Learns of events that other processes append, by looking at the log's end every now and then, as long as somebody waits.
impl Shared {
    /// The head once it is after this number.
    pub(crate) async fn news(&self, after: u64) -> Result<u64, Failure> {
        // First the subscription, then the look: nothing falls between the two.
        let mut heads = self.heads.subscribe();
        let head = self.head().await?;
        self.seen(head);
        tokio::select! {
            biased;
            seen = heads.wait_for(|head| *head > after) => {
                // The sender lives in `self`, so the channel cannot be closed.
                Ok(seen.map_or(head, |seen| *seen))
            }
            never = self.look() => match never {},
        }
    }

    /// Keeps the greatest head seen, by whomever.
    pub(crate) fn seen(&self, head: u64) {
        self.heads.send_if_modified(|seen| {
            let newer = *seen < head;
            *seen = head.max(*seen);
            newer
        });
    }

    /// One of those who wait looks for all of them. A server that cannot be reached is tried again: they want news however late.
    async fn look(&self) -> Infallible {
        let _turn = self.looking.lock().await;
        loop {
            sleep(self.poll).await;
            if let Ok(head) = self.head().await {
                self.seen(head);
            }
        }
    }
}
