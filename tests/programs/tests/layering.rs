//! Layers around handlers, and exploration.

use lawful::prelude::*;
use lawful::program::layer::{Backoff, Fault, Inject, Observe, Record, Retry, Timeout};
use lawful::program::{Answer, Ask, End, Handler, Request, Stop, Told, drive, explore};
use programs::{
    Bank, BankAsk, BankCall, BankReply, CallAccount as _, NoticesCall, NoticesReply, Pay, World,
    account,
};
use std::future::{pending, ready};
use std::sync::{Arc, Mutex};
use std::time::Duration;

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

/// Fails so often before it answers, at once or after a while, and says how often it was asked.
struct Flaky {
    world: World,
    failures: u32,
    asked: Arc<Mutex<u32>>,
    at_once: bool,
}

impl Flaky {
    fn attempt(&mut self, asked: lawful::program::Asked<'_, Bank>) -> Result<Answer<Bank>, Stop> {
        *self.asked.lock().unwrap() += 1;
        match self.failures.checked_sub(1) {
            Some(left) => {
                self.failures = left;
                Err(unavailable().into())
            }
            None => self.world.ready(asked).unwrap(),
        }
    }
}

impl Handler<Bank> for Flaky {
    fn ready(
        &mut self,
        asked: lawful::program::Asked<'_, Bank>,
    ) -> Option<Result<Answer<Bank>, Stop>> {
        self.at_once.then(|| self.attempt(asked))
    }

    async fn handle(
        &mut self,
        asked: lawful::program::Asked<'_, Bank>,
    ) -> Result<Answer<Bank>, Stop> {
        self.attempt(asked)
    }
}

#[tokio::test]
async fn attempts_are_counted_alike_at_once_and_after_a_while() {
    for at_once in [true, false] {
        for (failures, attempts, expected, pauses) in [
            (0, 3, 1, 0),
            (2, 3, 3, 2),
            (9, 3, 3, 2),
            (9, 1, 1, 0),
            (9, 0, 1, 0),
        ] {
            let asked = Arc::new(Mutex::new(0));
            let paused = Arc::new(Mutex::new(Vec::new()));
            let seen = paused.clone();
            let flaky = Flaky {
                world: World::with(1),
                failures,
                asked: asked.clone(),
                at_once,
            };
            let mut handler = Retry::new(flaky, attempts, move |attempt, _: &Failure| {
                seen.lock().unwrap().push(attempt);
                ready(())
            });
            let program = async |bank: &mut Perform<Bank>| Ok::<_, Rejection>(bank.now().await);
            let ended = drive::<Bank, _, _>(program, &mut handler).await;
            assert_eq!(ended.is_ok(), failures < attempts.max(1));
            assert_eq!(*asked.lock().unwrap(), expected, "{failures} {attempts}");
            let numbers: Vec<u32> = (1..=pauses).collect();
            assert_eq!(*paused.lock().unwrap(), numbers);
        }
    }
}

#[test]
fn pauses_double_up_to_a_limit_and_no_two_are_alike() {
    let backoff = Backoff {
        first: Duration::from_secs(1),
        longest: Duration::from_mins(1),
    };
    for (attempts, whole) in [(0, 1), (1, 1), (2, 2), (5, 16), (7, 60), (u32::MAX, 60)] {
        let whole = Duration::from_secs(whole);
        let mut pauses: Vec<_> = (0..100).map(|_| backoff.pause(attempts)).collect();
        assert!(
            pauses
                .iter()
                .all(|pause| whole / 2 <= *pause && *pause <= whole)
        );
        pauses.sort_unstable();
        pauses.dedup();
        assert!(pauses.len() > 50, "{pauses:?}");
        // Both ends of the range are used.
        assert!(pauses[0] < whole * 7 / 10 && pauses[pauses.len() - 1] > whole * 8 / 10);
    }
    let huge = Backoff {
        first: Duration::MAX,
        longest: Duration::MAX,
    };
    assert!(huge.pause(3) >= Duration::MAX / 2);
}

#[tokio::test]
async fn pauses_grow_from_attempt_to_attempt() {
    let slept = Arc::new(Mutex::new(Vec::new()));
    let seen = slept.clone();
    let backoff = Backoff {
        first: Duration::from_secs(1),
        longest: Duration::from_mins(1),
    };
    let flaky = Flaky {
        world: World::with(1),
        failures: 5,
        asked: Arc::default(),
        at_once: false,
    };
    let pause = backoff.with(move |pause| {
        seen.lock().unwrap().push(pause);
        ready(())
    });
    let mut handler = Retry::new(flaky, 6, pause);
    let program = async |bank: &mut Perform<Bank>| Ok::<_, Rejection>(bank.now().await);
    drive::<Bank, _, _>(program, &mut handler)
        .await
        .unwrap()
        .unwrap();
    let slept = slept.lock().unwrap();
    assert_eq!(slept.len(), 5);
    for (pause, whole) in slept.iter().zip([1, 2, 4, 8, 16]) {
        let whole = Duration::from_secs(whole);
        assert!(whole / 2 <= *pause && *pause <= whole, "{slept:?}");
    }
}

#[tokio::test]
async fn something_else_is_answered_instead() {
    let mut world = World::with(2);
    let other = |asked: lawful::program::Asked<'_, Bank>| {
        matches!(asked.request, Request::Now)
            .then(|| Fault::Instead(Answer::Now(Timestamp::from_micros(7))))
    };
    let mut handler = Inject::new(&mut world, other);
    let program = async |bank: &mut Perform<Bank>| {
        bank.account(account(1)).withdraw(1).await?;
        Ok::<_, Rejection>(bank.now().await)
    };
    let ended = drive::<Bank, _, _>(program, &mut handler).await.unwrap();
    assert_eq!(ended, Ok(Timestamp::from_micros(7)));
    assert_eq!(world.asked.len(), 1);
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
