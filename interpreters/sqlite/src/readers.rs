use crate::failure::Fault;
use crate::still::Still;
use lawful::{Failure, FailureKind};
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::{mpsc, oneshot};

/// Threads that read, each with a connection of its own.
#[derive(Debug)]
pub(crate) struct Readers {
    path: Arc<PathBuf>,
    queue: mpsc::Sender<Question>,
    threads: Vec<JoinHandle<()>>,
    still: Option<Still>,
}

type Question = Box<dyn FnOnce(&Connection) + Send>;

/// Why a question has no answer.
pub(crate) enum ReadError {
    Sqlite(rusqlite::Error),
    Failed(Failure),
}

impl From<rusqlite::Error> for ReadError {
    fn from(error: rusqlite::Error) -> Self {
        ReadError::Sqlite(error)
    }
}

impl From<Failure> for ReadError {
    fn from(failure: Failure) -> Self {
        ReadError::Failed(failure)
    }
}

impl Readers {
    pub(crate) fn start(
        path: Arc<PathBuf>,
        connections: Vec<Connection>,
        still: Option<Still>,
    ) -> Result<Self, Failure> {
        let (queue, questions) = mpsc::channel::<Question>(connections.len() * 16);
        let questions = Arc::new(Mutex::new(questions));
        let mut threads = Vec::new();
        for connection in connections {
            let questions = Arc::clone(&questions);
            threads.push(crate::open::spawn("lawful-sqlite-reader", move || {
                loop {
                    // Held while waiting: whoever has it is the next to be asked. A question is never asked under it.
                    let mut next = questions.lock().unwrap_or_else(PoisonError::into_inner);
                    let Some(question) = next.blocking_recv() else {
                        return;
                    };
                    drop(next);
                    question(&connection);
                }
            })?);
        }
        Ok(Readers {
            path,
            queue,
            threads,
            still,
        })
    }

    /// Answers a question on a thread of its own. Decoding is part of it, and a panic there is the asker's.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, Failure> {
        let (tell, told) = oneshot::channel();
        let path = Arc::clone(&self.path);
        let still = self.still.clone();
        let sure = move || match &still {
            Some(still) => still.check().map_err(Failure::from),
            None => Ok(()),
        };
        let question = move |connection: &Connection| {
            if tell.is_closed() {
                return;
            }
            let answer = catch_unwind(AssertUnwindSafe(|| {
                sure()?;
                let answer = question(connection);
                sure()?;
                answer
            }));
            if !connection.is_autocommit() {
                // The snapshot of a question that panicked must not become the next one's.
                let _ = connection.execute_batch("ROLLBACK");
            }
            let _ = tell.send(match answer {
                Ok(Ok(answer)) => Ok(answer),
                Ok(Err(ReadError::Sqlite(error))) => Err(Fault::of(&path, "read", error).into()),
                Ok(Err(ReadError::Failed(failure))) => Err(failure),
                Err(panic) => Err(defect(&*panic)),
            });
        };
        if self.queue.send(Box::new(question)).await.is_err() {
            return Err(self.gone());
        }
        told.await.unwrap_or_else(|_| Err(self.gone()))
    }

    /// Ends the threads and waits until their connections are closed.
    pub(crate) fn close(self) {
        drop(self.queue);
        for thread in self.threads {
            let _ = thread.join();
        }
    }

    fn gone(&self) -> Failure {
        let message = format!(
            "the threads that read `{}` have ended; open it again",
            self.path.display()
        );
        Failure::new(FailureKind::Unavailable, message)
    }
}

fn defect(panic: &(dyn std::any::Any + Send)) -> Failure {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Failure::new(
        FailureKind::Defect,
        format!("decoding an event panicked: {text}"),
    )
}
