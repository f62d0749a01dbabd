use crate::CommandIds;
use lawful::Failure;
use lawful::log::EventLog;
use std::num::NonZeroU64;

/// How an [`Engine`](crate::Engine) works. The defaults suit a service with some gigabytes of memory.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// How many aggregate roots of each aggregate are kept hot. The default is 100 000; the least is 2.
    pub capacity: usize,
    /// How often a command is decided when other processes are faster, before it fails with
    /// [`Contention`](lawful::FailureKind::Contention). The default is 32.
    pub attempts: u32,
    /// After how many events of a stream its state is kept as a snapshot, where the aggregate names no number of its own. The default
    /// is 1000; `None` keeps and reads none.
    pub snapshot_interval: Option<NonZeroU64>,
    /// Where the ids of commands come from whose caller chose none.
    pub command_ids: CommandIds,
}

impl Default for EngineOptions {
    fn default() -> Self {
        EngineOptions {
            capacity: 100_000,
            attempts: 32,
            snapshot_interval: NonZeroU64::new(1000),
            command_ids: CommandIds::random(),
        }
    }
}

/// A log that is opened: by a path, by a URL, with options of its own.
///
/// It gives [`Engine::open`](crate::Engine::open) to the interpreter over the log.
pub trait Open: EventLog {
    /// What to open, and how.
    type Options: Send;

    /// Opens the log, creating it where there is none.
    ///
    /// # Errors
    ///
    /// What was found instead of a log, or why it cannot be reached.
    fn open(options: Self::Options) -> impl Future<Output = Result<Self, Failure>> + Send;
}

/// A log that is connected to, because a server keeps it: by a URL, with options of its own.
///
/// It gives [`Engine::connect`](crate::Engine::connect) to the interpreter over the log.
pub trait Connect: EventLog {
    /// Where to connect to, and how.
    type Options: Send;

    /// Connects to the log, creating it where there is none.
    ///
    /// # Errors
    ///
    /// What was found instead of a log, or why it cannot be reached.
    fn connect(options: Self::Options) -> impl Future<Output = Result<Self, Failure>> + Send;
}
