//! Spans of processes.

use lawful::Uuid;
use lawful_engine::Progress;
use processes::*;
use programs::{Spans, Traced};

fn requests(spans: &Spans) -> Vec<Traced> {
    let all = spans.spans().into_iter();
    all.filter(|span| span.name == "request").collect()
}

#[tokio::test]
async fn each_time_that_a_process_goes_on_is_a_run_of_the_same_id() {
    let (log, _) = memory();
    let record = Record::default();
    let shop = node(log.clone(), &record);
    shop.start(7, Chatty { times: 2 }).await.unwrap();
    record.fail(1);
    let spans = Spans::default();
    let _guard = tracing::subscriber::set_default(spans.clone());
    let failed = shop.resume::<Chatty>(7).await;
    assert!(matches!(failed.progress, Progress::Failed(_)), "{failed}");
    let ended = shop.resume::<Chatty>(7).await;
    assert!(matches!(ended.progress, Progress::Finished), "{ended}");

    let told = |span: &Traced| format!("{} {}", span.field("step"), span.field("outcome"));
    let requests = requests(&spans);
    let outcomes: Vec<String> = requests.iter().map(told).collect();
    assert_eq!(outcomes, ["1 failed", "1 answered", "2 answered"]);
    assert_eq!(requests[0].field("id"), requests[1].field("id"));
    let process = Uuid::from_u128(7).to_string();
    let all = spans.spans();
    let runs: Vec<&Traced> = all.iter().filter(|span| span.name == "run").collect();
    assert_eq!(runs.len(), 2);
    for run in runs {
        assert_eq!(run.field("program"), "chatty");
        assert_eq!(run.field("run"), process);
        assert_eq!(run.field("correlation"), process);
    }
    let events = spans.events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].field("error"), "the courier is ill");
}

#[tokio::test]
async fn to_wait_is_an_outcome() {
    let (log, _) = memory();
    let shop = node(log.clone(), &Record::default());
    let until = lawful::Timestamp::from_micros(5);
    shop.start(7, Nap { until }).await.unwrap();
    let spans = Spans::default();
    let _guard = tracing::subscriber::set_default(spans.clone());
    shop.resume::<Nap>(7).await;
    let requests = requests(&spans);
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].field("outcome"), "parked");
    assert!(spans.events().is_empty());
}
