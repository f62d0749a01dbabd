//! What one request costs: `cargo bench -p programs --bench requests`.
//!
//! The best of many samples, because the machine may be busy with other things. The first line is a yardstick: a call that is not
//! inlined with its number in memory takes 6 ns on the machine for which the goals were set.
//!
//! Last measured, with a yardstick of 5.9 ns on a busy machine (and instructions, counted by callgrind):
//!
//! | | at once | async |
//! |---|---|---|
//! | now | 15.6 ns (186) | 25.2 ns (205) |
//! | state | 33 ns (264) | 52 ns (293) |
//! | command | 41 ns (324) | 50 ns (343) |
//!
//! A command that is journaled to a list takes 153 ns. Those of an aggregate are above their goals: their answers are a hundred bytes
//! large and copied on the way, each time before the processor has written them out, and the handler counts an `Arc` up and down.
//!
//! What programs cost to build, in processor seconds: a crate of one aggregate and 200 programs of nine requests, unoptimised: 18 from
//! nothing, 8 after a change of one program; a binary that runs each of them in memory and resumes processes: 21, and 4 after that change.

use lawful::prelude::*;
use lawful::program::layer::{Journaled, Line, Replay};
use lawful::program::{
    Answer, Ask, Asked, Asks, Handler, Kept, Request, States, Stop, Told, VisitAsync, drive_at_once,
};
use lawful::{Domain, Events, Has, Uuid};
use programs::{Account, AccountEvent, Bank, BankTold, CallAccount as _};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

const REQUESTS: u32 = 1000;

fn receipt(state: &Arc<Account>) -> Receipt<Account> {
    Receipt {
        id: id(),
        version: 1,
        position: None,
        events: Events::One(AccountEvent::deposited(1)),
        state: state.clone(),
    }
}

fn id() -> Id<Account> {
    Id::from_uuid(Uuid::from_u128(1))
}

/// Answers at once, or with a future that is ready.
struct Answering {
    state: Arc<Account>,
    at_once: bool,
}

impl Answering {
    fn told(&self, ask: &Ask<Account>) -> Told<Account> {
        match ask {
            Ask::Command(..) => Told::Receipt(Ok(receipt(&self.state))),
            Ask::State(id) => Told::State {
                id: *id,
                version: 1,
                state: self.state.clone(),
            },
        }
    }
}

impl Handler<Bank> for Answering {
    #[inline]
    fn ready(&mut self, asked: Asked<'_, Bank>) -> Option<Result<Answer<Bank>, Stop>> {
        self.at_once.then(|| {
            Ok(match asked.request {
                Request::Aggregate(programs::BankAsk::Account(ask)) => Answer::told(self.told(ask)),
                _ => Answer::Now(Timestamp::default()),
            })
        })
    }

    async fn handle(&mut self, asked: Asked<'_, Bank>) -> Result<Answer<Bank>, Stop> {
        Ok(match asked.request {
            Request::Aggregate(ask) => Answer::Aggregate(Bank::visit_async(ask, Each(self)).await),
            _ => Answer::Now(Timestamp::default()),
        })
    }
}

/// As an interpreter does it that knows no aggregate by name.
struct Each<'a>(&'a mut Answering);

impl VisitAsync<Bank, Asks> for Each<'_> {
    type Out = BankTold;

    async fn visit<A: Aggregate>(self, ask: &Ask<A>) -> BankTold
    where
        Bank: Has<A>,
    {
        let id = Id::from_uuid(ask.id().uuid());
        BankTold::Account(self.0.told(&match ask {
            Ask::Command(..) => Ask::Command(id, programs::AccountCommand::deposit(1)),
            Ask::State(_) => Ask::State(id),
        }))
    }
}

fn measure(name: &str, goal: f64, mut run: impl FnMut()) {
    let only = std::env::args().nth(1).filter(|only| only != "--bench");
    if only.is_some_and(|only| !name.starts_with(&only)) {
        return;
    }
    let mut best = f64::MAX;
    for _ in 0..300 {
        let start = Instant::now();
        run();
        best = best.min(start.elapsed().as_secs_f64() * 1e9 / f64::from(REQUESTS));
    }
    println!(
        "{name:<28} {best:6.1} ns, goal {goal:4.1}, ratio {:.2}",
        best / goal
    );
}

#[inline(never)]
fn call(number: u32) -> u32 {
    black_box(number) + 1
}

fn main() {
    let now = async |bank: &mut Perform<Bank>| {
        for _ in 0..REQUESTS {
            black_box(bank.now().await);
        }
        Ok::<_, Rejection>(())
    };
    let state = async |bank: &mut Perform<Bank>| {
        for _ in 0..REQUESTS {
            black_box(bank.account(id()).state().await.balance);
        }
        Ok::<_, Rejection>(())
    };
    let command = async |bank: &mut Perform<Bank>| {
        for _ in 0..REQUESTS {
            black_box(bank.account(id()).deposit(1).await.is_ok());
        }
        Ok::<_, Rejection>(())
    };
    measure("yardstick: a call through memory", 6.0, || {
        black_box((0..REQUESTS).fold(0, |sum, _| call(sum)));
    });
    for (way, at_once, goal) in [("at once", true, 15.0), ("async", false, 25.0)] {
        let mut handler = Answering {
            state: Arc::default(),
            at_once,
        };
        measure(&format!("now, {way}"), goal, || {
            drop(drive_at_once::<Bank, _, _>(now, &mut handler));
        });
        measure(&format!("state, {way}"), goal, || {
            drop(drive_at_once::<Bank, _, _>(state, &mut handler));
        });
        measure(&format!("command, {way}"), goal, || {
            drop(drive_at_once::<Bank, _, _>(command, &mut handler));
        });
    }
    measure("command, journaled", 60.0, || {
        let inner = Answering {
            state: Arc::default(),
            at_once: true,
        };
        let journal: Vec<Line<Bank, Kept<Bank>>> = Vec::new();
        let mut handler = Journaled::new(inner, Replay::new([]), journal, NoStates);
        drop(drive_at_once::<Bank, _, _>(command, &mut handler));
    });
}

/// The journal is never read.
struct NoStates;

impl States<Bank> for NoStates {
    async fn state<A: Aggregate>(&self, _: Id<A>, _: u64) -> Result<Arc<A>, Failure>
    where
        Bank: Has<A>,
    {
        Ok(Arc::default())
    }
}
