//! Snapshots are taken by themselves, used where they fit, and ignored where they do not.

mod fixture;

use fixture::{Account, AccountCommand, Bank, BankPayload, ScriptedLog};
use lawful::log::{EventLog, Snapshot, StreamId};
use lawful::{Aggregate, AsOf, Id};
use lawful_engine::{Engine, EngineOptions};
use std::num::NonZeroU64;

type Scripted = Engine<Bank, ScriptedLog<BankPayload>>;

/// An engine that has nothing in its cache.
fn cold(log: &ScriptedLog<BankPayload>) -> Scripted {
    let options = EngineOptions {
        snapshot_interval: NonZeroU64::new(100),
        ..EngineOptions::default()
    };
    Engine::with(log.clone(), options)
}

fn stream(id: Id<Account>) -> StreamId {
    StreamId {
        aggregate: "account",
        id: id.uuid(),
    }
}

fn fingerprint() -> String {
    Account::model()
        .fold_fingerprint()
        .expect("the fold is understood")
}

async fn kept(log: &ScriptedLog<BankPayload>, id: Id<Account>) -> Option<(u64, Account)> {
    let found = log
        .snapshot(stream(id), &fingerprint(), u64::MAX)
        .await
        .unwrap()?;
    Some((found.version, serde_json::from_str(&found.data).unwrap()))
}

/// A long stream: 1 + 1,500 events of 1 each.
async fn long() -> (ScriptedLog<BankPayload>, Id<Account>) {
    let (log, id) = (ScriptedLog::new([]), Id::new());
    let bank = cold(&log);
    bank.execute(id, AccountCommand::open("Ada")).await.unwrap();
    bank.execute(id, AccountCommand::pay(vec![1; 1_500]))
        .await
        .unwrap();
    (log, id)
}

#[tokio::test]
async fn a_snapshot_is_kept_each_time_the_interval_is_passed() {
    let (log, id) = (ScriptedLog::new([]), Id::new());
    let bank = cold(&log);
    bank.execute(id, AccountCommand::open("Ada")).await.unwrap();
    for version in 2..=250_u64 {
        bank.execute(id, AccountCommand::deposit(1)).await.unwrap();
        let expected = (version >= 100).then_some(version / 100 * 100);
        let found = kept(&log, id).await;
        assert_eq!(found.as_ref().map(|(version, _)| *version), expected);
        if let Some((version, state)) = found {
            assert_eq!(u64::try_from(state.balance).unwrap(), version - 1);
        }
    }
}

#[tokio::test]
async fn a_load_starts_from_the_snapshot_and_agrees_with_the_whole_history() {
    let (log, id) = long().await;
    assert_eq!(kept(&log, id).await.unwrap().0, 1_501);
    cold(&log)
        .execute(id, AccountCommand::deposit(7))
        .await
        .unwrap();
    let (before, _) = log.questions();
    let loaded = cold(&log).load(id).await.unwrap();
    let (after, _) = log.questions();
    assert_eq!((loaded.version, loaded.state.balance), (1_502, 1_507));
    assert_eq!(
        after - before,
        2,
        "one page, and the tail after the snapshot"
    );
}

/// Puts a snapshot in place of whatever is kept, also of a newer one: a log keeps that only against an older one of the same fold.
async fn plant(log: &ScriptedLog<BankPayload>, id: Id<Account>, snapshot: Snapshot) {
    let gone = Snapshot {
        fingerprint: "gone".into(),
        version: 0,
        data: String::new(),
    };
    for snapshot in [gone, snapshot] {
        log.keep_snapshot(stream(id), snapshot).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_kept_is_what_is_used() {
    let (log, id) = long().await;
    // Whoever reads this one says so.
    let planted = Account {
        owner: None,
        balance: 1_000_000,
    };
    let snapshot = |fingerprint: String, data: String| Snapshot {
        fingerprint,
        version: 1_000,
        data,
    };
    let data = serde_json::to_string(&planted).unwrap();
    plant(&log, id, snapshot(fingerprint(), data.clone())).await;
    assert_eq!(cold(&log).load(id).await.unwrap().state.balance, 1_000_501);
    let at = |version| {
        let bank = cold(&log);
        async move {
            bank.load_as_of(id, AsOf::Version(version))
                .await
                .unwrap()
                .state
                .balance
        }
    };
    assert_eq!(at(1_200).await, 1_000_200);
    assert_eq!(
        at(999).await,
        998,
        "a snapshot of the future is not used for the past"
    );
    let useless = [
        snapshot("of another fold".into(), data),
        snapshot(fingerprint(), "{\"no\":\"account\"}".into()),
        snapshot(fingerprint(), "{".into()),
    ];
    for snapshot in useless {
        plant(&log, id, snapshot.clone()).await;
        let loaded = cold(&log).load(id).await.unwrap();
        assert_eq!(
            (loaded.version, loaded.state.balance),
            (1_501, 1_500),
            "{snapshot:?}"
        );
    }
}
