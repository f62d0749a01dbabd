use crate::connection::Published;
use crate::log::Shared;
use crate::message::{Body, Stored};
use crate::options::Times;
use crate::place::{self, MOST_EVENTS};
use crate::read::base_of;
use crate::roots::Base;
use crate::{failure, naming};
use async_nats::HeaderMap;
use lawful::log::{AppendError, Appended, Batch, CommandId, Position, StreamId};
use lawful::{Failure, FailureKind, Payload, Timestamp};
use std::time::{SystemTime, UNIX_EPOCH};

/// How often an append is tried again where only silent commands came between.
const ATTEMPTS: u32 = 64;

/// The server's names of the conditions, and our own of the version.
pub(crate) const EXPECTED_SEQUENCE: &str = "Nats-Expected-Last-Subject-Sequence";
const EXPECTED_STREAM: &str = "Nats-Expected-Stream";
/// What a message rests on, where the server is not asked to look at it.
pub(crate) const RESTS_ON: &str = "Lawful-Rests-On";
const VERSION: &str = "Lawful-Version";

/// One batch on its way.
struct Draft<'a> {
    stream: StreamId,
    subject: &'a str,
    expected: u64,
    body: Body,
    payload: Vec<u8>,
    chosen: Vec<CommandId>,
}

impl Shared {
    /// One batch is one message, conditional on the subject's last message being the one that the batch rests on.
    pub(crate) async fn append<E: Payload>(
        &self,
        batch: Batch<E>,
    ) -> Result<Appended, AppendError> {
        let subject = naming::subject(&self.name, batch.stream)?;
        let body = Body::of(self.identity, &batch, self.tail.latest())?;
        if body.commands.is_empty() {
            return self.confirm(&batch).await;
        }
        let chosen = body
            .commands
            .iter()
            .filter(|command| command.chosen.is_some());
        let draft = Draft {
            stream: batch.stream,
            subject: &subject,
            expected: batch.expected,
            payload: body.encode()?,
            chosen: chosen.map(|command| command.id).collect(),
            body,
        };
        let (base, sequence) = self.send(&draft).await?;
        let message = Stored {
            sequence,
            subject: draft.subject.to_owned(),
            recorded_at: Timestamp::MIN,
            rests_on: Some(base.sequence),
            body: draft.body,
        };
        self.appended(&batch, base, &message)
            .await
            .map_err(AppendError::Failed)
    }

    /// Nothing is to be recorded, but the condition is to be checked.
    async fn confirm<E: Payload>(&self, batch: &Batch<E>) -> Result<Appended, AppendError> {
        let ends = self.ends(batch.stream).await?;
        check(batch.stream, batch.expected, ends.version())?;
        let head = Position::new(self.identity, ends.head);
        Ok(Appended {
            positions: batch.commands.iter().map(|_| head).collect(),
            recorded_at: self.estimate(),
        })
    }

    /// The sequence of the draft's message, and on what it rested.
    async fn send(&self, draft: &Draft<'_>) -> Result<(Base, u64), AppendError> {
        let stream = draft.stream;
        let mut taken = None;
        for _ in 0..ATTEMPTS {
            let base = self.base(draft, taken).await?;
            for (index, command) in draft.chosen.iter().enumerate() {
                if let Some(known) = self.roots.known(stream, *command) {
                    let outcome = self.settled(*command, known).await?;
                    return Err(AppendError::Duplicate { stream, outcome });
                }
                if draft.chosen[..index].contains(command) {
                    return Err(reused(stream, *command).into());
                }
            }
            check(stream, draft.expected, base.version)?;
            if draft.body.events() > MOST_EVENTS {
                return Err(too_many(stream, draft.body.events()).into());
            }
            let headers = self.headers(draft, base)?;
            let doing = format!("appending to stream `{stream}`");
            let published = self
                .connection
                .publish(
                    &doing,
                    (&self.name, draft.subject),
                    &headers,
                    &draft.payload,
                )
                .await?;
            taken = match published {
                Published::Stale => Some(0),
                Published::At(sequence) => {
                    let first = self.is_first(draft.subject, base.sequence, sequence).await;
                    if first.map_err(|failure| undecided(&failure))? {
                        return Ok((base, sequence));
                    }
                    // Another one was faster, and the server recorded both: ours does not count.
                    Some(sequence)
                }
            };
        }
        let found = format!(
            "silent commands came to stream `{stream}` {ATTEMPTS} times while one command was on its way; ask again"
        );
        let attempts = ATTEMPTS;
        Err(Failure::new(FailureKind::Contention { attempts }, found).into())
    }

