//! Programs, all or nothing.

use interpretations::*;
use lawful::log::EventLog;
use lawful::prelude::*;
use lawful_engine::{Engine, EngineOptions};
use lawful_memory::Memory;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

on_every_log! {
    a_transfer_is_all_or_nothing,
    a_transaction_sees_what_it_did_and_its_receipts_have_no_position,
    what_was_read_is_a_condition,
    that_a_stream_does_not_exist_is_a_condition,
    an_err_is_given_only_after_the_log_has_confirmed_what_it_rests_on,
    no_attempt_sees_two_streams_from_different_moments,
    what_happens_to_other_streams_disturbs_nobody,
    a_transaction_that_always_loses_says_so,
    an_unknown_outcome_is_settled,
    a_panic_of_the_log_or_of_the_program_writes_nothing_and_hurts_nobody,
    without_interference_transact_is_run,
    an_attempt_inside_a_transaction_leaves_what_its_compensations_leave,
}

/// An interpreter of a log that lies, an honest one of the same log, as another process has it, and two accounts.
type Two<L> = (Engine<Bank, Lying<L>>, Engine<Bank, L>, [Id<Account>; 2]);

/// 100 are in the first account and nothing in the second.
async fn two<L: Logs>(logs: &L, lie: Lie) -> Two<L::Log<Stored>> {
    let [one, two] = logs.pair().await;
    let (bank, other) = (over(Lying::new(one, lie)), over(two));
    let ada = accounts(&other, 1).await[0];
    let bob = Id::new();
    other
        .execute(bob, AccountCommand::open("Bob"))
        .await
        .unwrap();
    (bank, other, [ada, bob])
}

/// What somebody else does while a program under test is in the middle of something.
fn meanwhile<T>(work: impl IntoFuture<Output = T>) -> T {
    block_in_place(|| Handle::current().block_on(work.into_future()))
}

/// Counts attempts. Clones count together.
#[derive(Clone, Default)]
struct Attempts(Arc<AtomicU32>);

