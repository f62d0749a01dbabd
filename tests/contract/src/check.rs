use crate::report::Found;
use crate::rule::Boxed;
use crate::{Factory, Report, Rule, Verdict};
use lawful::log::AtomicLog;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// Holds a log to every rule that is about one stream at a time, and never stops at the first that is broken.
///
/// It needs a tokio runtime with time; one with several threads tries the log under more interleavings.
pub async fn check<F: Factory>(factory: &F) -> Report {
    let mut findings = Vec::new();
    for rule in Rule::ALL {
        let verdict = match rule.single(factory) {
            Some(running) => verdict(factory.patience(), running).await,
            None => Verdict::NotApplicable(
                "asked about one stream at a time only; `check_atomic` asks about several"
                    .to_owned(),
            ),
        };
        findings.push((*rule, verdict));
    }
    Report::new(findings)
}

/// Holds a log to every rule.
pub async fn check_atomic<F>(factory: &F) -> Report
where
    F: Factory,
    F::Log: AtomicLog,
{
    let mut findings = Vec::new();
    for rule in Rule::ALL {
        findings.push((*rule, verdict(factory.patience(), rule.any(factory)).await));
    }
    Report::new(findings)
}

/// What becomes of a rule, whatever the log does to it.
pub(crate) async fn verdict(patience: Duration, running: Boxed<'_>) -> Verdict {
    match tokio::time::timeout(patience, Caught(running)).await {
        Ok(Ok(found)) => found.into(),
        Ok(Err(panic)) => Verdict::Broken(format!("the log panicked: {panic}")),
        Err(_) => Verdict::Broken(format!("there was no end to it within {patience:?}")),
    }
}

/// A rule whose panics are findings.
struct Caught<'a>(Boxed<'a>);

impl Future for Caught<'_> {
    type Output = Result<Found, String>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // Nothing of the rule is looked at after a panic.
        match catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => match panic.downcast::<String>() {
                Ok(message) => Poll::Ready(Err(*message)),
                Err(panic) => match panic.downcast::<&'static str>() {
                    Ok(message) => Poll::Ready(Err((*message).to_owned())),
                    Err(panic) => resume_unwind(panic),
                },
            },
        }
    }
}
