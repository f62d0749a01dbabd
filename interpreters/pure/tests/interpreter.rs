//! The pure interpreter: the same commands give the same receipts, to the last id.

use lawful::prelude::*;
use lawful_pure::Pure;
use std::fmt::Write;

/// A number.
#[state]
pub struct Counter {
    count: i64,
}

#[aggregate]
impl Counter {
    /// It changed.
    #[event]
    fn changed(&mut self, by: i64) {
        self.count += by;
    }

    /// the number stays positive
    #[rule]
    fn suffices(&self, by: i64) -> bool {
        self.count + by >= 0
    }

    /// Changes it.
    #[command(requires(suffices(by)))]
    fn change(&self, by: i64) -> CounterEvent {
        CounterEvent::changed(by)
    }
}

/// Counting.
#[domain(aggregates(Counter))]
pub struct Counting;

async fn session(counting: &impl Interpreter<Counting>) -> String {
    let id = Id::<Counter>::from_name("one");
    let mut told = String::new();
    for by in [5, -7, -5] {
        match counting.execute(id, CounterCommand::change(by)).await {
            Ok(receipt) => writeln!(told, "{receipt:#?}").unwrap(),
            Err(error) => writeln!(told, "{error}").unwrap(),
        }
    }
    let history = counting.history(id).entries().await.unwrap();
    told + &format!("{:#?}", history.last())
}

#[tokio::test]
async fn receipts_print_the_same_each_time() {
    let (one, two) = (Pure::<Counting>::default(), Pure::<Counting>::default());
    let told = session(&one).await;
    assert_eq!(told, session(&two).await);
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn the_clock_stands_still_until_it_is_set() {
    let counting = Pure::<Counting>::default();
    let id = Id::<Counter>::from_name("one");
    let start = counting.clock().now();
    assert_eq!(start.to_string(), "2026-01-01T00:00:00Z");
    counting
        .execute(id, CounterCommand::change(1))
        .await
        .unwrap();
    counting.clone().clock().set(start + Duration::from_mins(1));
    counting
        .execute(id, CounterCommand::change(2))
        .await
        .unwrap();
    let before = counting.load_as_of(id, AsOf::Time(start)).await.unwrap();
    assert_eq!((before.version, before.state.count), (1, 1));
    assert_eq!(counting.load(id).await.unwrap().state.count, 3);
}
