//! What a program asks, under which names, and what it is told.

use lawful::prelude::*;
use lawful::program::{Kept, ProgramValue, Request, Resume, drive, drive_at_once};
use lawful::{Domain, Uuid};
use programs::{
    Bank, BankEvent, Past, Pay, StandingOrder, Transfer, World, account, differ, is_payable,
};
use programs::{CallAccount as _, CallNotices as _};

#[test]
fn each_request_has_a_name() {
    let mut world = World::with(2);
    let program = async |bank: &mut Perform<Bank>| {
        let id = bank.fresh::<programs::Account>().await;
        bank.account(id).open("Ada").await?;
        bank.version("fees").await;
        let (a, (b, c)) = bank
            .both(
                async |bank| bank.account(account(1)).state().await.balance,
                async |bank| {
                    let now = bank.now().await;
                    bank.both(
                        async |bank| bank.of(account(2)).state().await.balance,
                        async |_| now,
                    )
                    .await
                },
            )
            .await;
        bank.sleep_until(c).await;
        bank.wait([id.stream(), account(1).stream()], c).await;
        bank.notices().send(id, "hello").await.ok();
        Ok::<_, Rejection>((a, b, c))
    };
    let told = drive_at_once(program, &mut world).unwrap().unwrap();
    assert_eq!(told, (100, 100, Timestamp::from_micros(1_000_000)));
    let id = "00000000-0000-0000-0000-0000000003e9";
    let (one, two) = (account(1), account(2));
    let expected = [
        "1 fresh()".to_owned(),
        format!("2 account({id}).open(owner: \"Ada\")"),
        "@fees version(\"fees\")".to_owned(),
        format!("3.a.1 account({one}).state()"),
        "3.b.1 now()".to_owned(),
        format!("3.b.2.a.1 account({two}).state()"),
        "4 sleep_until(1970-01-01T00:00:01Z)".to_owned(),
        format!("5 wait([account-{id}, account-{one}], 1970-01-01T00:00:01Z)"),
        format!("6 notices.send(to: {id}, text: \"hello\")"),
    ];
    assert_eq!(world.asked, expected);
}

#[test]
fn a_rejection_is_an_answer() {
    let mut world = World::with(2);
    let transfer = Transfer {
        from: account(1),
        to: account(2),
        amount: 500,
    };
    let rejection = drive_at_once::<Bank, _, _>(transfer, &mut world)
        .unwrap()
        .unwrap_err();
    assert_eq!(
        rejection.to_string(),
        "withdraw rejected: the balance covers the amount\n  balance >= amount, where balance = 100, amount = 500"
    );
    assert_eq!(world.balances(), [100, 100]);
}

#[test]
fn what_a_program_requires_is_looked_at_first_and_named_whole() {
    let mut world = World::with(2);
    let transfer = Transfer {
        from: account(1),
        to: account(1),
        amount: 0,
    };
    let rejection = drive_at_once::<Bank, _, _>(transfer, &mut world)
        .unwrap()
        .unwrap_err();
    assert!(world.asked.is_empty());
    assert_eq!(rejection.command(), "transfer");
    assert!(rejection.broke(is_payable {}) && rejection.broke(differ {}));
    let shown = rejection.to_string();
    assert!(
        shown.starts_with("transfer rejected: the amount is positive and at most a million\n  0 < amount && amount <= 100000000, where amount = 0"),
        "{shown}"
    );
    assert!(
        shown.contains("the accounts differ\n  from != to"),
        "{shown}"
    );
}

#[test]
fn a_free_rule_can_be_checked_by_itself() {
    assert_eq!(is_payable::check(5), Ok(()));
    let rejection = is_payable::check(-1).unwrap_err();
    assert_eq!(rejection.broken()[0].rule(), "is_payable");
    assert_eq!(
        rejection.to_string(),
        "is_payable rejected: the amount is positive and at most a million\n  0 < amount && amount <= 100000000, where amount = -1"
    );
}

#[test]
fn a_service_that_may_fail_answers_the_rest() {
    let mut world = World::with(1);
    let program = async |bank: &mut Perform<Bank>| {
        bank.notices().send(account(1), String::from("one")).await?;
        bank.notices().count().await
    };
    assert_eq!(drive_at_once(program, &mut world).unwrap(), Ok(1));
}

