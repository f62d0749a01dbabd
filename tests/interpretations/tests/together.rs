//! What the branches of a `both` ask at the same time, when a program is run.

use interpretations::*;
use lawful::prelude::*;
use lawful::program::IdempotencyKey;
use lawful_memory::Memory;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts how many notices are on their way at once. A handle.
#[derive(Debug, Clone, Default)]
struct Slow {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    done: Arc<AtomicUsize>,
}

impl Notices for Slow {
    async fn send(&self, _: Id<Account>, _: &str) -> Result<(), Undeliverable> {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        self.now.fetch_sub(1, Ordering::SeqCst);
        self.done.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    async fn count(&self, _: &IdempotencyKey) -> Result<Result<u32, Undeliverable>, Failure> {
        Err(Failure::new(FailureKind::Unavailable, "nobody counts"))
    }
}

fn bank() -> (Memory<Bank>, Slow, Id<Account>) {
    let notices = Slow::default();
    let services = BankServices {
        notices: notices.clone(),
    };
    (Memory::new(services), notices, Id::new())
}

#[tokio::test]
async fn services_are_asked_together() {
    let (bank, notices, ada) = bank();
    let done = bank.run(async |bank: &mut Perform<Bank>| {
        let (first, (second, third)) = bank
            .both(
                async |bank| bank.notices().send(ada, "one").await,
                async |bank| {
                    bank.both(
                        async |bank| bank.notices().send(ada, "two").await,
                        async |bank| bank.account(ada).open("Ada").await,
                    )
                    .await
                },
            )
            .await;
        first.and(second).ok();
        third.map(|receipt| receipt.version)
    });
    assert_eq!(done.await.unwrap().output, 1);
    assert_eq!(notices.most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn the_log_is_asked_in_the_order_of_the_branches() {
    let (bank, _, ada) = bank();
    for _ in 0..20 {
        let id = Id::<Account>::new();
        let done = bank.run(async |bank: &mut Perform<Bank>| {
            let (late, opened) = bank
                .both(
                    async |bank| {
                        bank.notices().send(ada, "first of all").await.ok();
                        bank.account(id).deposit(1).await
                    },
                    async |bank| {
                        bank.account(id).open("Ada").await?;
                        bank.account(id).deposit(2).await
                    },
                )
                .await;
            Ok::<_, Rejection>((late?.version, opened?.version))
        });
        assert_eq!(done.await.unwrap().output, (2, 3));
    }
}

/// Whatever was begun comes to its end, and then the failure stops the program.
#[tokio::test]
async fn a_failure_waits_for_the_others() {
    let (bank, notices, ada) = bank();
    let done = bank.run(async |bank: &mut Perform<Bank>| {
        bank.both(
            async |bank| bank.notices().count().await,
            async |bank| bank.notices().send(ada, "one").await,
        )
        .await
        .0
        .map_err(|undeliverable| undeliverable.reason)
    });
    let failure = done.await.unwrap_err().to_string();
    assert!(failure.contains("nobody counts"), "{failure}");
    assert_eq!(notices.done.load(Ordering::SeqCst), 1);
}
