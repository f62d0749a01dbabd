use crate::log::Shared;
use crate::message::Stored;
use crate::range::Range;
use lawful::Failure;
use lawful::log::StreamId;

/// Which messages count.
impl Shared {
    /// A server that keeps a stream together with others looks at the condition of a message before it proposes it to them, and not again
    /// when the message is recorded: of several that are under way at the same time, each may pass. So the log itself decides: a message
    /// counts if it directly follows, on its subject, the message that it rests on.
    pub(crate) async fn is_first(
        &self,
        subject: &str,
        rests_on: u64,
        sequence: u64,
    ) -> Result<bool, Failure> {
        if !self.connection.is_clustered() {
            // A server alone looks when it records.
            return Ok(true);
        }
        let first = self.next_of(subject, rests_on + 1, sequence).await?;
        Ok(first.is_some_and(|first| first.sequence == sequence))
    }

    /// A message, without what it says if it does not count.
    pub(crate) async fn counted(&self, found: Option<Stored>) -> Result<Option<Stored>, Failure> {
        let Some(mut message) = found else {
            return Ok(None);
        };
        if let Some(rests_on) = message.rests_on
            && !self
                .is_first(&message.subject, rests_on, message.sequence)
                .await?
        {
            message.void();
        }
        self.saw(&message)?;
        Ok(Some(message))
    }

    /// Remembers that the log has this message, which counts or is void.
    pub(crate) fn saw(&self, message: &Stored) -> Result<(), Failure> {
        let (sequence, time) = (message.sequence, message.recorded_at);
        self.tail.saw(sequence, message.last()?, Some(time));
        Ok(())
    }

    /// The version of the stream after a message of it that may be void.
    pub(crate) async fn version_at(
        &self,
        stream: StreamId,
        subject: &str,
        sequence: u64,
    ) -> Result<u64, Failure> {
        let from = self.roots.nearest(stream, u64::MAX);
        let mut version = from.version;
        let mut range = Range::new(self, Some(subject), from.sequence, Some(version), sequence);
        while let Some(message) = range.next().await? {
            version = message.body.after();
        }
        Ok(version)
    }
}
