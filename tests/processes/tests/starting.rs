//! A process is started once, and disturbs nobody who reads the log.

use lawful::log::{EventLog, StreamId};
use lawful::{FailureKind, Id, Payload, Position, Timestamp, Uuid};
use lawful_engine::{Process, ProcessId, ProcessLog};
use lawful_jetstream::JetStreamLog;
use lawful_sqlite::SqliteLog;
use processes::*;

fn nap(until: i64) -> Nap {
    Nap {
        until: Timestamp::from_micros(until),
    }
}

#[tokio::test]
async fn the_same_program_value_is_the_same_process() {
    let (log, _) = memory();
    let shop = node(log.clone(), &Record::default());
    let first = shop.start("monday", nap(5)).await.unwrap();
    let again = shop.start("monday", nap(5)).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(story(&log).await.unwrap(), ["started"]);
    assert_eq!(
        shop.process::<Nap>("monday").await.unwrap(),
        Some(Process::UnderWay)
    );
    assert_eq!(shop.process::<Nap>("tuesday").await.unwrap(), None);
}

#[tokio::test]
async fn another_program_value_is_refused() {
    let (log, _) = memory();
    let shop = node(log.clone(), &Record::default());
    shop.start("monday", nap(5)).await.unwrap();
    let failure = shop.start("monday", nap(6)).await.unwrap_err();
    assert_eq!(*failure.kind(), FailureKind::CommandIdReused);
    assert!(
        failure
            .to_string()
            .contains("started before with other parameters"),
        "{failure}"
    );
    let failure = shop.start("monday", Chatty { times: 1 }).await.unwrap_err();
    assert_eq!(*failure.kind(), FailureKind::CommandIdReused);
    assert!(
        failure.to_string().contains("is taken by `process-nap-"),
        "{failure}"
    );
    assert_eq!(story(&log).await.unwrap(), ["started"]);
}

#[tokio::test]
async fn many_who_start_one_process_start_it_once() {
    let (log, _) = memory();
    starts_once(vec![log; 8]).await;
}

#[tokio::test]
async fn on_jetstream_many_who_start_one_process_start_it_once() {
    let Some(place) = Streamed::new() else { return };
    let mut logs = Vec::<JetStreamLog<Stored>>::new();
    for _ in 0..8 {
        logs.push(place.open().await);
    }
    starts_once(logs).await;
}

async fn starts_once<L: EventLog<Event = Stored> + ProcessLog>(logs: Vec<L>) {
    let log = logs[0].clone();
    let shops: Vec<_> = logs
        .into_iter()
        .map(|log| node(log, &Record::default()))
        .collect();
    let starts = shops
        .into_iter()
        .map(|shop| tokio::spawn(async move { shop.start(1, nap(5)).await.unwrap() }));
    let mut started = Vec::new();
    for start in starts.collect::<Vec<_>>() {
        started.push(start.await.unwrap());
    }
    assert!(started.iter().all(|one| *one == started[0]), "{started:?}");
    assert_eq!(story(&log).await.unwrap(), ["started"]);
}

#[tokio::test]
async fn a_log_with_journals_reads_as_before() {
    let scratch = Scratch::new();
    let path = scratch.file("shop.db");
    let open = async || SqliteLog::<Stored>::open(path.clone()).await.unwrap();
    reads_as_before(open).await;
}

#[tokio::test]
async fn on_jetstream_a_log_with_journals_reads_as_before() {
    let Some(place) = Streamed::new() else { return };
    reads_as_before(async || place.open::<Stored>().await).await;
}

async fn reads_as_before<L: EventLog<Event = Stored> + ProcessLog>(open: impl AsyncFn() -> L) {
    let log = open().await;
    let record = Record::default();
    let shop = node(log.clone(), &record);
    let ada = Id::<Account>::from_uuid(Uuid::from_u128(1));
    shop.execute(ada, AccountCommand::open(100)).await.unwrap();
    let started = shop.start(7, Chatty { times: 1 }).await.unwrap();
    assert_eq!(started.id, ProcessId::from(7));
    shop.resume_all().await.unwrap();
    shop.execute(ada, AccountCommand::deposit(1)).await.unwrap();
    drop(shop);
    drop(log);

    let log = open().await;
    let shop = node(log.clone(), &record);
    assert_eq!(shop.load(ada).await.unwrap().state.balance, 101);
    let history = shop.history(ada).entries().await.unwrap();
    assert_eq!(history.len(), 2);
    let origin = Position::origin(log.identity());
    let all = log.read_all(origin, usize::MAX).await.unwrap().entries;
    let types: Vec<String> = all
        .iter()
        .map(|entry| format!("{}.{}", entry.event.aggregate(), entry.event.name()))
        .collect();
    assert_eq!(
        types,
        [
            "account.opened",
            "process-chatty.started",
            "process-chatty.asked",
            "process-chatty.answered",
            "process-chatty.finished",
            "account.deposited"
        ]
    );
    let stream = all[1].stream;
    let uuid = Uuid::from_u128(7);
    assert_eq!(stream.to_string(), format!("process-chatty-{uuid}"));
    let finished = shop.process::<Chatty>(7).await.unwrap();
    assert_eq!(finished, Some(Process::Finished(Ok(1))));
}

/// A journal of a program that the domain does not list any more.
#[tokio::test]
async fn a_journal_that_nobody_knows_disturbs_no_reader() {
    let scratch = Scratch::new();
    let log = SqliteLog::<Stored>::open(scratch.file("shop.db"))
        .await
        .unwrap();
    disturbs_nobody(log).await;
}

#[tokio::test]
async fn on_jetstream_a_journal_that_nobody_knows_disturbs_no_reader() {
    if let Some(place) = Streamed::new() {
        disturbs_nobody::<JetStreamLog<Stored>>(place.open().await).await;
    }
}

async fn disturbs_nobody<L: EventLog<Event = Stored> + ProcessLog>(log: L) {
    use lawful::Domain;
    use lawful::log::{Batch, Submission};
    use lawful::program::{ProcessEvent, ProcessEventKind};
    let data = r#"{"value":{"old":true}}"#.to_owned();
    let event = ProcessEvent::new("forgotten", ProcessEventKind::Started, data);
    let id = Uuid::from_u128(3);
    let stream = StreamId {
        aggregate: event.stream(),
        id,
    };
    let submission = Submission {
        id: id.into(),
        chosen: None,
        events: vec![Shop::journaled(event.clone())].into(),
        correlation: id,
        causation: None,
        metadata: None,
    };
    let batch = Batch {
        stream,
        expected: 0,
        commands: vec![submission].into(),
    };
    log.append(batch).await.unwrap();
    assert_eq!(lines(&log).await.unwrap(), [event]);
    let shop = node(log, &Record::default());
    shop.start(1, nap(0)).await.unwrap();
    let told: Vec<String> = shop
        .resume_all()
        .await
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(told.len(), 2);
    assert!(told.iter().any(|one| one.ends_with("finished")), "{told:?}");
    let unlisted = "the domain `Shop` lists no program `forgotten`";
    assert!(told.iter().any(|one| one.contains(unlisted)), "{told:?}");
}
