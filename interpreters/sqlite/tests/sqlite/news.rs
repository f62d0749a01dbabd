use crate::child;
use crate::domain::{Folder, Log, append, check, note};
use lawful::FailureKind;
use lawful::log::{EventLog, LogId, Position};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

#[tokio::test]
async fn news_come_at_once_when_there_are_some() {
    let folder = Folder::new();
    let log = folder.log().await;
    append(&log, note(1), 0, "old").await;
    let origin = Position::origin(log.identity());
    assert_eq!(
        log.news(origin).await.unwrap(),
        Position::new(log.identity(), 1)
    );
    drop(log);
    let log = folder.log().await;
    assert_eq!(
        log.news(origin).await.unwrap(),
        Position::new(log.identity(), 1)
    );
}

#[tokio::test]
async fn news_wait_for_an_append_of_this_process() {
    let folder = Folder::new();
    let log = folder
        .log_with(|options| options.news_interval(std::time::Duration::from_hours(1)))
        .await;
    let origin = Position::origin(log.identity());
    let mut news = pin!(log.news(origin));
    let mut nobody = Context::from_waker(Waker::noop());
    assert!(news.as_mut().poll(&mut nobody).is_pending());
    append(&log, note(1), 0, "new").await;
    assert_eq!(news.await.unwrap(), Position::new(log.identity(), 1));
}

#[tokio::test]
async fn news_come_from_other_handles_of_the_file() {
    let folder = Folder::new();
    let (log, other) = (folder.log().await, folder.log().await);
    for version in 0..20 {
        let seen = Position::new(log.identity(), version);
        let mut news = pin!(log.news(seen));
        let mut nobody = Context::from_waker(Waker::noop());
        assert!(news.as_mut().poll(&mut nobody).is_pending());
        append(&other, note(1), version, "from elsewhere").await;
        assert_eq!(
            news.await.unwrap(),
            Position::new(log.identity(), version + 1)
        );
    }
}

#[tokio::test]
async fn news_come_from_another_process() {
    if let Some((_, options)) = child::task() {
        let log = Log::open(options).await.unwrap();
        append(&log, note(1), 0, "from another process").await;
        return;
    }
    let folder = Folder::new();
    let log = folder.log().await;
    let test = "news::news_come_from_another_process";
    let mut other = child::command(test, "append", &folder.file());
    let mut other = other.spawn().unwrap();
    let news = log.news(Position::origin(log.identity())).await.unwrap();
    assert_eq!(news, Position::new(log.identity(), 1));
    assert!(other.wait().unwrap().success());
}

#[tokio::test]
async fn news_of_a_foreign_position_are_refused() {
    let folder = Folder::new();
    let log = folder.log().await;
    let failure = log.news(Position::origin(LogId(7))).await.unwrap_err();
    check(
        &failure,
        &FailureKind::ForeignPosition,
        &["0000000000000007"],
    );
}

#[tokio::test]
async fn whoever_gives_up_waiting_does_no_harm() {
    let folder = Folder::new();
    let log = folder.log().await;
    let origin = Position::origin(log.identity());
    for _ in 0..3 {
        let mut news = pin!(log.news(origin));
        let mut nobody = Context::from_waker(Waker::noop());
        assert!(news.as_mut().poll(&mut nobody).is_pending());
    }
    append(&log, note(1), 0, "new").await;
    log.news(origin).await.unwrap();
}
