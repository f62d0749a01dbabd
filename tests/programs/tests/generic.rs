//! Code that is generic over interpreter, program and domain, and still spawns: futures can change threads.

use lawful::prelude::*;
use lawful::program::{
    Answer, Ask, Asked, Asks, Handler, Request, Row, Stop, Told, VisitAsync, drive, drive_at_once,
};
use lawful::{Domain, Has, Uuid};
use programs::{Bank, CallAccount as _, CallNotices as _};
use programs::{Pay, Transfer, World, account, pay, transfer};
use tokio::task::JoinHandle;

/// How a run ended, and its handler.
type Handed<T, E, H> = (Ended<T, E>, H);

/// How a run ended.
type Ended<T, E> = Result<Result<T, E>, Stop>;

fn spawn<D, P, H>(program: P, mut handler: H) -> JoinHandle<Handed<P::Ok, P::Err, H>>
where
    D: Domain,
    P: Program<D> + 'static,
    P::Ok: 'static,
    P::Err: 'static,
    H: Handler<D> + 'static,
{
    tokio::spawn(async move { (drive::<D, P, H>(program, &mut handler).await, handler) })
}

/// An interpreter of the smallest kind.
trait Runs<D: Domain>: Clone + Send + Sync + 'static {
    fn run<P: Program<D>>(&self, program: P) -> impl Future<Output = Ended<P::Ok, P::Err>> + Send;

    fn transact<P: Program<D::Atomic> + Clone>(
        &self,
        program: P,
    ) -> impl Future<Output = Ended<P::Ok, P::Err>> + Send;
}

impl Runs<Bank> for World {
    fn run<P: Program<Bank>>(
        &self,
        program: P,
    ) -> impl Future<Output = Ended<P::Ok, P::Err>> + Send {
        let mut world = self.clone();
        async move { drive::<Bank, _, _>(program, &mut world).await }
    }

    fn transact<P: Program<<Bank as Domain>::Atomic> + Clone>(
        &self,
        program: P,
    ) -> impl Future<Output = Ended<P::Ok, P::Err>> + Send {
        let mut world = self.clone();
        async move { drive(program, &mut world).await }
    }
}

fn spawn_on<D, I, P>(interpreter: &I, program: P) -> JoinHandle<Ended<P::Ok, P::Err>>
where
    D: Domain,
    I: Runs<D>,
    P: Program<D> + 'static,
    P::Ok: 'static,
    P::Err: 'static,
{
    let interpreter = interpreter.clone();
    tokio::spawn(async move { interpreter.run(program).await })
}

fn spawn_whole<D, I, P>(interpreter: &I, program: P) -> JoinHandle<Ended<P::Ok, P::Err>>
where
    D: Domain,
    I: Runs<D>,
    P: Program<D::Atomic> + Clone + 'static,
    P::Ok: 'static,
    P::Err: 'static,
{
    let interpreter = interpreter.clone();
    tokio::spawn(async move { interpreter.transact(program).await })
}

/// A sub-program over any row that has accounts.
async fn drain<R: Row>(bank: &mut Perform<R>, id: Id<programs::Account>) -> Result<i64, Rejection>
where
    R::Domain: Has<programs::Account>,
{
    let balance = bank.account(id).state().await.balance;
    bank.of(id).withdraw(balance).await?;
    Ok(balance)
}

/// Recursion goes through a box, as in any `async fn`.
fn down<'a>(
    bank: &'a mut Perform<Bank>,
    n: u32,
) -> std::pin::Pin<Box<dyn Future<Output = Result<u32, Rejection>> + Send + 'a>> {
    Box::pin(async move {
        if n == 0 {
            return Ok(0);
        }
        bank.now().await;
        Ok(down(bank, n - 1).await? + 1)
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn generic_code_spawns() {
    let world = World::slow(2);
    let one = Pay {
        from: account(1),
        to: account(2),
        amount: 1,
    };
    let (result, _) = spawn::<Bank, _, _>(one.clone(), world.clone())
        .await
        .unwrap();
    result.unwrap().unwrap();
    spawn_on::<Bank, _, _>(&world, one)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    let transfer = Transfer {
        from: account(1),
        to: account(2),
        amount: 1,
    };
    spawn_whole::<Bank, _, _>(&world, transfer)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    let text = String::from("borrowed across steps");
    let closure = async move |bank: &mut Perform<Bank>| {
        let seen = &text;
        pay(bank, account(1), account(2), 1).await?;
        bank.both(async |bank| bank.now().await, async |bank| bank.now().await)
            .await;
        bank.attempt(async |bank| transfer_back(bank, seen).await)
            .await?;
        down(bank, 3).await?;
        drain(bank, account(2)).await
    };
    assert_eq!(
        spawn_on::<Bank, _, _>(&world, closure)
            .await
            .unwrap()
            .unwrap(),
        Ok(102)
    );
    assert_eq!(world.balances(), [98, 0]);
}

async fn transfer_back(bank: &mut Perform<Bank>, _: &str) -> Result<(), Rejection> {
    transfer(bank.atomic(), account(2), account(1), 2).await
}

#[tokio::test]
async fn a_program_may_be_polled_on_another_thread_each_time() {
    let run = async {
        let mut world = World::slow(2);
        let one = Pay {
            from: account(1),
            to: account(2),
            amount: 1,
        };
        let result = drive::<Bank, _, _>(one, &mut world).await;
        (result.unwrap(), world.balances())
    };
    let mut run: std::pin::Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(run);
    let mut hops = 0;
    let (result, balances) = loop {
        let (back, polled) = std::thread::spawn(move || {
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            let polled = run.as_mut().poll(&mut context);
            (run, polled)
        })
        .join()
        .unwrap();
        run = back;
        hops += 1;
        if let std::task::Poll::Ready(done) = polled {
            break done;
        }
    };
    assert_eq!((result, balances, hops), (Ok(()), vec![99, 101], 4));
}

#[test]
fn five_hundred_programs_share_a_thread_pool() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    runtime.block_on(async {
        let world = World::slow(2);
        let runs: Vec<_> = (0..500)
            .map(|n| {
                let (from, to) = if n % 2 == 0 { (1, 2) } else { (2, 1) };
                spawn_on::<Bank, _, _>(
                    &world,
                    Transfer {
                        from: account(from),
                        to: account(to),
                        amount: 1,
                    },
                )
            })
            .collect();
        for run in runs {
            drop(run.await.unwrap().unwrap());
        }
        assert_eq!(world.balances().iter().sum::<i64>(), 200);
    });
}

#[test]
fn a_request_allocates_nothing() {
    for requests in [10, 1000] {
        let program = async move |bank: &mut Perform<Bank>| {
            for _ in 0..requests {
                bank.now().await;
                bank.account(account(1)).deposit(1).await.ok();
            }
            Ok::<_, Rejection>(())
        };
        let mut handler = lawful::program::Answers(|asked: lawful::program::Asked<'_, Bank>| {
            Ok(match asked.request {
                lawful::program::Request::Now => lawful::program::Answer::Now(Timestamp::MIN),
                _ => lawful::program::Answer::told(
                    lawful::program::Told::<programs::Account>::Receipt(Ok(receipt())),
                ),
            })
        });
        drop(receipt());
        let counted = allocation_counter::measure(|| {
            drive_at_once(program, &mut handler).unwrap().unwrap();
        });
        assert_eq!(
            counted.count_total, 1,
            "the mailbox of the run, whatever it asks"
        );
    }
}

