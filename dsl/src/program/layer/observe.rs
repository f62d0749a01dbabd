use crate::Domain;
use crate::program::{Answer, Asked, Handler, RunIds, Stop};

/// Shows every request and what came of it to a function: for logs, spans and counters.
#[derive(Debug)]
pub struct Observe<H, F> {
    inner: H,
    observe: F,
}

impl<H, F> Observe<H, F> {
    /// Around `inner`.
    pub fn new<D>(inner: H, observe: F) -> Self
    where
        D: Domain,
        F: FnMut(Asked<'_, D>, &Result<Answer<D>, Stop>) + Send,
    {
        Observe { inner, observe }
    }
}

impl<D, H, F> Handler<D> for Observe<H, F>
where
    D: Domain,
    H: Handler<D>,
    F: FnMut(Asked<'_, D>, &Result<Answer<D>, Stop>) + Send,
{
    fn ids(&self) -> Option<RunIds> {
        self.inner.ids()
    }

    fn ready(&mut self, asked: Asked<'_, D>) -> Option<Result<Answer<D>, Stop>> {
        let answer = self.inner.ready(asked)?;
        (self.observe)(asked, &answer);
        Some(answer)
    }

    async fn handle(&mut self, asked: Asked<'_, D>) -> Result<Answer<D>, Stop> {
        let answer = self.inner.handle(asked).await;
        (self.observe)(asked, &answer);
        answer
    }
}
