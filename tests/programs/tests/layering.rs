//! Layers around handlers, and exploration.

use lawful::prelude::*;
use lawful::program::layer::{Fault, Inject, Observe, Record, Retry, Timeout};
use lawful::program::{Answer, Ask, End, Request, Stop, Told, drive, explore};
use programs::{
    Bank, BankAsk, BankCall, BankReply, CallAccount as _, NoticesCall, NoticesReply, Pay, World,
    account,
};
use std::future::{pending, ready};
use std::sync::{Arc, Mutex};

fn pay() -> Pay {
    Pay {
        from: account(1),
        to: account(2),
        amount: 5,
    }
}

fn unavailable() -> Failure {
    Failure::new(FailureKind::Unavailable, "the line is down")
}

#[tokio::test]
async fn a_failure_is_asked_again_and_a_rejection_is_not() {
    let mut world = World::with(2);
    let pauses = Arc::new(Mutex::new(Vec::new()));
    let seen = pauses.clone();
    let mut failures = 2;
    let faulty = Inject::new(
        &mut world,
        move |asked: lawful::program::Asked<'_, Bank>| {
            let now = asked.step.to_string() == "2" && failures > 0;
            now.then(|| {
                failures -= 1;
                Fault::Before(unavailable())
            })
        },
    );
    let mut handler = Retry::new(faulty, 3, move |attempt, failure: &Failure| {
        seen.lock().unwrap().push(format!("{attempt}: {failure}"));
        ready(())
    });
    drive::<Bank, _, _>(pay(), &mut handler)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        *pauses.lock().unwrap(),
        ["1: the line is down", "2: the line is down"]
    );
    let too_much = Pay {
        amount: 1000,
        ..pay()
    };
    drive::<Bank, _, _>(too_much, &mut handler)
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(pauses.lock().unwrap().len(), 2);
    assert_eq!(world.balances(), [95, 105]);
}

#[tokio::test]
async fn attempts_end_and_a_defect_is_not_tried_twice() {
    for (kind, attempts) in [(FailureKind::Unavailable, 3), (FailureKind::Defect, 1)] {
        let mut world = World::with(2);
        let asked = Arc::new(Mutex::new(0));
        let counter = asked.clone();
        let faulty = Inject::new(&mut world, move |_| {
            *counter.lock().unwrap() += 1;
            Some(Fault::<Bank>::Before(Failure::new(kind.clone(), "no")))
        });
        let mut handler = Retry::new(faulty, 3, |_, _: &Failure| ready(()));
        let stop = drive::<Bank, _, _>(pay(), &mut handler).await.unwrap_err();
        let one = account(1);
        assert_eq!(
            stop.failure().unwrap().to_string(),
            format!("step `1`, `account({one}).withdraw(amount: 5)`: no")
        );
        assert_eq!(*asked.lock().unwrap(), attempts);
    }
}

#[tokio::test]
async fn what_takes_too_long_fails_and_takes_no_more_time() {
    struct Never;
    impl lawful::program::Handler<Bank> for Never {
        async fn handle(
            &mut self,
            _: lawful::program::Asked<'_, Bank>,
        ) -> Result<Answer<Bank>, Stop> {
            pending().await
        }
    }
    let mut handler = Timeout::new(Never, tokio::task::yield_now);
    let stop = drive::<Bank, _, _>(pay(), &mut handler).await.unwrap_err();
    assert_eq!(stop.failure().unwrap().kind(), &FailureKind::TimedOut);
    let mut handler = Timeout::new(World::slow(2), pending);
    drive::<Bank, _, _>(pay(), &mut handler)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn layers_stack() {
    let mut losses = 1;
    let lossy = Inject::new(
        World::with(2),
        move |asked: lawful::program::Asked<'_, Bank>| {
            let goes_missing = matches!(asked.request, Request::Service(_)) && losses > 0;
            goes_missing.then(|| {
                losses -= 1;
                Fault::After(unavailable())
            })
        },
    );
    let seen = Arc::new(Mutex::new(Vec::new()));
    let outcomes = seen.clone();
    let observed = Observe::new(lossy, move |asked, answer: &Result<Answer<Bank>, Stop>| {
        outcomes
            .lock()
            .unwrap()
            .push((asked.step.to_string(), answer.is_ok()));
    });
    let retried = Retry::new(Timeout::new(observed, pending), 2, |_, _: &Failure| {
        ready(())
    });
    let mut handler = Record::new(retried);
    drive::<Bank, _, _>(pay(), &mut handler)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(handler.lines.len(), 3);
    let outcomes = seen.lock().unwrap().clone();
    let outcomes: Vec<(&str, bool)> = outcomes
        .iter()
        .map(|(step, ok)| (step.as_str(), *ok))
        .collect();
    assert_eq!(
        outcomes,
        [("1", true), ("2", true), ("3", false), ("3", true)]
    );
}

fn choices(request: &Request<Bank>) -> Vec<Answer<Bank>> {
    match request {
        Request::Aggregate(BankAsk::Account(Ask::Command(id, command))) => {
            let rich = programs::Account {
                owner: Some("Ada".to_owned()),
                balance: 1000,
            };
            let accept = rich.decide(command).map(|events| Receipt {
                id: *id,
                version: 1,
                position: None,
                events,
                state: Arc::new(rich),
            });
            let refuse = programs::Account::default()
                .decide(command)
                .map(|_| unreachable!());
            vec![
                Answer::told(Told::Receipt(accept)),
                Answer::told(Told::Receipt(refuse)),
            ]
        }
        Request::Service(BankCall::Notices(NoticesCall::Send { .. })) => {
            let lost = programs::Undeliverable {
                reason: "moved".to_owned(),
            };
            [Ok(()), Err(lost)]
                .map(|reply| Answer::Service(BankReply::Notices(NoticesReply::Send(reply))))
                .into()
        }
        _ => vec![Answer::Now(Timestamp::default())],
    }
}

#[test]
fn every_combination_of_answers_is_tried() {
    let mut ends = Vec::new();
    let explored = explore::<Bank, _>(
        pay,
        10,
        |asked| choices(asked.request),
        |lines, end| {
            let End::Returned(result) = end else {
                panic!("{end:?}");
            };
            ends.push((lines.len(), result.is_ok()));
        },
    );
    assert_eq!(ends, [(3, true), (3, true), (2, false), (1, false)]);
    assert_eq!((explored.paths, explored.cut), (4, 0));
}

#[test]
fn a_loop_that_waits_for_one_answer_is_cut() {
    let patient = || {
        async |bank: &mut Perform<Bank>| {
            while bank.account(account(1)).withdraw(1).await.is_err() {}
            Ok::<_, Rejection>(())
        }
    };
    let mut cut = 0;
    let explored = explore::<Bank, _>(
        patient,
        5,
        |asked| choices(asked.request),
        |_, end| cut += usize::from(matches!(end, End::Cut)),
    );
    assert_eq!((explored.paths, explored.cut, cut), (6, 1, 1));
}
