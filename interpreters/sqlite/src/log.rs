use crate::failure::Fault;
use crate::news::News;
use crate::open::{Opened, open, spawn};
use crate::options::SqliteOptions;
use crate::read;
use crate::readers::Readers;
use crate::rows::BatchRows;
use crate::still::Still;
use crate::writer::{Answer, Job, Work, Writer};
use lawful::log::{
    AppendError, Appended, AtomicLog, Batch, CommandId, EventLog, LogId, Outcome, Page, Position,
    Snapshot, StreamId, StreamPage,
};
use lawful::{Failure, FailureKind, Few, Payload, Timestamp};
use std::fmt::{Debug, Formatter};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use tokio::sync::{mpsc, oneshot};

/// An event log in one SQLite file.
///
/// A handle: clones are the same log. When the last one is dropped, its threads end and the file is closed; the drop waits for that, so
/// that the file can then be copied or moved.
pub struct SqliteLog<E> {
    shared: Arc<Shared>,
    events: PhantomData<fn() -> E>,
}

/// What all handles share. The options are there until it is dropped.
struct Shared {
    path: Arc<PathBuf>,
    identity: LogId,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    jobs: Option<mpsc::Sender<Job>>,
    readers: Option<Readers>,
    news: Arc<News>,
    closing: Arc<AtomicBool>,
    writer: Option<JoinHandle<()>>,
    watcher: Option<JoinHandle<()>>,
}

impl<E: Payload> SqliteLog<E> {
    /// Opens the log in this file, or makes an empty one if there is no file.
    ///
    /// # Errors
    ///
    /// By [`FailureKind`]: `NotALog` for a directory, a file that is no SQLite file, or one of another program, which stays as it is;
    /// `NewerSchema` for a log of a newer release; `Locked` where another process holds the file for longer than the lock timeout;
    /// `Full` and `ReadOnly` where a new file cannot be written; `Corrupt` for a damaged file; `Unavailable` for a missing folder and
    /// whatever else the system refuses.
    ///
    /// A file that is write-protected opens; appending to it is then a failure of the kind `ReadOnly`.
    pub async fn open(options: impl Into<SqliteOptions>) -> Result<Self, Failure> {
        let options = options.into();
        let (tell, told) = oneshot::channel();
        spawn("lawful-sqlite-open", move || {
            // Whoever does not wait any more closes the file again by dropping the handle.
            let _ = tell.send(Shared::open(&options));
        })?;
        let opened = told.await.unwrap_or_else(|_| {
            let message = "the thread that opens the file has ended without an answer";
            Err(Failure::new(FailureKind::Unavailable, message))
        });
        opened.map(|shared| SqliteLog {
            shared: Arc::new(shared),
            events: PhantomData,
        })
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.shared.path
    }
}

impl<E> Clone for SqliteLog<E> {
    fn clone(&self) -> Self {
        SqliteLog {
            shared: Arc::clone(&self.shared),
            events: PhantomData,
        }
    }
}

impl<E> Debug for SqliteLog<E> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteLog")
            .field("path", &self.shared.path)
            .field("identity", &self.shared.identity)
            .finish_non_exhaustive()
    }
}

impl<E: Payload> EventLog for SqliteLog<E> {
    type Event = E;

    fn identity(&self) -> LogId {
        self.shared.identity
    }

    fn now(&self) -> Option<Timestamp> {
        Some((self.shared.clock)())
    }

    async fn append(&self, batch: Batch<E>) -> Result<Appended, AppendError> {
        let rows = BatchRows::of(&batch)?;
        match self.shared.write(Work::Append(rows)).await? {
            Few::One(appended) => Ok(appended),
            answers => Err(self.shared.mismatch(1, answers.len())),
        }
    }

    async fn version(&self, stream: StreamId) -> Result<(u64, Position), Failure> {
        let log = self.shared.identity;
        let question = move |file: &_| Ok(read::version(file, stream)?);
        let (version, head) = self.shared.readers()?.ask(question).await?;
        Ok((version, Position::new(log, head)))
    }

    async fn outcome(
        &self,
        stream: StreamId,
        command: CommandId,
    ) -> Result<Option<Outcome>, Failure> {
        let log = self.shared.identity;
        let question = move |file: &_| Ok(read::command(file, log, stream, command)?);
        self.shared.readers()?.ask(question).await
    }

