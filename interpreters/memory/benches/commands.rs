//! What a command costs in memory, beside a hand-written store that keeps the same promises: version check, command id, event log.
//!
//! `cargo bench -p lawful-memory`. The two are measured in turns, because only ratios taken in one run mean anything.

#[path = "../../engine/tests/fixture/mod.rs"]
mod fixture;

use fixture::{Account, AccountCommand, AccountEvent, Bank};
use lawful::{Aggregate, Id, Rejection, Uuid};
use lawful_memory::Memory;
use std::collections::{HashMap, HashSet};
use std::hint::black_box;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

const COMMANDS: u32 = 5_000;
const ROUNDS: usize = 300;
const ROOTS: usize = 1_000;

/// The store that one would write by hand for this one aggregate.
#[derive(Default)]
struct ByHand {
    inner: Mutex<Store>,
}

#[derive(Default)]
struct Store {
    roots: HashMap<Uuid, Root, foldhash::fast::RandomState>,
    log: Vec<Record>,
}

#[derive(Default)]
struct Root {
    state: Account,
    version: u64,
    places: Vec<usize>,
    chosen: HashSet<Uuid>,
}

#[allow(dead_code, reason = "a log is written, and read by others")]
struct Record {
    stream: Uuid,
    version: u64,
    event: AccountEvent,
    command_id: Uuid,
    correlation: Uuid,
    recorded_at: u64,
}

struct Told {
    version: u64,
    position: u64,
    event: Option<AccountEvent>,
    state: Arc<Account>,
}

impl ByHand {
    fn execute(
        &self,
        id: Uuid,
        command_id: Uuid,
        chosen: bool,
        command: &AccountCommand,
    ) -> Result<Told, Rejection> {
        let mut store = self.inner.lock().unwrap();
        let Store { roots, log } = &mut *store;
        let root = roots.entry(id).or_default();
        assert!(!chosen || root.chosen.insert(command_id), "used before");
        let events = root.state.propose(command)?;
        let mut after = root.state.clone();
        for event in &events {
            after.evolve(event);
        }
        Account::uphold(&root.state, &after, command)?;
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        for event in &events {
            root.version += 1;
            root.places.push(log.len());
            log.push(Record {
                stream: id,
                version: root.version,
                event: event.clone(),
                command_id,
                correlation: command_id,
                recorded_at: u64::try_from(now.as_micros()).unwrap_or_default(),
            });
        }
        root.state.clone_from(&after);
        Ok(Told {
            version: root.version,
            position: log.len() as u64,
            event: events.first().cloned(),
            state: Arc::new(after),
        })
    }
}

/// Polls a future that is ready at once.
fn ready<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("nothing in memory waits"),
    }
}

fn deposit(amount: i64) -> AccountCommand {
    AccountCommand::Deposit { amount }
}

fn open() -> AccountCommand {
    AccountCommand::Open {
        owner: "Ada".into(),
    }
}

fn memory() -> Memory<Bank> {
    Memory::default()
}

/// Nanoseconds for each of `count` calls.
fn time(count: u32, mut call: impl FnMut(u32)) -> f64 {
    let start = Instant::now();
    for number in 0..count {
        call(number);
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(count)
}

struct Case {
    name: &'static str,
    engine: fn() -> f64,
    by_hand: fn() -> f64,
}

const CASES: [Case; 3] = [
    Case {
        name: "one hot root",
        engine: || {
            let (bank, id) = (memory(), Id::<Account>::new());
            ready(bank.execute(id, open()).into_future()).unwrap();
            time(COMMANDS, |_| {
                black_box(ready(bank.execute(id, deposit(1)).into_future()).unwrap());
            })
        },
        by_hand: || {
            let (store, id) = (ByHand::default(), Uuid::new_v4());
            store
                .execute(id, Uuid::from_u128(0), false, &open())
                .unwrap();
            time(COMMANDS, |number| {
                let command_id = Uuid::from_u128(u128::from(number));
                let told = store.execute(id, command_id, false, &deposit(1)).unwrap();
                black_box((told.version, told.position, told.event, told.state));
            })
        },
    },
    Case {
        name: "1000 hot roots in turn",
        engine: || {
            let bank = memory();
            let ids: Vec<_> = (0..ROOTS).map(|_| Id::<Account>::new()).collect();
            for id in &ids {
                ready(bank.execute(*id, open()).into_future()).unwrap();
            }
            time(COMMANDS, |number| {
                let id = ids[number as usize % ROOTS];
                black_box(ready(bank.execute(id, deposit(1)).into_future()).unwrap());
            })
        },
        by_hand: || {
            let store = ByHand::default();
            let ids: Vec<_> = (0..ROOTS).map(|_| Uuid::now_v7()).collect();
            for id in &ids {
                store.execute(*id, *id, false, &open()).unwrap();
            }
            time(COMMANDS, |number| {
                let id = ids[number as usize % ROOTS];
                let command_id = Uuid::from_u128(u128::from(number));
                let told = store.execute(id, command_id, false, &deposit(1)).unwrap();
                black_box((told.version, told.position, told.event, told.state));
            })
        },
    },
    Case {
        name: "a fresh root each",
        engine: || {
            let bank = memory();
            time(COMMANDS / 4, |number| {
                let id = Id::<Account>::from_uuid(Uuid::from_u128(u128::from(number) << 64));
                black_box(ready(bank.execute(id, open()).into_future()).unwrap());
            })
        },
        by_hand: || {
            let store = ByHand::default();
            time(COMMANDS / 4, |number| {
                let id = Uuid::from_u128(u128::from(number) << 64);
                let told = store.execute(id, id, false, &open()).unwrap();
                black_box((told.version, told.position, told.event, told.state));
            })
        },
    },
];

fn main() {
    if std::env::args().any(|argument| argument == "profile") {
        let least = (0..ROUNDS * 10).map(|_| (CASES[0].engine)());
        return println!("{:.0} ns", least.fold(f64::MAX, f64::min));
    }
    let sized = memory()
        .execute(Id::<Account>::new(), deposit(1))
        .into_future();
    println!("the future of a command: {} bytes", size_of_val(&sized));
    println!(
        "{:<24} {:>10} {:>10} {:>7}",
        "ns per command", "engine", "by hand", "ratio"
    );
    for case in &CASES {
        // The least time of many short rounds is what is left when nobody else wants the processor.
        let (mut engine, mut by_hand) = (f64::MAX, f64::MAX);
        for _ in 0..ROUNDS {
            engine = engine.min((case.engine)());
            by_hand = by_hand.min((case.by_hand)());
        }
        println!(
            "{:<24} {engine:>10.0} {by_hand:>10.0} {:>7.2}",
            case.name,
            engine / by_hand
        );
    }
}
