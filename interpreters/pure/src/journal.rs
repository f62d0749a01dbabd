use crate::Pure;
use crate::process::{Driven, PROCESS};
use lawful::log::{EventLog, StreamId};
use lawful::program::{Kept, ProgramValue, Request, States, Step, process_stream};
use lawful::{Aggregate, AsOf, Domain, Failure, Has, Id};
use serde::Deserialize;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

impl<D: Domain, P: ProgramValue> Driven<D, P> {
    /// Reads what the journal says since the last time.
    pub(crate) fn follow(&mut self) -> Result<(), Failure> {
        let stream = StreamId {
            aggregate: process_stream(<P as ProgramValue>::NAME),
            id: PROCESS,
        };
        let page = at_once(self.pure.log().read_stream(stream, self.read, usize::MAX))?;
        for entry in &page.entries {
            self.read = entry.version;
            let Some(line) = D::journal(&entry.event) else {
                continue;
            };
            // What starts and ends a journal is told elsewhere.
            if let Ok(line) = serde_json::from_str::<Written<D>>(line.data()) {
                self.hear(line);
            }
        }
        Ok(())
    }

    fn hear(&mut self, written: Written<D>) {
        let Written {
            step,
            request,
            answer,
        } = written;
        let is_new = !self.steps.contains(&step);
        let answer = answer.map(|kept| {
            let past = Past(self.pure.clone());
            match at_once(kept.restore(&past)) {
                Ok(answer) => answer.to_string(),
                Err(failure) => failure.to_string(),
            }
        });
        match (is_new, answer) {
            (true, answer) => {
                let answer = answer.map_or_else(String::new, |answer| format!("\n  {answer}"));
                self.tell("asks", format_args!("{step}: {request}{answer}"));
                self.steps.push(step);
                self.asked.push(request);
            }
            (false, Some(answer)) => self.tell("hears", format_args!("{step}: {answer}")),
            (false, None) => {}
        }
    }
}

/// A line of a journal that names a request.
#[derive(Deserialize)]
#[serde(bound = "")]
struct Written<D: Domain> {
    step: Step,
    request: Request<D>,
    #[serde(default)]
    answer: Option<Kept<D>>,
}

/// States as of their versions.
struct Past<D: Domain>(Pure<D>);

impl<D: Domain> States<D> for Past<D> {
    async fn state<A: Aggregate>(&self, id: Id<A>, version: u64) -> Result<Arc<A>, Failure>
    where
        D: Has<A>,
    {
        let loaded = self.0.load_as_of(id, AsOf::Version(version)).await?;
        Ok(loaded.state)
    }
}

/// Nothing takes time here, so that a test needs no executor.
#[track_caller]
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a service of a test answers at once, and this one waits"),
    }
}
