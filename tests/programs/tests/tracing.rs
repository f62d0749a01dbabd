//! Spans of runs and requests.

use lawful::Uuid;
use lawful::prelude::*;
use lawful::program::layer::{Fault, Inject, Retry, Timeout, Trace};
use lawful::program::{Answer, Asked, Handler, Parked, Request, RunIds, Step, Stop, drive};
use programs::{Bank, CallAccount as _, Pay, Spans, Traced, World, account};
use std::future::{pending, ready};
use tracing::{info_span, subscriber};

/// A world that knows its ids, and traces what it does itself.
struct Known(World);

const IDS: RunIds = RunIds {
    run: Uuid::from_u128(7),
    correlation: Uuid::from_u128(8),
    causation: Some(Uuid::from_u128(9)),
};

impl Handler<Bank> for Known {
    fn ids(&self) -> Option<RunIds> {
        Some(IDS)
    }

    fn ready(&mut self, asked: Asked<'_, Bank>) -> Option<Result<Answer<Bank>, Stop>> {
        let answer = self.0.ready(asked)?;
        info_span!("world").in_scope(|| Some(answer))
    }

    async fn handle(&mut self, asked: Asked<'_, Bank>) -> Result<Answer<Bank>, Stop> {
        if let Request::SleepUntil(until) = asked.request {
            return Err(Stop::Parked(Box::new(Parked {
                step: asked.step.clone(),
                until: *until,
                streams: Vec::new(),
            })));
        }
        let answer = self.0.handle(asked).await;
        info_span!("world").in_scope(|| answer)
    }
}

fn pay(amount: i64) -> Pay {
    Pay {
        from: account(1),
        to: account(2),
        amount,
    }
}

/// Runs a program inside a span `caller`, and says what was traced.
async fn traced<P: Program<Bank>>(program: P, handler: impl Handler<Bank>) -> Spans {
    let spans = Spans::default();
    let _guard = subscriber::set_default(spans.clone());
    let mut handler = info_span!("caller").in_scope(|| Trace::new(handler).of("pay"));
    let _whatever_comes_of_it = drive::<Bank, P, _>(program, &mut handler).await;
    drop(handler);
    spans
}

fn requests(spans: &Spans) -> Vec<Traced> {
    let all = spans.spans().into_iter();
    all.filter(|span| span.name == "request").collect()
}

fn outcomes(spans: &Spans) -> Vec<String> {
    let told = |span: &Traced| format!("{} {}", span.field("step"), span.field("outcome"));
    requests(spans).iter().map(told).collect()
}

async fn everything(world: World) {
    let spans = traced(pay(5), Known(world)).await;
    let all = spans.spans();
    let names: Vec<&str> = all.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "caller", "run", "request", "world", "request", "world", "request", "world"
        ]
    );
    assert!(all[1..].iter().all(|span| span.is_closed), "{all:?}");
    let run = &all[1];
    assert_eq!(run.parent, Some(0));
    assert_eq!(run.field("program"), "pay");
    assert_eq!(run.field("run"), IDS.run.to_string());
    let one = account(1);
    assert_eq!(
        all[2].field("request"),
        format!("account({one}).withdraw(amount: 5)")
    );
    for (at, number) in [(2, "1"), (4, "2"), (6, "3")] {
        let (request, inside) = (&all[at], &all[at + 1]);
        assert_eq!(request.parent, Some(1));
        assert_eq!(inside.parent, Some(at));
        assert_eq!(request.field("step"), number);
        let step: Step = number.parse().unwrap();
        assert_eq!(request.field("id"), step.id(IDS.run).to_string());
        assert_eq!(request.field("outcome"), "answered");
    }
    for span in all.iter().filter(|span| span.name != "world").skip(1) {
        assert_eq!(span.field("correlation"), IDS.correlation.to_string());
        assert_eq!(span.field("causation"), Uuid::from_u128(9).to_string());
    }
    assert!(spans.events().is_empty());
}

#[tokio::test]
async fn a_run_and_its_requests_are_spans_with_their_ids() {
    everything(World::with(2)).await;
}

