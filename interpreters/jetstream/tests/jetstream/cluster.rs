//! Three servers, each with a copy of the log, over which several writers race.

use crate::given::{jot, note};
use crate::server::{Log, Place};
use lawful::log::EventLog;
use lawful::{FailureKind, Position};
use lawful_servers::NatsCluster;

/// How often several append at once.
const RACES: u64 = 60;

#[tokio::test(flavor = "multi_thread")]
async fn of_several_that_rest_on_one_version_one_is_recorded_in_a_cluster_too() {
    let Some(cluster) = NatsCluster::start() else {
        return;
    };
    let mut logs = Vec::new();
    for url in cluster.url().split(',') {
        let place = Place {
            url: url.to_owned(),
            name: "races".to_owned(),
            replicas: 3,
        };
        logs.push(opened(&place).await);
    }
    for version in 0..RACES {
        for log in &logs {
            // Now it is remembered, and each of them goes ahead at once.
            let (known, head) = log.version(note(1)).await.expect("it reads");
            assert_eq!(
                (known, head),
                (version, log.head().await.expect("it reads"))
            );
        }
        let racing = logs.iter().cycle().take(9).cloned().map(|log| {
            tokio::spawn(async move { jot(&log, note(1), version, "mine").await.is_ok() })
        });
        let mut recorded = 0;
        for one in racing.collect::<Vec<_>>() {
            recorded += usize::from(one.await.expect("no panic"));
        }
        assert_eq!(recorded, 1, "version {version}");
    }
    // And whoever reads finds those that count, wherever it begins.
    let place = Place {
        url: cluster.url(),
        name: "races".to_owned(),
        replicas: 3,
    };
    let reader = opened(&place).await;
    let page = reader.read_stream(note(1), 0, 10_000).await;
    let page = page.expect("it reads");
    let versions = page.entries.iter().map(|entry| entry.version);
    assert_eq!(
        versions.collect::<Vec<_>>(),
        (1..=RACES).collect::<Vec<_>>()
    );
    assert_eq!(page.head, reader.head().await.expect("it reads"));
    let mut after = Position::origin(reader.identity());
    for entry in page.entries {
        let next = reader.read_all(after, 1).await.expect("it reads");
        assert_eq!(next.entries, [entry]);
        after = next.next;
    }
    assert_eq!(after, page.head);
    let rest = reader.read_all(after, 10).await.expect("it reads");
    assert_eq!(rest.entries, []);
    let mut sent = place
        .beside()
        .await
        .get_stream("races")
        .await
        .expect("it is");
    let messages = sent.info().await.expect("it answers").state.messages;
    assert!(
        messages > RACES,
        "the server recorded what does not count, or this shows nothing"
    );
}

/// The log as soon as three servers can keep it.
pub(crate) async fn opened(place: &Place) -> Log {
    loop {
        let options = place.options().estimated_times();
        match Log::open(options).await {
            Ok(log) => return log,
            Err(failure) => assert_eq!(*failure.kind(), FailureKind::Unavailable, "{failure:?}"),
        }
    }
}
