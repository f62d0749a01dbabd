//! Programs, step by step.

use interpretations::*;
use lawful::Uuid;
use lawful::prelude::*;
use lawful::program::layer::{Fault, Inject, Observe, Retry, Timeout};
use lawful::program::{Request, RunOptions};
use lawful_engine::{Engine, EngineOptions};
use lawful_memory::{Clock, Memory, MemoryLog};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

async fn bank() -> (Memory<Bank>, Outbox, [Id<Account>; 2]) {
    let (services, outbox) = services();
    let bank = Memory::<Bank>::new(services);
    let accounts = accounts(&bank, 1).await;
    let bob = Id::new();
    bank.execute(bob, AccountCommand::open("Bob"))
        .await
        .unwrap();
    (bank, outbox, [accounts[0], bob])
}

async fn balances(bank: &Memory<Bank>, ids: [Id<Account>; 2]) -> [Cents; 2] {
    let [ada, bob] = ids;
    [
        bank.load(ada).await.unwrap().state.balance,
        bank.load(bob).await.unwrap().state.balance,
    ]
}

#[tokio::test]
async fn a_program_runs_step_by_step() {
    let (bank, outbox, [ada, bob]) = bank().await;
    let pay = Pay {
        from: ada,
        to: bob,
        amount: 30,
    };
    let done = bank.run(pay).run_id(Uuid::from_u128(7)).await.unwrap();
    assert_eq!(balances(&bank, [ada, bob]).await, [70, 30]);
    assert_eq!(outbox.sent(), [(bob, "30 arrived".to_owned())]);
    let last = bank.history(bob).entries().await.unwrap().pop().unwrap();
    assert_eq!(done.position, last.position);
    assert_eq!(last.correlation_id, Uuid::from_u128(7));
}

#[tokio::test]
async fn a_closure_runs_too() {
    let (bank, _, [ada, bob]) = bank().await;
    let done = bank
        .run(async |bank: &mut Perform<Bank>| pay(bank, ada, bob, 50).await)
        .await;
    done.unwrap();
    assert_eq!(balances(&bank, [ada, bob]).await, [50, 50]);
}

#[tokio::test]
async fn the_same_run_does_nothing_twice() {
    let (bank, outbox, ids) = bank().await;
    let [ada, bob] = ids;
    let count = async |bank: &mut Perform<Bank>| {
        let cleo = bank.fresh::<Account>().await;
        bank.account(cleo).open("Cleo").await?;
        bank.account(ada).withdraw(10).await?;
        bank.account(cleo).deposit(10).await?;
        bank.notices().count().await.ok();
        Ok::<_, Rejection>(cleo)
    };
    let run = Uuid::new_v4();
    let first = bank.run(count).run_id(run).await.unwrap();
    let second = bank.run(count).run_id(run).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(balances(&bank, ids).await, [90, 0]);
    assert_eq!(balances(&bank, [first.output, bob]).await, [10, 0]);
    let keys = outbox.keys();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    let other = bank.run(count).await.unwrap();
    assert_ne!(other.output, first.output);
    assert_ne!(outbox.keys()[2], keys[0]);
}

#[tokio::test]
async fn an_err_keeps_what_was_done_and_runs_compensations() {
    let (bank, _, ids) = bank().await;
    let [ada, bob] = ids;
    let refused = bank
        .run(async |bank: &mut Perform<Bank>| {
            bank.account(ada).withdraw(10).await?;
            bank.account(bob).withdraw(10).await?;
            Ok::<_, Rejection>(())
        })
        .await;
    let refused = refused.unwrap_err();
    assert!(refused.rejection().unwrap().broke(AccountRule::Covers));
    assert_eq!(balances(&bank, ids).await, [90, 0]);
    let nobody = Id::new();
    let order = StandingOrder {
        from: ada,
        to: vec![bob, nobody],
        amount: 20,
    };
    let refused = bank.run(order).await.unwrap_err();
    assert!(refused.rejection().unwrap().broke(AccountRule::IsOpen));
    assert_eq!(balances(&bank, ids).await, [90, 0]);
    assert_eq!(
        bank.load(bob).await.unwrap().version,
        3,
        "paid, and paid back"
    );
}

