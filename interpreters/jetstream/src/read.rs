use crate::connection::Attempt;
use crate::log::Shared;
use crate::message::Stored;
use crate::range::Range;
use crate::roots::{Base, Known, Mark, Place};
use crate::{failure, place, schema};
use async_nats::jetstream::message::StreamMessage;
use async_nats::jetstream::stream::{RawMessageError, RawMessageErrorKind};
use lawful::log::{CommandId, Outcome, Page, Position, StreamId, StreamPage};
use lawful::{Failure, Payload};

/// Where a stream and the log end, at one moment.
pub(crate) struct Ends {
    /// The stream's last message.
    pub(crate) last: Option<Stored>,
    /// The number of the position of the log's last event.
    pub(crate) head: u64,
}

/// How many messages are taken in at once when a stream's command ids are read.
const CHUNK: usize = 512;

impl Ends {
    pub(crate) fn version(&self) -> u64 {
        self.last.as_ref().map_or(0, |last| last.body.after())
    }
}

/// Single messages. All of them come from the stream's leader: a replica may be behind.
impl Shared {
    /// The message of a sequence that the log has reached; `None` where it is gone.
    pub(crate) async fn at(&self, sequence: u64) -> Result<Option<Stored>, Failure> {
        let found = self.at_any(sequence).await?;
        self.counted(found).await
    }

    /// The same, and whether it counts is not looked at.
    pub(crate) async fn at_any(&self, sequence: u64) -> Result<Option<Stored>, Failure> {
        let (stream, doing) = (&self.stream, "reading a message");
        let get = || async move {
            let found = stream.get_raw_message(sequence).await;
            self.attempt(doing, found, |_| true)
        };
        if let Some(found) = self.connection.ask(doing, get).await? {
            return Ok(Some(found));
        }
        // Whoever answered may have been behind.
        self.last_of(&self.everything(), sequence).await?;
        self.connection.ask(doing, get).await
    }

    /// The first message on a subject at or after a sequence, which is not after the message `to`; `None` where it is gone. Whether it
    /// counts is not looked at.
    pub(crate) async fn next_of(
        &self,
        subject: &str,
        from: u64,
        to: u64,
    ) -> Result<Option<Stored>, Failure> {
        let (stream, doing) = (&self.stream, "reading a stream");
        let get = || async move {
            let builder = stream.raw_message_builder().sequence(from);
            let found = builder.next_by_subject(subject).send().await;
            self.attempt(doing, found, |_| true)
        };
        if let Some(found) = self.connection.ask(doing, get).await? {
            return Ok(Some(found));
        }
        self.last_of(&self.everything(), to).await?;
        self.connection.ask(doing, get).await
    }

    /// The last message on a subject, which may have wildcards. Nobody who knows less than `at_least` is believed.
    async fn last_of(&self, subject: &str, at_least: u64) -> Result<Option<Stored>, Failure> {
        let doing = "reading the end of a stream";
        let stream = &self.stream;
        self.connection
            .ask(doing, || async move {
                let found = stream.get_last_raw_message_by_subject(subject).await;
                self.attempt(doing, found, |found| {
                    found.map_or(0, |message| message.sequence) >= at_least
                })
            })
            .await
    }

    fn everything(&self) -> String {
        format!("{}.>", self.name)
    }

    fn attempt(
        &self,
        doing: &str,
        found: Result<StreamMessage, RawMessageError>,
        enough: impl FnOnce(Option<&Stored>) -> bool,
    ) -> Result<Attempt<Option<Stored>>, Failure> {
        let found = match found {
            Ok(message) => Some(Stored::of(&message, self.identity)?),
            Err(error) => match error.kind() {
                RawMessageErrorKind::NoMessageFound => None,
                RawMessageErrorKind::JetStream(error) => return schema::refused(doing, &error),
                _ => return Ok(Attempt::Again(error.to_string())),
            },
        };
        if !enough(found.as_ref()) {
            return Ok(Attempt::Again(
                "the server that answers does not have what another one told before".to_owned(),
            ));
        }
        Ok(Attempt::Done(found))
    }
}

