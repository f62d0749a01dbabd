//! Interleavings made by hand: a starting gun alone finds only what happens to happen.
//!
//! A future is in the hands of whoever polls it, so a writer can be stopped at each of its awaits while others go on. A log that is
//! always ready has no such point; there, threads have to do ([`spawned`]).
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// How many awaits of a writer are tried as the place where it is stopped.
pub(crate) const PAUSES: usize = 10;

/// How long a stopped writer is left alone if the others do not get on without it (it may hold what they wait for, as a transaction
/// in a database does), and how long a future that is to be stopped may take to get there. Nothing is concluded from either.
const HELD: Duration = Duration::from_millis(50);

/// How many polls are made before other tasks of the runtime have their turn.
const TURNS: usize = 16;

/// One of several futures that run together.
pub(crate) type Task<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Stops `first` after this many polls, lets `rest` come to its end, and then lets `first` go on.
pub(crate) async fn held<A, B>(
    first: impl Future<Output = A>,
    polls: usize,
    rest: impl Future<Output = B>,
) -> (A, B) {
    let mut first = pin!(first);
    let mut rest = pin!(rest);
    let early = tokio::time::timeout(HELD, polled(first.as_mut(), polls)).await;
    if let Ok(Some(first)) = early {
        return (first, rest.await);
    }
    tokio::select! {
        biased;
        rest = &mut rest => (first.await, rest),
        () = tokio::time::sleep(HELD) => tokio::join!(first, rest),
    }
}

/// Polls a future at most this often; what it came to, if it came to an end.
pub(crate) async fn polled<A>(
    mut future: Pin<&mut impl Future<Output = A>>,
    polls: usize,
) -> Option<A> {
    let mut done = 0;
    std::future::poll_fn(|context| {
        if done == polls {
            return Poll::Ready(None);
        }
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        done += 1;
        if done == polls {
            Poll::Ready(None)
        } else {
            Poll::Pending
        }
    })
    .await
}

/// Runs all tasks in one, poll by poll in an order that the seed decides.
pub(crate) async fn staggered<T>(tasks: Vec<Task<T>>, seed: u64) -> Vec<T> {
    let mut running: Vec<Running<T>> = tasks.into_iter().map(Running::new).collect();
    let mut order = Order(seed);
    std::future::poll_fn(|context| {
        for one in &running {
            one.awake.tell(context.waker());
        }
        // Tokio stops a task that was polled too often without giving way.
        for turn in 0.. {
            if turn == TURNS {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            let ready: Vec<usize> = (0..running.len())
                .filter(|index| running[*index].can_go_on())
                .collect();
            if ready.is_empty() {
                break;
            }
            running[ready[order.below(ready.len())]].poll();
        }
        if running.iter().all(|one| one.output.is_some()) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    running.into_iter().filter_map(|one| one.output).collect()
}

/// Runs all tasks on the runtime's threads.
pub(crate) async fn spawned<T: Send + 'static>(tasks: Vec<Task<T>>) -> Vec<T> {
    let handles: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    let mut outputs = Vec::new();
    for handle in handles {
        match handle.await {
            Ok(output) => outputs.push(output),
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(error) => panic!("the runtime ended a task: {error}"),
            },
        }
    }
    outputs
}

/// Numbers that look random and are the same for the same seed (splitmix64).
pub(crate) struct Order(pub(crate) u64);

impl Order {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % bound as u64).unwrap_or(0)
    }
}

struct Running<T> {
    task: Task<T>,
    awake: Arc<Awake>,
    output: Option<T>,
}

impl<T> Running<T> {
    fn new(task: Task<T>) -> Self {
        Running {
            task,
            awake: Arc::new(Awake {
                now: AtomicBool::new(true),
                outer: std::sync::Mutex::new(Waker::noop().clone()),
            }),
            output: None,
        }
    }

    fn can_go_on(&self) -> bool {
        self.output.is_none() && self.awake.now.load(Ordering::Acquire)
    }

    fn poll(&mut self) {
        self.awake.now.store(false, Ordering::Release);
        let waker = Waker::from(Arc::clone(&self.awake));
        if let Poll::Ready(output) = self.task.as_mut().poll(&mut Context::from_waker(&waker)) {
            self.output = Some(output);
        }
    }
}

/// Whether a task was woken, and whom that wakes in turn.
struct Awake {
    now: AtomicBool,
    outer: std::sync::Mutex<Waker>,
}

impl Awake {
    fn tell(&self, waker: &Waker) {
        if let Ok(mut outer) = self.outer.lock() {
            outer.clone_from(waker);
        }
    }
}

impl Wake for Awake {
    fn wake(self: Arc<Self>) {
        self.now.store(true, Ordering::Release);
        if let Ok(outer) = self.outer.lock() {
            outer.wake_by_ref();
        }
    }
}
