use crate::log::StreamId;
use crate::program::asking::{Clock, Marker, NewId, News, Receives, Sees, Sleep};
use crate::program::exchange::register;
use crate::program::{
    Ask, Asking, Asks, Atomic, Callable, Request, Row, Undone, Unhurried, Wait, scope,
};
use crate::{Aggregate, Has, Id, Timestamp};
use std::marker::PhantomData;

/// The capability to make requests of a domain.
///
/// It is lent to a program, by whatever interprets it, as `&mut Perform<Bank>`; it cannot be made or cloned. Each `.await` in a program is
/// one request, answered by the interpreter.
///
/// Aggregates bring a method of their own name (`bank.account(id)`), and so do services (`bank.notices()`); their traits
/// (`CallAccount`, `CallNotices`) stand beside them and must be in scope.
pub struct Perform<R>(PhantomData<fn() -> R>);

impl<R> Perform<R> {
    /// Only whoever drives a program lends it the capability.
    pub(crate) const fn new() -> Self {
        Perform(PhantomData)
    }
}

/// A box of a zero-sized type allocates nothing, so nothing is leaked here.
pub(crate) fn lent<'a, R>() -> &'a mut Perform<R> {
    Box::leak(Box::new(Perform::new()))
}

impl<R: Row> Perform<R> {
    /// The calls of an aggregate root, by its id: `bank.of(ada).deposit(50).await?`.
    ///
    /// The same as `bank.account(ada)`, without a trait in scope.
    pub fn of<A>(&mut self, id: Id<A>) -> A::Calls<'_, R>
    where
        A: Callable,
        R::Domain: Has<A>,
    {
        A::calls(self, id)
    }

    /// Asks an aggregate root to carry out a command. `bank.account(id).deposit(50)` reads better; this serves generic code.
    #[inline]
    pub fn command<A: Aggregate>(
        &mut self,
        id: Id<A>,
        command: A::Command,
    ) -> Asking<'_, R, Receives<A>>
    where
        R::Domain: Has<A>,
    {
        Asking::new(|| {
            let ask = <R::Domain as Has<A>>::one::<Asks>(Ask::Command(id, command));
            Request::Aggregate(ask)
        })
    }

    /// Asks an aggregate root for its present state. `bank.account(id).state()` reads better; this serves generic code.
    #[inline]
    pub fn state<A: Aggregate>(&mut self, id: Id<A>) -> Asking<'_, R, Sees<A>>
    where
        R::Domain: Has<A>,
    {
        Asking::new(|| {
            let ask = <R::Domain as Has<A>>::one::<Asks>(Ask::State(id));
            Request::Aggregate(ask)
        })
    }

    /// Asks for the time.
    #[inline]
    pub fn now(&mut self) -> Asking<'_, R, Clock> {
        Asking::new(|| Request::Now)
    }

    /// Asks for a new id: `bank.fresh::<Account>().await`.
    #[inline]
    pub fn fresh<T: ?Sized>(&mut self) -> Asking<'_, R, NewId<T>> {
        Asking::new(|| Request::Fresh)
    }

    /// Parks the program until a moment, by the log's clock.
    pub fn sleep_until(&mut self, time: Timestamp) -> Asking<'_, R, Sleep>
    where
        R: Unhurried,
    {
        Asking::new(|| Request::SleepUntil(time))
    }

    /// Parks the program until something happens on one of these streams (`id.stream()`), or until the deadline by the log's clock.
    ///
    /// The answer is the first event, in log order, since the last wait (or since the program was started); `None` at the deadline. The
    /// program's own events are skipped.
    pub fn wait(
        &mut self,
        streams: impl IntoIterator<Item = StreamId>,
        deadline: Timestamp,
    ) -> Asking<'_, R, News>
    where
        R: Unhurried,
    {
        let wait = Box::new(Wait {
            streams: streams.into_iter().collect(),
            deadline,
            domain: PhantomData,
        });
        Asking::new(|| Request::Wait(wait))
    }

    /// Asks whether the run began before (0) or after (1) this marker was written into the program, so that a process which is under
    /// way goes on as it began.
    pub fn version(&mut self, marker: &str) -> Asking<'_, R, Marker> {
        let marker = marker.into();
        Asking::new(|| Request::Version(marker))
    }

    /// Two sub-programs in lock-step; what they ask at the same time forms one batch.
    ///
    /// `run` asks the services of a batch together and the log in the order of the branches. A process asks one after the other, because
    /// each line of its journal rests on the one before; layers see one request after the other, too.
    ///
    /// ```ignore
    /// let (ada, bob) = bank.both(async |bank| bank.account(a).state().await, async |bank| bank.account(b).state().await).await;
    /// ```
    pub async fn both<A, B>(
        &mut self,
        a: impl AsyncFnOnce(&mut Perform<R>) -> A,
        b: impl AsyncFnOnce(&mut Perform<R>) -> B,
    ) -> (A, B) {
        scope::both(a, b).await
    }

    /// A scope: an `Err` inside runs the compensations that were registered inside, newest first, and then comes out as a value.
    ///
    /// After an `Ok` the compensations pass to the scope around it. An `Err` that is caught *without* a scope undoes nothing.
    ///
    /// # Errors
    ///
    /// What the sub-program returns.
    pub async fn attempt<T, E>(
        &mut self,
        program: impl AsyncFnOnce(&mut Perform<R>) -> Result<T, E>,
    ) -> Result<T, E> {
        scope::attempt(program).await
    }

    /// Registers how to undo what was just done: it runs, newest first, when the innermost [`Perform::attempt`], or else the program
    /// that was run, returns an error. Registering is no request.
    ///
    /// A compensation that is itself refused (returns an `Err`) does not keep the others from running; then the program stops with a
    /// failure of kind [`Uncompensated`](crate::FailureKind::Uncompensated).
    ///
    /// ```ignore
    /// bank.account(from).withdraw(amount).await?;
    /// bank.compensate(async move |bank| bank.account(from).deposit(amount).await);
    /// ```
    pub fn compensate<F, T>(&mut self, undo: F)
    where
        F: AsyncFnOnce(&mut Perform<R>) -> T
            + for<'a> Compensation<&'a mut Perform<R>>
            + Send
            + 'static,
    {
        let undo: crate::program::exchange::Undo = Box::pin(async move {
            let mut perform = Perform::new();
            Compensation::undo(undo, &mut perform).await.refusal()
        });
        register::<R::Domain>([undo]);
    }

    /// The capability that programs take which `transact` accepts: `transfer(bank.atomic(), from, to, amount).await?`.
    pub fn atomic(&mut self) -> &mut Atomic<R::Domain> {
        lent()
    }
}

/// A closure whose future can change threads, named so that it can be asked for.
#[diagnostic::on_unimplemented(
    message = "this cannot be registered as a compensation",
    label = "not `async move |bank| ..` with a future that is `Send`, returning nothing or a `Result`",
    note = "a compensation owns what it needs (`async move`), and what it holds across an `.await` is `Send`"
)]
pub trait Compensation<P> {
    /// What it returns.
    type Output: Undone;

    /// Undoes.
    fn undo(self, perform: P) -> impl Future<Output = Self::Output> + Send;
}

impl<P, F, Fut> Compensation<P> for F
where
    F: FnOnce(P) -> Fut,
    Fut: Future<Output: Undone> + Send,
{
    type Output = Fut::Output;

    fn undo(self, perform: P) -> impl Future<Output = Fut::Output> + Send {
        self(perform)
    }
}