impl Shared {
    /// The number of the position of the last event up to a message.
    pub(crate) async fn head_at(&self, sequence: u64) -> Result<u64, Failure> {
        let mut at = sequence;
        let head = loop {
            if at == 0 {
                break 0;
            }
            if let Some(head) = self.tail.head_at(at) {
                break head;
            }
            let Some(message) = self.at(at).await? else {
                return Err(failure::corrupt(format_args!(
                    "message {at} of the log is gone, expected all messages up to {sequence}; restore the log from a backup"
                )));
            };
            if let Some(last) = message.last()? {
                break last;
            }
            at -= 1;
        };
        self.tail.found(sequence, head);
        Ok(head)
    }

    async fn head_of(&self, message: &Stored) -> Result<u64, Failure> {
        match message.last()? {
            Some(last) => Ok(last),
            None => self.head_at(message.sequence).await,
        }
    }

    /// The log's last message.
    async fn end(&self) -> Result<Option<Stored>, Failure> {
        let end = self.last_of(&self.everything(), self.tail.sequence()).await;
        let end = match end {
            Ok(end) => self.counted(end).await,
            Err(failure) => Err(failure),
        };
        // Who answered before may have been deposed without knowing it, or servers lost what they had: the next call starts afresh.
        end.inspect_err(|_| self.tail.forget())
    }

    pub(crate) async fn head(&self) -> Result<u64, Failure> {
        match self.end().await? {
            Some(end) => self.head_of(&end).await,
            None => Ok(0),
        }
    }

    /// The stream's last message, which is not before the message `at_least`.
    pub(crate) async fn last(
        &self,
        stream: StreamId,
        subject: &str,
        at_least: u64,
    ) -> Result<Option<Stored>, Failure> {
        let known = self.roots.base(stream).unwrap_or_default().sequence;
        let last = self.last_of(subject, known.max(at_least)).await;
        let last = last.inspect_err(|_| self.roots.forget(stream))?;
        let mut last = self.counted(last).await?;
        if let Some(last) = &mut last
            && last.is_void()
        {
            last.body.version = self.version_at(stream, subject, last.sequence).await?;
        }
        self.roots.saw(stream, base_of(last.as_ref()));
        Ok(last)
    }

    /// First the log's end is read and then the stream's. If the latter is not behind the former, it was the stream's end when the log
    /// ended there; else the log ended at least there.
    pub(crate) async fn ends(&self, stream: StreamId) -> Result<Ends, Failure> {
        let subject = self.subject(stream)?;
        let Some(end) = self.end().await? else {
            self.roots.saw(stream, Base::default());
            return Ok(Ends {
                last: None,
                head: 0,
            });
        };
        // What is void does not know the version.
        if end.subject == subject && !end.is_void() {
            let head = self.head_of(&end).await?;
            self.roots.saw(stream, base_of(Some(&end)));
            let last = Some(end);
            return Ok(Ends { last, head });
        }
        let last = self.last(stream, &subject, 0).await?;
        let head = match &last {
            Some(last) if last.sequence > end.sequence => self.head_of(last).await?,
            _ => self.head_of(&end).await?,
        };
        Ok(Ends { last, head })
    }

