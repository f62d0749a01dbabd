//! What a service writes that knows neither its domain nor its database: generic code that spawns commands, runs and transactions. It
//! has to compile; that it depends on `lawful` alone is the point.

use lawful::prelude::*;
use lawful::program::layer::{Observe, Record, Retry};
use lawful::program::{Performed, Serves, Story};
use lawful::{Aggregate, Domain, Has};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::JoinHandle;

/// A program `P`, performed with the requests of `R`, in a task of its own.
pub type Task<P, R> = JoinHandle<Performed<P, R>>;

/// A rehearsal, in a task of its own.
pub type Rehearsal<D, P> =
    JoinHandle<Result<Story<D, <P as Program<D>>::Ok, <P as Program<D>>::Err>, Failure>>;

/// A command, in a task of its own.
pub fn execute<D, I, A>(
    bank: &I,
    id: Id<A>,
    command: A::Command,
) -> JoinHandle<Result<Receipt<A>, Error>>
where
    D: Has<A>,
    I: Interpreter<D>,
    A: Aggregate,
{
    let bank = bank.clone();
    tokio::spawn(async move { bank.execute(id, command).metadata("by", "a task").await })
}

/// A program, step by step, in a task of its own.
pub fn run<D, I, P>(bank: &I, program: P) -> Task<P, D>
where
    D: Domain,
    I: Interpreter<D>,
    P: Program<D, Ok: 'static, Err: 'static> + 'static,
{
    let bank = bank.clone();
    tokio::spawn(async move { bank.run(program).await })
}

/// The same with three layers around it, whatever the interpreter; counts the requests.
pub fn layered<D, I, P>(bank: &I, program: P, count: Arc<AtomicUsize>) -> Task<P, D>
where
    D: Domain,
    I: Interpreter<D>,
    P: Program<D, Ok: 'static, Err: 'static> + 'static,
{
    let bank = bank.clone();
    tokio::spawn(async move {
        bank.run_with(program, |live| {
            let retried = Retry::new(live, 3, |_, _: &Failure| tokio::task::yield_now());
            Record::new(Observe::new(retried, move |_, _| {
                count.fetch_add(1, Ordering::Relaxed);
            }))
        })
        .await
    })
}

/// A program, all or nothing, in a task of its own.
pub fn transact<D, I, P>(bank: &I, program: P) -> Task<P, D::Atomic>
where
    D: Domain,
    I: Transactional<D>,
    P: Program<D::Atomic, Ok: 'static, Err: 'static> + Clone + 'static,
{
    let bank = bank.clone();
    tokio::spawn(async move { bank.transact(program).await })
}

/// A rehearsal, in a task of its own.
pub fn rehearse<D, I, P, S>(bank: &I, program: P, stand_ins: S) -> Rehearsal<D, P>
where
    D: Domain,
    I: Interpreter<D>,
    P: Program<D, Ok: 'static, Err: 'static> + 'static,
    S: Serves<D>,
{
    let bank = bank.clone();
    tokio::spawn(async move { bank.dry_run_with(program, stand_ins).await })
}