#[tokio::test]
async fn what_is_caught_in_an_attempt_is_undone_and_what_is_caught_without_one_is_not() {
    let (bank, _, ids) = bank().await;
    let [ada, bob] = ids;
    let broken = async move |bank: &mut Perform<Bank>| {
        bank.account(ada).withdraw(10).await?;
        bank.compensate(async move |bank| bank.account(ada).deposit(10).await);
        bank.account(bob).withdraw(10).await?;
        Ok::<_, Rejection>(())
    };
    let within = async |bank: &mut Perform<Bank>| {
        let caught = bank.attempt(broken).await;
        assert!(caught.is_err());
        Ok::<_, Rejection>(())
    };
    bank.run(within).await.unwrap();
    assert_eq!(balances(&bank, ids).await, [100, 0]);
    let without = async |bank: &mut Perform<Bank>| {
        let caught = broken(bank).await;
        assert!(caught.is_err());
        Ok::<_, Rejection>(())
    };
    bank.run(without).await.unwrap();
    assert_eq!(balances(&bank, ids).await, [90, 0]);
}

#[tokio::test]
async fn a_failure_in_the_middle_names_run_step_and_request() {
    let (bank, _, ids) = bank().await;
    let [ada, bob] = ids;
    let run = Uuid::from_u128(42);
    let failed = bank
        .run(async |bank: &mut Perform<Bank>| {
            bank.account(ada).withdraw(10).await?;
            bank.compensate(async move |bank| bank.account(ada).deposit(10).await);
            bank.notices().send(bob, "fire").await.ok();
            Ok::<_, Rejection>(())
        })
        .run_id(run)
        .await;
    let failure = failed.unwrap_err();
    let failure = failure.failure().unwrap();
    assert_eq!(*failure.kind(), FailureKind::Defect);
    let told = failure.to_string();
    for part in [&run.to_string(), "step `2`", "the outbox is on fire"] {
        assert!(told.contains(part), "{told}");
    }
    assert_eq!(
        balances(&bank, ids).await,
        [90, 0],
        "a failure undoes nothing"
    );
    bank.run(Pay {
        from: ada,
        to: bob,
        amount: 90,
    })
    .await
    .unwrap();
    assert_eq!(balances(&bank, ids).await, [0, 90]);
}

#[tokio::test]
async fn a_panic_in_a_program_hurts_nobody() {
    let (bank, _, ids) = bank().await;
    let [ada, bob] = ids;
    let failed = bank
        .run(async |bank: &mut Perform<Bank>| {
            let balance = bank.account(ada).state().await.balance;
            assert!(balance < 100, "too rich");
            Ok::<_, Rejection>(())
        })
        .await;
    let failure = failed.unwrap_err();
    assert_eq!(*failure.failure().unwrap().kind(), FailureKind::Defect);
    bank.run(Transfer {
        from: ada,
        to: bob,
        amount: 1,
    })
    .await
    .unwrap();
    assert_eq!(balances(&bank, ids).await, [99, 1]);
}

/// A bank whose clock stands still until it is set.
fn still() -> (Memory<Bank>, Clock) {
    let clock = Clock::fixed(Timestamp::from_micros(1_000_000));
    let log = MemoryLog::with_clock(clock.clone());
    let services = lawful::program::Services::new(services().0);
    (
        Engine::assemble(log, services, EngineOptions::default()),
        clock,
    )
}

#[tokio::test]
async fn the_time_is_the_logs_and_sleeping_ends_by_it() {
    let (bank, clock) = still();
    let (said, hear) = tokio::sync::oneshot::channel();
    let said = Mutex::new(Some(said));
    let sleeper = bank.run(async move |bank: &mut Perform<Bank>| {
        let now = bank.now().await;
        said.lock().unwrap().take().unwrap().send(now).unwrap();
        bank.sleep_until(now + Duration::from_mins(1)).await;
        Ok::<_, Rejection>(bank.now().await)
    });
    let sleeper = tokio::spawn(sleeper.into_future());
    let now = hear.await.unwrap();
    assert_eq!(now, Timestamp::from_micros(1_000_000));
    clock.set(now + Duration::from_secs(61));
    let woken = sleeper.await.unwrap().unwrap().output;
    assert_eq!(woken, now + Duration::from_secs(61));
}

const CONVERSATION: Uuid = Uuid::from_u128(0xc0);