    pub(crate) async fn read_stream<E: Payload>(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> Result<StreamPage<E>, Failure> {
        let ends = self.ends(stream).await?;
        let mut page = StreamPage {
            entries: Vec::new(),
            version: ends.version(),
            head: Position::new(self.identity, ends.head),
        };
        let Some(last) = ends
            .last
            .filter(|last| after < last.body.after() && limit > 0)
        else {
            return Ok(page);
        };
        let subject = self.subject(stream)?;
        let mut from = self.roots.nearest(stream, after);
        let (to, mut left) = (last.sequence, limit);
        let mut range = Range::new(self, Some(&subject), from.sequence, Some(from.version), to);
        let mut last = Some(last);
        while left > 0 {
            // What lies between and has no events is of no interest.
            let reached = last.take_if(|last| {
                last.body.version <= from.version.max(after) || last.sequence <= from.sequence
            });
            let (message, end) = match reached {
                Some(last) => (last, true),
                None => match range.next().await? {
                    Some(message) => {
                        let end = message.sequence == to;
                        (message, end)
                    }
                    None => break,
                },
            };
            let before = left;
            let wanted = |version, _| {
                let wanted = version > after && left > 0;
                left -= usize::from(wanted);
                wanted
            };
            message.entries(&self.name, self.identity, wanted, &mut page.entries)?;
            if left > 0 || before == left {
                from = Mark {
                    version: message.body.after(),
                    sequence: message.sequence,
                };
            }
            if end {
                break;
            }
        }
        drop(range);
        if from.sequence > 0 {
            self.roots.mark(stream, from);
        }
        Ok(page)
    }

    pub(crate) async fn read_all<E: Payload>(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Page<E>, Failure> {
        let mut entries = Vec::new();
        let end = if limit == 0 { None } else { self.end().await? };
        // The message of the position may hold more events; what is known to be without any is left out.
        let to = end.map_or(0, |end| end.sequence);
        let mut from = place::sequence(after).saturating_sub(1);
        if let Some(head) = self.tail.head_at(self.tail.sequence())
            && after >= head
        {
            from = from.max(self.tail.sequence().min(to));
        }
        let mut range = Range::new(self, None, from, None, to);
        let mut left = limit;
        while left > 0
            && let Some(message) = range.next().await?
        {
            let wanted = |_, number| {
                let wanted = number > after && left > 0;
                left -= usize::from(wanted);
                wanted
            };
            message.entries(&self.name, self.identity, wanted, &mut entries)?;
        }
        let mut latest = None;
        for entry in &mut entries {
            // Where the server's clock went back between two writers who did not know of each other.
            latest = latest.max(Some(entry.recorded_at));
            entry.recorded_at = latest.unwrap_or(entry.recorded_at);
        }
        let next = entries
            .last()
            .map_or(Position::new(self.identity, after), |entry| entry.position);
        Ok(Page { entries, next })
    }
}

/// Commands with chosen ids.
impl Shared {
    pub(crate) async fn outcome(
        &self,
        stream: StreamId,
        command: CommandId,
    ) -> Result<Option<Outcome>, Failure> {
        if self.roots.known(stream, command).is_none() {
            let subject = self.subject(stream)?;
            let last = self.last(stream, &subject, 0).await?;
            self.index(stream, &subject, base_of(last.as_ref())).await?;
        }
        match self.roots.known(stream, command) {
            Some(known) => self.settled(command, known).await.map(Some),
            None => Ok(None),
        }
    }

    /// Takes in the chosen ids of the stream up to where it is now.
    pub(crate) async fn index(
        &self,
        stream: StreamId,
        subject: &str,
        to: Base,
    ) -> Result<(), Failure> {
        let mut after = self.roots.indexed(stream);
        let mut range = Range::new(self, Some(subject), after, None, to.sequence);
        let mut chunk = Vec::new();
        loop {
            let message = range.next().await?;
            let over = message.is_none();
            chunk.extend(message);
            if over || chunk.len() == CHUNK {
                self.roots.index(stream, after, &chunk)?;
                after = chunk.last().map_or(after, |last| last.sequence);
                chunk.clear();
            }
            if over {
                return Ok(());
            }
        }
    }

    pub(crate) async fn settled(
        &self,
        command: CommandId,
        known: Known,
    ) -> Result<Outcome, Failure> {
        let number = match known.place {
            Place::At(number) => number,
            Place::Before(sequence) => self.head_at(sequence - 1).await?,
        };
        Ok(Outcome {
            command,
            payload: known.payload,
            version: known.version,
            events: known.events,
            position: Position::new(self.identity, number),
        })
    }
}

pub(crate) fn base_of(last: Option<&Stored>) -> Base {
    last.map_or(Base::default(), |last| Base {
        sequence: last.sequence,
        version: last.body.after(),
    })
}
