//! Programs, step by step.

use interpretations::*;
use lawful::prelude::*;
use lawful_memory::Memory;

async fn bank() -> (Memory<Bank>, Outbox, [Id<Account>; 2]) {
    let (services, outbox) = services();
    let bank = Memory::<Bank>::new(services);
    let [ada, bob] = [Id::new(), Id::new()];
    bank.execute(ada, AccountCommand::open("Ada")).await.unwrap();
    bank.execute(bob, AccountCommand::open("Bob")).await.unwrap();
    bank.execute(ada, AccountCommand::deposit(100)).await.unwrap();
    (bank, outbox, [ada, bob])
}

#[tokio::test]
async fn a_program_runs_step_by_step() {
    let (bank, outbox, [ada, bob]) = bank().await;
    let done = bank.run(Pay { from: ada, to: bob, amount: 30 }).await.unwrap();
    assert_eq!(bank.load(bob).await.unwrap().state.balance, 30);
    assert_eq!(outbox.sent(), [(bob, "30 arrived".to_owned())]);
    let last = bank.history(bob).entries().await.unwrap().pop().unwrap();
    assert_eq!(done.position, last.position);
}
