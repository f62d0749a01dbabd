use crate::Sample;
use lawful::Timestamp;
use lawful::log::EventLog;
use std::future::ready;
use std::time::Duration;

/// How the suite comes by logs. Only [`Factory::fresh`] must be written; everything else says what more the log can do.
pub trait Factory: Sync {
    /// The log that is held to the contract.
    type Log: EventLog<Event = Sample>;

    /// A new and empty log.
    fn fresh(&self) -> impl Future<Output = Self::Log> + Send;

    /// Another handle on the same log, as another process would open it while the first one goes on.
    ///
    /// A log that lives inside one process has clones only.
    fn another(&self, log: &Self::Log) -> impl Future<Output = Self::Log> + Send {
        ready(log.clone())
    }

    /// The log as it is found after the process of its last handle ended; `None` where it ends with the process.
    fn restarted(&self, log: Self::Log) -> impl Future<Output = Option<Self::Log>> + Send {
        drop(log);
        ready(None)
    }

    /// Whether events are stored as type, schema version and JSON, so that they have to be read back. A log that keeps them as
    /// values has nothing that it could fail to read.
    fn encodes(&self) -> bool {
        true
    }

    /// Sets the clock from which the log takes recorded-at. `false`: it cannot be set.
    fn set_clock(&self, log: &Self::Log, to: Timestamp) -> bool {
        let _ = (log, to);
        false
    }

    /// How long a rule may take before it counts as broken: a log that never answers must not stop the suite.
    fn patience(&self) -> Duration {
        Duration::from_mins(2)
    }
}
