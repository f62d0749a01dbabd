//! One thread that wakes whoever sleeps. The engine knows no runtime, so it brings its own; the thread starts with the first sleeper.

use lawful::{Failure, FailureKind};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

static TIMER: Timer = Timer {
    agenda: Mutex::new(Agenda {
        due: BinaryHeap::new(),
        is_running: false,
    }),
    changed: Condvar::new(),
};

struct Timer {
    agenda: Mutex<Agenda>,
    changed: Condvar,
}

struct Agenda {
    due: BinaryHeap<Reverse<Alarm>>,
    is_running: bool,
}

struct Alarm {
    at: Instant,
    /// Gone when the sleeper was dropped.
    sleeper: Weak<Mutex<Option<Waker>>>,
}

impl Timer {
    fn agenda(&self) -> MutexGuard<'_, Agenda> {
        self.agenda.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&'static self, alarm: Alarm) -> Result<(), Failure> {
        let mut agenda = self.agenda();
        if !agenda.is_running {
            std::thread::Builder::new()
                .name("lawful-timer".to_owned())
                .spawn(|| self.work())
                .map_err(|error| {
                    let message = "the thread that wakes sleeping programs cannot be started";
                    Failure::new(FailureKind::Unavailable, message).because(error)
                })?;
            agenda.is_running = true;
        }
        agenda.due.push(Reverse(alarm));
        self.changed.notify_one();
        Ok(())
    }

    fn work(&self) {
        let mut agenda = self.agenda();
        loop {
            let now = Instant::now();
            let mut wake = Vec::new();
            while let Some(Reverse(first)) = agenda.due.peek()
                && first.at <= now
            {
                let sleeper = first.sleeper.upgrade();
                agenda.due.pop();
                wake.extend(sleeper);
            }
            if !wake.is_empty() {
                drop(agenda);
                for sleeper in wake {
                    let waker = sleeper
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .take();
                    if let Some(waker) = waker {
                        waker.wake();
                    }
                }
                agenda = self.agenda();
                continue;
            }
            let next = agenda.due.peek().map(|Reverse(first)| first.at);
            agenda = if let Some(at) = next {
                let pause = at.saturating_duration_since(now);
                let waited = self.changed.wait_timeout(agenda, pause);
                waited.unwrap_or_else(PoisonError::into_inner).0
            } else {
                let waited = self.changed.wait(agenda);
                waited.unwrap_or_else(PoisonError::into_inner)
            };
        }
    }
}

/// Ready after so long.
pub(crate) fn sleep(duration: Duration) -> Sleep {
    Sleep {
        at: Instant::now() + duration,
        sleeper: None,
    }
}

pub(crate) struct Sleep {
    at: Instant,
    sleeper: Option<Arc<Mutex<Option<Waker>>>>,
}

impl Future for Sleep {
    type Output = Result<(), Failure>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if Instant::now() >= self.at {
            return Poll::Ready(Ok(()));
        }
        let waker = Some(context.waker().clone());
        if let Some(sleeper) = &self.sleeper {
            *sleeper.lock().unwrap_or_else(PoisonError::into_inner) = waker;
            // If the alarm went off in between, nobody took this waker.
            return if Instant::now() >= self.at {
                Poll::Ready(Ok(()))
            } else {
                Poll::Pending
            };
        }
        let sleeper = Arc::new(Mutex::new(waker));
        let alarm = Alarm {
            at: self.at,
            sleeper: Arc::downgrade(&sleeper),
        };
        self.sleeper = Some(sleeper);
        match TIMER.set(alarm) {
            Ok(()) => Poll::Pending,
            Err(failure) => Poll::Ready(Err(failure)),
        }
    }
}

impl PartialEq for Alarm {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for Alarm {}

impl PartialOrd for Alarm {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Alarm {
    fn cmp(&self, other: &Self) -> Ordering {
        self.at.cmp(&other.at)
    }
}
