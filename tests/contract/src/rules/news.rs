//! News: a lost notification may cost delay, never an event.
use crate::Factory;
use crate::given::{batch, chosen, command, fresh_id, grow, note, one};
use crate::report::{Breach, Found, must};
use crate::stagger::{held, polled};
use lawful::log::{EventLog, Position, Snapshot};
use std::pin::pin;

/// How many awaits of a waiter or a writer are tried as the place where it is stopped.
const PAUSES: usize = 5;

pub(crate) async fn news_of_past<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let origin = Position::origin(log.identity());
    let stream = note();
    for version in 0..3 {
        let before = log.head().await?;
        log.append(one(stream, version)).await?;
        for after in [origin, before] {
            let told = log.news(after).await?;
            must!(
                told > after && told <= log.head().await?,
                "news after `{after}` told of `{told}`"
            );
        }
    }
    Ok(())
}

pub(crate) async fn news_of_future<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    for polls in 0..PAUSES {
        // The waiter is stopped on its way to sleep.
        let after = log.head().await?;
        let (told, answer) = held(log.news(after), polls, log.append(one(note(), 0))).await;
        answer?;
        must!(told? > after, "news told of nothing new");
        // The writer is stopped on its way to the commit.
        let after = log.head().await?;
        let waiting = async { (log.news(after).await, log.clone().news(after).await) };
        let (answer, (first, second)) = held(log.append(one(note(), 0)), polls, waiting).await;
        answer?;
        must!(
            first? > after && second? > after,
            "news told of nothing new"
        );
    }
    // Several waiters sleep, and all of them are woken.
    let after = log.head().await?;
    let waiting = async {
        let other = log.clone();
        tokio::join!(log.news(after), other.news(after), log.news(after))
    };
    let ((first, second, third), answer) = held(waiting, 1, log.append(one(note(), 0))).await;
    answer?;
    for told in [first?, second?, third?] {
        must!(told > after, "news told of nothing new");
    }
    Ok(())
}

pub(crate) async fn news_across<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let other = factory.another(&log).await;
    for (waiter, writer) in [(&log, &other), (&other, &log), (&log, &other)] {
        let after = waiter.head().await?;
        let writing = writer.append(one(note(), 0));
        // It is asleep when the append comes.
        let (told, answer) = held(waiter.news(after), PAUSES, writing).await;
        answer?;
        must!(told? > after, "news told of nothing new");
    }
    Ok(())
}

pub(crate) async fn no_false_news<F: Factory>(factory: &F) -> Found {
    let log = factory.fresh().await;
    let stream = note();
    grow(&log, stream, 0, 2).await?;
    let head = log.head().await?;
    let mut waiting = pin!(log.news(head));
    for step in 0..5 {
        if let Some(told) = polled(waiting.as_mut(), 1).await {
            let told = told?;
            return Err(Breach::Broken(format!(
                "news after the head `{head}` told of `{told}`, and nothing was recorded"
            )));
        }
        match step {
            0 => drop(log.append(batch(stream, 2, [command([])])).await?),
            1 => drop(
                log.append(batch(stream, 2, [chosen(fresh_id(), [])]))
                    .await?,
            ),
            // Whether it is refused is asked by another rule.
            2 => log
                .append(batch(stream, 1, [command([])]))
                .await
                .map_or((), drop),
            3 => {
                let snapshot = Snapshot {
                    fingerprint: "news".to_owned(),
                    version: 2,
                    data: "{}".to_owned(),
                };
                log.keep_snapshot(stream, snapshot).await?;
            }
            _ => drop(log.read_stream(stream, 0, 1).await?),
        }
    }
    Ok(())
}
