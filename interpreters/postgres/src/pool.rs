use crate::connection::Connector;
use crate::failure::lost;
use crate::read::Reader;
use lawful::Failure;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;
use tokio_postgres::Error;

/// The connections that read: opened when they are needed, kept while they work.
#[derive(Debug)]
pub(crate) struct Pool {
    connector: Arc<Connector>,
    places: Semaphore,
    idle: Mutex<Vec<Arc<Reader>>>,
}

impl Pool {
    pub(crate) fn new(connector: Arc<Connector>, size: usize) -> Self {
        Pool {
            connector,
            places: Semaphore::new(size),
            idle: Mutex::default(),
        }
    }

    /// Asks something that changes nothing, or nothing but a cache. Where a kept connection turns out to be dead, the question is asked
    /// again over another one.
    pub(crate) async fn ask<T, A>(
        &self,
        doing: &str,
        question: impl Fn(Arc<Reader>) -> A,
    ) -> Result<T, Failure>
    where
        A: Future<Output = Result<T, Error>>,
    {
        // The semaphore is never closed.
        let _place = self.places.acquire().await.ok();
        while let Some(reader) = self.kept() {
            match self
                .connector
                .patiently(question(Arc::clone(&reader)))
                .await
            {
                Some(Ok(answer)) => {
                    self.keep(reader);
                    return Ok(answer);
                }
                Some(Err(error)) if lost(&error) => {}
                Some(Err(error)) => return Err(self.connector.failed(error, doing)),
                None => return Err(self.connector.silent(doing)),
            }
        }
        // Boxed, because connecting is rare and its future is large.
        let reader = Box::pin(Reader::new(&self.connector)).await?;
        let reader = Arc::new(reader);
        let answer = self
            .connector
            .read(doing, question(Arc::clone(&reader)))
            .await?;
        self.keep(reader);
        Ok(answer)
    }

    fn kept(&self) -> Option<Arc<Reader>> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|reader| !reader.is_closed());
        idle.pop()
    }

    fn keep(&self, reader: Arc<Reader>) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(reader);
    }
}
