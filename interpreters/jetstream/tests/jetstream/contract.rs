//! The log in `JetStream` keeps the contract, through several processes' connections and after a restart.

use crate::cluster;
use crate::server::{Log, Place};
use lawful::log::{EventLog, LogId};
use lawful_contract::engine::{Desk, DeskPayload, Engines, Valve, check_engine};
use lawful_contract::{Factory, Rule, check};
use lawful_engine::Engine;
use lawful_jetstream::JetStreamLog;
use lawful_servers::NatsCluster;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Logs of their own on private servers: one, or a cluster of which each log is kept by three.
#[derive(Default)]
struct Places {
    places: Mutex<HashMap<LogId, Place>>,
    cluster: Option<NatsCluster>,
}

impl Places {
    fn of(&self, log: &Log) -> Place {
        let places = self.places.lock();
        places.unwrap_or_else(PoisonError::into_inner)[&log.identity()].clone()
    }
}

impl Factory for Places {
    type Log = JetStreamLog<lawful_contract::Sample>;

    async fn fresh(&self) -> Self::Log {
        let place = match &self.cluster {
            None => Place::new().expect("the server runs"),
            Some(cluster) => Place {
                replicas: 3,
                ..Place::at(cluster.url())
            },
        };
        let log = place.open().await;
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.insert(log.identity(), place);
        drop(places);
        log
    }

    async fn another(&self, log: &Self::Log) -> Self::Log {
        self.of(log).open().await
    }

    async fn restarted(&self, log: Self::Log) -> Option<Self::Log> {
        let place = self.of(&log);
        drop(log);
        Some(place.open().await)
    }
}

/// The rules about several streams at once, which `check` leaves out: there is no transaction here, and no type that promises one.
const SEVERAL: &[Rule] = &[
    Rule::AllOrNone,
    Rule::SeenTogether,
    Rule::AnswersInOrder,
    Rule::ReadIsCondition,
    Rule::AbsentReadIsCondition,
    Rule::ReadsAndWritesAtOnce,
    Rule::SameStreamTwice,
];

#[tokio::test(flavor = "multi_thread")]
async fn the_log_in_jetstream_keeps_the_contract() {
    if Place::new().is_none() {
        return;
    }
    let report = check(&Places::default()).await;
    report.assert_kept();
    assert_eq!(report.not_applicable(), SEVERAL, "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_in_a_cluster_keeps_the_contract() {
    let Some(cluster) = NatsCluster::start() else {
        return;
    };
    cluster::opened(&Place {
        replicas: 3,
        ..Place::at(cluster.url())
    })
    .await;
    let places = Places {
        cluster: Some(cluster),
        ..Places::default()
    };
    let report = check(&places).await;
    report.assert_kept();
    assert_eq!(report.not_applicable(), SEVERAL, "{report}");
}

/// Two engines with handles of their own, as two processes have them.
struct Desks;

impl Engines for Desks {
    type Log = JetStreamLog<DeskPayload>;
    type Engine = Engine<Desk, Valve<Self::Log>>;

    async fn handles(&self) -> [Self::Log; 2] {
        let place = Place::new().expect("the server runs");
        let [one, two] = [place.options(), place.options()].map(JetStreamLog::open);
        [
            one.await.expect("the log opens"),
            two.await.expect("the log opens"),
        ]
    }

    fn over(&self, log: Valve<Self::Log>) -> Self::Engine {
        Engine::over(log)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_engine_over_jetstream_never_contradicts_the_log() {
    if Place::new().is_none() {
        return;
    }
    check_engine(&Desks).await.assert_kept();
}
