use crate::Domain;
use crate::program::{Answer, Request, RunIds, Step, Stop};

/// A request and its name.
pub struct Asked<'r, D: Domain> {
    /// Its name in this run.
    pub step: &'r Step,
    /// What is asked.
    pub request: &'r Request<D>,
}

impl<D: Domain> Clone for Asked<'_, D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D: Domain> Copy for Asked<'_, D> {}

/// What answers the requests of a program: a log, a journal, a script, or a layer around another one.
///
/// A handler belongs to one run and is asked one thing at a time, so that it needs no locks of its own.
pub trait Handler<D: Domain>: Send {
    /// Which run the requests belong to, where the handler knows. Layers pass the question on.
    fn ids(&self) -> Option<RunIds> {
        None
    }

    /// The answer, if it is there without waiting. Everything that can answer at once should do it here: no future is built for it.
    ///
    /// `None` leaves the request to [`Handler::handle`], and nothing has happened then.
    #[inline]
    fn ready(&mut self, asked: Asked<'_, D>) -> Option<Result<Answer<D>, Stop>> {
        let _ = asked;
        None
    }

    /// The answer.
    fn handle(
        &mut self,
        asked: Asked<'_, D>,
    ) -> impl Future<Output = Result<Answer<D>, Stop>> + Send;

    /// The answers to what the branches of a `both` ask at the same time, in the same order. One after the other, unless a handler
    /// knows better.
    fn handle_all(
        &mut self,
        batch: &[(Step, Request<D>)],
    ) -> impl Future<Output = Result<Vec<Answer<D>>, Stop>> + Send {
        async move {
            let mut answers = Vec::with_capacity(batch.len());
            for (step, request) in batch {
                answers.push(answer(self, Asked { step, request }).await?);
            }
            Ok(answers)
        }
    }
}

/// The answer of a handler, without a future where there is one at once.
///
/// # Errors
///
/// Where the handler stops the program.
pub async fn answer<D: Domain, H: Handler<D> + ?Sized>(
    handler: &mut H,
    asked: Asked<'_, D>,
) -> Result<Answer<D>, Stop> {
    match handler.ready(asked) {
        Some(answer) => answer,
        None => handler.handle(asked).await,
    }
}

impl<D: Domain, H: Handler<D>> Handler<D> for &mut H {
    fn ids(&self) -> Option<RunIds> {
        (**self).ids()
    }

    #[inline]
    fn ready(&mut self, asked: Asked<'_, D>) -> Option<Result<Answer<D>, Stop>> {
        (**self).ready(asked)
    }

    fn handle(
        &mut self,
        asked: Asked<'_, D>,
    ) -> impl Future<Output = Result<Answer<D>, Stop>> + Send {
        (**self).handle(asked)
    }

    fn handle_all(
        &mut self,
        batch: &[(Step, Request<D>)],
    ) -> impl Future<Output = Result<Vec<Answer<D>>, Stop>> + Send {
        (**self).handle_all(batch)
    }
}

/// A handler made of a function that has every answer at once.
pub struct Answers<F>(pub F);

impl<D, F> Handler<D> for Answers<F>
where
    D: Domain,
    F: FnMut(Asked<'_, D>) -> Result<Answer<D>, Stop> + Send,
{
    #[inline]
    fn ready(&mut self, asked: Asked<'_, D>) -> Option<Result<Answer<D>, Stop>> {
        Some((self.0)(asked))
    }

    async fn handle(&mut self, asked: Asked<'_, D>) -> Result<Answer<D>, Stop> {
        (self.0)(asked)
    }
}