    /// What the draft rests on: what is remembered if that fits, else what the leader says. If the draft's place was taken, whoever answers
    /// knows at least the message that is given.
    async fn base(&self, draft: &Draft<'_>, taken: Option<u64>) -> Result<Base, Failure> {
        let stream = draft.stream;
        if taken.is_none() {
            let indexed = |base: &Base| {
                draft.chosen.is_empty() || self.roots.indexed(stream) == base.sequence
            };
            match self.roots.base(stream) {
                Some(base) if base.version == draft.expected && indexed(&base) => return Ok(base),
                // Whatever there may be refuses it.
                None if draft.expected == 0 && !self.connection.is_clustered() => {
                    return Ok(Base::default());
                }
                _ => {}
            }
        }
        let at_least = taken.unwrap_or_default();
        let last = self.last(stream, draft.subject, at_least).await?;
        let base = base_of(last.as_ref());
        if !draft.chosen.is_empty() {
            self.index(stream, draft.subject, base).await?;
        }
        Ok(base)
    }

    /// The conditions; an error where the message would be larger than the server takes.
    fn headers(&self, draft: &Draft<'_>, base: Base) -> Result<HeaderMap, Failure> {
        // In a cluster the log decides; a condition that there be no message yet would be looked at by each server on its own, and servers of
        // the 2.9 series come apart over it.
        let condition = match base.sequence {
            0 if self.connection.is_clustered() => RESTS_ON,
            _ => EXPECTED_SEQUENCE,
        };
        let lines = [
            (condition, base.sequence.to_string()),
            (EXPECTED_STREAM, self.name.clone()),
            (VERSION, draft.body.after().to_string()),
        ];
        // As the protocol writes them: a first line, `name: value` each, and an empty line.
        let size = lines
            .iter()
            .map(|(name, value)| name.len() + value.len() + 4)
            .sum::<usize>()
            + "NATS/1.0\r\n\r\n".len()
            + draft.payload.len();
        let most = self.connection.client().max_payload();
        let most = most.min(self.max_message.unwrap_or(most));
        if size > most {
            return Err(Failure::new(
                FailureKind::Other,
                format!(
                    "the batch of {} events for stream `{}` is a message of {size} bytes, the server takes at most {most} (its `max_payload`, or `max_msg_size` of the stream); record less at once, or raise it",
                    draft.body.events(),
                    draft.stream
                ),
            ));
        }
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.insert(name, value);
        }
        Ok(headers)
    }

    /// The acknowledgement of a batch that is recorded. What cannot be found out now leaves the caller without one.
    async fn appended<E: Payload>(
        &self,
        batch: &Batch<E>,
        base: Base,
        message: &Stored,
    ) -> Result<Appended, Failure> {
        let sequence = message.sequence;
        self.roots.appended(batch.stream, base, message)?;
        let last = message.last()?;
        self.tail.saw(sequence, last, None);
        if let Some(last) = last {
            self.seen(last);
        }
        let mut before = None;
        let mut seen = 0;
        let mut positions = Vec::with_capacity(batch.commands.len());
        for command in &batch.commands {
            seen += command.events.len();
            let number = match (seen.checked_sub(1), before) {
                (Some(last), _) => place::number(sequence, last)?,
                (None, Some(before)) => before,
                (None, None) => {
                    let head = self
                        .head_at(sequence - 1)
                        .await
                        .map_err(|failure| undecided(&failure))?;
                    before = Some(head);
                    head
                }
            };
            positions.push(Position::new(self.identity, number));
        }
        let recorded_at = match self.times {
            Times::Estimated => self.estimate(),
            Times::Server => match self
                .at(sequence)
                .await
                .map_err(|failure| undecided(&failure))?
            {
                Some(stored) => stored.recorded_at,
                None => self.estimate(),
            },
        };
        Ok(Appended {
            positions: positions.into(),
            recorded_at,
        })
    }

    /// This machine's time, not before what was seen in the log.
    pub(crate) fn estimate(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let now = Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
        self.tail.latest().map_or(now, |latest| latest.max(now))
    }
}

/// What was sent is recorded, and what that means cannot be found out now.
fn undecided(failure: &Failure) -> Failure {
    failure::unknown(&failure.to_string(), "nothing more was heard")
}

fn check(stream: StreamId, expected: u64, actual: u64) -> Result<(), AppendError> {
    if actual == expected {
        return Ok(());
    }
    Err(AppendError::Conflict {
        stream,
        expected,
        actual,
    })
}

fn reused(stream: StreamId, command: CommandId) -> Failure {
    let message = format!(
        "command `{command}` comes twice in one append to stream `{stream}`; append it once, and ask for its outcome then"
    );
    Failure::new(FailureKind::CommandIdReused, message)
}

fn too_many(stream: StreamId, events: usize) -> Failure {
    let message = format!(
        "the batch for stream `{stream}` has {events} events, one message takes at most {MOST_EVENTS}; record less at once"
    );
    Failure::new(FailureKind::Other, message)
}
