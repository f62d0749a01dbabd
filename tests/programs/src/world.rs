use crate::{Account, Bank, BankAsk, BankCall, BankReply, NoticesCall, NoticesReply};
use lawful::prelude::*;
use lawful::program::{Answer, Ask, Asked, Handler, Request, States, Stop, Told};
use lawful::{Has, Uuid};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Every version of each account.
pub type Versions = BTreeMap<Id<Account>, Vec<Arc<Account>>>;

/// The simplest world that a program of the bank can run in: states by id, every version kept, and a list of what was sent.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Every version of each account.
    pub accounts: Arc<Mutex<Versions>>,
    /// What was asked.
    pub asked: Vec<String>,
    /// What was sent.
    pub sent: Vec<String>,
    ids: u128,
    /// Whether answers wait for the executor first.
    pub slow: bool,
}

/// The `n`th account.
#[must_use]
pub fn account(n: u128) -> Id<Account> {
    Id::from_uuid(Uuid::from_u128(n))
}

impl World {
    /// With so many open accounts of 100 each, the first is `account(1)`.
    #[must_use]
    pub fn with(accounts: u128) -> Self {
        let world = World::default();
        for n in 1..=accounts {
            let open = Account {
                owner: Some(n.to_string()),
                balance: 100,
            };
            let versions = vec![Arc::new(Account::default()), Arc::new(open)];
            world.lock().insert(account(n), versions);
        }
        world
    }

    /// The same, but its answers wait for the executor first.
    #[must_use]
    pub fn slow(accounts: u128) -> Self {
        let mut world = World::with(accounts);
        world.slow = true;
        world
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Versions> {
        self.accounts
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// What is in each account.
    #[must_use]
    pub fn balances(&self) -> Vec<i64> {
        let accounts = self.lock();
        let newest = accounts.values().filter_map(|versions| versions.last());
        newest.map(|account| account.balance).collect()
    }

    fn of(&mut self, ask: &Ask<Account>) -> Told<Account> {
        let id = ask.id();
        let mut accounts = self.lock();
        let versions = accounts.entry(id).or_insert_with(|| vec![Arc::default()]);
        let state = versions.last().cloned().unwrap_or_default();
        let version = |versions: &Vec<_>| versions.len() as u64 - 1;
        let Ask::Command(_, command) = ask else {
            let version = version(versions);
            return Told::State { id, version, state };
        };
        Told::Receipt(state.decide(command).map(|events| {
            let mut state = state;
            for event in &events {
                Arc::make_mut(&mut state).evolve(event);
                versions.push(state.clone());
            }
            Receipt {
                id,
                version: version(versions),
                position: None,
                events,
                state,
            }
        }))
    }

    fn answer(&mut self, asked: Asked<'_, Bank>) -> Answer<Bank> {
        self.asked.push(format!("{} {}", asked.step, asked.request));
        match asked.request {
            Request::Aggregate(BankAsk::Account(ask)) => Answer::told(self.of(ask)),
            Request::Service(BankCall::Notices(NoticesCall::Send { text, .. })) => {
                self.sent.push(text.clone());
                Answer::Service(BankReply::Notices(NoticesReply::Send(Ok(()))))
            }
            Request::Service(BankCall::Notices(NoticesCall::Count {})) => {
                let sent = u32::try_from(self.sent.len()).unwrap_or(u32::MAX);
                Answer::Service(BankReply::Notices(NoticesReply::Count(Ok(sent))))
            }
            Request::Now => Answer::Now(Timestamp::from_micros(1_000_000)),
            Request::Fresh => {
                self.ids += 1;
                Answer::Fresh(Uuid::from_u128(1000 + self.ids))
            }
            Request::SleepUntil(_) => Answer::Slept,
            Request::Wait(_) => Answer::Waited(None),
            Request::Version(_) => Answer::Version(1),
        }
    }
}

impl Handler<Bank> for World {
    fn ready(&mut self, asked: Asked<'_, Bank>) -> Option<Result<Answer<Bank>, Stop>> {
        (!self.slow).then(|| Ok(self.answer(asked)))
    }

    async fn handle(&mut self, asked: Asked<'_, Bank>) -> Result<Answer<Bank>, Stop> {
        tokio::task::yield_now().await;
        Ok(self.answer(asked))
    }
}

/// Reads old versions from a world.
#[derive(Debug, Clone)]
pub struct Past(pub World);

impl States<Bank> for Past {
    async fn state<A: Aggregate>(&self, id: Id<A>, version: u64) -> Result<Arc<A>, Failure>
    where
        Bank: Has<A>,
    {
        let accounts = self.0.lock();
        let versions = accounts.get(&Id::from_uuid(id.uuid()));
        let state = versions.and_then(|versions| versions.get(usize::try_from(version).ok()?));
        let state = state.map(|state| state.clone() as Arc<dyn std::any::Any + Send + Sync>);
        match state.and_then(|state| state.downcast::<A>().ok()) {
            Some(state) => Ok(state),
            None => Err(Failure::new(FailureKind::Corrupt, "no such version")),
        }
    }
}

/// Every request is a mistake: for runs that must be answered from a journal.
#[derive(Debug)]
pub struct Nobody;

impl Handler<Bank> for Nobody {
    async fn handle(&mut self, asked: Asked<'_, Bank>) -> Result<Answer<Bank>, Stop> {
        let message = format!("`{}` was asked live", asked.request);
        Err(Failure::new(FailureKind::Defect, message).into())
    }
}
