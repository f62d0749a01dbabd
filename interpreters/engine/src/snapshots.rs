use crate::caught::caught;
use crate::core::Core;
use crate::kept::Kept;
use lawful::log::{EventLog, Snapshot, StreamId};
use lawful::{Aggregate, Domain, Has};
use std::sync::Arc;

/// When the states of one aggregate are kept as snapshots, and under which fingerprint.
#[derive(Debug)]
pub(crate) struct Snapshots {
    fingerprint: String,
    interval: u64,
}

/// A snapshot is a cache: whatever is wrong with one costs the time of a full replay and is no failure.
impl<D: Domain, L: EventLog<Event = D::Event>> Core<D, L> {
    /// The newest usable snapshot at or before a version.
    pub(crate) async fn snapshot<A: Aggregate>(
        &self,
        stream: StreamId,
        at_most: u64,
    ) -> Option<Kept<A>>
    where
        D: Has<A>,
    {
        let snapshots = self.snapshots::<A>()?;
        let found = self
            .log
            .snapshot(stream, &snapshots.fingerprint, at_most)
            .await;
        let found = found.ok()??;
        if found.version > at_most || found.fingerprint != snapshots.fingerprint {
            return None;
        }
        let state = caught(|| serde_json::from_str(&found.data)).ok()?.ok()?;
        Some(Kept {
            state: Arc::new(state),
            version: found.version,
        })
    }

    /// Whether a snapshot is due after the stream went from one version to another.
    pub(crate) fn snapshot_due<A: Aggregate>(&self, before: u64, after: u64) -> bool
    where
        D: Has<A>,
    {
        self.snapshots::<A>()
            .is_some_and(|snapshots| before / snapshots.interval != after / snapshots.interval)
    }

    /// Keeps a snapshot.
    pub(crate) async fn keep_snapshot<A: Aggregate>(&self, stream: StreamId, kept: Kept<A>)
    where
        D: Has<A>,
    {
        let Some(snapshots) = self.snapshots::<A>() else {
            return;
        };
        let Ok(Ok(data)) = caught(|| serde_json::to_string(&*kept.state)) else {
            return;
        };
        let snapshot = Snapshot {
            fingerprint: snapshots.fingerprint.clone(),
            version: kept.version,
            data,
        };
        drop(kept);
        let _ = self.log.keep_snapshot(stream, snapshot).await;
    }

    fn snapshots<A: Aggregate>(&self) -> Option<&Snapshots>
    where
        D: Has<A>,
    {
        let default = self.snapshot_interval?;
        self.cache::<A>().snapshots(|| {
            let model = A::model();
            Some(Snapshots {
                fingerprint: model.fold_fingerprint()?,
                interval: model.snapshot.map_or(default.get(), u64::from).max(1),
            })
        })
    }
}
