use lawful::log::{AppendError, Appended, AtomicLog, Batch, EventLog, StreamId};

/// A log that can keep the journals of processes: every [`AtomicLog`] is one. Another log becomes one by an empty `impl`.
pub trait ProcessLog: EventLog {
    /// Whether what a command records and the line that says so are appended at once. Otherwise the command goes first, under an id
    /// made from process and step, so that a repetition finds it.
    const AT_ONCE: bool = false;

    /// Appends to the streams; all or nothing, and only while each stream of `reads` is at the version seen, where [`Self::AT_ONCE`]
    /// says so.
    fn append_lines(
        &self,
        batches: Vec<Batch<Self::Event>>,
        reads: Vec<(StreamId, u64)>,
    ) -> impl Future<Output = Result<Vec<Appended>, AppendError>> + Send {
        async move {
            let _ = reads;
            let mut appended = Vec::with_capacity(batches.len());
            for batch in batches {
                appended.push(self.append(batch).await?);
            }
            Ok(appended)
        }
    }
}

impl<L: AtomicLog> ProcessLog for L {
    const AT_ONCE: bool = true;

    fn append_lines(
        &self,
        batches: Vec<Batch<Self::Event>>,
        reads: Vec<(StreamId, u64)>,
    ) -> impl Future<Output = Result<Vec<Appended>, AppendError>> + Send {
        self.append_all(batches, reads)
    }
}
