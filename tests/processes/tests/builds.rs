//! New builds of a program meet journals of old ones.

use lawful::log::EventLog;
use lawful::prelude::*;
use lawful::program::Services;
use lawful::{Domain, Uuid};
use lawful_engine::{Engine, EngineOptions, Process, Progress, Resumed};
use lawful_jetstream::JetStreamLog;
use lawful_sqlite::SqliteLog;
use processes::{Account, AccountCommand, CallAccount, Cents, Scratch, Streamed, Twin, found_out};

/// When none of these tests is run any more.
const FAR: Timestamp = Timestamp::from_micros(4_102_444_800_000_000);

/// A program in several builds, each a domain of its own over the same log.
macro_rules! build {
    ($module:ident, |$bank:ident, $account:ident| $body:expr) => {
        mod $module {
            use super::*;

            /// A bank.
            #[domain(aggregates(Account), programs(save))]
            pub(crate) struct Bank;

            /// Saves something, after a while.
            #[program]
            pub(crate) async fn save(
                $bank: &mut Perform<Bank>,
                $account: Id<Account>,
            ) -> Result<Cents, Rejection> {
                $body
            }
        }
    };
}

build!(old, |bank, account| {
    bank.account(account).deposit(5).await?;
    bank.sleep_until(FAR).await;
    Ok(bank.account(account).deposit(1).await?.state.balance)
});

build!(same, |bank, account| {
    let amount = 2 + 3;
    bank.account(account).deposit(amount).await?;
    bank.sleep_until(FAR).await;
    Ok(bank.account(account).deposit(100).await?.state.balance)
});

build!(dearer, |bank, account| {
    bank.account(account).deposit(6).await?;
    bank.sleep_until(FAR).await;
    Ok(bank.account(account).deposit(1).await?.state.balance)
});

build!(sleepless, |bank, account| {
    bank.account(account).deposit(5).await?;
    Ok(bank.account(account).deposit(1).await?.state.balance)
});

build!(shorter, |bank, account| {
    Ok(bank.account(account).deposit(5).await?.state.balance)
});

build!(marked, |bank, account| {
    let amount = match bank.version("dearer").await {
        0 => 5,
        _ => 6,
    };
    bank.account(account).deposit(amount).await?;
    if bank.version("awake").await == 0 {
        bank.sleep_until(FAR).await;
    }
    Ok(bank.account(account).deposit(1).await?.state.balance)
});

async fn build<D>(scratch: &Scratch) -> Engine<D, SqliteLog<D::Event>>
where
    D: Domain + lawful::program::Serviceless,
{
    let log = SqliteLog::open(scratch.file("bank.db")).await.unwrap();
    Engine::assemble(log, Services::none(), EngineOptions::default())
}

fn account() -> Id<Account> {
    Id::from_uuid(Uuid::from_u128(1))
}

/// A process of the old build that sleeps.
async fn sleeping() -> Scratch {
    let scratch = Scratch::new();
    let bank = build::<old::Bank>(&scratch).await;
    bank.execute(account(), AccountCommand::open(0))
        .await
        .unwrap();
    bank.start(1, old::Save { account: account() })
        .await
        .unwrap();
    let resumed = bank.resume_all().await.unwrap();
    assert!(
        matches!(resumed[0].progress, Progress::Parked(_)),
        "{resumed:?}"
    );
    scratch
}

fn told(resumed: &Resumed) -> String {
    let uuid = Uuid::from_u128(1).to_string();
    resumed.to_string().replace(&uuid, "1")
}

macro_rules! refused {
    ($module:ident, $said:literal) => {
        let scratch = sleeping().await;
        let bank = build::<$module::Bank>(&scratch).await;
        let before = bank.log().head().await.unwrap();
        let refused = bank.replay_all().await.unwrap();
        assert_eq!(refused.iter().map(told).collect::<Vec<_>>(), [$said]);
        // Resumed nevertheless, it stays where it is.
        let resumed = bank.resume::<$module::Save>(1).await;
        assert!(
            matches!(resumed.progress, Progress::Diverged(_)),
            "{resumed}"
        );
        assert_eq!(told(&resumed), $said);
        assert_eq!(bank.log().head().await.unwrap(), before);
        // And the build that wrote the journal still follows it.
        let bank = build::<old::Bank>(&scratch).await;
        assert!(bank.replay_all().await.unwrap().is_empty());
    };
}

