//! Sleeping and waiting of a program that is run and not started: its task waits, by the log's clock.

use crate::core::Core;
use crate::program::timer;
use lawful::log::{Entry, EventLog};
use lawful::program::Wait;
use lawful::{Domain, Failure, Position, Timestamp};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How many events are read at once.
const PAGE: usize = 256;

/// How often a clock is looked at that does not go by itself, as the ones of tests.
const GLANCE: Duration = Duration::from_millis(5);

/// How often a clock is looked at that goes: it may be set.
const LOOK: Duration = Duration::from_mins(1);

impl<D: Domain, L: EventLog<Event = D::Event>> Core<D, L> {
    /// The time by the log's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.log.now().unwrap_or_else(|| {
            let since = SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default();
            Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
        })
    }
}

/// Waits until the log's clock shows this time.
pub(crate) async fn until<D: Domain, L: EventLog<Event = D::Event>>(
    core: &Core<D, L>,
    time: Timestamp,
) -> Result<(), Failure> {
    let mut now = core.now();
    let mut pause = GLANCE;
    while now < time {
        timer::sleep(time.saturating_duration_since(now).min(pause)).await?;
        let then = std::mem::replace(&mut now, core.now());
        pause = if now.saturating_duration_since(then) < GLANCE / 2 {
            GLANCE
        } else {
            LOOK
        };
    }
    Ok(())
}

/// The first event after `cursor` on one of the streams, or `None` when the deadline has passed. The run's `own` events are skipped.
pub(crate) async fn event<D: Domain, L: EventLog<Event = D::Event>>(
    core: &Core<D, L>,
    wait: &Wait<D>,
    own: impl Fn(&Entry<D::Event>) -> bool + Send,
    cursor: Position,
) -> Result<Option<Entry<D::Event>>, Failure> {
    let mut after = cursor;
    loop {
        // The time is taken first: whatever was recorded by then is in the pages read after it.
        let late = core.now() >= wait.deadline;
        loop {
            let page = core.log.read_all(after, PAGE).await?;
            after = page.next;
            if page.entries.is_empty() {
                break;
            }
            let wanted = |entry: &Entry<_>| wait.streams.contains(&entry.stream) && !own(entry);
            if let Some(entry) = page.entries.into_iter().find(wanted) {
                let in_time = entry.recorded_at <= wait.deadline;
                return Ok(in_time.then_some(entry));
            }
        }
        if late {
            return Ok(None);
        }
        let mut news = pin!(core.log.news(after));
        let mut deadline = pin!(until(core, wait.deadline));
        poll_fn(|context| match news.as_mut().poll(context) {
            Poll::Ready(news) => Poll::Ready(news.map(drop)),
            Poll::Pending => deadline.as_mut().poll(context),
        })
        .await?;
    }
}
