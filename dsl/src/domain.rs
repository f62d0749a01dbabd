use crate::Aggregate;
use crate::log::Undecodable;
use crate::model::DomainModel;
use std::fmt::Debug;

/// A domain: the aggregates that one log holds and one program may speak to.
///
/// `#[domain(aggregates(..))]` on a unit struct writes this.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a domain",
    label = "no `#[domain(aggregates(..))]` here",
    note = "write `#[domain(aggregates(..))]` above `struct {Self};`"
)]
pub trait Domain: Send + Sync + 'static {
    /// An event of any of its aggregates, as the log keeps it.
    type Event: Payload;
    /// One `F::Of<A>` for each aggregate `A`.
    type Each<F: Family>: Default + Send + Sync + 'static;

    /// Its aggregates as data.
    fn model() -> DomainModel;
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
}

/// What an event log stores: an event that knows its type and can be written as JSON.
///
/// A log in memory keeps these as they are; a log in a database keeps [`Payload::event_type`], [`Payload::schema_version`] and
/// [`Payload::encode`] apart.
pub trait Payload: Clone + Debug + PartialEq + Send + Sync + 'static {
    /// The names of all aggregates that [`Payload::decode`] knows.
    const AGGREGATES: &'static [&'static str];

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
