use crate::program::{Answer, Asked, Handler, Request, RunIds, Stop};
use crate::{Domain, Failure, FailureKind};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// Gives each request a time to be answered in. Sleeping and waiting have deadlines of their own and are left alone.
///
/// What takes too long is dropped: whether it took effect is not known, and asking again under the same step settles it.
#[derive(Debug)]
pub struct Timeout<H, S> {
    inner: H,
    sleep: S,
}

impl<H, S> Timeout<H, S> {
    /// Around `inner`; a request has until the future that `sleep` makes is ready.
    pub fn new<F>(inner: H, sleep: S) -> Self
    where
        S: FnMut() -> F + Send,
        F: Future<Output = ()> + Send,
    {
        Timeout { inner, sleep }
    }
}

impl<D, H, S, F> Handler<D> for Timeout<H, S>
where
    D: Domain,
    H: Handler<D>,
    S: FnMut() -> F + Send,
    F: Future<Output = ()> + Send,
{
    fn ids(&self) -> Option<RunIds> {
        self.inner.ids()
    }

    fn ready(&mut self, asked: Asked<'_, D>) -> Option<Result<Answer<D>, Stop>> {
        self.inner.ready(asked)
    }

    async fn handle(&mut self, asked: Asked<'_, D>) -> Result<Answer<D>, Stop> {
        if let Request::SleepUntil(_) | Request::Wait(_) = asked.request {
            return self.inner.handle(asked).await;
        }
        let mut answer = pin!(self.inner.handle(asked));
        let mut late = pin!((self.sleep)());
        poll_fn(|context| {
            if let Poll::Ready(answer) = answer.as_mut().poll(context) {
                return Poll::Ready(answer);
            }
            late.as_mut().poll(context).map(|()| {
                let message = "there was no answer in the time that was given; it may still take effect, and asking again under the same step settles that";
                Err(Stop::Failed(Failure::new(FailureKind::TimedOut, message)))
            })
        })
        .await
    }
}
