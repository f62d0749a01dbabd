use crate::failure::Fault;
use lawful::{Failure, FailureKind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// Who waits for news, and how they are told: at once of what this process appends, by a thread that looks now and then of what others
/// append. The thread sleeps while nobody waits.
#[derive(Debug)]
pub(crate) struct News {
    seen: watch::Sender<Seen>,
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Seen {
    /// The position of the last event known of.
    head: u64,
    /// Why nobody can look at the moment.
    fault: Option<Fault>,
}

#[derive(Debug, Default)]
struct Waiting {
    tasks: usize,
    closed: bool,
}

impl News {
    pub(crate) fn new(head: u64) -> Self {
        let seen = Seen { head, fault: None };
        News {
            seen: watch::Sender::new(seen),
            waiting: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Tells whoever waits.
    pub(crate) fn reached(&self, head: u64) {
        self.seen.send_if_modified(|seen| {
            let news = seen.head < head;
            seen.head = seen.head.max(head);
            news
        });
    }

    /// Waits until the log has an event after this position; returns the head seen.
    pub(crate) async fn after(&self, number: u64) -> Result<u64, Failure> {
        let known = self.seen.borrow().head;
        if known > number {
            return Ok(known);
        }
        let _waiting = self.enter();
        let mut seen = self.seen.subscribe();
        let found = seen
            .wait_for(|seen| seen.head > number || seen.fault.is_some())
            .await;
        match found {
            Ok(seen) if seen.head > number => Ok(seen.head),
            Ok(seen) => match seen.fault.clone() {
                Some(fault) => Err(fault.into()),
                None => Ok(seen.head),
            },
            // The sender lives in `self`, so the channel cannot be closed.
            Err(_) => Ok(number),
        }
    }

    /// Looks for what other processes append, while somebody waits, until [`News::close`].
    pub(crate) fn watch(&self, interval: Duration, look: impl Fn() -> Result<u64, Fault>) {
        while self.wanted() {
            match look() {
                Ok(head) => self.reached(head),
                // A lock passes.
                Err(fault) if fault.kind == FailureKind::Locked => {}
                Err(fault) => self.seen.send_modify(|seen| seen.fault = Some(fault)),
            }
            self.rest(interval);
        }
    }

    /// Ends [`News::watch`].
    pub(crate) fn close(&self) {
        self.waiting().closed = true;
        self.changed.notify_all();
    }

    fn enter(&self) -> Entered<'_> {
        let mut waiting = self.waiting();
        if waiting.tasks == 0 {
            // An old fault is no news: the thread looks again now.
            self.seen
                .send_if_modified(|seen| seen.fault.take().is_some());
        }
        waiting.tasks += 1;
        drop(waiting);
        self.changed.notify_all();
        Entered { news: self }
    }

    /// Sleeps until somebody waits; no if the log is closed.
    fn wanted(&self) -> bool {
        let waiting = self
            .changed
            .wait_while(self.waiting(), |waiting| {
                waiting.tasks == 0 && !waiting.closed
            })
            .unwrap_or_else(PoisonError::into_inner);
        !waiting.closed
    }

    fn rest(&self, interval: Duration) {
        drop(
            self.changed
                .wait_timeout_while(self.waiting(), interval, |waiting| !waiting.closed),
        );
    }

    /// Nothing under this lock can panic.
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One who waits; leaves when dropped.
struct Entered<'n> {
    news: &'n News,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.news.waiting().tasks -= 1;
    }
}
