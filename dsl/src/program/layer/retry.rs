use crate::program::{Answer, Asked, Handler, RunIds, Stop};
use crate::{Domain, Failure, FailureKind};

/// Asks again after a failure that may pass. Rejections are answers and are never retried.
///
/// The same step is asked again, so that whoever answers it recognises the repetition: commands by their id, services by their
/// idempotency key.
#[derive(Debug)]
pub struct Retry<H, W> {
    inner: H,
    attempts: u32,
    wait: W,
    /// Why the first attempt at a request failed, which was made without waiting.
    failed: Option<Failure>,
}

impl<H, W> Retry<H, W> {
    /// Around `inner`: at most so many attempts. `wait` makes the pause before the next one from the number of attempts made and the
    /// failure; [`Backoff`](super::Backoff) makes such pauses.
    pub fn new<F>(inner: H, attempts: u32, wait: W) -> Self
    where
        W: FnMut(u32, &Failure) -> F + Send,
        F: Future<Output = ()> + Send,
    {
        Retry {
            inner,
            attempts,
            wait,
            failed: None,
        }
    }
}

/// Whether a failure may pass by itself, so that asking again makes sense.
#[must_use]
pub fn may_pass(failure: &Failure) -> bool {
    matches!(
        failure.kind(),
        FailureKind::Unavailable
            | FailureKind::Locked
            | FailureKind::OutcomeUnknown
            | FailureKind::Contention { .. }
            | FailureKind::TimedOut
            | FailureKind::Other
    )
}

impl<D, H, W, F> Handler<D> for Retry<H, W>
where
    D: Domain,
    H: Handler<D>,
    W: FnMut(u32, &Failure) -> F + Send,
    F: Future<Output = ()> + Send,
{
    fn ids(&self) -> Option<RunIds> {
        self.inner.ids()
    }

    fn ready(&mut self, asked: Asked<'_, D>) -> Option<Result<Answer<D>, Stop>> {
        match self.inner.ready(asked)? {
            // It is asked again by `handle`, after a pause.
            Err(Stop::Failed(failure)) if self.attempts > 1 && may_pass(&failure) => {
                self.failed = Some(failure);
                None
            }
            answer => Some(answer),
        }
    }

    async fn handle(&mut self, asked: Asked<'_, D>) -> Result<Answer<D>, Stop> {
        let mut attempt = 1;
        let mut answer = match self.failed.take() {
            Some(failure) => Err(Stop::Failed(failure)),
            None => self.inner.handle(asked).await,
        };
        loop {
            match answer {
                Err(Stop::Failed(failure)) if attempt < self.attempts && may_pass(&failure) => {
                    (self.wait)(attempt, &failure).await;
                    attempt += 1;
                }
                answer => return answer,
            }
            answer = crate::program::answer(&mut self.inner, asked).await;
        }
    }
}