#[tokio::test]
async fn a_request_that_waits_is_one_span_too() {
    everything(World::slow(2)).await;
}

#[tokio::test]
async fn without_ids_there_are_spans_without_them() {
    let spans = traced(pay(5), World::with(2)).await;
    let all = spans.spans();
    assert_eq!(all.len(), 5);
    for name in ["run", "id", "correlation", "causation"] {
        assert!(all.iter().all(|span| span.field(name) == "-"), "{name}");
    }
}

#[tokio::test]
async fn a_rejection_is_an_outcome_and_no_event() {
    let spans = traced(pay(500), Known(World::with(2))).await;
    assert_eq!(outcomes(&spans), ["1 rejected"]);
    assert!(spans.events().is_empty());
}

#[tokio::test]
async fn a_failure_is_an_event_in_the_span_of_its_request() {
    let lost = |asked: Asked<'_, Bank>| {
        let failure = || Failure::new(FailureKind::Unavailable, "the line is down");
        (asked.step.to_string() == "2").then(|| Fault::Before(failure()))
    };
    let spans = traced(pay(5), Inject::new(Known(World::with(2)), lost)).await;
    assert_eq!(outcomes(&spans), ["1 answered", "2 failed"]);
    let events = spans.events();
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0].field("error"), "the line is down");
    let all = spans.spans();
    let failed = &all[events[0].parent.unwrap()];
    assert_eq!(failed.field("step"), "2");
    assert_eq!(failed.field("error"), "the line is down");
}

#[tokio::test]
async fn each_attempt_is_a_span_inside_of_retry_and_all_are_one_outside() {
    let once = || {
        let mut failures = 1;
        move |asked: Asked<'_, Bank>| {
            let now = asked.step.to_string() == "3" && failures > 0;
            now.then(|| {
                failures -= 1;
                Fault::After(Failure::new(FailureKind::Unavailable, "the line is down"))
            })
        }
    };
    let lossy = Inject::new(Known(World::with(2)), once());
    let outside = traced(pay(5), Retry::new(lossy, 2, |_, _: &Failure| ready(()))).await;
    assert_eq!(
        outcomes(&outside),
        ["1 answered", "2 answered", "3 answered"]
    );

    let spans = Spans::default();
    let _guard = subscriber::set_default(spans.clone());
    let lossy = Trace::new(Inject::new(Known(World::with(2)), once()));
    let mut inside = Retry::new(lossy, 2, |_, _: &Failure| ready(()));
    drive::<Bank, _, _>(pay(5), &mut inside)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        outcomes(&spans),
        ["1 answered", "2 answered", "3 failed", "3 answered"]
    );
    let ids: Vec<String> = requests(&spans)
        .iter()
        .map(|span| span.field("id").to_owned())
        .collect();
    assert_eq!(ids[2], ids[3]);
}

#[tokio::test]
async fn what_is_asked_at_once_and_what_waits_has_its_outcome() {
    let program = async |bank: &mut Perform<Bank>| {
        bank.both(
            async |bank| bank.account(account(1)).withdraw(500).await.is_ok(),
            async |bank| bank.now().await,
        )
        .await;
        bank.sleep_until(Timestamp::from_micros(1)).await;
        Ok::<_, Rejection>(())
    };
    let spans = traced(program, Known(World::slow(2))).await;
    assert_eq!(
        outcomes(&spans),
        ["1.a.1 rejected", "1.b.1 answered", "2 parked"]
    );
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_any_more_is_dropped() {
    struct Never;
    impl Handler<Bank> for Never {
        async fn handle(&mut self, _: Asked<'_, Bank>) -> Result<Answer<Bank>, Stop> {
            pending().await
        }
    }
    let spans = Spans::default();
    let _guard = subscriber::set_default(spans.clone());
    let mut late = Timeout::new(Trace::new(Never), || ready(()));
    drive::<Bank, _, _>(pay(5), &mut late).await.unwrap_err();
    assert_eq!(outcomes(&spans), ["1 dropped"]);
    assert!(requests(&spans)[0].is_closed);
}