/// Answers with futures, and knows the aggregate by its type only, as interpreters do.
struct Typed;

impl Handler<Bank> for Typed {
    async fn handle(&mut self, asked: Asked<'_, Bank>) -> Result<Answer<Bank>, Stop> {
        Ok(match asked.request {
            Request::Aggregate(ask) => Answer::Aggregate(Bank::visit_async(ask, Each).await),
            Request::Fresh => Answer::Fresh(Uuid::nil()),
            Request::Version(_) => Answer::Version(1),
            _ => Answer::Now(Timestamp::MIN),
        })
    }
}

struct Each;

impl VisitAsync<Bank, Asks> for Each {
    type Out = programs::BankTold;

    async fn visit<A: Aggregate>(self, ask: &Ask<A>) -> programs::BankTold
    where
        Bank: Has<A>,
    {
        let id = Id::from_uuid(ask.id().uuid());
        programs::BankTold::Account(match ask {
            Ask::Command(..) => Told::Receipt(Ok(receipt())),
            Ask::State(_) => Told::State {
                id,
                version: 1,
                state: receipt().state,
            },
        })
    }
}

#[test]
fn a_request_to_typed_handlers_allocates_nothing() {
    drop(receipt());
    for requests in [10, 1000] {
        let program = async move |bank: &mut Perform<Bank>| {
            for _ in 0..requests {
                bank.now().await;
                bank.fresh::<programs::Account>().await;
                bank.account(account(1)).state().await;
                bank.account(account(1)).deposit(1).await.ok();
            }
            Ok::<_, Rejection>(())
        };
        let counted = allocation_counter::measure(|| {
            drive_at_once(program, &mut Typed).unwrap().unwrap();
        });
        assert_eq!(counted.count_total, 1, "the mailbox of the run");
    }
}

/// Requests and answers lie in the mailbox until the next ones come, and are dropped without being looked at twice.
#[test]
fn nothing_that_was_asked_or_answered_is_left_behind() {
    let run = |world: &mut World| {
        let program = async |bank: &mut Perform<Bank>| {
            let new = bank.fresh::<programs::Account>().await;
            bank.account(new).open("somebody with a name").await?;
            bank.version("a marker with a name").await;
            for _ in 0..3 {
                bank.account(account(1)).withdraw(1000).await.unwrap_err();
                bank.account(account(1)).state().await;
                bank.wait([account(1).stream()], Timestamp::MAX).await;
                bank.notices().send(new, "a text of some length").await.ok();
                bank.both(
                    async |bank| bank.notices().send(new, "another text").await,
                    async |bank| bank.account(account(2)).withdraw(1000).await,
                )
                .await
                .1
                .unwrap_err();
            }
            let unasked = bank.account(new).open("somebody else with a name");
            drop(unasked);
            Ok::<_, Rejection>(())
        };
        drive_at_once(program, world).unwrap().unwrap();
    };
    // What the first run makes for ever, such as interned names, is not counted.
    run(&mut World::with(2));
    let counted = allocation_counter::measure(|| run(&mut World::with(2)));
    assert!(counted.count_total > 0);
    assert_eq!(counted.count_current, 0, "{counted:?}");
}

fn receipt() -> Receipt<programs::Account> {
    static STATE: std::sync::OnceLock<std::sync::Arc<programs::Account>> =
        std::sync::OnceLock::new();
    Receipt {
        id: account(1),
        version: 1,
        position: None,
        events: lawful::Events::One(programs::AccountEvent::deposited(1)),
        state: STATE.get_or_init(Default::default).clone(),
    }
}
