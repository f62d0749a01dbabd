use crate::programs::Timeless;
use lawful::log::LogId;
use lawful::program::{
    Handler, Launch, Performed, Program, Run, Serves, Serviceless, Services, Story,
};
use lawful::{
    Aggregate, AsOf, Domain, Error, Execute, Failure, Has, History, Id, Interpreter, Loaded,
    Receipt, Start, Timestamp, Transactional,
};
use lawful_engine::{CommandIds, EngineOptions};
use lawful_memory::{Clock, Memory, MemoryLog};
use std::fmt::{Debug, Formatter};

/// The identity of every pure log, so that positions print the same each time.
const IDENTITY: LogId = LogId(1);

/// Where every pure clock stands: 2026-01-01T00:00:00Z.
const START: Timestamp = Timestamp::from_micros(1_767_225_600_000_000);

/// The interpreter for tests: in memory, with a clock that stands still until it is set, counted command ids and a log of a fixed
/// identity. The same commands give the same receipts, to the last id.
///
/// A handle: cheap to clone, and all clones are the same.
///
/// # Examples
///
/// ```
/// use lawful::prelude::*;
/// use lawful_pure::Pure;
/// # #[state]
/// # pub struct Lamp { is_lit: bool }
/// # #[aggregate]
/// # impl Lamp {
/// #     /// It was switched on.
/// #     #[event]
/// #     fn lit(&mut self) { self.is_lit = true; }
/// #     /// Switches it on.
/// #     #[command]
/// #     fn light(&self) -> LampEvent { LampEvent::lit() }
/// # }
/// # /// A house.
/// # #[domain(aggregates(Lamp))]
/// # pub struct House;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// let house = Pure::<House>::default();
/// let lamp = Id::<Lamp>::from_name("hall");
/// let receipt = house.execute(lamp, LampCommand::light()).await?;
/// assert_eq!(receipt.position.unwrap().to_string(), "0000000000000001:1");
/// # Ok(())
/// # }
/// ```
pub struct Pure<D: Domain> {
    pub(crate) memory: Memory<D>,
}

impl<D: Domain> Pure<D> {
    /// An empty log, and a clock that stands at 2026-01-01T00:00:00Z; for a domain without services.
    #[must_use]
    #[allow(
        clippy::should_implement_trait,
        reason = "it is the trait's method, for symmetry with every interpreter"
    )]
    pub fn default() -> Self
    where
        D: Serviceless,
    {
        Self::assemble(Services::none())
    }

    /// The same with services: a recorder, or [`Scripted`](crate::Scripted) answers.
    #[must_use]
    pub fn new(services: impl Serves<D>) -> Self {
        Self::assemble(Services::new(services))
    }

    pub(crate) fn assemble(services: Services<D>) -> Self {
        let options = EngineOptions {
            snapshot_interval: None,
            command_ids: CommandIds::counted(),
            ..EngineOptions::default()
        };
        let log = MemoryLog::with_identity(IDENTITY, Clock::fixed(START));
        Pure {
            memory: Memory::assemble(log, services, options),
        }
    }

    /// The clock that recorded-at comes from: `pure.clock().set(moment)`.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        self.memory.log().clock()
    }

    /// The log.
    #[must_use]
    pub fn log(&self) -> &MemoryLog<D::Event> {
        self.memory.log()
    }

    /// Decides a command and records its events. Await the answer, or say more before: see [`Execute`].
    ///
    /// # Errors
    ///
    /// [`Error::Rejected`] where the domain says no, [`Error::Failed`] where the world breaks.
    pub fn execute<A: Aggregate>(
        &self,
        id: Id<A>,
        command: A::Command,
    ) -> Execute<impl Start<Out = Result<Receipt<A>, Error>> + use<D, A>>
    where
        D: Has<A>,
    {
        self.memory.execute(id, command)
    }

    /// The present state and version.
    ///
    /// # Errors
    ///
    /// Where an event of the log panics when it is replayed.
    pub async fn load<A: Aggregate>(&self, id: Id<A>) -> Result<Loaded<A>, Failure>
    where
        D: Has<A>,
    {
        self.memory.load(id).await
    }

    /// The state and version at a moment of the past.
    ///
    /// # Errors
    ///
    /// Where the moment has not come yet, or the position is another log's.
    pub async fn load_as_of<A: Aggregate>(
        &self,
        id: Id<A>,
        moment: AsOf,
    ) -> Result<Loaded<A>, Failure>
    where
        D: Has<A>,
    {
        self.memory.load_as_of(id, moment).await
    }

    /// Every recorded event of one aggregate root, in order.
    #[must_use]
    pub fn history<A: Aggregate>(&self, id: Id<A>) -> History<A>
    where
        D: Has<A>,
    {
        self.memory.history(id)
    }
}

impl<D: Domain> Interpreter<D> for Pure<D> {
    fn execute<A: Aggregate>(
        &self,
        id: Id<A>,
        command: A::Command,
    ) -> Execute<impl Start<Out = Result<Receipt<A>, Error>> + use<D, A>>
    where
        D: Has<A>,
    {
        self.memory.execute(id, command)
    }

    async fn load<A: Aggregate>(&self, id: Id<A>) -> Result<Loaded<A>, Failure>
    where
        D: Has<A>,
    {
        self.memory.load(id).await
    }

    async fn load_as_of<A: Aggregate>(&self, id: Id<A>, moment: AsOf) -> Result<Loaded<A>, Failure>
    where
        D: Has<A>,
    {
        self.memory.load_as_of(id, moment).await
    }

    fn history<A: Aggregate>(&self, id: Id<A>) -> History<A>
    where
        D: Has<A>,
    {
        self.memory.history(id)
    }

    type Live = Timeless<D>;

    fn run<P: Program<D>>(
        &self,
        program: P,
    ) -> Run<impl Launch<Out = Performed<P, D>> + use<D, P>> {
        Pure::run(self, program)
    }

    fn run_with<P, F, H>(
        &self,
        program: P,
        layers: F,
    ) -> Run<impl Launch<Out = Performed<P, D>> + use<D, P, F, H>>
    where
        P: Program<D>,
        F: FnOnce(Timeless<D>) -> H + Send,
        H: Handler<D>,
    {
        Pure::run_with(self, program, layers)
    }

    fn dry_run<P: Program<D::Atomic>>(
        &self,
        program: P,
    ) -> impl Future<Output = Result<Story<D, P::Ok, P::Err>, Failure>> + Send + use<D, P> {
        self.memory.dry_run(program)
    }

    fn dry_run_with<P, S>(
        &self,
        program: P,
        stand_ins: S,
    ) -> impl Future<Output = Result<Story<D, P::Ok, P::Err>, Failure>> + Send + use<D, P, S>
    where
        P: Program<D>,
        S: Serves<D>,
    {
        self.memory.dry_run_with(program, stand_ins)
    }
}

impl<D: Domain> Transactional<D> for Pure<D> {
    fn transact<P: Program<D::Atomic> + Clone>(
        &self,
        program: P,
    ) -> impl Future<Output = Performed<P, D::Atomic>> + Send + use<D, P> {
        self.memory.transact(program)
    }
}

impl<D: Serviceless> Default for Pure<D> {
    fn default() -> Self {
        Pure::default()
    }
}

impl<D: Domain> Clone for Pure<D> {
    fn clone(&self) -> Self {
        Pure {
            memory: self.memory.clone(),
        }
    }
}

impl<D: Domain> Debug for Pure<D> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pure")
            .field("now", &self.clock().now())
            .finish_non_exhaustive()
    }
}
