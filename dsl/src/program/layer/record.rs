use super::Line;
use crate::Domain;
use crate::program::{Answer, Asked, Handler, Request, RunIds, Step, Stop};

/// Keeps every request and answer, for stories and for comparing runs.
#[derive(Debug)]
pub struct Record<D: Domain, H> {
    /// What answers.
    pub inner: H,
    /// What was asked and answered so far.
    pub lines: Vec<Line<D>>,
}

impl<D: Domain, H> Record<D, H> {
    /// Around `inner`.
    pub fn new(inner: H) -> Self {
        Record {
            inner,
            lines: Vec::new(),
        }
    }

    fn keep(&mut self, asked: Asked<'_, D>, answer: &Result<Answer<D>, Stop>) {
        if let Ok(answer) = answer {
            self.lines.push(Line {
                step: asked.step.clone(),
                request: asked.request.clone(),
                answer: answer.clone(),
            });
        }
    }
}

impl<D: Domain, H: Handler<D>> Handler<D> for Record<D, H> {
    fn ids(&self) -> Option<RunIds> {
        self.inner.ids()
    }

    fn ready(&mut self, asked: Asked<'_, D>) -> Option<Result<Answer<D>, Stop>> {
        let answer = self.inner.ready(asked)?;
        self.keep(asked, &answer);
        Some(answer)
    }

    async fn handle(&mut self, asked: Asked<'_, D>) -> Result<Answer<D>, Stop> {
        let answer = self.inner.handle(asked).await;
        self.keep(asked, &answer);
        answer
    }

    async fn handle_all(&mut self, batch: &[(Step, Request<D>)]) -> Result<Vec<Answer<D>>, Stop> {
        let answers = self.inner.handle_all(batch).await?;
        for ((step, request), answer) in batch.iter().zip(&answers) {
            self.lines.push(Line {
                step: step.clone(),
                request: request.clone(),
                answer: answer.clone(),
            });
        }
        Ok(answers)
    }
}
