//! Logs of every kind for tests, each new and empty: what holds on one must hold on all.

mod files;
mod schemas;

pub use files::Files;
pub use schemas::Schemas;

use lawful::Payload;
use lawful::log::AtomicLog;
use lawful_memory::{Clock, MemoryLog};

/// Where a test gets its logs, whichever kind of log it is about.
pub trait Logs: Sync {
    /// The kind.
    type Log<E: Payload>: AtomicLog<Event = E>;

    /// A new and empty log, as so many processes have it. Its clock is this one, where a log can be given a clock: a server has its own.
    fn shared<E: Payload, const N: usize>(
        &self,
        clock: &Clock,
    ) -> impl Future<Output = [Self::Log<E>; N]> + Send;

    /// A new and empty log, as two processes have it.
    fn pair<E: Payload>(&self) -> impl Future<Output = [Self::Log<E>; 2]> + Send {
        async { self.shared(&Clock::System).await }
    }
}

/// Logs in memory.
#[derive(Debug, Clone, Copy)]
pub struct InMemory;

impl Logs for InMemory {
    type Log<E: Payload> = MemoryLog<E>;

    async fn shared<E: Payload, const N: usize>(&self, clock: &Clock) -> [Self::Log<E>; N] {
        let log = MemoryLog::with_clock(clock.clone());
        [(); N].map(|()| log.clone())
    }
}

/// Makes a test of each of these functions and each kind of log.
#[macro_export]
macro_rules! on_every_log {
    ($($test:ident),+ $(,)?) => {
        mod in_memory {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(&$crate::InMemory).await;
                }
            )+
        }

        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(&$crate::Files::new()).await;
                }
            )+
        }

        mod on_postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    if let Some(schemas) = $crate::Schemas::new() {
                        super::$test(&schemas).await;
                    }
                }
            )+
        }
    };
}
