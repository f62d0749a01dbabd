use crate::Domain;
use crate::program::{Answer, Asked, Handler, Request, RunIds, Step, Stop, Tells, Told, Visit};
use crate::{Aggregate, Has};
use tracing::field::{Empty, display};
use tracing::{Instrument, Span, info_span, warn};

/// Spans for a run and for each of its requests, as the crate `tracing` has them.
///
/// The span `run` has the fields `run`, `correlation` and `causation`, and `program` where it was said; its parent is the span in which
/// the layer was made. Each span `request` is a child of it, with `step`, `request`, `id` (a command's id, or the uuid of the idempotency
/// key), `correlation`, `causation`, and, once it is over, `outcome`: `answered`, `rejected`, `failed`, `parked`, or `diverged`; it ends
/// as `dropped` where nobody waited for the answer. A failure is its field `error`, and an event of level `WARN` in it. Whatever a service
/// traces while it is called is inside that span.
///
/// Inside of [`Retry`](super::Retry) every attempt is a span, outside of it all attempts are one.
#[derive(Debug)]
pub struct Trace<H> {
    inner: H,
    ids: Option<RunIds>,
    run: Span,
    /// Of a request that had no answer at once.
    open: Option<Span>,
}

impl<H> Trace<H> {
    /// Around `inner`, which knows the ids.
    pub fn new<D: Domain>(inner: H) -> Self
    where
        H: Handler<D>,
    {
        let ids = inner.ids();
        let run = info_span!(
            "run",
            program = Empty,
            run = Empty,
            correlation = Empty,
            causation = Empty
        );
        if let Some(ids) = ids {
            run.record("run", display(ids.run));
            tell(&run, ids);
        }
        Trace {
            inner,
            ids,
            run,
            open: None,
        }
    }

    /// Says which program is run.
    #[must_use]
    pub fn of(self, program: &str) -> Self {
        self.run.record("program", program);
        self
    }

    fn span<D: Domain>(&self, step: &Step, request: &Request<D>) -> Span {
        let span = info_span!(
            parent: &self.run,
            "request",
            step = %step,
            request = %request,
            id = Empty,
            correlation = Empty,
            causation = Empty,
            outcome = "dropped",
            error = Empty
        );
        if let Some(ids) = self.ids.filter(|_| !span.is_disabled()) {
            span.record("id", display(step.id(ids.run)));
            tell(&span, ids);
        }
        span
    }
}

fn tell(span: &Span, ids: RunIds) {
    span.record("correlation", display(ids.correlation));
    if let Some(causation) = ids.causation {
        span.record("causation", display(causation));
    }
}

fn close<D: Domain>(span: &Span, answer: Result<&Answer<D>, &Stop>) {
    let outcome = match answer {
        Ok(Answer::Aggregate(told)) if D::visit(told, Rejected) => "rejected",
        Ok(_) => "answered",
        Err(Stop::Failed(_)) => "failed",
        Err(Stop::Parked(_)) => "parked",
        Err(Stop::Diverged(_)) => "diverged",
    };
    span.record("outcome", outcome);
    if let Err(stop @ (Stop::Failed(_) | Stop::Diverged(_))) = answer {
        span.record("error", display(stop));
        warn!(parent: span, error = %stop, "the request failed");
    }
}

struct Rejected;

impl<D: Domain> Visit<D, Tells> for Rejected {
    type Out = bool;

    fn visit<A: Aggregate>(self, told: &Told<A>) -> bool
    where
        D: Has<A>,
    {
        matches!(told, Told::Receipt(Err(_)))
    }
}

impl<D: Domain, H: Handler<D>> Handler<D> for Trace<H> {
    fn ids(&self) -> Option<RunIds> {
        self.ids
    }

    fn ready(&mut self, asked: Asked<'_, D>) -> Option<Result<Answer<D>, Stop>> {
        let span = self.span(asked.step, asked.request);
        let answer = span.in_scope(|| self.inner.ready(asked));
        match &answer {
            Some(answer) => close(&span, answer.as_ref()),
            None => self.open = Some(span),
        }
        answer
    }

    async fn handle(&mut self, asked: Asked<'_, D>) -> Result<Answer<D>, Stop> {
        let span = self.open.take();
        let span = span.unwrap_or_else(|| self.span(asked.step, asked.request));
        let answering = self.inner.handle(asked);
        let answer = answering.instrument(span.clone()).await;
        close(&span, answer.as_ref());
        answer
    }

    async fn handle_all(&mut self, batch: &[(Step, Request<D>)]) -> Result<Vec<Answer<D>>, Stop> {
        let spans: Vec<Span> = batch
            .iter()
            .map(|(step, request)| self.span(step, request))
            .collect();
        let answering = self.inner.handle_all(batch);
        let answers = answering.instrument(self.run.clone()).await;
        match &answers {
            Ok(answers) => spans
                .iter()
                .zip(answers)
                .for_each(|(span, answer)| close(span, Ok(answer))),
            Err(stop) => spans.iter().for_each(|span| close::<D>(span, Err(stop))),
        }
        answers
    }
}
