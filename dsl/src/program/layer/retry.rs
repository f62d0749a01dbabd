use crate::program::{Answer, Asked, Handler, Stop};
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
}

impl<H, W> Retry<H, W> {
    /// Around `inner`: at most so many attempts. `wait` makes the pause before the next one from the number of attempts made and the
    /// failure; backoff and jitter are its business.
    pub fn new<F>(inner: H, attempts: u32, wait: W) -> Self
    where
        W: FnMut(u32, &Failure) -> F + Send,
        F: Future<Output = ()> + Send,
    {
        Retry {
            inner,
            attempts,
            wait,
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
    fn ready(&mut self, asked: Asked<'_, D>) -> Option<Result<Answer<D>, Stop>> {
        // Something that fails at once is asked again by `handle`, after a pause.
        self.inner.ready(asked).filter(|answer| match answer {
            Err(Stop::Failed(failure)) => !may_pass(failure),
            _ => true,
        })
    }

    async fn handle(&mut self, asked: Asked<'_, D>) -> Result<Answer<D>, Stop> {
        let mut attempt = 1;
        loop {
            match crate::program::answer(&mut self.inner, asked).await {
                Err(Stop::Failed(failure)) if attempt < self.attempts && may_pass(&failure) => {
                    (self.wait)(attempt, &failure).await;
                    attempt += 1;
                }
                answer => return answer,
            }
        }
    }
}
