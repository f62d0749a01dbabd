use crate::program::{Answer, Asked, Handler, RunIds, Stop};
use crate::{Domain, Failure};

/// What goes wrong with a request.
#[derive(Debug)]
pub enum Fault<D: Domain> {
    /// It fails before anything happened.
    Before(Failure),
    /// It takes effect, and the answer is lost.
    After(Failure),
    /// Something else is answered.
    Instead(Answer<D>),
}

/// Lets things go wrong by plan.
#[derive(Debug)]
pub struct Inject<H, F> {
    inner: H,
    plan: F,
}

impl<H, F> Inject<H, F> {
    /// Around `inner`. The plan is asked once for each request.
    pub fn new<D>(inner: H, plan: F) -> Self
    where
        D: Domain,
        F: FnMut(Asked<'_, D>) -> Option<Fault<D>> + Send,
    {
        Inject { inner, plan }
    }
}

impl<D, H, F> Handler<D> for Inject<H, F>
where
    D: Domain,
    H: Handler<D>,
    F: FnMut(Asked<'_, D>) -> Option<Fault<D>> + Send,
{
    fn ids(&self) -> Option<RunIds> {
        self.inner.ids()
    }

    async fn handle(&mut self, asked: Asked<'_, D>) -> Result<Answer<D>, Stop> {
        match (self.plan)(asked) {
            None => crate::program::answer(&mut self.inner, asked).await,
            Some(Fault::Before(failure)) => Err(Stop::Failed(failure)),
            Some(Fault::Instead(answer)) => Ok(answer),
            Some(Fault::After(failure)) => {
                crate::program::answer(&mut self.inner, asked).await?;
                Err(Stop::Failed(failure))
            }
        }
    }
}
