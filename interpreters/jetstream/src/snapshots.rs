use crate::append::EXPECTED_SEQUENCE;
use crate::connection::{Attempt, Published};
use crate::log::Shared;
use crate::naming;
use crate::roots::Mark;
use crate::schema;
use async_nats::HeaderMap;
use async_nats::jetstream::stream::RawMessageErrorKind;
use lawful::log::{Snapshot, StreamId};
use lawful::{Failure, FailureKind};
use serde::{Deserialize, Serialize};

/// What a message of the stream of snapshots says.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    log: String,
    fingerprint: String,
    version: u64,
    /// After which message the stream is at this version, where that was known: reading goes on from there.
    #[serde(default)]
    sequence: u64,
    data: String,
}

/// How often a snapshot is offered while others keep theirs.
const ATTEMPTS: u32 = 8;

impl Shared {
    /// The newest snapshot of a stream.
    pub(crate) async fn snapshot(&self, stream: StreamId) -> Result<Option<Snapshot>, Failure> {
        let (_, kept) = self.kept(stream).await?;
        let Some(kept) = kept else { return Ok(None) };
        if kept.sequence > 0 {
            let (version, sequence) = (kept.version, kept.sequence);
            self.roots.mark(stream, Mark { version, sequence });
        }
        Ok(Some(Snapshot {
            fingerprint: kept.fingerprint,
            version: kept.version,
            data: kept.data,
        }))
    }

    /// An older one of the same fingerprint, from a writer that was slow, replaces nothing.
    pub(crate) async fn keep_snapshot(
        &self,
        stream: StreamId,
        snapshot: Snapshot,
    ) -> Result<(), Failure> {
        let (own, subject) = self.snapshot_subject(stream)?;
        let near = self.roots.nearest(stream, snapshot.version);
        let known = near.version == snapshot.version;
        let kept = Kept {
            log: self.identity.to_string(),
            fingerprint: snapshot.fingerprint,
            sequence: if known { near.sequence } else { 0 },
            version: snapshot.version,
            data: snapshot.data,
        };
        let payload = serde_json::to_vec(&kept).map_err(|error| {
            let found = "a snapshot cannot be written as JSON";
            Failure::new(FailureKind::Unencodable, found).because(error)
        })?;
        let doing = format!("keeping a snapshot of stream `{stream}`");
        for _ in 0..ATTEMPTS {
            let (sequence, there) = self.kept(stream).await?;
            let newer = |there: &Kept| {
                there.fingerprint == kept.fingerprint && there.version > kept.version
            };
            if there.as_ref().is_some_and(newer) {
                return Ok(());
            }
            let mut headers = HeaderMap::new();
            headers.insert(EXPECTED_SEQUENCE, sequence.to_string());
            let published = self
                .connection
                .publish(&doing, (&own, &subject), &headers, &payload)
                .await?;
            if matches!(published, Published::At(_)) {
                break;
            }
        }
        Ok(())
    }

    /// What is kept of a stream, and the sequence of its message. It is a cache: what cannot be read is none.
    async fn kept(&self, stream: StreamId) -> Result<(u64, Option<Kept>), Failure> {
        let doing = "reading a snapshot";
        let (_, subject) = &self.snapshot_subject(stream)?;
        let snapshots = &self.snapshots;
        let found = self
            .connection
            .ask(doing, || async move {
                match snapshots.get_last_raw_message_by_subject(subject).await {
                    Ok(message) => Ok(Attempt::Done(Some(message))),
                    Err(error) => match error.kind() {
                        RawMessageErrorKind::NoMessageFound => Ok(Attempt::Done(None)),
                        RawMessageErrorKind::JetStream(error) => schema::refused(doing, &error),
                        _ => Ok(Attempt::Again(error.to_string())),
                    },
                }
            })
            .await?;
        let Some(message) = found else {
            return Ok((0, None));
        };
        let kept = serde_json::from_slice::<Kept>(&message.payload).ok();
        let ours = |kept: &Kept| kept.log == self.identity.to_string();
        Ok((message.sequence, kept.filter(ours)))
    }

    /// The stream of snapshots, and the subject there of a stream of the log.
    fn snapshot_subject(&self, stream: StreamId) -> Result<(String, String), Failure> {
        let own = format!("{}_snapshots", self.name);
        let subject = naming::subject(&own, stream)?;
        Ok((own, subject))
    }
}
