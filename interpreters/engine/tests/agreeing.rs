//! Any commands, on two engines with small caches over one log, come to what folding the whole history each time comes to.

mod fixture;

use fixture::{Account, AccountCommand, AccountEvent, Bank};
use lawful::{Aggregate, AsOf, FailureKind, Id, Rejection, Uuid};
use lawful_engine::{Engine, EngineOptions, Error};
use lawful_memory::MemoryLog;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::HashMap;

#[derive(Debug, Clone)]
struct Ask {
    engine: usize,
    root: usize,
    command: AccountCommand,
    chosen: Option<u8>,
    expected: Option<u64>,
}

/// What an answer comes to.
#[derive(Debug, Clone, PartialEq)]
enum Told {
    Accepted(Vec<AccountEvent>, u64, Account),
    Rejected(Rejection),
    Failed(FailureKind),
}

/// The store that keeps events and nothing else.
#[derive(Default)]
struct Naive {
    streams: HashMap<usize, Vec<AccountEvent>>,
    outcomes: HashMap<(usize, u8), (AccountCommand, Told)>,
}

impl Naive {
    fn state(&self, root: usize, version: usize) -> Account {
        let mut state = Account::default();
        for event in self.streams.get(&root).into_iter().flatten().take(version) {
            state.evolve(event);
        }
        state
    }

    fn execute(&mut self, ask: &Ask) -> Told {
        let name = ask.chosen.map(|chosen| (ask.root, chosen));
        if let Some((command, told)) = name.and_then(|name| self.outcomes.get(&name)) {
            return if *command == ask.command {
                told.clone()
            } else {
                Told::Failed(FailureKind::CommandIdReused)
            };
        }
        let version = self.streams.get(&ask.root).map_or(0, Vec::len);
        let actual = version as u64;
        if let Some(expected) = ask.expected
            && expected != actual
        {
            return Told::Failed(FailureKind::VersionMismatch { expected, actual });
        }
        match self.state(ask.root, version).decide(&ask.command) {
            Ok(events) => {
                let stream = self.streams.entry(ask.root).or_default();
                stream.extend(events.iter().cloned());
                let version = stream.len();
                let state = self.state(ask.root, version);
                let told = Told::Accepted(events.to_vec(), version as u64, state);
                if let Some(name) = name {
                    self.outcomes
                        .insert(name, (ask.command.clone(), told.clone()));
                }
                told
            }
            Err(rejection) => Told::Rejected(rejection),
        }
    }
}

fn asks() -> impl Strategy<Value = Vec<Ask>> {
    let amount = -3..20_i64;
    let command = prop_oneof![
        1 => Just(AccountCommand::open("Ada")),
        3 => amount.clone().prop_map(AccountCommand::deposit),
        2 => amount.clone().prop_map(AccountCommand::withdraw),
        2 => amount.clone().prop_map(AccountCommand::seize),
        1 => vec(amount, 0..4).prop_map(AccountCommand::pay),
    ];
    let chosen = prop_oneof![3 => Just(None), 1 => (0..4_u8).prop_map(Some)];
    let expected = prop_oneof![5 => Just(None), 1 => (0..6_u64).prop_map(Some)];
    let ask = (0..2_usize, 0..4_usize, command, chosen, expected).prop_map(
        |(engine, root, command, chosen, expected)| Ask {
            engine,
            root,
            command,
            chosen,
            expected,
        },
    );
    vec(ask, 1..60)
}

async fn compare(asks: &[Ask]) -> Result<(), TestCaseError> {
    let log = MemoryLog::default();
    let options = EngineOptions {
        capacity: 2,
        ..EngineOptions::default()
    };
    let engines: [Engine<Bank, _>; 2] =
        std::array::from_fn(|_| Engine::with(log.clone(), options.clone()));
    let mut naive = Naive::default();
    let id = |root: usize| Id::<Account>::from_uuid(Uuid::from_u128(root as u128));
    // Some receipts are held, so that buffers are shared and not.
    let mut held = Vec::new();
    for (number, ask) in asks.iter().enumerate() {
        let mut execute = engines[ask.engine].execute(id(ask.root), ask.command.clone());
        if let Some(chosen) = ask.chosen {
            execute = execute.command_id(u128::from(chosen));
        }
        if let Some(expected) = ask.expected {
            execute = execute.expect_version(expected);
        }
        let told = match execute.await {
            Ok(receipt) => {
                let told = Told::Accepted(
                    receipt.events.to_vec(),
                    receipt.version,
                    (*receipt.state).clone(),
                );
                if number % 3 == 0 {
                    held.push((receipt, told.clone()));
                }
                told
            }
            Err(Error::Rejected(rejection)) => Told::Rejected(rejection),
            Err(Error::Failed(failure)) => Told::Failed(failure.kind().clone()),
        };
        prop_assert_eq!(told, naive.execute(ask), "command {}", number);
        let loaded = engines[1 - ask.engine].load(id(ask.root)).await.unwrap();
        let version = usize::try_from(loaded.version).unwrap();
        prop_assert_eq!(&*loaded.state, &naive.state(ask.root, version));
    }
    for (receipt, told) in held {
        let now = Told::Accepted(
            receipt.events.to_vec(),
            receipt.version,
            (*receipt.state).clone(),
        );
        prop_assert_eq!(now, told);
    }
    for (root, stream) in &naive.streams {
        let history = engines[0].history(id(*root)).entries().await.unwrap();
        let events: Vec<_> = history.into_iter().map(|entry| entry.event).collect();
        prop_assert_eq!(&events, stream);
        for version in 0..=stream.len() {
            let moment = AsOf::Version(version as u64);
            let loaded = engines[1].load_as_of(id(*root), moment).await.unwrap();
            prop_assert_eq!(&*loaded.state, &naive.state(*root, version));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn the_engine_agrees_with_the_naive_store(asks in asks()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(compare(&asks))?;
    }
}
