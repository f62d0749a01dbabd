//! The connection to the server dies anywhere, once: whoever uses the interpreter does not notice.

use interpretations::*;
use lawful::log::AtomicLog;
use lawful::prelude::*;
use lawful::program::Services;
use lawful_engine::{Engine, EngineOptions};
use lawful_postgres::PostgresLog;
use lawful_servers::{Lost, Proxy};

/// Commands, a transaction, a program, and what they leave.
async fn errands<L: AtomicLog<Event = Stored>>(bank: &Engine<Bank, L>) {
    let [ada, bob] = [Id::<Account>::new(), Id::new()];
    let open = AccountCommand::open("Ada");
    let first = bank.execute(ada, open.clone()).command_id("first");
    let first = first.await.unwrap();
    bank.execute(ada, AccountCommand::deposit(100))
        .await
        .unwrap();
    bank.execute(bob, AccountCommand::open("Bob"))
        .await
        .unwrap();
    let (from, to) = (ada, bob);
    let moved = bank.transact(Transfer {
        from,
        to,
        amount: 30,
    });
    moved.await.unwrap();
    let ran = bank.run(Transfer {
        from,
        to,
        amount: 20,
    });
    ran.await.unwrap();
    let refused = bank.execute(bob, AccountCommand::withdraw(51)).await;
    assert!(refused.unwrap_err().rejection().is_some());
    let again = bank.execute(ada, open).command_id("first").await.unwrap();
    assert_eq!(again, first);
    // Each once, and nothing else.
    let [one, two] = [bank.load(ada).await.unwrap(), bank.load(bob).await.unwrap()];
    assert_eq!((one.version, one.state.balance), (4, 50));
    assert_eq!((two.version, two.state.balance), (3, 50));
}

#[tokio::test]
async fn whoever_asks_only_once_notices_and_can_settle_it_by_the_id() {
    let Some(schemas) = Schemas::new() else {
        return;
    };
    let proxy = Proxy::before(schemas.port());
    let log = PostgresLog::open(schemas.fresh(proxy.port())).await;
    let options = EngineOptions {
        attempts: 1,
        ..EngineOptions::default()
    };
    let services = Services::new(services().0);
    let bank = Engine::<Bank, _>::assemble(log.unwrap(), services, options);
    let ada = Id::<Account>::new();
    bank.execute(ada, AccountCommand::open("Ada"))
        .await
        .unwrap();
    proxy.cut(Lost::Answer, 0);
    let deposit = || {
        let deposit = bank.execute(ada, AccountCommand::deposit(100));
        deposit.command_id("deposit").into_future()
    };
    let unknown = deposit().await.unwrap_err();
    let kind = unknown.failure().unwrap().kind();
    assert_eq!(*kind, FailureKind::OutcomeUnknown);
    assert!(proxy.has_cut());
    let receipt = deposit().await.unwrap();
    assert_eq!((receipt.version, receipt.state.balance), (2, 100));
    assert_eq!(bank.load(ada).await.unwrap().version, 2);
}

/// Breaks the connection at each message that goes one way. Says how often.
async fn die_everywhere(what: Lost) -> Option<usize> {
    let schemas = Schemas::new()?;
    let proxy = Proxy::before(schemas.port());
    let log = PostgresLog::open(schemas.fresh(proxy.port())).await;
    let bank = over(log.unwrap());
    // All connections are there; the first thing to die is one that works.
    errands(&bank).await;
    for after in 0.. {
        proxy.cut(what, after);
        errands(&bank).await;
        if !proxy.has_cut() {
            return Some(after);
        }
    }
    None
}

#[tokio::test]
async fn a_connection_that_dies_with_a_question_is_not_noticed() {
    if let Some(times) = die_everywhere(Lost::Question).await {
        assert!(times >= 10, "{times}");
    }
}

#[tokio::test]
async fn a_connection_that_dies_with_an_answer_is_not_noticed() {
    if let Some(times) = die_everywhere(Lost::Answer).await {
        assert!(times >= 10, "{times}");
    }
}
