//! Programs step by step on JetStream, which has no transactions over several streams: each command is an append of its own, under an id
//! made from run and step.

use interpretations::*;
use lawful::Uuid;
use lawful::log::EventLog;
use lawful::prelude::*;
use lawful::program::layer::{Fault, Inject, Retry};
use lawful::program::{Asked, Request};
use lawful_jetstream::{JetStream, JetStreamOptions};
use lawful_servers::Nats;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

static SERVER: LazyLock<Option<Nats>> = LazyLock::new(Nats::start);

/// Where a bank is that is not there yet; `None` where there is no server, and it was then said what to install.
fn place() -> Option<JetStreamOptions> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    Some(JetStreamOptions::new(SERVER.as_ref()?.url()).name(format!("bank_{number}")))
}

async fn bank(place: &JetStreamOptions) -> (JetStream<Bank>, Outbox) {
    let (services, outbox) = services();
    let bank = JetStream::<Bank>::connect_with(place.clone(), services).await;
    (bank.unwrap(), outbox)
}

/// 100 are in Ada's account, and Bob's is empty.
async fn ada_and_bob(bank: &JetStream<Bank>) -> [Id<Account>; 2] {
    let bob = Id::new();
    let open = AccountCommand::open("Bob");
    bank.execute(bob, open).await.unwrap();
    [accounts(bank, 1).await[0], bob]
}

async fn balances(bank: &JetStream<Bank>, ids: &[Id<Account>]) -> Vec<Cents> {
    let mut balances = Vec::new();
    for &id in ids {
        balances.push(bank.load(id).await.unwrap().state.balance);
    }
    balances
}

#[tokio::test]
async fn a_program_runs_step_by_step_and_the_same_run_does_nothing_twice() {
    let Some(place) = place() else { return };
    let (bank, outbox) = bank(&place).await;
    let [ada, bob] = ada_and_bob(&bank).await;
    let pay = Pay {
        from: ada,
        to: bob,
        amount: 30,
    };
    let run = Uuid::from_u128(7);
    let first = bank.run(pay.clone()).run_id(run).await.unwrap();
    assert_eq!(outbox.sent(), [(bob, "30 arrived".to_owned())]);
    // Another process, which has seen nothing of it.
    let (other, _) = self::bank(&place).await;
    let second = other.run(pay).run_id(run).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(balances(&other, &[ada, bob]).await, [70, 30]);
    let last = other.history(bob).entries().await.unwrap().pop().unwrap();
    assert_eq!(first.position, last.position);
    assert_eq!(last.correlation_id, run);
}

#[tokio::test]
async fn an_err_keeps_what_was_done_and_runs_compensations() {
    let Some(place) = place() else { return };
    let (bank, _) = bank(&place).await;
    let [ada, bob] = ada_and_bob(&bank).await;
    let nobody = Id::new();
    let order = StandingOrder {
        from: ada,
        to: vec![bob, nobody],
        amount: 20,
    };
    let head = bank.log().head().await.unwrap();
    let story = bank.dry_run_with(order.clone(), services().0).await;
    assert!(story.unwrap().outcome.is_err());
    assert_eq!(bank.log().head().await.unwrap(), head, "nothing is written");
    let refused = bank.run(order).await.unwrap_err();
    assert!(refused.rejection().unwrap().broke(AccountRule::IsOpen));
    assert_eq!(balances(&bank, &[ada, bob]).await, [100, 0]);
    let bob = bank.load(bob).await.unwrap();
    assert_eq!(bob.version, 3, "paid, and paid back");
}

#[tokio::test]
async fn answers_that_get_lost_are_found_again() {
    let Some(place) = place() else { return };
    let (bank, outbox) = bank(&place).await;
    let [ada, bob] = ada_and_bob(&bank).await;
    let pay = Pay {
        from: ada,
        to: bob,
        amount: 30,
    };
    let asked = AtomicU32::new(0);
    let run = bank.run_with(pay, move |live| {
        let faulty = Inject::new(live, move |one: Asked<'_, Bank>| {
            let command = matches!(one.request, Request::Aggregate(_));
            let even = asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
            let lost = Failure::new(FailureKind::OutcomeUnknown, "the answer is lost");
            (command && even).then_some(Fault::After(lost))
        });
        Retry::new(faulty, 3, |_, _: &Failure| tokio::task::yield_now())
    });
    run.await.unwrap();
    assert_eq!(balances(&bank, &[ada, bob]).await, [70, 30]);
    assert_eq!(outbox.sent().len(), 1);
}

#[tokio::test]
async fn waiting_ends_with_an_event_that_another_process_records() {
    let Some(place) = place() else { return };
    let (bank, _) = bank(&place).await;
    let (other, _) = self::bank(&place).await;
    let [ada, bob] = ada_and_bob(&bank).await;
    let (said, hear) = tokio::sync::oneshot::channel();
    let said = std::sync::Mutex::new(Some(said));
    let waiter = bank.run(async move |bank: &mut Perform<Bank>| {
        bank.account(ada).deposit(5).await?;
        said.lock().unwrap().take().unwrap().send(()).unwrap();
        let deadline = bank.now().await + Duration::from_hours(1);
        Ok::<_, Rejection>(bank.wait([ada.stream(), bob.stream()], deadline).await)
    });
    let waiter = tokio::spawn(waiter.into_future());
    hear.await.unwrap();
    let deposit = AccountCommand::deposit(7);
    let receipt = other.execute(bob, deposit).await.unwrap();
    let Some(BankEvent::Account {
        id,
        event,
        position,
    }) = waiter.await.unwrap().unwrap().output
    else {
        panic!("it waited in vain")
    };
    assert_eq!((id, event), (bob, AccountEvent::deposited(7)));
    assert_eq!(Some(position), receipt.position);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_between_eight_accounts_by_three_processes() {
    let Some(place) = place() else { return };
    let (bank, _) = bank(&place).await;
    let ids = accounts(&bank, 8).await;
    let mut tasks = Vec::new();
    for seed in 0..3 {
        let (bank, _) = self::bank(&place).await;
        let ids = ids.clone();
        tasks.push(tokio::spawn(async move {
            let mut done = 0;
            for turn in 0..40 {
                let transfer = Transfer {
                    from: ids[(turn * 5 + seed) % 8],
                    to: ids[(turn * 3 + seed * 2 + 1) % 8],
                    amount: 1 + Cents::try_from(turn % 4).unwrap(),
                };
                match bank.run(transfer).await {
                    Ok(_) => done += 1,
                    Err(Error::Rejected(_)) => {}
                    Err(Error::Failed(failure)) => panic!("{failure:?}"),
                }
            }
            done
        }));
    }
    let mut done = 0;
    for task in tasks {
        done += task.await.unwrap();
    }
    assert!(done > 30, "{done}");
    assert_eq!(balances(&bank, &ids).await.iter().sum::<Cents>(), 100);
}