    async fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> Result<StreamPage<E>, Failure> {
        let log = self.shared.identity;
        let question = move |file: &_| read::stream(file, log, stream, after, limit);
        self.shared.readers()?.ask(question).await
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Page<E>, Failure> {
        let log = self.shared.identity;
        let number = after.number_in(log)?;
        let question = move |file: &_| read::all(file, log, number, limit);
        self.shared.readers()?.ask(question).await
    }

    async fn head(&self) -> Result<Position, Failure> {
        let question = |file: &_| Ok(read::head(file)?);
        let head = self.shared.readers()?.ask(question).await?;
        Ok(Position::new(self.shared.identity, head))
    }

    async fn news(&self, after: Position) -> Result<Position, Failure> {
        let log = self.shared.identity;
        let head = self.shared.news.after(after.number_in(log)?).await?;
        Ok(Position::new(log, head))
    }

    async fn snapshot(
        &self,
        stream: StreamId,
        fingerprint: &str,
        at_most: u64,
    ) -> Result<Option<Snapshot>, Failure> {
        let fingerprint = fingerprint.to_owned();
        let question = move |file: &_| Ok(read::snapshot(file, stream, fingerprint, at_most)?);
        self.shared.readers()?.ask(question).await
    }

    async fn keep_snapshot(&self, stream: StreamId, snapshot: Snapshot) -> Result<(), Failure> {
        match self
            .shared
            .write(Work::KeepSnapshot(stream, snapshot))
            .await
        {
            Ok(_) => Ok(()),
            Err(AppendError::Failed(failure)) => Err(failure),
            Err(refusal) => Err(Failure::new(FailureKind::Other, refusal.to_string())),
        }
    }
}

impl<E: Payload> AtomicLog for SqliteLog<E> {
    async fn append_all(
        &self,
        batches: Vec<Batch<E>>,
        reads: Vec<(StreamId, u64)>,
    ) -> Result<Vec<Appended>, AppendError> {
        let rows = batches
            .iter()
            .map(BatchRows::of)
            .collect::<Result<Vec<_>, Failure>>()?;
        let appended = self.shared.write(Work::AppendAll(rows, reads)).await?;
        if appended.len() == batches.len() {
            Ok(appended.into())
        } else {
            Err(self.shared.mismatch(batches.len(), appended.len()))
        }
    }
}

impl Shared {
    fn open(options: &SqliteOptions) -> Result<Self, Failure> {
        let Opened {
            path,
            identity,
            writer,
            readers,
            news: looking,
            head,
            still,
        } = open(options)?;
        let path = Arc::new(path);
        let news = Arc::new(News::new(head));
        let closing = Arc::new(AtomicBool::new(false));
        let (jobs, waiting) = mpsc::channel(options.queue);
        // Built first and filled piece by piece, so that a thread that cannot be started leaves none behind.
        let mut shared = Shared {
            path: Arc::clone(&path),
            identity,
            clock: Arc::clone(&options.clock),
            jobs: Some(jobs),
            readers: None,
            news: Arc::clone(&news),
            closing: Arc::clone(&closing),
            writer: None,
            watcher: None,
        };
        let work = Writer {
            path: Arc::clone(&path),
            log: identity,
            lock_timeout: options.lock_timeout,
            most: options.queue,
            clock: Arc::clone(&options.clock),
            news: Arc::clone(&news),
            closing,
        };
        shared.writer = Some(spawn("lawful-sqlite-writer", move || {
            work.run(writer, waiting);
        })?);
        shared.readers = Some(Readers::start(Arc::clone(&path), readers, still.clone())?);
        let interval = options.news_interval;
        shared.watcher = Some(spawn("lawful-sqlite-news", move || {
            news.watch(interval, || {
                still.as_ref().map_or(Ok(()), Still::check)?;
                read::head(&looking).map_err(|error| Fault::of(&path, "look for news in", error))
            });
        })?);
        Ok(shared)
    }

    /// Has the writer do it. The future may be dropped at any time: what was handed over is then written or not, but never by halves.
    async fn write(&self, work: Work) -> Answer {
        let (answer, answered) = oneshot::channel();
        let job = Job { work, answer };
        let sent = match &self.jobs {
            Some(jobs) => jobs.send(job).await.is_ok(),
            None => false,
        };
        if !sent {
            return Err(self.gone("write to").into());
        }
        answered.await.unwrap_or_else(|_| {
            let message = format!(
                "the thread that writes to `{}` ended before it answered; ask again with the same command id",
                self.path.display()
            );
            Err(Failure::new(FailureKind::OutcomeUnknown, message).into())
        })
    }

    fn readers(&self) -> Result<&Readers, Failure> {
        self.readers.as_ref().ok_or_else(|| self.gone("read"))
    }

    fn gone(&self, doing: &str) -> Failure {
        let message = format!(
            "the threads that {doing} `{}` have ended; open it again",
            self.path.display()
        );
        Failure::new(FailureKind::Unavailable, message)
    }

    fn mismatch(&self, expected: usize, found: usize) -> AppendError {
        let message = format!(
            "the writer of `{}` answered {found} batches of {expected}",
            self.path.display()
        );
        Failure::new(FailureKind::Other, message).into()
    }
}

impl Drop for Shared {
    /// The writer closes last: only a connection that can write can empty the write-ahead log into the file.
    fn drop(&mut self) {
        self.closing.store(true, Ordering::Relaxed);
        self.news.close();
        if let Some(readers) = self.readers.take() {
            readers.close();
        }
        // A thread that panicked has said so already.
        let ended = |thread: Option<JoinHandle<()>>| thread.map(JoinHandle::join);
        // Without jobs the writer closes at once, so it learns of the end only when every other connection is gone.
        let _ = ended(self.watcher.take());
        drop(self.jobs.take());
        let _ = ended(self.writer.take());
    }
}
