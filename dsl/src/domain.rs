use crate::log::Undecodable;
use crate::model::DomainModel;
use crate::program::{Exchange, Journaled, Message, ProcessEvent, Resume, Row, Visit, VisitAsync};
use crate::{Aggregate, Failure, Position, Uuid};
use std::fmt::{Debug, Display};

/// A domain: the aggregates that one log holds and one program may speak to.
///
/// `#[domain(aggregates(..))]` on a unit struct writes this.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a domain",
    label = "no `#[domain(aggregates(..))]` here",
    note = "write `#[domain(aggregates(..))]` above `struct {Self};`"
)]
pub trait Domain: Sized + Send + Sync + 'static {
    /// An event of any of its aggregates, as the log keeps it.
    type Event: Payload;
    /// One `F::Of<A>` for each aggregate `A`.
    type Each<F: Family>: Default + Send + Sync + 'static;
    /// One `M::Of<A>`, for one of its aggregates.
    type One<M: Message>: Journaled;
    /// A call of any of its services, which displays as the program wrote it.
    type Call: Journaled + Display;
    /// The answer to a call.
    type Reply: Journaled + Display;
    /// What [`Perform::wait`](crate::program::Perform::wait) answers: `BankEvent`.
    type Occurrence: Journaled;
    /// What programs that `transact` accepts may ask: the domain itself where it declares no services, and otherwise
    /// [`AtomicRow`](crate::program::AtomicRow).
    type Atomic: Row<Domain = Self>;

    /// The names of the programs that it lists.
    const PROGRAMS: &'static [&'static str];

    /// Its aggregates, services and programs as data.
    fn model() -> DomainModel;

    /// The recorded event of a stream as programs see it; `None` for a line of a journal.
    fn occurrence(
        stream: Uuid,
        event: &Self::Event,
        position: Position,
    ) -> Option<Self::Occurrence>;

    /// A line of a process's journal, as the log keeps it.
    fn journaled(event: ProcessEvent) -> Self::Event;

    /// The line of a journal, if it is one.
    fn journal(event: &Self::Event) -> Option<&ProcessEvent>;

    /// Does something with a message, whichever aggregate it concerns.
    fn visit<M: Message, V: Visit<Self, M>>(message: &Self::One<M>, visitor: V) -> V::Out;

    /// The same where it takes time.
    fn visit_async<M: Message, V: VisitAsync<Self, M>>(
        message: &Self::One<M>,
        visitor: V,
    ) -> impl Future<Output = V::Out> + Send;

    /// Reads the program value of a name from its JSON, and hands it over. The domain knows the programs that it lists.
    ///
    /// # Errors
    ///
    /// A name that is not listed, data that does not fit.
    fn resume<V: Resume<Self>>(
        name: &str,
        data: &str,
        visitor: V,
    ) -> impl Future<Output = Result<V::Out, Failure>> + Send;

    /// The place where a program and what interprets it meet, on this thread.
    #[doc(hidden)]
    fn exchange<T>(meet: impl FnOnce(&Exchange<Self>) -> T) -> T;
}

/// Something that exists once for each aggregate, such as a cache.
pub trait Family: 'static {
    /// What there is for the aggregate `A`.
    type Of<A: Aggregate>: Default + Send + Sync + 'static;
}

/// The aggregate `A` belongs to the domain.
#[diagnostic::on_unimplemented(
    message = "the aggregate `{A}` does not belong to the domain `{Self}`",
    label = "`{Self}` has no aggregate `{A}`",
    note = "add it to the declaration: `#[domain(aggregates({A}, ..))] struct {Self};`"
)]
pub trait Has<A: Aggregate>: Domain {
    /// The domain's event for an event of the aggregate.
    fn inject(event: A::Event) -> Self::Event;

    /// The aggregate's event, if it is one of that aggregate's.
    fn project(event: &Self::Event) -> Option<&A::Event>;

    /// What `each` holds for the aggregate.
    fn each<F: Family>(each: &Self::Each<F>) -> &F::Of<A>;

    /// The domain's message for a message of the aggregate.
    fn one<M: Message>(message: M::Of<A>) -> Self::One<M>;

    /// The aggregate's message, if it is one of that aggregate's.
    fn of_one<M: Message>(message: Self::One<M>) -> Option<M::Of<A>>;
}

/// What an event log stores: an event that knows its type and can be written as JSON.
///
/// A log in memory keeps these as they are; a log in a database keeps its type (`account.deposited`), [`Payload::schema_version`] and
/// [`Payload::encode`] apart.
pub trait Payload: Clone + Debug + PartialEq + Send + Sync + 'static {
    /// The names of all aggregates that [`Payload::decode`] knows.
    const AGGREGATES: &'static [&'static str];

    /// What stands before the id in the name of a stream that this may be read from: one of [`Payload::AGGREGATES`], or whatever else
    /// the log holds.
    #[must_use]
    fn aggregate_named(name: &str) -> Option<&'static str> {
        Self::AGGREGATES
            .iter()
            .copied()
            .find(|known| *known == name)
    }

    /// The aggregate's name: `account`.
    fn aggregate(&self) -> &'static str;

    /// The event's name: `deposited`. The type in stores is `account.deposited`.
    fn name(&self) -> &'static str;

    /// The schema version that [`Payload::encode`] writes.
    fn schema_version(&self) -> u32;

    /// The data as a JSON object.
    ///
    /// # Errors
    ///
    /// Where a field's own serialisation fails.
    fn encode(&self) -> serde_json::Result<String>;

    /// Reads an event of the type `aggregate.name`.
    ///
    /// # Errors
    ///
    /// An unknown type, an unknown version, data that does not fit.
    fn decode(
        aggregate: &str,
        name: &str,
        schema_version: u32,
        data: &str,
    ) -> Result<Self, Undecodable>;
}
