//! What no type can forbid is a clear failure, never a hang, and leaves the thread as it was.

use lawful::prelude::*;
use lawful::program::{Stop, drive, drive_at_once};
use programs::{Bank, CallAccount as _, World, account};
use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

#[track_caller]
fn stops(program: impl Program<Bank, Ok = (), Err = Rejection>, says: &str) {
    let stop = drive_at_once::<Bank, _, _>(program, &mut World::with(2)).unwrap_err();
    let Stop::Failed(failure) = stop else {
        panic!("{stop}");
    };
    assert_eq!(failure.kind(), &FailureKind::Defect);
    assert!(failure.to_string().contains(says), "{failure}");
    // The thread is as it was: another program runs on it.
    let fine = async |bank: &mut Perform<Bank>| Ok::<_, Rejection>(bank.now().await);
    drive_at_once(fine, &mut World::default()).unwrap().unwrap();
}

#[test]
fn a_foreign_await_is_refused() {
    stops(
        async |bank: &mut Perform<Bank>| {
            bank.now().await;
            pending::<()>().await;
            Ok(())
        },
        "after step `1`: the program awaits something that is no request",
    );
    stops(
        async |_: &mut Perform<Bank>| {
            tokio::task::yield_now().await;
            Ok(())
        },
        "before the first step: the program awaits something that is no request",
    );
}

#[test]
fn a_foreign_await_inside_both_or_attempt_is_refused() {
    stops(
        async |bank: &mut Perform<Bank>| {
            bank.both(
                async |bank| bank.now().await,
                async |_| pending::<()>().await,
            )
            .await;
            Ok(())
        },
        "awaits something that is no request",
    );
    stops(
        async |bank: &mut Perform<Bank>| {
            bank.attempt(async |_| {
                pending::<()>().await;
                Ok::<_, Rejection>(())
            })
            .await
        },
        "awaits something that is no request",
    );
}

/// Polls a future once and drops it.
async fn once<F: Future>(future: F) {
    let mut future = pin!(future);
    poll_fn(|context| {
        let _ = future.as_mut().poll(context);
        Poll::Ready(())
    })
    .await;
}

#[test]
fn a_request_that_is_dropped_in_flight_is_refused() {
    stops(
        async |bank: &mut Perform<Bank>| {
            once(bank.now()).await;
            Ok(())
        },
        "a request was dropped while it was in flight",
    );
    stops(
        async |bank: &mut Perform<Bank>| {
            once(bank.now()).await;
            bank.now().await;
            Ok(())
        },
        "two requests are in flight at once",
    );
}

#[test]
fn a_request_that_is_never_awaited_does_nothing() {
    let mut world = World::with(1);
    let program = async |bank: &mut Perform<Bank>| {
        drop(bank.account(account(1)).withdraw(10));
        Ok::<_, Rejection>(bank.account(account(1)).state().await.balance)
    };
    assert_eq!(drive_at_once(program, &mut world).unwrap(), Ok(100));
    assert_eq!(world.asked.len(), 1);
}

#[test]
fn a_panic_is_a_failure_that_names_the_step() {
    stops(
        async |bank: &mut Perform<Bank>| {
            bank.now().await;
            let nothing: Vec<u32> = Vec::new();
            nothing.first().expect("something");
            Ok(())
        },
        "panic at or after step `1`: something",
    );
    stops(
        async |bank: &mut Perform<Bank>| {
            bank.both(async |bank| bank.now().await, async |_| assert_eq!(1, 2))
                .await;
            Ok(())
        },
        "left == right",
    );
}

#[test]
fn a_capability_on_another_thread_is_refused() {
    stops(
        async |bank: &mut Perform<Bank>| {
            let asked = std::thread::scope(|scope| scope.spawn(|| drop(bank.now())).join());
            let message = asked.unwrap_err();
            panic!("{}", message.downcast_ref::<&str>().unwrap());
            #[allow(unreachable_code)]
            Ok(())
        },
        "outside the program that the capability belongs to",
    );
}

#[test]
fn a_program_may_run_another_one_of_the_same_domain() {
    let program = async |_: &mut Perform<Bank>| {
        let inner = async |bank: &mut Perform<Bank>| Ok::<_, Rejection>(bank.fresh::<()>().await);
        let mut inside = World::default();
        drive_at_once(inner, &mut inside).unwrap()?;
        drive_at_once(inner, &mut inside).unwrap()
    };
    let mut world = World::default();
    let id = drive_at_once(program, &mut world).unwrap().unwrap();
    assert_eq!((id.uuid().as_u128(), world.asked.len()), (1002, 0));
}

#[test]
fn a_run_that_is_dropped_half_way_leaves_nothing() {
    let mut world = World::slow(1);
    {
        let program = async |bank: &mut Perform<Bank>| Ok::<_, Rejection>(bank.now().await);
        let mut run = pin!(drive(program, &mut world));
        assert!(
            run.as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
                .is_pending()
        );
    }
    let program = async |bank: &mut Perform<Bank>| Ok::<_, Rejection>(bank.now().await);
    world.slow = false;
    drive_at_once(program, &mut world).unwrap().unwrap();
}
