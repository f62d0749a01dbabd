//! Execute, load and history over a log in memory.

mod fixture;

use fixture::{Account, AccountCommand, AccountEvent, AccountRule, Bank, BankPayload, ScriptedLog};
use lawful::log::EventLog;
use lawful::{
    Aggregate, AsOf, Domain, FailureKind, Has, Id, Interpreter, Receipt, Timestamp, Uuid,
};
use lawful_engine::{Engine, EngineOptions, Error};
use lawful_memory::{Clock, MemoryLog};
use std::sync::Arc;

type Memory = Engine<Bank, MemoryLog<BankPayload>>;

fn memory() -> Memory {
    Engine::with(MemoryLog::default(), EngineOptions::default())
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

#[track_caller]
fn kind<T: std::fmt::Debug>(result: Result<T, Error>) -> FailureKind {
    match result {
        Err(Error::Failed(failure)) => failure.kind().clone(),
        other => panic!("expected a failure, found {other:?}"),
    }
}

#[tokio::test]
async fn a_receipt_says_what_happened() {
    let bank = memory();
    let ada = Id::<Account>::new();
    bank.execute(ada, open()).await.unwrap();
    let receipt = bank.execute(ada, deposit(50)).await.unwrap();
    assert_eq!(receipt.id, ada);
    assert_eq!(receipt.version, 2);
    assert_eq!(receipt.position, Some(bank.log().head().await.unwrap()));
    assert_eq!(receipt.events, [AccountEvent::Deposited { amount: 50 }]);
    assert_eq!(receipt.state.balance, 50);
    let loaded = bank.load(ada).await.unwrap();
    assert_eq!((loaded.version, &loaded.state), (2, &receipt.state));
}

#[tokio::test]
async fn a_receipt_that_is_kept_never_changes() {
    let bank = memory();
    let ada = Id::<Account>::new();
    let mut kept = vec![bank.execute(ada, open()).await.unwrap()];
    for amount in 1..=20 {
        let receipt = bank.execute(ada, deposit(amount)).await.unwrap();
        // Every second receipt is dropped, so that buffers are both reused and not.
        if amount % 2 == 0 {
            kept.push(receipt);
        }
    }
    for receipt in kept {
        let expected = (1..i64::try_from(receipt.version).unwrap()).sum::<i64>();
        assert_eq!(receipt.state.balance, expected);
    }
}

#[tokio::test]
async fn a_buffer_that_was_looked_at_for_a_while_catches_up() {
    let bank = memory();
    let ada = Id::<Account>::new();
    let mut last = bank.execute(ada, open()).await.unwrap();
    for amount in 1..=20 {
        let next = bank.execute(ada, deposit(amount)).await.unwrap();
        assert_eq!(next.state.balance, last.state.balance + amount);
        last = next;
    }
    assert_eq!(bank.load(ada).await.unwrap().state.balance, 210);
}

#[tokio::test]
async fn a_rejection_changes_nothing() {
    let bank = memory();
    let ada = Id::<Account>::new();
    bank.execute(ada, open()).await.unwrap();
    bank.execute(ada, deposit(30)).await.unwrap();
    for command in [withdraw(50), AccountCommand::Seize { amount: 50 }] {
        let error = bank.execute(ada, command).await.unwrap_err();
        assert!(error.rejection().is_some(), "{error:?}");
        let loaded = bank.load(ada).await.unwrap();
        assert_eq!((loaded.version, loaded.state.balance), (2, 30));
    }
    let receipt = bank.execute(ada, withdraw(30)).await.unwrap();
    assert_eq!((receipt.version, receipt.state.balance), (3, 0));
}

#[tokio::test]
async fn an_invariant_refuses_on_the_second_buffer() {
    let bank = memory();
    let ada = Id::<Account>::new();
    bank.execute(ada, open()).await.unwrap();
    let seize = AccountCommand::Seize { amount: 1 };
    let error = bank.execute(ada, seize).await.unwrap_err();
    let rejection = error.rejection().unwrap();
    assert!(rejection.broke(AccountRule::IsSolvent));
}

#[tokio::test]
async fn accepted_with_nothing_to_record_is_a_receipt_at_the_head() {
    let bank = memory();
    let ada = Id::<Account>::new();
    let opened = bank.execute(ada, open()).await.unwrap();
    let silent = bank.execute(ada, deposit(0)).await.unwrap();
    assert_eq!((silent.version, silent.events.len()), (1, 0));
    assert_eq!(silent.position, opened.position);
}

#[tokio::test]
async fn loading_what_never_happened_gives_the_state_before_anything() {
    let bank = memory();
    let loaded = bank.load(Id::<Account>::new()).await.unwrap();
    assert_eq!((*loaded.state).clone(), Account::default());
    assert_eq!(loaded.version, 0);
}

#[tokio::test]
async fn the_past_can_be_loaded_by_version_position_and_time() {
    let clock = Clock::fixed(Timestamp::from_micros(1_000));
    let bank: Memory = Engine::with(
        MemoryLog::with_clock(clock.clone()),
        EngineOptions::default(),
    );
    let (ada, bob) = (Id::<Account>::new(), Id::<Account>::new());
    bank.execute(ada, open()).await.unwrap();
    bank.execute(bob, open()).await.unwrap();
    clock.set(Timestamp::from_micros(2_000));
    let between = bank
        .execute(bob, deposit(1))
        .await
        .unwrap()
        .position
        .unwrap();
    let after = bank
        .execute(ada, deposit(5))
        .await
        .unwrap()
        .position
        .unwrap();
    let at = async |moment| {
        let loaded = bank.load_as_of(ada, moment).await?;
        Ok::<_, lawful::Failure>((loaded.version, loaded.state.balance))
    };
    assert_eq!(at(AsOf::Version(0)).await.unwrap(), (0, 0));
    assert_eq!(at(AsOf::Version(1)).await.unwrap(), (1, 0));
    assert_eq!(at(AsOf::Version(2)).await.unwrap(), (2, 5));
    assert_eq!(at(AsOf::Position(between)).await.unwrap(), (1, 0));
    assert_eq!(at(AsOf::Position(after)).await.unwrap(), (2, 5));
    for (micros, expected) in [
        (999, (0, 0)),
        (1_000, (1, 0)),
        (1_999, (1, 0)),
        (2_000, (2, 5)),
    ] {
        let moment = AsOf::Time(Timestamp::from_micros(micros));
        assert_eq!(at(moment).await.unwrap(), expected, "at {micros}");
    }
    let failure = at(AsOf::Version(3)).await.unwrap_err();
    assert_eq!(
        *failure.kind(),
        FailureKind::VersionMismatch {
            expected: 3,
            actual: 2
        }
    );
    let message = format!("stream `account-{ada}` has no version 3 yet: it is at version 2");
    assert_eq!(failure.to_string(), message);
    let foreign = memory();
    let elsewhere = foreign
        .execute(ada, open())
        .await
        .unwrap()
        .position
        .unwrap();
    let failure = at(AsOf::Position(elsewhere)).await.unwrap_err();
    assert_eq!(*failure.kind(), FailureKind::ForeignPosition);
}

#[tokio::test]
async fn a_position_that_the_log_has_not_reached_is_refused() {
    let bank = memory();
    let ada = Id::<Account>::new();
    bank.execute(ada, open()).await.unwrap();
    let future = lawful::Position::new(bank.log().identity(), 7);
    let failure = bank
        .load_as_of(ada, AsOf::Position(future))
        .await
        .unwrap_err();
    assert_eq!(*failure.kind(), FailureKind::ForeignPosition);
}

#[tokio::test]
async fn the_history_is_whole_over_several_pages() {
    let bank = memory();
    let ada = Id::<Account>::new();
    bank.execute(ada, open()).await.unwrap();
    let amounts: Vec<i64> = (1..=1_500).collect();
    bank.execute(ada, AccountCommand::Pay { amounts })
        .await
        .unwrap();
    let history = bank.history(ada).entries().await.unwrap();
    assert_eq!(history.len(), 1_501);
    for (entry, version) in history.iter().zip(1..) {
        assert_eq!(entry.version, version);
    }
    assert_eq!(
        history[1_500].event,
        AccountEvent::Deposited { amount: 1_500 }
    );
    let cold: Memory = Engine::with(bank.log().clone(), EngineOptions::default());
    assert_eq!(cold.load(ada).await.unwrap(), bank.load(ada).await.unwrap());
    let early = cold.load_as_of(ada, AsOf::Version(1_000)).await.unwrap();
    assert_eq!(early.state.balance, (1..1_000).sum::<i64>());
}

#[tokio::test]
async fn a_history_that_cannot_be_read_on_ends_with_the_failure() {
    let log = ScriptedLog::new([]);
    let bank: Engine<Bank, _> = Engine::with(log.clone(), EngineOptions::default());
    let ada = Id::<Account>::new();
    bank.execute(ada, open()).await.unwrap();
    let amounts = vec![1; 600];
    bank.execute(ada, AccountCommand::Pay { amounts })
        .await
        .unwrap();
    let mut history = bank.history(ada);
    for _ in 0..512 {
        history.next().await.unwrap().unwrap();
    }
    log.unreadable(1);
    let failure = history.next().await.unwrap().unwrap_err();
    assert_eq!(*failure.kind(), FailureKind::Unavailable);
    assert!(history.next().await.is_none());
    log.unreadable(1);
    let failure = bank.history(ada).entries().await.unwrap_err();
    assert_eq!(*failure.kind(), FailureKind::Unavailable);
}

#[tokio::test]
async fn what_the_caller_said_stands_on_each_event() {
    let bank = memory();
    let ada = Id::<Account>::new();
    let (conversation, cause) = (Uuid::from_u128(7), Uuid::from_u128(8));
    bank.execute(ada, open()).await.unwrap();
    bank.execute(
        ada,
        AccountCommand::Pay {
            amounts: vec![1, 2],
        },
    )
    .command_id(9_u128)
    .correlation(conversation)
    .causation(cause)
    .metadata("by", "Grace")
    .await
    .unwrap();
    let history = bank.history(ada).entries().await.unwrap();
    assert_eq!(history[0].correlation_id, history[0].command_id.uuid());
    assert_eq!(
        (history[0].causation_id, &history[0].metadata),
        (None, &None)
    );
    for entry in &history[1..] {
        assert_eq!(entry.command_id, 9_u128.into());
        assert_eq!(entry.correlation_id, conversation);
        assert_eq!(entry.causation_id, Some(cause));
        assert_eq!(entry.metadata.as_ref().unwrap()["by"], "Grace");
    }
    assert_ne!(history[1].event_id, history[2].event_id);
}

#[tokio::test]
async fn conversations_and_causes_may_be_texts_ids_and_the_ids_of_commands() {
    let bank = memory();
    let ada = Id::<Account>::new();
    bank.execute(ada, open())
        .command_id("opening")
        .correlation("import 7")
        .await
        .unwrap();
    let opening = bank.history(ada).entries().await.unwrap()[0].command_id;
    bank.execute(ada, deposit(1))
        .correlation("import 7")
        .causation(opening)
        .await
        .unwrap();
    bank.execute(ada, deposit(1))
        .correlation("import 8")
        .causation(ada)
        .await
        .unwrap();
    let history = bank.history(ada).entries().await.unwrap();
    assert_eq!(history[0].correlation_id, history[1].correlation_id);
    assert_ne!(history[1].correlation_id, history[2].correlation_id);
    assert_eq!(history[1].causation_id, Some(opening.uuid()));
    assert_eq!(history[2].causation_id, Some(ada.uuid()));
}

#[tokio::test]
async fn an_expected_version_that_is_not_there_is_a_failure_with_both() {
    let bank = memory();
    let ada = Id::<Account>::new();
    bank.execute(ada, open()).expect_version(0).await.unwrap();
    bank.execute(ada, deposit(1))
        .expect_version(1)
        .await
        .unwrap();
    for _ in 0..2 {
        let result = bank.execute(ada, deposit(1)).expect_version(1).await;
        let mismatch = FailureKind::VersionMismatch {
            expected: 1,
            actual: 2,
        };
        assert_eq!(kind(result), mismatch);
    }
    assert_eq!(bank.load(ada).await.unwrap().version, 2);
}

#[tokio::test]
async fn a_panic_in_a_body_is_a_failure_that_names_the_command() {
    let bank = memory();
    let ada = Id::<Account>::new();
    bank.execute(ada, open()).await.unwrap();
    let result = bank
        .execute(ada, AccountCommand::PanicAt { balance: 0 })
        .await;
    let Err(Error::Failed(failure)) = result else {
        panic!("expected a failure, found {result:?}");
    };
    assert_eq!(*failure.kind(), FailureKind::Defect);
    assert_eq!(
        failure.to_string(),
        format!(
            "command `panic_at` of stream `account-{ada}` panicked: `the balance is 0`; nothing was written, make the rule, body or event total that panics"
        )
    );
    assert_eq!(bank.execute(ada, deposit(1)).await.unwrap().version, 2);
}

#[tokio::test]
async fn an_overflow_in_an_event_is_a_defect_and_writes_nothing() {
    let bank = memory();
    let ada = Id::<Account>::new();
    bank.execute(ada, open()).await.unwrap();
    bank.execute(ada, deposit(i64::MAX)).await.unwrap();
    assert_eq!(
        kind(bank.execute(ada, deposit(1)).await),
        FailureKind::Defect
    );
    let loaded = bank.load(ada).await.unwrap();
    assert_eq!((loaded.version, loaded.state.balance), (2, i64::MAX));
}

#[tokio::test]
async fn roots_that_leave_the_cache_come_back_from_the_log() {
    let options = EngineOptions {
        capacity: 2,
        ..EngineOptions::default()
    };
    let bank: Memory = Engine::with(MemoryLog::default(), options);
    let ids: Vec<_> = (0..50).map(|_| Id::<Account>::new()).collect();
    for round in 0..3 {
        for id in &ids {
            let command = if round == 0 { open() } else { deposit(1) };
            let receipt = bank.execute(*id, command).await.unwrap();
            assert_eq!(
                (receipt.version, receipt.state.balance),
                (round + 1, i64::try_from(round).unwrap())
            );
        }
    }
}

/// Compiles only while the futures are `Send` and borrow nothing, also where everything is generic.
async fn spawned<D, A, L>(engine: &Engine<D, L>, id: Id<A>, command: A::Command) -> Receipt<A>
where
    D: Has<A>,
    A: Aggregate,
    L: EventLog<Event = <D as Domain>::Event>,
{
    let work = engine.execute(id, command).into_future();
    tokio::spawn(work).await.unwrap().unwrap()
}

async fn spawned_on_any<D, A, I>(bank: &I, id: Id<A>, command: A::Command) -> Receipt<A>
where
    D: Has<A>,
    A: Aggregate,
    I: Interpreter<D>,
{
    let work = bank
        .execute(id, command)
        .correlation(Uuid::nil())
        .into_future();
    let receipt = tokio::spawn(work).await.unwrap().unwrap();
    let bank = bank.clone();
    let load = tokio::spawn(async move { bank.load(id).await });
    assert_eq!(load.await.unwrap().unwrap().version, receipt.version);
    receipt
}

#[tokio::test]
async fn generic_code_can_spawn_what_it_asks() {
    let bank = memory();
    let ada = Id::<Account>::new();
    assert_eq!(spawned(&bank, ada, open()).await.version, 1);
    assert_eq!(spawned_on_any(&bank, ada, deposit(1)).await.version, 2);
}

#[tokio::test]
async fn states_are_shared_and_not_copied() {
    let bank = memory();
    let ada = Id::<Account>::new();
    let receipt = bank.execute(ada, open()).await.unwrap();
    let loaded = bank.load(ada).await.unwrap();
    assert!(Arc::ptr_eq(&receipt.state, &loaded.state));
}
