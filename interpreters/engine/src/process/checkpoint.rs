//! What a worker knows of the processes is kept in the log, as snapshots, so that the next worker reads only what came after.
//!
//! The processes are dealt out to shares, so that none grows larger than a log keeps. Each has a position of its own, and the log is read
//! from the earliest of them on; what a later share accounts for already is read again and changes nothing. So whatever mixture is found,
//! because a node died in the middle or two nodes kept theirs at once, is right. It is a cache: a share that is lost, or that cannot be
//! read, costs reading the log.

use crate::core::Core;
use crate::process::agenda::{Agenda, Said};
use crate::process::crowd::Crowd;
use crate::process::line::stream_named;
use lawful::log::{EventLog, Snapshot, StreamId};
use lawful::{Domain, Failure, Payload, Position, Uuid};
use serde::{Deserialize, Serialize};

/// How many shares there are: 100,000 processes make some 400 kB of each, and some logs keep nothing above 1 MB.
const SHARES: usize = 32;

/// The first part of the names under which they are kept; no stream of this name has events.
const NAME: &str = "agenda";

/// The namespace of their ids, a random UUID that must never change.
const NAMESPACE: Uuid = Uuid::from_u128(0xc4a9_2c06_7f1e_4b7b_9b53_1de8_0a64_2ef1);

/// The format of the data.
const FINGERPRINT: &str = "1";

/// So many events are read at least between two checkpoints, and as many as there are processes: what is written for each event is
/// bounded, and so is what is read at the start.
pub(super) const EVERY: usize = 2048;

/// A share, as it is kept.
#[derive(Serialize, Deserialize)]
struct Share {
    /// Up to where the log is accounted for.
    read: Position,
    processes: Vec<Kept>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    process: String,
    lines: u64,
    said: Said,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    streams: Vec<String>,
}

/// In which share a process is; the same in every build.
fn share_of(process: StreamId) -> usize {
    // Ids may be numbers, or share their first or last bits; this mixes all of them.
    let bits = process.id.as_u128();
    let mixed = bits.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835) >> 64;
    usize::from(mixed.to_le_bytes()[7]) % SHARES
}

/// Where a share is kept. A build that knows other aggregates may understand other waits, and has shares of its own.
fn name_of<D: Domain>(share: usize) -> StreamId {
    let known = <D::Event as Payload>::AGGREGATES.join(" ");
    StreamId {
        aggregate: NAME,
        id: Uuid::new_v5(&NAMESPACE, format!("{share} {known}").as_bytes()),
    }
}

impl<D: Domain> Agenda<D> {
    /// Takes over the last checkpoint, once.
    pub(super) async fn recall<L>(&mut self, core: &Core<D, L>) -> Result<(), Failure>
    where
        L: EventLog<Event = D::Event>,
    {
        if self.is_recalled {
            return Ok(());
        }
        // A log that was put back to an older copy knows nothing of what comes after its end.
        let head = core.log.head().await?;
        let at_most = head.number_in(core.log.identity())?;
        let mut least = Some(head);
        for share in 0..SHARES {
            let kept = core.log.snapshot(name_of::<D>(share), FINGERPRINT, at_most);
            let kept = kept.await.ok().flatten();
            let kept = kept.and_then(|kept| serde_json::from_str::<Share>(&kept.data).ok());
            let kept = kept.filter(|kept| kept.read <= head);
            let read = kept.and_then(|kept| self.take_over(kept));
            least = least.zip(read).map(|(one, other)| earlier(one, other));
            // It is written last: without it, nothing was ever kept.
            if least.is_none() && share == 0 {
                break;
            }
        }
        // Where a share is missing, everything is read.
        self.read = least.unwrap_or(self.read);
        self.is_recalled = true;
        Ok(())
    }

    /// The position of the share; nothing of it is taken if this build cannot read all of it.
    fn take_over(&mut self, kept: Share) -> Option<Position> {
        let process = |kept: Kept| {
            let process = stream_named::<D>(&kept.process)?;
            let streams = kept.streams.iter().map(|name| stream_named::<D>(name));
            let streams = streams.collect::<Option<Vec<_>>>()?;
            Some((process, kept, streams))
        };
        let processes: Vec<_> = kept
            .processes
            .into_iter()
            .map(process)
            .collect::<Option<_>>()?;
        for (process, kept, streams) in processes {
            self.insert(process, kept.lines, kept.said, streams);
        }
        Some(kept.read)
    }

    /// Keeps what was read of the log up to here. Where that cannot be done, the next worker has more to read.
    pub(super) async fn keep<L>(&mut self, core: &Core<D, L>)
    where
        L: EventLog<Event = D::Event>,
    {
        self.since = 0;
        let Ok(version) = self.read.number_in(core.log.identity()) else {
            return;
        };
        let mut shares: Vec<Share> = (0..SHARES)
            .map(|_| Share {
                read: self.read,
                processes: Vec::new(),
            })
            .collect();
        for (process, row) in &self.rows {
            shares[share_of(*process)].processes.push(Kept {
                process: process.to_string(),
                lines: row.lines,
                said: row.said,
                streams: row.streams.iter().map(StreamId::to_string).collect(),
            });
        }
        let keep = |(share, kept): (usize, &Share)| {
            let (log, name) = (core.log.clone(), name_of::<D>(share));
            let data = serde_json::to_string(kept).unwrap_or_default();
            async move {
                let snapshot = Snapshot {
                    fingerprint: FINGERPRINT.to_owned(),
                    version,
                    data,
                };
                log.keep_snapshot(name, snapshot).await
            }
        };
        let mut crowd = Crowd::new();
        for kept in shares.iter().enumerate().skip(1) {
            crowd.push(keep(kept));
        }
        loop {
            let kept = crowd.ended().await;
            if kept.iter().any(Result::is_err) {
                return;
            }
            if kept.is_empty() {
                break;
            }
        }
        let _next_time_then = keep((0, &shares[0])).await;
    }
}

fn earlier(one: Position, other: Position) -> Position {
    if one < other { one } else { other }
}