#[test]
fn requests_and_answers_come_back_from_json() {
    let mut world = lawful::program::layer::Record::new(World::with(2));
    let pay = Pay {
        from: account(1),
        to: account(2),
        amount: 30,
    };
    let program = async |bank: &mut Perform<Bank>| {
        lawful::Program::perform(pay.clone(), bank).await?;
        bank.wait([account(1).stream()], Timestamp::MAX).await;
        bank.account(account(1)).withdraw(1000).await.unwrap_err();
        bank.account(account(1)).state().await;
        Ok::<_, Rejection>(())
    };
    drive_at_once(program, &mut world).unwrap().unwrap();
    assert_eq!(world.lines.len(), 6);
    for line in &world.lines {
        let json = serde_json::to_string(&line).unwrap();
        assert_eq!(
            serde_json::from_str::<lawful::program::layer::Line<Bank>>(&json).unwrap(),
            *line
        );
        let kept = serde_json::to_string(&line.answer.keep()).unwrap();
        assert!(!kept.contains("owner"), "a journal holds no states: {kept}");
        let kept: Kept<Bank> = serde_json::from_str(&kept).unwrap();
        let past = Past(world.inner.clone());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        assert_eq!(runtime.block_on(kept.restore(&past)).unwrap(), line.answer);
    }
    let request = serde_json::to_value(&world.lines[0].request).unwrap();
    assert_eq!(
        request["aggregate"]["account"]["command"][1]["data"]["amount"],
        30
    );
    let foreign = r#"{"wait":{"streams":["cart-00000000-0000-0000-0000-000000000001"],"deadline":"2026-03-01T00:00:00Z"}}"#;
    let error = serde_json::from_str::<Request<Bank>>(foreign).unwrap_err();
    assert!(
        error.to_string().contains("names no stream of this domain"),
        "{error}"
    );
}

#[test]
fn a_program_is_a_value() {
    let transfer = Transfer {
        from: account(1),
        to: account(2),
        amount: 3,
    };
    let json = serde_json::to_string(&transfer).unwrap();
    assert_eq!(
        serde_json::from_str::<Transfer>(&json).unwrap(),
        transfer.clone()
    );
    assert_eq!(
        (Transfer::NAME, StandingOrder::NAME),
        ("transfer", "standing_order")
    );
    let order = StandingOrder {
        from: account(1),
        to: vec![account(2)],
        amount: 3,
    };
    assert_ne!(
        order,
        StandingOrder {
            amount: 4,
            ..order.clone()
        }
    );
    assert!(serde_json::from_str::<Transfer>(r#"{"from":1}"#).is_err());
}

struct Rerun(World);

impl Resume<Bank> for Rerun {
    type Out = (String, Vec<i64>);

    async fn resume<P>(mut self, program: P) -> Self::Out
    where
        P: ProgramValue<Domain = Bank> + Program<Bank>,
    {
        let shown = format!("{program:?}");
        drive::<Bank, _, _>(program, &mut self.0)
            .await
            .unwrap()
            .ok();
        (shown, self.0.balances())
    }
}

#[tokio::test]
async fn a_program_is_found_by_its_name() {
    let transfer = Transfer {
        from: account(1),
        to: account(2),
        amount: 3,
    };
    let json = serde_json::to_string(&transfer).unwrap();
    let (shown, balances) = Bank::resume("transfer", &json, Rerun(World::with(2)))
        .await
        .unwrap();
    assert_eq!((shown, balances), (format!("{transfer:?}"), vec![97, 103]));
    let failure = Bank::resume("transfers", &json, Rerun(World::with(2)))
        .await
        .unwrap_err();
    assert_eq!(
        failure.to_string(),
        "the domain `Bank` lists no program `transfers`, but `transfer`, `pay`, `standing_order`: add it to `#[domain(.., programs(..))]`"
    );
    let failure = Bank::resume("pay", "{}", Rerun(World::with(2)))
        .await
        .unwrap_err();
    assert_eq!(failure.kind(), &FailureKind::Undecodable);
    assert!(
        failure.to_string().contains("missing field `from`"),
        "{failure}"
    );
}

#[test]
fn an_event_of_the_log_becomes_one_of_the_domain() {
    let position = lawful::Position::new(lawful::log::LogId(1), 7);
    let event = programs::AccountEvent::deposited(5);
    let payload = <Bank as lawful::Has<programs::Account>>::inject(event.clone());
    let seen = Bank::occurrence(Uuid::from_u128(1), &payload, position);
    assert_eq!(
        seen,
        Some(BankEvent::Account {
            id: account(1),
            event,
            position
        })
    );
}
