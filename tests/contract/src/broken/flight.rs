use super::log::Disk;
use crate::Defect;
use lawful::log::StreamId;
use lawful::{Failure, FailureKind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

/// An append between its call and its answer.
pub(super) struct Flight {
    disk: Arc<Disk>,
    stream: StreamId,
    harm: u64,
    pub(super) landed: bool,
}

impl Flight {
    pub(super) fn of(disk: &Arc<Disk>, stream: StreamId) -> Result<Self, Failure> {
        if whole(&disk.locked).contains(&stream) {
            let message = format!("stream `{stream}` is locked");
            return Err(Failure::new(FailureKind::Locked, message));
        }
        disk.in_flight.fetch_add(1, Ordering::Relaxed);
        Ok(Flight {
            disk: Arc::clone(disk),
            stream,
            harm: disk.harm.load(Ordering::Relaxed),
            landed: false,
        })
    }

    /// Whether it is one in eight of very many.
    pub(super) fn is_unlucky(&self) -> bool {
        self.disk.in_flight.load(Ordering::Relaxed) > 32
            && self
                .disk
                .appends
                .fetch_add(1, Ordering::Relaxed)
                .is_multiple_of(8)
    }

    pub(super) fn harmed(&self) -> Result<(), Failure> {
        if self.disk.harm.load(Ordering::Relaxed) == self.harm {
            return Ok(());
        }
        let message = "a batch beside it could not be written";
        Err(Failure::new(FailureKind::Other, message))
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.disk.in_flight.fetch_sub(1, Ordering::Relaxed);
        if !self.landed && self.disk.defect == Some(Defect::StaysLocked) {
            whole(&self.disk.locked).push(self.stream);
        }
    }
}

/// No lock is held while anything can panic that would leave half of something.
pub(super) fn whole<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives way once.
pub(super) async fn pause() {
    let mut paused = false;
    std::future::poll_fn(|context| {
        if paused {
            return Poll::Ready(());
        }
        paused = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
