//! The interpreter over this log.

use crate::faults::Proxy;
use crate::server::{Place, port};
use lawful::prelude::*;
use lawful_jetstream::JetStream;
use std::time::Duration;

/// A current account.
#[state]
pub(crate) struct Account {
    balance: i64,
}

#[aggregate]
impl Account {
    /// Money came in.
    #[event]
    fn deposited(&mut self, amount: i64) {
        self.balance += amount;
    }

    /// Money went out.
    #[event]
    fn withdrawn(&mut self, amount: i64) {
        self.balance -= amount;
    }

    /// the balance covers the amount
    #[rule]
    fn covers(&self, amount: i64) -> bool {
        self.balance >= amount
    }

    /// Pays money in.
    #[command]
    fn deposit(&self, amount: i64) -> AccountEvent {
        AccountEvent::deposited(amount)
    }

    /// Takes money out.
    #[command(requires(covers(amount)))]
    fn withdraw(&self, amount: i64) -> AccountEvent {
        AccountEvent::withdrawn(amount)
    }
}

/// Retail banking.
#[domain(aggregates(Account))]
pub(crate) struct Bank;

#[tokio::test]
async fn two_engines_with_hot_states_take_turns() {
    let Some(place) = Place::new() else { return };
    let connect = async || {
        JetStream::<Bank>::connect(place.options())
            .await
            .expect("it connects")
    };
    let engines = [connect().await, connect().await];
    let id = Id::from_name("ACC-1");
    for (turn, engine) in (1..=10).zip(engines.iter().cycle()) {
        let receipt = engine
            .execute(id, AccountCommand::deposit(10))
            .await
            .expect("accepted");
        assert_eq!(receipt.version, turn);
        assert_eq!(receipt.state.balance, 10 * turn.cast_signed());
    }
    // The second engine's kept state alone would still say yes.
    engines[0]
        .execute(id, AccountCommand::withdraw(100))
        .await
        .expect("accepted");
    let refused = engines[1].execute(id, AccountCommand::withdraw(1)).await;
    assert!(refused.expect_err("refused").rejection().is_some());
    let loaded = engines[1].load(id).await.expect("it loads");
    assert_eq!((loaded.state.balance, loaded.version), (0, 11));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tasks_of_two_engines_on_one_root_lose_no_command() {
    let Some(place) = Place::new() else { return };
    let id = Id::from_name("ACC-1");
    let mut tasks = Vec::new();
    for _ in 0..2 {
        let engine = JetStream::<Bank>::connect(place.options())
            .await
            .expect("it connects");
        for _ in 0..16 {
            let engine = engine.clone();
            tasks.push(tokio::spawn(async move {
                for _ in 0..5 {
                    engine
                        .execute(id, AccountCommand::deposit(1))
                        .await
                        .expect("accepted");
                }
            }));
        }
    }
    for task in tasks {
        task.await.expect("no panic");
    }
    let engine = JetStream::<Bank>::connect(place.options())
        .await
        .expect("it connects");
    let loaded = engine.load(id).await.expect("it loads");
    assert_eq!((loaded.state.balance, loaded.version), (160, 160));
}

#[tokio::test]
async fn an_engine_whose_acknowledgement_was_lost_settles_by_the_command_and_repeats_nothing() {
    let Some(place) = Place::new() else { return };
    let proxy = Proxy::before(port(&place.url)).await;
    let through = Place {
        url: format!("nats://127.0.0.1:{}", proxy.port),
        ..place.clone()
    };
    let options = through.options().timeout(Duration::from_secs(1));
    let engine = JetStream::<Bank>::connect(options)
        .await
        .expect("it connects");
    let id = Id::from_name("ACC-1");
    engine
        .execute(id, AccountCommand::deposit(10))
        .await
        .expect("accepted");
    for key in [None, Some("key")] {
        proxy.arm();
        let execute = engine.execute(id, AccountCommand::deposit(5));
        let receipt = match key {
            Some(key) => execute.command_id(key).await,
            None => execute.await,
        };
        let receipt = receipt.expect("it is settled");
        assert_eq!(receipt.events, [AccountEvent::deposited(5)]);
    }
    let beside = JetStream::<Bank>::connect(place.options())
        .await
        .expect("it connects");
    let loaded = beside.load(id).await.expect("it loads");
    assert_eq!((loaded.state.balance, loaded.version), (20, 3));
}