#[tokio::test]
async fn waiting_ends_with_an_event_of_others_or_at_the_deadline() {
    let (bank, clock) = still();
    let [ada, bob] = [Id::<Account>::new(), Id::<Account>::new()];
    bank.execute(ada, AccountCommand::open("Ada"))
        .await
        .unwrap();
    let deadline = clock.now() + Duration::from_mins(1);
    let (said, hear) = tokio::sync::oneshot::channel();
    let said = Mutex::new(Some(said));
    let waiter = bank.run(async move |bank: &mut Perform<Bank>| {
        bank.account(ada).deposit(5).await?;
        said.lock().unwrap().take().unwrap().send(()).unwrap();
        let streams = [ada.stream(), bob.stream()];
        let first = bank.wait(streams, deadline).await;
        let second = bank.wait(streams, deadline).await;
        let third = bank.wait(streams, deadline).await;
        Ok::<_, Rejection>([first, second, third])
    });
    // Others take part in the conversation, and are heard.
    let waiter = waiter.correlation(CONVERSATION);
    let waiter = tokio::spawn(waiter.into_future());
    hear.await.unwrap();
    let open = bank.execute(bob, AccountCommand::open("Bob"));
    open.correlation(CONVERSATION).await.unwrap();
    let receipt = bank.execute(ada, AccountCommand::deposit(7)).await.unwrap();
    clock.set(deadline);
    let [first, second, third] = waiter.await.unwrap().unwrap().output;
    let Some(BankEvent::Account { id, event, .. }) = first else {
        panic!("{first:?}")
    };
    assert_eq!((id, event), (bob, AccountEvent::opened("Bob")));
    let Some(BankEvent::Account {
        id,
        event,
        position,
    }) = second
    else {
        panic!("{second:?}")
    };
    assert_eq!((id, event), (ada, AccountEvent::deposited(7)));
    assert_eq!(Some(position), receipt.position);
    assert_eq!(third, None);
}

#[tokio::test]
async fn by_the_machines_clock_sleeping_ends_by_itself() {
    let (bank, _, _) = bank().await;
    let woken = bank
        .run(async |bank: &mut Perform<Bank>| {
            let until = bank.now().await + Duration::from_millis(20);
            bank.sleep_until(until).await;
            Ok::<_, Rejection>(bank.now().await >= until)
        })
        .await;
    assert!(woken.unwrap().output);
}

#[tokio::test]
async fn layers_stack_around_what_answers() {
    let (bank, outbox, ids) = bank().await;
    let [ada, bob] = ids;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let lost = Arc::new(AtomicU32::new(0));
    let (told, losing) = (Arc::clone(&seen), Arc::clone(&lost));
    // The answer of each command gets lost once, after it took effect; the retry finds what was recorded.
    let done = bank
        .run_with(
            Pay {
                from: ada,
                to: bob,
                amount: 30,
            },
            move |live| {
                let faulty = Inject::new(live, move |asked: lawful::program::Asked<'_, Bank>| {
                    let command = matches!(asked.request, Request::Aggregate(_));
                    let even = losing.fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
                    let failure =
                        || Failure::new(FailureKind::OutcomeUnknown, "the answer is lost");
                    (command && even).then(|| Fault::After(failure()))
                });
                let timed = Timeout::new(faulty, std::future::pending::<()>);
                let retried = Retry::new(timed, 3, |_, _: &Failure| tokio::task::yield_now());
                Observe::new(retried, move |asked, answer| {
                    let answer = answer.as_ref().unwrap();
                    told.lock()
                        .unwrap()
                        .push(format!("{} {answer}", asked.step));
                })
            },
        )
        .await;
    done.unwrap();
    assert_eq!(balances(&bank, ids).await, [70, 30]);
    assert_eq!(outbox.sent().len(), 1);
    let seen = seen.lock().unwrap();
    assert_eq!(
        seen[..2],
        ["1 withdrawn(amount: 30)", "2 deposited(amount: 30)"]
    );
    assert!(
        lost.load(Ordering::Relaxed) >= 4,
        "both answers were lost once"
    );
}

#[tokio::test]
async fn whoever_drives_a_program_himself_has_the_same_answers() {
    let (bank, _, ids) = bank().await;
    let [ada, bob] = ids;
    let mut live = bank.live(RunOptions::default()).await.unwrap();
    let transfer = Transfer {
        from: ada,
        to: bob,
        amount: 30,
    };
    let driven = lawful::program::drive::<Bank, _, _>(transfer, &mut live).await;
    driven.unwrap().unwrap();
    assert_eq!(balances(&bank, ids).await, [70, 30]);
}
