//! Snapshots.
use crate::Factory;
use crate::given::{Picture, grow, note};
use crate::report::{Found, must, must_equal};
use lawful::log::{EventLog, Snapshot, StreamId};

fn kept(version: u64, fingerprint: &str) -> Snapshot {
    Snapshot {
        fingerprint: fingerprint.to_owned(),
        version,
        data: format!("{{\"version\":{version},\"odd\":\"' \\\" 🦀\"}}"),
    }
}

pub(crate) async fn snapshot_found<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let (stream, absent) = (note(), note());
    let namesake = StreamId {
        aggregate: "tally",
        id: stream.id,
    };
    grow(&log, stream, 0, 5).await?;
    let none = log.snapshot(stream, "shape", u64::MAX).await?;
    must_equal!(none, None, "a snapshot that nobody kept");
    let streams = [stream, namesake, absent];
    let before = Picture::of(&log, &streams).await?;
    log.keep_snapshot(stream, kept(3, "shape")).await?;
    for at_most in [3, 4, u64::MAX] {
        let found = log.snapshot(stream, "shape", at_most).await?;
        must_equal!(
            found,
            Some(kept(3, "shape")),
            "the snapshot at version 3, at or before {at_most}"
        );
    }
    for other in [namesake, absent] {
        let found = log.snapshot(other, "shape", u64::MAX).await?;
        must_equal!(found, None, "the snapshot of another stream");
    }
    // Whoever reads the whole log keeps what it made of it under a name of its own, with a position for a version.
    let far = kept(1 << 40, "shape");
    log.keep_snapshot(absent, far.clone()).await?;
    let found = log.snapshot(absent, "shape", 1 << 40).await?;
    must_equal!(found, Some(far), "the snapshot of a stream without events");
    let after = Picture::of(&log, &streams).await?;
    must_equal!(after, before, "the log after a snapshot was kept");
    grow(&log, absent, 0, 1).await?;
    Ok(())
}

pub(crate) async fn snapshot_fingerprint<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let stream = note();
    grow(&log, stream, 0, 2).await?;
    log.keep_snapshot(stream, kept(2, "shape")).await?;
    for other in ["", "shap", "Shape", "shape ", "%", "other"] {
        let found = log.snapshot(stream, other, u64::MAX).await?;
        must_equal!(
            found,
            None,
            "the snapshot under `{other}`, kept under `shape`"
        );
    }
    Ok(())
}

pub(crate) async fn snapshot_at_most<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let stream = note();
    grow(&log, stream, 0, 4).await?;
    log.keep_snapshot(stream, kept(3, "shape")).await?;
    for at_most in [0, 2] {
        let found = log.snapshot(stream, "shape", at_most).await?;
        must_equal!(
            found,
            None,
            "the snapshot at version 3, at or before {at_most}"
        );
    }
    Ok(())
}

pub(crate) async fn snapshot_replaced<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let stream = note();
    grow(&log, stream, 0, 6).await?;
    for snapshot in [kept(2, "shape"), kept(4, "shape"), kept(6, "new shape")] {
        log.keep_snapshot(stream, snapshot.clone()).await?;
        let found = log
            .snapshot(stream, &snapshot.fingerprint, u64::MAX)
            .await?;
        must!(
            found.is_none_or(|found| found == snapshot),
            "an older snapshot than the one that was kept last, at version {}, is found",
            snapshot.version
        );
    }
    Ok(())
}
