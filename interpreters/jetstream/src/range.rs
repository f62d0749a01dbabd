use crate::failure;
use crate::log::Shared;
use crate::message::{Stored, rests_on};
use async_nats::Client;
use async_nats::jetstream::consumer::pull::{Batch, Config};
use async_nats::jetstream::consumer::{AckPolicy, Consumer, DeliverPolicy};
use futures_core::Stream;
use lawful::{Failure, FailureKind};
use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::timeout;

/// The messages of one subject, or of all, between two that are known, in order and without a gap.
///
/// The first few are asked for one by one; for more of them the server sends what it has. What it sends is checked: a message that is
/// skipped on the way is asked for by its own, and where it is gone that is a failure, never a short history.
pub(crate) struct Range<'a> {
    shared: &'a Shared,
    subject: Option<&'a str>,
    /// The last message that was handed out.
    at: u64,
    /// The version after it, where that is known.
    version: Option<u64>,
    /// The versions before and after it, if it was read here.
    seen: Option<(u64, u64)>,
    to: u64,
    singles: usize,
    flow: Option<Flow>,
    is_clustered: bool,
    /// Where the range of the whole log begins, and the last message on each subject since then.
    start: u64,
    tails: HashMap<String, u64>,
}

/// How many messages are asked for one by one.
const SINGLES: usize = 8;
/// How many the server sends at once.
const FLOW: u64 = 512;
/// How long the server keeps a consumer that nobody uses.
const UNUSED: Duration = Duration::from_secs(10);

/// What the server sends by itself.
struct Flow {
    client: Client,
    consumer: Consumer<Config>,
    batch: Batch,
    left: u64,
}

impl<'a> Range<'a> {
    /// After the message `after`, at which the subject's stream has this version, up to and with the message `to`.
    pub(crate) fn new(
        shared: &'a Shared,
        subject: Option<&'a str>,
        after: u64,
        version: Option<u64>,
        to: u64,
    ) -> Self {
        Range {
            shared,
            subject,
            at: after,
            version,
            seen: None,
            to,
            singles: 0,
            flow: None,
            is_clustered: shared.connection.is_clustered(),
            start: after,
            tails: HashMap::new(),
        }
    }

