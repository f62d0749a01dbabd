//! What would happen, told without doing it; and one program value with the same answers on every interpreter.

use interpretations::*;
use lawful::Has;
use lawful::log::EventLog;
use lawful::prelude::*;
use lawful::program::layer::Line;
use lawful::program::{Keeps, Kept, KeptTold};
use lawful_memory::Memory;
use lawful_pure::{ProgramStory, Pure, Scripted};
use lawful_sqlite::Sqlite;

const ADA: Id<Account> = Id::from_uuid(lawful::Uuid::from_u128(0xada));
const BOB: Id<Account> = Id::from_uuid(lawful::Uuid::from_u128(0xb0b));

async fn opened<I: Interpreter<Bank>>(bank: I) -> I {
    for (id, command) in [
        (ADA, AccountCommand::open("Ada")),
        (BOB, AccountCommand::open("Bob")),
        (ADA, AccountCommand::deposit(100)),
    ] {
        bank.execute(id, command).await.unwrap();
    }
    bank
}

fn sent(_: &BankCall) -> BankReply {
    BankReply::Notices(NoticesReply::Send(Ok(())))
}

#[tokio::test]
async fn a_rehearsal_tells_what_would_happen_and_writes_nothing() {
    let (services, outbox) = services();
    let bank = opened(Memory::<Bank>::new(services)).await;
    let head = bank.log().head().await.unwrap();
    let pay = Pay {
        from: ADA,
        to: BOB,
        amount: 30,
    };
    let story = bank.dry_run_with(pay, Scripted(sent)).await.unwrap();
    insta::assert_snapshot!(story, @r#"
    1      account(00000000-0000-0000-0000-000000000ada).withdraw(amount: 30)
           withdrawn(amount: 30)
    2      account(00000000-0000-0000-0000-000000000b0b).deposit(amount: 30)
           deposited(amount: 30)
    3      notices.send(to: 00000000-0000-0000-0000-000000000b0b, text: "30 arrived")
           Ok(())
    done: ()
    "#);
    assert_eq!(bank.log().head().await.unwrap(), head);
    assert!(outbox.sent().is_empty());
    assert_eq!(bank.load(ADA).await.unwrap().state.balance, 100);
}

#[tokio::test]
async fn a_rehearsal_says_which_rule_says_no() {
    let bank = opened(Memory::<Bank>::new(services().0)).await;
    let transfer = Transfer {
        from: ADA,
        to: BOB,
        amount: 300,
    };
    let story = bank.dry_run(transfer).await.unwrap();
    insta::assert_snapshot!(story, @r#"
    1      account(00000000-0000-0000-0000-000000000ada).withdraw(amount: 300)
           withdraw rejected: the balance covers the amount
             balance >= amount, where balance = 100, amount = 300
    refused: withdraw rejected: the balance covers the amount
      balance >= amount, where balance = 100, amount = 300
    "#);
    // Compensations are part of what would happen.
    let order = StandingOrder {
        from: ADA,
        to: vec![BOB, Id::from_uuid(lawful::Uuid::from_u128(1))],
        amount: 40,
    };
    let story = bank.dry_run_with(order, Scripted(sent)).await.unwrap();
    insta::assert_snapshot!(story, @r#"
    1      account(00000000-0000-0000-0000-000000000ada).withdraw(amount: 40)
           withdrawn(amount: 40)
    2      account(00000000-0000-0000-0000-000000000b0b).deposit(amount: 40)
           deposited(amount: 40)
    3      account(00000000-0000-0000-0000-000000000ada).withdraw(amount: 40)
           withdrawn(amount: 40)
    4      account(00000000-0000-0000-0000-000000000001).deposit(amount: 40)
           deposit rejected: the account is open
             owner is some, where owner = none
    5      account(00000000-0000-0000-0000-000000000ada).deposit(amount: 40)
           deposited(amount: 40)
    6      account(00000000-0000-0000-0000-000000000b0b).withdraw(amount: 40)
           withdrawn(amount: 40)
    7      account(00000000-0000-0000-0000-000000000ada).deposit(amount: 40)
           deposited(amount: 40)
    refused: deposit rejected: the account is open
      owner is some, where owner = none
    "#);
}

#[tokio::test]
async fn a_rehearsal_sleeps_in_no_time_and_waits_for_nobody() {
    let bank = opened(Memory::<Bank>::new(services().0)).await;
    let program = async |bank: &mut Perform<Bank>| {
        let now = bank.now().await;
        let later = now + Duration::from_hours(24);
        bank.sleep_until(later).await;
        let slept = bank.now().await;
        assert!(slept >= later);
        let none = bank
            .wait([ADA.stream()], slept + Duration::from_secs(1))
            .await;
        Ok::<_, Rejection>(none)
    };
    let story = bank.dry_run_with(program, Scripted(sent)).await.unwrap();
    assert_eq!(story.outcome, Ok(None));
}

/// A program with all kinds of requests whose answers do not depend on the time.
async fn errand(bank: &mut Perform<Bank>) -> Result<Vec<Cents>, Rejection> {
    let mut seen = Vec::new();
    transfer(bank.atomic(), ADA, BOB, 30).await?;
    let (ada, bob) = bank
        .both(
            async |bank| bank.account(ADA).state().await.balance,
            async |bank| {
                let receipt = bank.account(BOB).withdraw(5).await;
                receipt.map_or(-1, |receipt| receipt.state.balance)
            },
        )
        .await;
    seen.extend([ada, bob]);
    let caught = bank
        .attempt(async |bank| {
            bank.account(BOB).withdraw(5).await?;
            bank.compensate(async move |bank| bank.account(BOB).deposit(5).await);
            transfer(bank.atomic(), BOB, ADA, 1000).await
        })
        .await;
    seen.push(Cents::from(caught.is_err()));
    seen.push(bank.account(BOB).state().await.balance);
    bank.notices().send(BOB, "done").await.ok();
    Ok(seen)
}

/// Without positions, which are a log's own.
fn comparable<T, E>(story: ProgramStory<Bank, T, E>) -> (Vec<String>, Result<T, E>) {
    let line = |line: Line<Bank>| {
        let answer = match line.answer.keep() {
            Kept::Aggregate(told) => match <Bank as Has<Account>>::of_one::<Keeps>(told) {
                Some(KeptTold::Accepted {
                    version, events, ..
                }) => format!("{version}: {events:?}"),
                told => format!("{told:?}"),
            },
            answer => format!("{answer:?}"),
        };
        format!("{} {} {answer}", line.step, line.request)
    };
    (story.lines.into_iter().map(line).collect(), story.outcome)
}

#[tokio::test]
async fn one_program_has_the_same_answers_everywhere() {
    let files = Files::new();
    let pure = opened(Pure::<Bank>::new(Scripted(sent))).await;
    let memory = opened(Memory::<Bank>::new(services().0)).await;
    let sqlite = Sqlite::<Bank>::open_with(files.fresh(), services().0)
        .await
        .unwrap();
    let sqlite = opened(sqlite).await;
    let program = async |bank: &mut Perform<Bank>| errand(bank).await;
    let mut stories = vec![
        comparable(memory.dry_run_with(program, Scripted(sent)).await.unwrap()),
        comparable(sqlite.dry_run_with(program, Scripted(sent)).await.unwrap()),
        comparable(pure.dry_run_with(program, Scripted(sent)).await.unwrap()),
        comparable(pure.story(program).await.unwrap()),
    ];
    let first = stories.remove(0);
    assert_eq!(first.1, Ok(vec![70, 25, 1, 25]));
    for story in stories {
        assert_eq!(story, first);
    }
    for output in [
        memory.run(program).await.unwrap().output,
        sqlite.run(program).await.unwrap().output,
    ] {
        assert_eq!(output, [70, 25, 1, 25]);
    }
    for bank in [
        memory.load(BOB).await.unwrap(),
        sqlite.load(BOB).await.unwrap(),
        pure.load(BOB).await.unwrap(),
    ] {
        assert_eq!((bank.version, bank.state.balance), (5, 25));
    }
}

#[tokio::test]
async fn the_test_interpreter_takes_no_time_and_repeats_itself() {
    let program = async |bank: &mut Perform<Bank>| {
        let cleo = bank.fresh::<Account>().await;
        bank.account(cleo).open("Cleo").await?;
        let now = bank.now().await;
        bank.sleep_until(now + Duration::from_hours(1)).await;
        bank.wait([cleo.stream()], now + Duration::from_hours(2))
            .await;
        bank.now().await;
        Ok::<_, Rejection>(())
    };
    let first = Pure::<Bank>::new(Scripted(sent))
        .story(program)
        .await
        .unwrap();
    let second = Pure::<Bank>::new(Scripted(sent))
        .story(program)
        .await
        .unwrap();
    assert_eq!(first, second);
    insta::assert_snapshot!(first, @r#"
    1      fresh()
           00000000-0000-0000-0000-000000000002
    2      account(00000000-0000-0000-0000-000000000002).open(owner: "Cleo")
           opened(owner: "Cleo")
    3      now()
           2026-01-01T00:00:00Z
    4      sleep_until(2026-01-01T01:00:00Z)
           slept
    5      wait([account-00000000-0000-0000-0000-000000000002], 2026-01-01T02:00:00Z)
           the deadline has passed
    6      now()
           2026-01-01T02:00:00Z
    done: ()
    "#);
}

#[tokio::test]
async fn every_answer_of_a_service_is_explored() {
    let bank = opened(Pure::<Bank>::new(Scripted(sent))).await;
    let head = bank.log().head().await.unwrap();
    let program = async |bank: &mut Perform<Bank>| {
        let first = bank.notices().send(ADA, "one").await.is_ok();
        if !first {
            bank.account(ADA).withdraw(1).await?;
        }
        let second = bank.notices().send(BOB, "two").await.is_ok();
        Ok::<_, Rejection>((first, second))
    };
    let choices = |_: &BankCall| {
        let undeliverable = Undeliverable {
            reason: "moved".to_owned(),
        };
        [Ok(()), Err(undeliverable)]
            .map(|answer| BankReply::Notices(NoticesReply::Send(answer)))
            .into()
    };
    let mut seen = Vec::new();
    let explored = bank
        .explore(program, 8, choices, |story| {
            seen.push(story.outcome.clone().unwrap());
        })
        .await
        .unwrap();
    assert_eq!((explored.paths, explored.cut), (4, 0));
    assert_eq!(
        seen,
        [(true, true), (true, false), (false, true), (false, false)]
    );
    let explored = bank.explore(program, 1, choices, |_| {}).await.unwrap();
    assert_eq!((explored.paths, explored.cut), (2, 2));
    assert_eq!(bank.log().head().await.unwrap(), head);
}
