//! A command on a hot root in memory allocates for what must be kept, and for nothing else.

mod fixture;

use allocation_counter::measure;
use fixture::{Account, AccountCommand, Bank, BankPayload};
use lawful::Id;
use lawful_engine::Engine;
use lawful_memory::MemoryLog;
use std::task::{Context, Poll, Waker};

/// Polls a future that is ready at once, so that no runtime's allocations are counted.
fn ready<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    match future.as_mut().poll(&mut cx) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nothing in memory waits"),
    }
}

fn hot() -> (Engine<Bank, MemoryLog<BankPayload>>, Id<Account>) {
    let (bank, id) = (Engine::default(), Id::new());
    ready(bank.execute(id, AccountCommand::open("Ada")).into_future()).unwrap();
    for _ in 0..2 {
        ready(bank.execute(id, AccountCommand::deposit(1)).into_future()).unwrap();
    }
    (bank, id)
}

/// The log's two lists double some 14 times each on the way to 10,000, a snapshot is kept ten times.
const GROWTH: u64 = 200;

#[test]
fn ten_thousand_commands_allocate_only_for_the_growth_of_the_log() {
    let (bank, id) = hot();
    let counted = measure(|| {
        for _ in 0..10_000 {
            ready(bank.execute(id, AccountCommand::deposit(1)).into_future()).unwrap();
        }
    });
    assert!(counted.count_total <= GROWTH, "{counted:?}");
}

#[test]
fn a_caller_who_holds_the_last_receipt_costs_nothing_more() {
    let (bank, id) = hot();
    let mut last = ready(bank.execute(id, AccountCommand::deposit(1)).into_future()).unwrap();
    let counted = measure(|| {
        for _ in 0..10_000 {
            last = ready(bank.execute(id, AccountCommand::deposit(1)).into_future()).unwrap();
        }
    });
    assert_eq!(last.state.balance, 10_003);
    assert!(counted.count_total <= GROWTH, "{counted:?}");
}

#[test]
fn the_count_sees_what_is_allocated() {
    let counted = measure(|| drop(std::hint::black_box(Box::new(1))));
    assert_eq!(counted.count_total, 1);
}
