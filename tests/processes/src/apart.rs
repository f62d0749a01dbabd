use lawful_engine::ProcessLog;

/// Everything but transactions is the inner log's.
#[macro_export]
macro_rules! delegate {
    ($log:ident, $bound:ident) => {
        impl<L: $crate::__log::$bound> $crate::__log::EventLog for $log<L> {
            type Event = L::Event;

            fn identity(&self) -> $crate::__log::LogId {
                self.0.identity()
            }

            fn now(&self) -> Option<$crate::__log::Timestamp> {
                self.0.now()
            }

            async fn append(
                &self,
                batch: $crate::__log::Batch<L::Event>,
            ) -> Result<$crate::__log::Appended, $crate::__log::AppendError> {
                self.0.append(batch).await
            }

            async fn version(
                &self,
                stream: $crate::__log::StreamId,
            ) -> Result<(u64, $crate::__log::Position), $crate::__log::Failure> {
                self.0.version(stream).await
            }

            async fn outcome(
                &self,
                stream: $crate::__log::StreamId,
                command: $crate::__log::CommandId,
            ) -> Result<Option<$crate::__log::Outcome>, $crate::__log::Failure> {
                self.0.outcome(stream, command).await
            }

            async fn read_stream(
                &self,
                stream: $crate::__log::StreamId,
                after: u64,
                limit: usize,
            ) -> Result<$crate::__log::StreamPage<L::Event>, $crate::__log::Failure> {
                self.0.read_stream(stream, after, limit).await
            }

            async fn read_all(
                &self,
                after: $crate::__log::Position,
                limit: usize,
            ) -> Result<$crate::__log::Page<L::Event>, $crate::__log::Failure> {
                self.0.read_all(after, limit).await
            }

            async fn head(&self) -> Result<$crate::__log::Position, $crate::__log::Failure> {
                self.0.head().await
            }

            async fn news(
                &self,
                after: $crate::__log::Position,
            ) -> Result<$crate::__log::Position, $crate::__log::Failure> {
                self.0.news(after).await
            }

            async fn snapshot(
                &self,
                stream: $crate::__log::StreamId,
                fingerprint: &str,
                at_most: u64,
            ) -> Result<Option<$crate::__log::Snapshot>, $crate::__log::Failure> {
                self.0.snapshot(stream, fingerprint, at_most).await
            }

            async fn keep_snapshot(
                &self,
                stream: $crate::__log::StreamId,
                snapshot: $crate::__log::Snapshot,
            ) -> Result<(), $crate::__log::Failure> {
                self.0.keep_snapshot(stream, snapshot).await
            }
        }
    };
}

/// What [`delegate`] names.
#[doc(hidden)]
pub mod log {
    pub use lawful::log::*;
    pub use lawful::{Failure, Timestamp};
}

/// A log that cannot append to several streams at once, whatever the inner one can.
#[derive(Debug, Clone)]
pub struct Apart<L>(pub L);

delegate!(Apart, EventLog);

impl<L: log::EventLog> ProcessLog for Apart<L> {}
