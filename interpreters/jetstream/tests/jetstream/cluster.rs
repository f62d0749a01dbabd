//! Three servers, each with a copy of the log: one is killed, the leader is killed, one is cut off. No acknowledged command is lost or
//! doubled, and whoever appends goes on.

use crate::given::{jot, note};
use crate::processes::{Dice, Load};
use crate::server::{Log, Place};
use async_nats::jetstream;
use lawful::log::EventLog;
use lawful::{FailureKind, Position};
use lawful_servers::NatsCluster;
use std::time::Duration;

/// How often a server is lost.
const LOSSES: usize = 6;
/// How often a server is cut off.
const CUTS: usize = 4;
/// How often several append at once.
const RACES: u64 = 60;
/// How many acknowledgements are waited for while a server is away, and after it came back.
const MEANWHILE: usize = 64;

/// Which server leads the log, asked for until there is one that knows the other two to be in step.
fn leader(url: &str) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let servers = url.split(',').map(str::to_owned).collect::<Vec<_>>();
        loop {
            let asked = tokio::time::timeout(Duration::from_secs(2), async {
                let client = async_nats::connect(&servers[..]).await.ok()?;
                let stream = jetstream::new(client).get_stream("crashes").await.ok()?;
                let cluster = stream.cached_info().cluster.clone()?;
                let in_step = cluster
                    .replicas
                    .iter()
                    .filter(|one| one.current && !one.offline);
                if in_step.count() < 2 {
                    return None;
                }
                cluster.leader?.strip_prefix("node_")?.parse().ok()
            });
            if let Ok(Some(leader)) = asked.await {
                return leader;
            }
        }
    })
}

#[test]
fn a_cluster_that_loses_one_server_at_a_time_loses_and_doubles_nothing() {
    let Some(mut cluster) = NatsCluster::start() else {
        return;
    };
    let url = cluster.url();
    let (mut load, mut dice) = (Load::start(url.clone(), 3), Dice(7));
    load.hear(MEANWHILE);
    for loss in 0..LOSSES {
        let leader = leader(&url);
        // The leader is lost every other time, and else one that follows.
        let which = if loss % 2 == 0 {
            leader
        } else {
            (leader + 1 + dice.roll(2)) % 3
        };
        let server = cluster.nodes()[which].server();
        if loss % 3 == 2 {
            // It keeps its connections and its opinion of who leads, and says nothing.
            server.freeze();
            load.hear(MEANWHILE);
            server.thaw();
        } else {
            server.kill();
            load.hear(MEANWHILE);
            server.restart().expect("it recovers");
        }
        load.kill(dice.roll(3));
        load.hear(MEANWHILE);
    }
    assert!(load.check() > LOSSES * MEANWHILE);
}

#[test]
fn who_is_connected_to_a_server_that_is_cut_off_goes_on_elsewhere() {
    let Some(cluster) = NatsCluster::start() else {
        return;
    };
    let url = cluster.url();
    let (mut load, mut dice) = (Load::start(url.clone(), 3), Dice(11));
    load.hear_all();
    for cut in 0..CUTS {
        let leader = leader(&url);
        let which = if cut % 2 == 0 {
            leader
        } else {
            (leader + 1 + dice.roll(2)) % 3
        };
        // Its clients still reach it, and it may believe that it leads.
        cluster.cut_off(which);
        load.hear_all();
        cluster.mend(which);
        load.hear_all();
    }
    assert!(load.check() > CUTS * MEANWHILE);
}

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
