use crate::{BrokenLog, Defect, Factory};
use lawful::Timestamp;
use std::future::ready;

/// Makes logs with a defect, or without any.
#[derive(Debug, Clone, Copy, Default)]
pub struct Twin(pub Option<Defect>);

impl Factory for Twin {
    type Log = BrokenLog;

    fn fresh(&self) -> impl Future<Output = BrokenLog> + Send {
        ready(BrokenLog::new(self.0))
    }

    fn another(&self, log: &BrokenLog) -> impl Future<Output = BrokenLog> + Send {
        ready(log.another())
    }

    fn restarted(&self, log: BrokenLog) -> impl Future<Output = Option<BrokenLog>> + Send {
        ready(Some(log.restarted()))
    }

    fn set_clock(&self, log: &BrokenLog, to: Timestamp) -> bool {
        log.set_clock(to);
        true
    }
}
