//! What becomes of commands when appends fail, outcomes are unknown, others are faster, callers go away and rules panic.

mod fixture;

use fixture::{Account, AccountCommand, AccountEvent, Act, Bank, BankPayload, ScriptedLog};
use lawful::log::{Batch, CommandId, EventLog, StreamId, Submission};
use lawful::{FailureKind, Few, Has, Id, Uuid};
use lawful_engine::{Engine, EngineOptions, Error};
use lawful_memory::MemoryLog;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use tokio::sync::Semaphore;

type Scripted = Engine<Bank, ScriptedLog<BankPayload>>;

fn over(log: &ScriptedLog<BankPayload>) -> Scripted {
    Engine::over(log.clone())
}

fn open() -> AccountCommand {
    AccountCommand::Open {
        owner: "Ada".into(),
    }
}

fn deposit(amount: i64) -> AccountCommand {
    AccountCommand::Deposit { amount }
}

fn withdraw(amount: i64) -> AccountCommand {
    AccountCommand::Withdraw { amount }
}

fn stream(id: Id<Account>) -> StreamId {
    StreamId {
        aggregate: "account",
        id: id.uuid(),
    }
}

/// An open account with 100 in it, and the interpreter that keeps it hot.
async fn account(acts: impl IntoIterator<Item = Act<BankPayload>>) -> (Scripted, Id<Account>) {
    let log = ScriptedLog::new([]);
    let bank = over(&log);
    let id = Id::new();
    bank.execute(id, open()).await.unwrap();
    bank.execute(id, deposit(100)).await.unwrap();
    for act in acts {
        log.then(act);
    }
    (bank, id)
}

/// What another process appends on top of `expected`.
fn theirs(id: Id<Account>, expected: u64, amount: i64) -> Batch<BankPayload> {
    let event = if amount < 0 {
        AccountEvent::Withdrawn { amount: -amount }
    } else {
        AccountEvent::Deposited { amount }
    };
    Batch {
        stream: stream(id),
        expected,
        commands: Few::One(Submission {
            id: CommandId::from(Uuid::new_v4()),
            chosen: None,
            events: Few::One(<Bank as Has<Account>>::inject(event)),
            correlation: Uuid::nil(),
            causation: None,
            metadata: None,
        }),
    }
}

/// The state in the log, folded by nobody's cache.
async fn truth(bank: &Scripted, id: Id<Account>) -> (u64, i64) {
    let cold: Engine<Bank, MemoryLog<BankPayload>> = Engine::over(bank.log().inner().clone());
    let loaded = cold.load(id).await.unwrap();
    (loaded.version, loaded.state.balance)
}

#[track_caller]
fn kind<T: std::fmt::Debug>(result: Result<T, Error>) -> FailureKind {
    match result {
        Err(Error::Failed(failure)) => failure.kind().clone(),
        other => panic!("expected a failure, found {other:?}"),
    }
}

#[tokio::test]
async fn a_failed_append_fails_the_command_and_the_next_one_starts_from_the_log() {
    let (bank, id) = account([Act::Fail(FailureKind::Full)]).await;
    let result = bank.execute(id, withdraw(100)).await;
    assert_eq!(kind(result), FailureKind::Full);
    let receipt = bank.execute(id, withdraw(100)).await.unwrap();
    assert_eq!((receipt.version, receipt.state.balance), (3, 0));
    assert_eq!(truth(&bank, id).await, (3, 0));
}

#[tokio::test]
async fn a_conflict_is_decided_again_on_what_is_new() {
    let (bank, id) = account([]).await;
    bank.log().then(Act::Interfere(theirs(id, 2, -80)));
    let error = bank.execute(id, withdraw(50)).await.unwrap_err();
    assert!(error.rejection().is_some(), "20 do not cover 50: {error:?}");
    bank.log().then(Act::Interfere(theirs(id, 3, 60)));
    let receipt = bank.execute(id, withdraw(10)).await.unwrap();
    assert_eq!((receipt.version, receipt.state.balance), (5, 70));
    assert_eq!(truth(&bank, id).await, (5, 70));
}

#[tokio::test]
async fn a_conflict_reads_only_the_tail() {
    let (bank, id) = account([]).await;
    let (reads, _) = bank.log().questions();
    bank.log().then(Act::Interfere(theirs(id, 2, 1)));
    bank.execute(id, deposit(1)).await.unwrap();
    let (after, _) = bank.log().questions();
    assert_eq!(after - reads, 1);
}

#[tokio::test]
async fn contention_is_a_failure_after_the_attempts_allowed() {
    let (bank, id) = account([]).await;
    let impatient: Scripted = Engine::with(
        bank.log().clone(),
        EngineOptions {
            attempts: 3,
            ..EngineOptions::default()
        },
    );
    for version in 2..5 {
        bank.log().then(Act::Interfere(theirs(id, version, 1)));
    }
    let result = impatient.execute(id, deposit(1)).await;
    assert_eq!(kind(result), FailureKind::Contention { attempts: 3 });
    assert_eq!(truth(&bank, id).await, (5, 103));
    assert_eq!(impatient.execute(id, deposit(1)).await.unwrap().version, 6);
}

