//! The same generic code, on every interpreter.

use lawful::prelude::*;
use lawful_memory::Memory;
use lawful_pure::{Pure, Scripted};
use programs::*;
use spawning::{execute, layered, rehearse, run, transact};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn answer(_: &BankCall) -> BankReply {
    BankReply::Notices(NoticesReply::Send(Ok(())))
}

async fn works<I: Transactional<Bank>>(bank: I) {
    let [ada, bob] = [Id::<Account>::new(), Id::new()];
    for (id, command) in [
        (ada, AccountCommand::open("Ada")),
        (bob, AccountCommand::open("Bob")),
        (ada, AccountCommand::deposit(100)),
    ] {
        execute(&bank, id, command).await.unwrap().unwrap();
    }
    let pay = Pay {
        from: ada,
        to: bob,
        amount: 10,
    };
    let transfer = Transfer {
        from: ada,
        to: bob,
        amount: 10,
    };
    run(&bank, pay.clone()).await.unwrap().unwrap();
    transact(&bank, transfer).await.unwrap().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    layered(&bank, pay.clone(), Arc::clone(&count))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(count.load(Ordering::Relaxed), 3);
    let story = rehearse(&bank, pay, Scripted(answer))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(story.lines.len(), 3);
    let borrowed = vec![1, 2, 3];
    let sum = bank
        .run(async |bank: &mut Perform<Bank>| {
            let mut paid = 0;
            for amount in &borrowed {
                let account = bank.account(bob).deposit(*amount).await?;
                paid += account.state.balance;
            }
            Ok::<_, Rejection>(paid)
        })
        .await;
    assert_eq!(sum.unwrap().output, 31 + 33 + 36);
    let closure = async move |bank: &mut Atomic<Bank>| bank.account(ada).withdraw(70).await;
    transact(&bank, closure).await.unwrap().unwrap();
    assert_eq!(bank.load(ada).await.unwrap().state.balance, 0);
    assert_eq!(bank.load(bob).await.unwrap().state.balance, 36);
}

fn services() -> Scripted<fn(&BankCall) -> BankReply> {
    Scripted(answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn generic_code_spawns_in_memory() {
    works(Memory::<Bank>::new(services())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn generic_code_spawns_in_the_test_interpreter() {
    works(Pure::<Bank>::new(services())).await;
}
