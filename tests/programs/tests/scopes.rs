//! `attempt` and `compensate`.

use lawful::prelude::*;
use lawful::program::{Stop, drive_at_once, drive_whole};
use programs::{Bank, CallAccount as _, StandingOrder, World, account};

#[test]
fn an_error_undoes_what_was_registered_newest_first() {
    let mut world = World::with(3);
    let order = StandingOrder {
        from: account(1),
        to: vec![account(2), account(3), account(9)],
        amount: 10,
    };
    let rejection = drive_at_once::<Bank, _, _>(order, &mut world)
        .unwrap()
        .unwrap_err();
    assert_eq!(rejection.command(), "deposit");
    assert_eq!(world.balances()[..3], [100, 100, 100]);
    let undone: Vec<&str> = world.asked[6..]
        .iter()
        .map(|asked| asked.split(' ').next().unwrap())
        .collect();
    assert_eq!(undone, ["7", "8", "9", "10", "11"]);
    let (one, two, three) = (account(1), account(2), account(3));
    assert_eq!(
        world.asked[6..],
        [
            format!("7 account({one}).deposit(amount: 10)"),
            format!("8 account({three}).withdraw(amount: 10)"),
            format!("9 account({one}).deposit(amount: 10)"),
            format!("10 account({two}).withdraw(amount: 10)"),
            format!("11 account({one}).deposit(amount: 10)"),
        ]
    );
}

#[test]
fn an_ok_undoes_nothing() {
    let mut world = World::with(2);
    let order = StandingOrder {
        from: account(1),
        to: vec![account(2)],
        amount: 10,
    };
    assert_eq!(
        drive_at_once::<Bank, _, _>(order, &mut world).unwrap(),
        Ok(1)
    );
    assert_eq!(world.balances(), [90, 110]);
}

/// Takes 10 from the first account, says how to undo it, and fails.
async fn half(bank: &mut Perform<Bank>) -> Result<(), Rejection> {
    bank.account(account(1)).withdraw(10).await?;
    bank.compensate(async |bank| bank.account(account(1)).deposit(10).await);
    bank.account(account(9)).deposit(10).await?;
    Ok(())
}

#[test]
fn an_error_that_is_caught_in_an_attempt_leaves_nothing_behind() {
    let mut world = World::with(1);
    let program = async |bank: &mut Perform<Bank>| {
        let tried = bank.attempt(half).await;
        assert!(tried.is_err());
        Ok::<_, Rejection>(bank.account(account(1)).state().await.balance)
    };
    assert_eq!(drive_at_once(program, &mut world).unwrap(), Ok(100));
}

#[test]
fn an_error_that_is_caught_without_an_attempt_leaves_its_half_behind() {
    let mut world = World::with(1);
    let program = async |bank: &mut Perform<Bank>| {
        assert!(half(bank).await.is_err());
        Ok::<_, Rejection>(bank.account(account(1)).state().await.balance)
    };
    assert_eq!(drive_at_once(program, &mut world).unwrap(), Ok(90));
}

#[test]
fn an_attempt_that_went_well_is_undone_with_what_is_around_it() {
    let mut world = World::with(2);
    let program = async |bank: &mut Perform<Bank>| {
        bank.account(account(2)).withdraw(1).await?;
        bank.compensate(async |bank| bank.account(account(2)).deposit(1).await);
        bank.attempt(async |bank| {
            bank.account(account(1)).withdraw(10).await?;
            bank.compensate(async |bank| bank.account(account(1)).deposit(10).await);
            Ok::<_, Rejection>(())
        })
        .await?;
        bank.both(
            async |bank| {
                bank.account(account(1)).withdraw(20).await.ok();
                bank.compensate(async |bank| bank.account(account(1)).deposit(20).await);
            },
            async |bank| {
                bank.account(account(2)).withdraw(30).await.ok();
                bank.compensate(async |bank| bank.account(account(2)).deposit(30).await);
            },
        )
        .await;
        bank.account(account(9)).withdraw(1).await?;
        Ok::<_, Rejection>(())
    };
    assert!(drive_at_once(program, &mut world).unwrap().is_err());
    assert_eq!(world.balances()[..2], [100, 100]);
    let undone: Vec<&str> = world.asked[5..]
        .iter()
        .map(|asked| asked.rsplit(' ').next().unwrap())
        .collect();
    assert_eq!(undone, ["30)", "20)", "10)", "1)"]);
}

#[test]
fn a_compensation_that_is_refused_is_surfaced_after_the_others_ran() {
    let mut world = World::with(2);
    let program = async |bank: &mut Perform<Bank>| {
        bank.account(account(1)).withdraw(10).await?;
        bank.compensate(async |bank| bank.account(account(1)).deposit(10).await);
        bank.compensate(async |bank| bank.account(account(2)).withdraw(1000).await);
        bank.account(account(9)).withdraw(1).await?;
        Ok::<_, Rejection>(())
    };
    let stop = drive_at_once(program, &mut world).unwrap_err();
    let failure = stop.failure().unwrap();
    assert_eq!(failure.kind(), &FailureKind::Uncompensated);
    assert!(
        failure.to_string().contains("balance = 100, amount = 1000"),
        "{failure}"
    );
    assert_eq!(world.balances()[..2], [100, 100]);
}

#[test]
fn a_compensation_that_is_refused_in_an_attempt_stops_the_program() {
    let mut world = World::with(2);
    let program = async |bank: &mut Perform<Bank>| {
        let tried = bank
            .attempt(async |bank| {
                bank.compensate(async |bank| bank.account(account(2)).withdraw(1000).await);
                bank.account(account(9)).withdraw(1).await.map(drop)
            })
            .await;
        unreachable!("{tried:?}");
        #[allow(unreachable_code)]
        Ok::<(), Rejection>(())
    };
    match drive_at_once(program, &mut world).unwrap_err() {
        Stop::Failed(failure) => assert_eq!(failure.kind(), &FailureKind::Uncompensated),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn whoever_undoes_by_forgetting_runs_no_compensation_of_the_whole() {
    let mut world = World::with(1);
    let program = async |bank: &mut Perform<Bank>| {
        bank.attempt(half).await.ok();
        half(bank).await
    };
    assert!(drive_whole(program, &mut world).await.unwrap().is_err());
    assert_eq!(
        world.balances()[0],
        90,
        "the attempt was undone, the rest was not"
    );
}