#[tokio::test]
async fn a_stale_cache_never_says_no() {
    let (bank, id) = account([]).await;
    let other = over(bank.log());
    other.execute(id, deposit(50)).await.unwrap();
    let receipt = bank.execute(id, withdraw(150)).await.unwrap();
    assert_eq!((receipt.version, receipt.state.balance), (4, 0));
    let error = other.execute(id, withdraw(1)).await.unwrap_err();
    assert!(error.rejection().is_some(), "{error:?}");
}

#[tokio::test]
async fn a_stale_cache_is_never_silent_and_never_loaded() {
    let (bank, id) = account([]).await;
    let other = over(bank.log());
    let theirs = other.execute(id, deposit(50)).await.unwrap();
    let silent = bank.execute(id, deposit(0)).await.unwrap();
    assert_eq!((silent.version, silent.position), (3, theirs.position));
    other.execute(id, deposit(50)).await.unwrap();
    let loaded = bank.load(id).await.unwrap();
    assert_eq!((loaded.version, loaded.state.balance), (4, 200));
    other.execute(id, deposit(50)).await.unwrap();
    bank.execute(id, deposit(1))
        .expect_version(5)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_stale_cache_never_panics_for_others() {
    let (bank, id) = account([]).await;
    over(bank.log()).execute(id, deposit(1)).await.unwrap();
    let panics_when_stale = AccountCommand::PanicAt { balance: 100 };
    assert_eq!(
        bank.execute(id, panics_when_stale).await.unwrap().version,
        3
    );
}

#[tokio::test]
async fn a_hot_rejection_asks_the_log_once_and_reads_nothing() {
    let (bank, id) = account([]).await;
    let (reads, versions) = bank.log().questions();
    bank.execute(id, withdraw(101)).await.unwrap_err();
    assert_eq!(bank.log().questions(), (reads, versions + 1));
    let cold = over(bank.log());
    cold.execute(id, withdraw(101)).await.unwrap_err();
    assert_eq!(bank.log().questions(), (reads + 1, versions + 1));
}

#[tokio::test]
async fn an_unknown_outcome_that_happened_is_settled_and_not_repeated() {
    let (bank, id) = account([Act::LoseAnswer]).await;
    let amounts = vec![1, 2, 3];
    let receipt = bank
        .execute(id, AccountCommand::Pay { amounts })
        .await
        .unwrap();
    assert_eq!((receipt.version, receipt.state.balance), (5, 106));
    assert_eq!(receipt.events.len(), 3);
    assert_eq!(receipt.position, Some(bank.log().head().await.unwrap()));
    assert_eq!(truth(&bank, id).await, (5, 106));
}

#[tokio::test]
async fn an_unknown_outcome_is_settled_although_others_went_on() {
    let (bank, id) = account([Act::LoseAnswer]).await;
    let command = bank.execute(id, withdraw(60)).into_future();
    let mut command = std::pin::pin!(command);
    // The first poll appends, loses the answer and lets others go first.
    let mut cx = Context::from_waker(Waker::noop());
    assert!(command.as_mut().poll(&mut cx).is_pending());
    over(bank.log()).execute(id, withdraw(40)).await.unwrap();
    let receipt = command.await.unwrap();
    assert_eq!((receipt.version, receipt.state.balance), (3, 40));
    assert_eq!(truth(&bank, id).await, (4, 0));
}

#[tokio::test]
async fn an_unknown_outcome_that_did_not_happen_is_done_again() {
    let (bank, id) = account([Act::LoseRequest, Act::LoseRequest]).await;
    let receipt = bank.execute(id, withdraw(60)).await.unwrap();
    assert_eq!((receipt.version, receipt.state.balance), (3, 40));
    assert_eq!(truth(&bank, id).await, (3, 40));
}

#[tokio::test]
async fn a_commit_that_comes_late_is_not_doubled() {
    let (bank, id) = account([Act::Delay]).await;
    let receipt = bank.execute(id, withdraw(60)).await.unwrap();
    assert_eq!((receipt.version, receipt.state.balance), (3, 40));
    assert_eq!(truth(&bank, id).await, (3, 40));
}

#[tokio::test]
async fn a_late_commit_of_a_chosen_id_is_not_doubled() {
    for act in [Act::Delay, Act::LoseAnswer, Act::LoseRequest] {
        let (bank, id) = account([act]).await;
        let receipt = bank
            .execute(id, withdraw(60))
            .command_id("a")
            .await
            .unwrap();
        assert_eq!((receipt.version, receipt.state.balance), (3, 40));
        let again = bank
            .execute(id, withdraw(60))
            .command_id("a")
            .await
            .unwrap();
        assert_eq!(again, receipt);
        assert_eq!(truth(&bank, id).await, (3, 40));
    }
}

#[tokio::test]
async fn an_outcome_that_cannot_be_looked_up_stays_unknown() {
    let (bank, id) = account([Act::LoseAnswer]).await;
    bank.log().unreadable(1);
    let result = bank.execute(id, withdraw(60)).await;
    assert_eq!(kind(result), FailureKind::OutcomeUnknown);
    assert_eq!(bank.load(id).await.unwrap().state.balance, 40);
}

#[tokio::test]
async fn a_connection_that_stays_lost_is_an_unknown_outcome() {
    let (bank, id) = account([]).await;
    for _ in 0..32 {
        bank.log().then(Act::LoseRequest);
    }
    let result = bank.execute(id, withdraw(60)).await;
    assert_eq!(kind(result), FailureKind::OutcomeUnknown);
    assert_eq!(truth(&bank, id).await, (2, 100));
}

#[tokio::test]
async fn the_same_id_again_is_the_original_receipt() {
    let (bank, id) = account([]).await;
    let first = bank
        .execute(id, withdraw(60))
        .command_id("pay-1")
        .await
        .unwrap();
    bank.execute(id, withdraw(40)).await.unwrap();
    // The present state would refuse it, and the version is not the one asked for.
    let again = bank
        .execute(id, withdraw(60))
        .command_id("pay-1")
        .expect_version(2)
        .await
        .unwrap();
    assert_eq!(again, first);
    let elsewhere = over(bank.log());
    let again = elsewhere
        .execute(id, withdraw(60))
        .command_id("pay-1")
        .await
        .unwrap();
    assert_eq!(again, first);
    let reused = bank.execute(id, withdraw(61)).command_id("pay-1").await;
    assert_eq!(kind(reused), FailureKind::CommandIdReused);
    assert_eq!(truth(&bank, id).await, (4, 0));
}

#[tokio::test]
async fn the_id_of_a_silent_command_is_remembered() {
    let (bank, id) = account([]).await;
    let first = bank
        .execute(id, deposit(0))
        .command_id("nothing")
        .await
        .unwrap();
    bank.execute(id, deposit(5)).await.unwrap();
    let again = bank
        .execute(id, deposit(0))
        .command_id("nothing")
        .await
        .unwrap();
    assert_eq!(again, first);
    assert_eq!((again.version, again.state.balance), (2, 100));
    let reused = bank.execute(id, withdraw(1)).command_id("nothing").await;
    assert_eq!(kind(reused), FailureKind::CommandIdReused);
}

#[tokio::test]
async fn a_rejected_id_is_decided_again() {
    let (bank, id) = account([]).await;
    bank.execute(id, withdraw(101))
        .command_id("a")
        .await
        .unwrap_err();
    bank.execute(id, deposit(1)).await.unwrap();
    let receipt = bank
        .execute(id, withdraw(101))
        .command_id("a")
        .await
        .unwrap();
    assert_eq!(receipt.state.balance, 0);
}

#[tokio::test]
async fn ids_are_of_one_stream() {
    let (bank, id) = account([]).await;
    bank.execute(id, withdraw(60))
        .command_id("a")
        .await
        .unwrap();
    let other = Id::new();
    let receipt = bank.execute(other, open()).command_id("a").await.unwrap();
    assert_eq!(receipt.version, 1);
}

#[tokio::test]
async fn a_dropped_caller_leaves_a_state_that_is_not_trusted() {
    let (reached, go) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let pause = Act::PauseAfter {
        reached: reached.clone(),
        go,
    };
    let (bank, id) = account([pause]).await;
    {
        let mut command = std::pin::pin!(bank.execute(id, withdraw(60)).into_future());
        let mut cx = Context::from_waker(Waker::noop());
        assert!(command.as_mut().poll(&mut cx).is_pending());
        assert_eq!(reached.available_permits(), 1);
    }
    // The append happened, nobody was told.
    let receipt = bank.execute(id, withdraw(40)).await.unwrap();
    assert_eq!((receipt.version, receipt.state.balance), (4, 0));
}

#[tokio::test]
async fn a_panic_of_the_log_is_a_failure() {
    let (bank, id) = account([Act::Panic]).await;
    assert_eq!(
        kind(bank.execute(id, deposit(1)).await),
        FailureKind::Defect
    );
    let receipt = bank.execute(id, deposit(1)).await.unwrap();
    assert_eq!((receipt.version, receipt.state.balance), (3, 101));
}

#[tokio::test]
async fn a_load_that_fails_is_a_failure_and_the_next_one_reads_again() {
    let (bank, id) = account([]).await;
    over(bank.log()).execute(id, deposit(1)).await.unwrap();
    bank.log().unreadable(1);
    let failure = bank.load(id).await.unwrap_err();
    assert_eq!(*failure.kind(), FailureKind::Unavailable);
    assert_eq!(bank.load(id).await.unwrap().state.balance, 101);
}

#[test]
fn a_pending_command_does_nothing_before_it_is_polled() {
    let log = ScriptedLog::<BankPayload>::new([]);
    let bank = over(&log);
    let command = bank.execute(Id::new(), open()).into_future();
    drop(command);
    assert!(log.groups().is_empty());
    let mut head = std::pin::pin!(log.head());
    let mut cx = Context::from_waker(Waker::noop());
    let Poll::Ready(Ok(head)) = head.as_mut().poll(&mut cx) else {
        panic!("a log in memory answers at once");
    };
    assert_eq!(head, lawful::Position::origin(log.identity()));
}