#[tokio::test]
async fn another_argument_is_a_divergence() {
    refused!(
        dearer,
        "process-save-1: step `1`: the journal and the program do not match: recorded was `account(1).deposit(amount: 5)`, asked is `account(1).deposit(amount: 6)`; run the program that wrote the journal, or mark the change with `version(..)`"
    );
}

#[tokio::test]
async fn a_request_in_place_of_a_wait_is_a_divergence() {
    refused!(
        sleepless,
        "process-save-1: step `2`: the journal and the program do not match: recorded was `sleep_until(2100-01-01T00:00:00Z)`, asked is `account(1).deposit(amount: 1)`; run the program that wrote the journal, or mark the change with `version(..)`"
    );
}

#[tokio::test]
async fn an_earlier_end_is_a_divergence() {
    refused!(
        shorter,
        "process-save-1: step `2`: the journal and the program do not match: recorded was `sleep_until(2100-01-01T00:00:00Z)`, but the program has ended; run the program that wrote the journal, or mark the change with `version(..)`"
    );
}

#[tokio::test]
async fn a_change_behind_the_end_of_a_journal_is_none_to_it() {
    let scratch = sleeping().await;
    let bank = build::<same::Bank>(&scratch).await;
    assert!(bank.replay_all().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_marker_lets_old_journals_through_and_new_ones_go_the_new_way() {
    let scratch = sleeping().await;
    let bank = build::<marked::Bank>(&scratch).await;
    assert!(bank.replay_all().await.unwrap().is_empty());
    let resumed = bank.resume::<marked::Save>(1).await;
    assert!(matches!(resumed.progress, Progress::Parked(_)), "{resumed}");
    bank.start(2, marked::Save { account: account() })
        .await
        .unwrap();
    bank.resume_all().await.unwrap();
    let ended = bank.process::<marked::Save>(2).await.unwrap();
    assert_eq!(ended, Some(Process::Finished(Ok(5 + 6 + 1))));
}

/// A log that has forgotten all but the beginning of a journal: no divergence can be seen.
#[tokio::test]
async fn a_log_that_loses_a_journal_is_found_out() {
    let check = async {
        let scratch = sleeping().await;
        let log = SqliteLog::open(scratch.file("bank.db")).await.unwrap();
        let torn = Twin::new(log).reading(|stream, page| {
            if stream.aggregate.starts_with("process-") {
                page.entries.truncate(1);
                page.version = page.version.min(1);
            }
        });
        let bank: Engine<dearer::Bank, _> =
            Engine::assemble(torn, Services::none(), EngineOptions::default());
        assert_eq!(bank.replay_all().await.unwrap().len(), 1);
    };
    found_out(check, "left == right").await;
}

/// The same on a log without transactions.
#[tokio::test]
async fn on_jetstream_a_divergence_is_found_before_it_is_deployed() {
    fn over<D>(log: JetStreamLog<D::Event>) -> Engine<D, JetStreamLog<D::Event>>
    where
        D: Domain + lawful::program::Serviceless,
    {
        Engine::over(log)
    }
    let Some(place) = Streamed::new() else { return };
    let bank = over::<old::Bank>(place.open().await);
    let open = AccountCommand::open(0);
    bank.execute(account(), open).await.unwrap();
    let save = old::Save { account: account() };
    bank.start(1, save).await.unwrap();
    bank.resume_all().await.unwrap();
    let dearer = over::<dearer::Bank>(place.open().await);
    let refused = dearer.replay_all().await.unwrap();
    let told = refused.iter().map(told).collect::<Vec<_>>().concat();
    assert!(
        told.contains(
            "recorded was `account(1).deposit(amount: 5)`, asked is `account(1).deposit(amount: 6)`"
        ),
        "{told}"
    );
    let head = bank.log().head().await.unwrap();
    let resumed = dearer.resume::<dearer::Save>(1).await;
    assert!(
        matches!(resumed.progress, Progress::Diverged(_)),
        "{resumed}"
    );
    assert_eq!(bank.log().head().await.unwrap(), head);
    let marked = over::<marked::Bank>(place.open().await);
    assert!(marked.replay_all().await.unwrap().is_empty());
}