    /// The next message; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Stored>, Failure> {
        while self.at < self.to {
            let single = self.singles < SINGLES;
            let found = if single {
                self.singles += 1;
                Some(self.single().await?)
            } else {
                self.flowing().await
            };
            // One message was recorded behind another that rests on the same.
            let void = |message: &Stored| {
                self.subject.is_some()
                    && self.is_clustered
                    && message.rests_on.is_some_and(|on| on < self.at)
            };
            let follows = |message: &Stored| match (self.subject, self.version) {
                (None, _) => message.sequence == self.at + 1,
                (Some(_), Some(version)) => message.body.version == version || void(message),
                (Some(_), None) => message.sequence > self.at,
            };
            match found {
                Some(mut message) if follows(&message) => {
                    if void(&message) {
                        message.void();
                        message.body.version = self.version.unwrap_or(message.body.version);
                    } else if self.subject.is_none() {
                        message = self.counted(message).await?;
                    }
                    self.at = message.sequence;
                    if message.is_void() {
                        self.seen = None;
                    } else {
                        self.version = self.subject.map(|_| message.body.after());
                        self.seen = Some((message.body.version, message.body.after()));
                    }
                    self.shared.saw(&message)?;
                    return Ok((self.at <= self.to).then_some(message));
                }
                Some(message) if single => {
                    self.contradicted().await?;
                    return Err(self.gap(&message));
                }
                // It was lost on the way, or is late: the next are asked for one by one.
                _ => {
                    self.flow = None;
                    self.singles = 0;
                }
            }
        }
        Ok(None)
    }

    /// A message of the whole log, without what it says if it does not count. What lies in the range was seen; what came before it on its
    /// subject is asked for.
    async fn counted(&mut self, mut message: Stored) -> Result<Stored, Failure> {
        let Some(rests_on) = message.rests_on.filter(|_| self.is_clustered) else {
            return Ok(message);
        };
        let before = self.tails.insert(message.subject.clone(), message.sequence);
        let counts = match before {
            Some(before) => before <= rests_on,
            None if rests_on >= self.start => true,
            None => {
                let (subject, sequence) = (&message.subject, message.sequence);
                self.shared.is_first(subject, rests_on, sequence).await?
            }
        };
        if !counts {
            message.void();
        }
        Ok(message)
    }

    async fn single(&self) -> Result<Stored, Failure> {
        let found = match self.subject {
            Some(subject) => self.shared.next_of(subject, self.at + 1, self.to).await?,
            None => self.shared.at_any(self.at + 1).await?,
        };
        found.ok_or_else(|| {
            let of = self.subject.unwrap_or("the log");
            failure::corrupt(format_args!(
                "after message {} of {of} there is none, expected them up to message {}; messages were deleted, restore the log from a backup",
                self.at, self.to
            ))
        })
    }

    /// A failure where the message that was handed out last is not there any more: then a server answered that was deposed as the leader
    /// and did not know it yet. What it told is forgotten.
    async fn contradicted(&self) -> Result<(), Failure> {
        if self.at == 0 {
            return Ok(());
        }
        let there = self.shared.at(self.at).await?;
        let same = there.is_some_and(|there| {
            let versions = (there.body.version, there.body.after());
            self.subject.is_none_or(|subject| subject == there.subject)
                && self.version.is_none_or(|version| version == versions.1)
                && self.seen.is_none_or(|seen| seen == versions)
        });
        if same {
            return Ok(());
        }
        self.shared.tail.forget();
        self.shared.roots.forget_all();
        Err(Failure::new(
            FailureKind::Unavailable,
            format!(
                "message {} of the log is not what a server said before: it was deposed as the leader, or servers lost what they had; ask again",
                self.at
            ),
        ))
    }

    fn gap(&self, message: &Stored) -> Failure {
        let (sequence, version) = (message.sequence, message.body.version);
        let expected = match self.version {
            Some(version) => format!("one that follows version {version}"),
            None => format!("message {}", self.at + 1),
        };
        failure::corrupt(format_args!(
            "after message {} comes message {sequence} on `{}`, which follows version {version}, expected {expected}; messages were deleted, restore the log from a backup",
            self.at, message.subject
        ))
    }

    /// The next message that the server sends; `None` if none comes.
    async fn flowing(&mut self) -> Option<Stored> {
        let limit = self.shared.connection.limit();
        let each = (limit / 4).max(Duration::from_millis(100));
        if self.flow.as_ref().is_none_or(|flow| flow.left == 0) {
            let old = self.flow.take().map(|flow| flow.consumer.clone());
            self.flow = timeout(limit, self.open(old)).await.ok().flatten();
        }
        let flow = self.flow.as_mut()?;
        let sent = timeout(
            each,
            poll_fn(|ctx| Pin::new(&mut flow.batch).poll_next(ctx)),
        )
        .await;
        let message = sent.ok()??.ok()?;
        flow.left -= 1;
        let info = message.info().ok()?;
        let nanos = info.published.unix_timestamp_nanos();
        let (subject, log) = (message.subject.as_str(), self.shared.identity);
        let sequence = info.stream_sequence;
        let rests_on = message.headers.as_ref().and_then(rests_on);
        // Whatever is wrong with it is found out when it is asked for by its own.
        Stored::read(subject, sequence, nanos, rests_on, &message.payload, log).ok()
    }

    async fn open(&self, old: Option<Consumer<Config>>) -> Option<Flow> {
        let shared = self.shared;
        let consumer = if let Some(consumer) = old {
            consumer
        } else {
            let config = Config {
                deliver_policy: DeliverPolicy::ByStartSequence {
                    start_sequence: self.at + 1,
                },
                ack_policy: AckPolicy::None,
                filter_subject: self.subject.unwrap_or_default().to_owned(),
                inactive_threshold: UNUSED,
                memory_storage: true,
                num_replicas: 1,
                ..Config::default()
            };
            let context = shared.connection.context();
            context
                .create_consumer_on_stream(config, shared.name.as_str())
                .await
                .ok()?
        };
        let left = (self.to - self.at).min(FLOW);
        let batch = consumer
            .batch()
            .max_messages(usize::try_from(left).ok()?)
            .expires(shared.connection.limit())
            .messages()
            .await
            .ok()?;
        Some(Flow {
            client: shared.connection.client().clone(),
            consumer,
            batch,
            left,
        })
    }
}

impl Drop for Range<'_> {
    /// The server would forget the consumer by itself, only later.
    fn drop(&mut self) {
        let (Some(flow), Ok(runtime)) = (self.flow.take(), Handle::try_current()) else {
            return;
        };
        let info = flow.consumer.cached_info();
        let subject = format!("$JS.API.CONSUMER.DELETE.{}.{}", info.stream_name, info.name);
        let client = flow.client.clone();
        runtime.spawn(async move { client.publish(subject, Vec::new().into()).await });
    }
}
