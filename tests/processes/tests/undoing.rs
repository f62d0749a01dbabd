//! Compensations of processes.

use lawful::{Id, Timestamp, Uuid};
use lawful_engine::{Process, Progress};
use processes::*;

fn account(number: u128) -> Id<Account> {
    Id::from_uuid(Uuid::from_u128(number))
}

#[tokio::test]
async fn what_was_done_is_undone_in_reverse_and_a_refusal_is_surfaced_for_good() {
    let (log, _) = memory();
    let shop = node(log.clone(), &Record::default());
    let ada = account(1);
    shop.execute(ada, AccountCommand::open(0)).await.unwrap();
    shop.start(1, BadEnd { account: ada }).await.unwrap();
    let resumed = shop.resume_all().await.unwrap();
    let [resumed] = &resumed[..] else {
        panic!("{resumed:?}")
    };
    assert!(
        matches!(resumed.progress, Progress::Uncompensated(_)),
        "{resumed}"
    );
    let history = shop.history(ada).entries().await.unwrap();
    let history: Vec<String> = history
        .iter()
        .map(|entry| entry.event.to_string())
        .collect();
    assert_eq!(
        history,
        [
            "opened(balance: 0)",
            "deposited(amount: 1)",
            "deposited(amount: 2)",
            "withdrawn(amount: 2)",
            // The refused one does not keep the others from running.
            "withdrawn(amount: 1)",
        ]
    );
    // Somebody has to look at it: it stays like that, and says why.
    assert!(shop.resume_all().await.unwrap().is_empty());
    match shop.process::<BadEnd>(1).await.unwrap() {
        Some(Process::Uncompensated(why)) => {
            assert!(why.contains("a compensation was refused"), "{why}");
            assert!(why.contains("the balance covers the amount"), "{why}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_compensation_that_fails_is_tried_again_and_not_dropped() {
    let (log, clock) = memory();
    clock.set(Timestamp::from_micros(10));
    let record = Record::default();
    let shop = node(log.clone(), &record);
    for number in [1, 2] {
        let open = AccountCommand::open(100);
        shop.execute(account(number), open).await.unwrap();
    }
    let order = Order {
        from: account(1),
        to: account(2),
        amount: 30,
        until: Timestamp::from_micros(0),
        more: 1_000,
    };
    // The program stops in the middle of its compensations, where the courier brings the parcel back.
    let crashing = Crashing::new(
        log.clone(),
        Some(Crash {
            at: 12,
            moment: Moment::Before,
        }),
    );
    let dying = node(crashing.clone(), &record);
    dying.start(1, order).await.unwrap();
    let _whatever_a_dying_node_says = dying.resume_all().await;
    assert!(crashing.is_down());
    assert_eq!(record.calls().last().unwrap().parcel, "back");
    record.fail(2);
    for _ in 0..2 {
        let resumed = shop.resume_all().await.unwrap();
        assert!(
            matches!(resumed[0].progress, Progress::Failed(_)),
            "{}",
            resumed[0]
        );
        let why = resumed[0].to_string();
        assert!(
            why.contains("the courier is ill") && why.contains("courier.bring"),
            "{why}"
        );
        assert!(why.contains("step `8`"), "{why}");
        assert_eq!(
            shop.process::<Order>(1).await.unwrap(),
            Some(Process::UnderWay)
        );
    }
    shop.resume_all().await.unwrap();
    let ended = shop.process::<Order>(1).await.unwrap();
    assert!(
        matches!(ended, Some(Process::Finished(Err(_)))),
        "{ended:?}"
    );
    assert_eq!(shop.load(account(1)).await.unwrap().state.balance, 100);
    assert_eq!(shop.load(account(2)).await.unwrap().state.balance, 100);
    let calls = record.calls();
    let back: Vec<_> = calls.iter().filter(|call| call.parcel == "back").collect();
    assert_eq!(back.len(), 4);
    assert!(back.iter().all(|call| call.key == back[0].key));
}