impl Attempts {
    fn begin(&self) -> u32 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn made(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

async fn balance<L: EventLog<Event = Stored>>(bank: &Engine<Bank, L>, id: Id<Account>) -> Cents {
    bank.load(id).await.unwrap().state.balance
}

async fn a_transfer_is_all_or_nothing(logs: &impl Logs) {
    let (bank, _, [ada, bob]) = two(logs, Lie::Nothing).await;
    let done = bank
        .transact(Transfer {
            from: ada,
            to: bob,
            amount: 30,
        })
        .await
        .unwrap();
    assert_eq!(done.position, bank.log().head().await.unwrap());
    assert_eq!(
        (balance(&bank, ada).await, balance(&bank, bob).await),
        (70, 30)
    );
    let nobody = Id::new();
    let head = bank.log().head().await.unwrap();
    let refused = bank
        .transact(Transfer {
            from: ada,
            to: nobody,
            amount: 30,
        })
        .await;
    assert!(
        refused
            .unwrap_err()
            .rejection()
            .unwrap()
            .broke(AccountRule::IsOpen)
    );
    assert_eq!(
        bank.log().head().await.unwrap(),
        head,
        "an `Err` appends nothing"
    );
    assert_eq!(balance(&bank, ada).await, 70);
    // Step by step, the first half is done.
    bank.run(Transfer {
        from: ada,
        to: nobody,
        amount: 30,
    })
    .await
    .unwrap_err();
    assert_eq!(balance(&bank, ada).await, 40);
}

async fn a_transaction_sees_what_it_did_and_its_receipts_have_no_position(logs: &impl Logs) {
    let (bank, _, [ada, bob]) = two(logs, Lie::Nothing).await;
    let done = bank
        .transact(async move |bank: &mut Atomic<Bank>| {
            let first = bank.account(ada).withdraw(60).await?;
            assert_eq!(bank.account(ada).state().await.balance, 40);
            let refused = bank.account(ada).withdraw(60).await.unwrap_err();
            assert!(refused.broke(AccountRule::Covers));
            let second = bank.account(bob).deposit(60).await?;
            let third = bank.account(ada).withdraw(40).await?;
            Ok::<_, Rejection>([first, second, third])
        })
        .await;
    let receipts = done.unwrap().output;
    assert!(receipts.iter().all(|receipt| receipt.position.is_none()));
    assert_eq!(
        receipts.each_ref().map(|receipt| receipt.state.balance),
        [40, 60, 0]
    );
    assert_eq!(
        (balance(&bank, ada).await, balance(&bank, bob).await),
        (0, 60)
    );
    // The log has them in the order in which they were decided.
    let page = bank.log().read_all(start(&bank), 99).await;
    let last = page.unwrap().entries.split_off(12);
    let streams: Vec<_> = last.iter().map(|entry| entry.stream).collect();
    assert_eq!(streams, [ada.stream(), bob.stream(), ada.stream()]);
    let runs: Vec<_> = last.iter().map(|entry| entry.correlation_id).collect();
    assert!(runs.iter().all(|run| *run == runs[0]));
    // And the hot states are what the log says.
    bank.execute(ada, AccountCommand::withdraw(1))
        .await
        .unwrap_err();
    assert_eq!(
        bank.execute(bob, AccountCommand::withdraw(60))
            .await
            .unwrap()
            .version,
        3
    );
}

fn start<L: EventLog<Event = Stored>>(bank: &Engine<Bank, L>) -> lawful::Position {
    lawful::Position::origin(bank.log().identity())
}

async fn what_was_read_is_a_condition(logs: &impl Logs) {
    assert_eq!(skew(logs, Lie::Nothing).await, (2, 0));
    // The test sees a log that forgets it.
    assert_eq!(skew(logs, Lie::ForgetsReads).await, (1, 1));
}

/// Ada is given one if Bob has nothing; meanwhile Bob is given something. How many attempts there were, and what Ada got.
async fn skew(logs: &impl Logs, lie: Lie) -> (u32, Cents) {
    let (bank, other, [ada, bob]) = two(logs, lie).await;
    let attempts = Attempts::default();
    let counted = attempts.clone();
    let given = bank
        .transact(async move |bank: &mut Atomic<Bank>| {
            let poor = bank.account(bob).state().await.balance == 0;
            if counted.begin() == 1 {
                meanwhile(other.execute(bob, AccountCommand::deposit(5))).unwrap();
            }
            if poor {
                bank.account(ada).deposit(1).await?;
            }
            Ok::<_, Rejection>(())
        })
        .await;
    given.unwrap();
    (attempts.made(), balance(&bank, ada).await - 100)
}

async fn that_a_stream_does_not_exist_is_a_condition(logs: &impl Logs) {
    assert_eq!(absence(logs, Lie::Nothing).await, (2, 0));
    assert_eq!(absence(logs, Lie::ForgetsAbsent).await, (1, 1));
}

/// Ada is given one if Cleo has no account; meanwhile Cleo opens one.
async fn absence(logs: &impl Logs, lie: Lie) -> (u32, Cents) {
    let (bank, other, [ada, _]) = two(logs, lie).await;
    let cleo = Id::<Account>::new();
    let attempts = Attempts::default();
    let counted = attempts.clone();
    let given = bank
        .transact(async move |bank: &mut Atomic<Bank>| {
            let absent = bank.account(cleo).state().await.owner.is_none();
            if counted.begin() == 1 {
                meanwhile(other.execute(cleo, AccountCommand::open("Cleo"))).unwrap();
            }
            if absent {
                bank.account(ada).deposit(1).await?;
            }
            Ok::<_, Rejection>(())
        })
        .await;
    given.unwrap();
    (attempts.made(), balance(&bank, ada).await - 100)
}

async fn an_err_is_given_only_after_the_log_has_confirmed_what_it_rests_on(logs: &impl Logs) {
    let (bank, other, [ada, bob]) = two(logs, Lie::Nothing).await;
    let attempts = Attempts::default();
    let counted = attempts.clone();
    let paid = bank
        .transact(async move |bank: &mut Atomic<Bank>| {
            let poor = bank.account(bob).withdraw(5).await;
            if counted.begin() == 1 {
                meanwhile(other.execute(bob, AccountCommand::deposit(5))).unwrap();
            }
            poor?;
            bank.account(ada).deposit(5).await?;
            Ok::<_, Rejection>(())
        })
        .await;
    paid.unwrap();
    assert_eq!(attempts.made(), 2);
    assert_eq!(
        (balance(&bank, ada).await, balance(&bank, bob).await),
        (105, 0)
    );
}

async fn no_attempt_sees_two_streams_from_different_moments(logs: &impl Logs) {
    let (bank, other, [ada, bob]) = two(logs, Lie::Nothing).await;
    // Kept states are warm, and behind.
    bank.load(ada).await.unwrap();
    bank.load(bob).await.unwrap();
    let attempts = Attempts::default();
    let counted = attempts.clone();
    let seen = bank
        .transact(async move |bank: &mut Atomic<Bank>| {
            let first = bank.account(ada).state().await.balance;
            if counted.begin() == 1 {
                meanwhile(other.transact(Transfer {
                    from: ada,
                    to: bob,
                    amount: 30,
                }))
                .unwrap();
            }
            let second = bank.account(bob).state().await.balance;
            assert_eq!(first + second, 100);
            Ok::<_, Rejection>((first, second))
        })
        .await;
    assert_eq!(seen.unwrap().output, (70, 30));
    assert_eq!(attempts.made(), 2);
}

async fn what_happens_to_other_streams_disturbs_nobody(logs: &impl Logs) {
    let (bank, other, [ada, bob]) = two(logs, Lie::Nothing).await;
    let attempts = Attempts::default();
    let counted = attempts.clone();
    let cleo = Id::<Account>::new();
    let moved = bank
        .transact(async move |bank: &mut Atomic<Bank>| {
            bank.account(ada).withdraw(10).await?;
            if counted.begin() == 1 {
                meanwhile(other.execute(cleo, AccountCommand::open("Cleo"))).unwrap();
            }
            bank.account(bob).deposit(10).await?;
            Ok::<_, Rejection>(())
        })
        .await;
    moved.unwrap();
    assert_eq!(attempts.made(), 1);
}

async fn a_transaction_that_always_loses_says_so(logs: &impl Logs) {
    let (bank, other, [ada, _]) = two(logs, Lie::Nothing).await;
    let attempts = Attempts::default();
    let counted = attempts.clone();
    let lost = bank
        .transact(async move |bank: &mut Atomic<Bank>| {
            bank.account(ada).withdraw(1).await?;
            counted.begin();
            meanwhile(other.execute(ada, AccountCommand::deposit(1))).unwrap();
            Ok::<_, Rejection>(())
        })
        .await;
    let failure = lost.unwrap_err();
    let kind = failure.failure().unwrap().kind().clone();
    assert_eq!(
        kind,
        FailureKind::Contention {
            attempts: attempts.made()
        }
    );
    assert_eq!(attempts.made(), EngineOptions::default().attempts);
    assert_eq!(
        balance(&bank, ada).await,
        100 + Cents::from(attempts.made())
    );
}

async fn an_unknown_outcome_is_settled(logs: &impl Logs) {
    for lie in [Lie::LosesAnswers, Lie::LosesRequests] {
        let (bank, other, [ada, bob]) = two(logs, lie).await;
        let transfer = Transfer {
            from: ada,
            to: bob,
            amount: 30,
        };
        let done = bank.transact(transfer).await.unwrap();
        assert_eq!(done.position, other.log().head().await.unwrap(), "{lie:?}");
        assert_eq!(
            (balance(&other, ada).await, balance(&other, bob).await),
            (70, 30),
            "{lie:?}"
        );
        assert_eq!(balance(&bank, bob).await, 30, "{lie:?}");
        assert!(bank.log().asked() >= 2);
    }
}

async fn a_panic_of_the_log_or_of_the_program_writes_nothing_and_hurts_nobody(logs: &impl Logs) {
    let (bank, other, [ada, bob]) = two(logs, Lie::Panics).await;
    let failed = bank
        .transact(Transfer {
            from: ada,
            to: bob,
            amount: 30,
        })
        .await
        .unwrap_err();
    assert_eq!(*failed.failure().unwrap().kind(), FailureKind::Defect);
    let failed = other
        .transact(async move |bank: &mut Atomic<Bank>| {
            let receipt = bank.account(ada).withdraw(30).await?;
            assert!(receipt.state.balance > 70, "too poor");
            Ok::<_, Rejection>(())
        })
        .await
        .unwrap_err();
    assert_eq!(*failed.failure().unwrap().kind(), FailureKind::Defect);
    assert_eq!(balance(&bank, ada).await, 100);
    other
        .transact(Transfer {
            from: ada,
            to: bob,
            amount: 30,
        })
        .await
        .unwrap();
    assert_eq!(balance(&bank, ada).await, 70);
}

async fn without_interference_transact_is_run(logs: &impl Logs) {
    let (of_run, of_transact) = (two(logs, Lie::Nothing).await, two(logs, Lie::Nothing).await);
    for amount in [30, 0, 70, 1] {
        let [from, to] = of_run.2;
        let run = of_run.0.run(Transfer { from, to, amount }).await;
        let [from, to] = of_transact.2;
        let transacted = of_transact.0.transact(Transfer { from, to, amount }).await;
        let told = |error: Error| error.to_string();
        assert_eq!(
            run.map(|done| done.output).map_err(told),
            transacted.map(|done| done.output).map_err(told)
        );
    }
    for index in 0..2 {
        let run = of_run.0.history(of_run.2[index]).entries().await.unwrap();
        let transacted = of_transact
            .0
            .history(of_transact.2[index])
            .entries()
            .await
            .unwrap();
        let events = |entries: Vec<lawful::Recorded<Account>>| {
            entries
                .into_iter()
                .map(|entry| entry.event)
                .collect::<Vec<_>>()
        };
        assert_eq!(events(run), events(transacted));
    }
}

async fn an_attempt_inside_a_transaction_leaves_what_its_compensations_leave(logs: &impl Logs) {
    let (bank, _, [ada, bob]) = two(logs, Lie::Nothing).await;
    bank.transact(async move |bank: &mut Atomic<Bank>| {
        let caught = bank
            .attempt(async move |bank| {
                bank.account(ada).withdraw(10).await?;
                bank.compensate(async move |bank| bank.account(ada).deposit(10).await);
                bank.account(bob).withdraw(10).await?;
                Ok::<_, Rejection>(())
            })
            .await;
        assert!(caught.is_err());
        bank.account(bob).deposit(1).await?;
        Ok::<_, Rejection>(())
    })
    .await
    .unwrap();
    assert_eq!(
        (balance(&bank, ada).await, balance(&bank, bob).await),
        (100, 1)
    );
}

/// A bank that can ask nobody.
#[domain(aggregates(Account))]
pub struct Quiet;

#[tokio::test]
async fn a_transaction_of_a_domain_without_services_cannot_sleep_and_says_so() {
    let bank = Memory::<Quiet>::default();
    let failed = bank
        .transact(async move |bank: &mut Perform<Quiet>| {
            bank.sleep_until(Timestamp::from_micros(0)).await;
            Ok::<_, Rejection>(())
        })
        .await;
    let failure = failed.unwrap_err();
    let failure = failure.failure().unwrap();
    assert_eq!(*failure.kind(), FailureKind::Defect);
    assert!(
        failure.to_string().contains("inside a transaction"),
        "{failure}"
    );
}
