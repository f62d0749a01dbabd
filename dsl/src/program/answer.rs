use crate::program::{Keeps, KeptTold, Message, States, Told, Visit, VisitAsync};
use crate::{Aggregate, Domain, Failure, Has, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt::{Debug, Display, Formatter};
use uuid::Uuid;

/// What a program is told. A rejection, and the `Err` of a service, are answers; a failure is none, and the program never sees it:
/// see [`Stop`](crate::program::Stop).
#[derive(Serialize, Deserialize)]
#[serde(bound = "", rename_all = "snake_case")]
pub enum Answer<D: Domain> {
    /// By an aggregate.
    Aggregate(D::One<Tells>),
    /// By a service.
    Service(D::Reply),
    /// The time.
    Now(Timestamp),
    /// A new id.
    Fresh(Uuid),
    /// The moment has come.
    Slept,
    /// The first event, or `None` at the deadline.
    Waited(Option<Box<D::Occurrence>>),
    /// The version of the program that the run began with: 0 if the run is older than the marker.
    Version(u32),
}

/// The answers of an aggregate: [`Told`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tells;

impl Message for Tells {
    type Of<A: Aggregate> = Told<A>;
}

/// An answer as a journal keeps it: states are not written down but loaded as of their version.
#[derive(Serialize, Deserialize)]
#[serde(bound = "", rename_all = "snake_case")]
pub enum Kept<D: Domain> {
    /// Of an aggregate.
    Aggregate(D::One<Keeps>),
    /// Of a service.
    Service(D::Reply),
    /// The time.
    Now(Timestamp),
    /// A new id.
    Fresh(Uuid),
    /// The moment has come.
    Slept,
    /// The first event, or `None` at the deadline.
    Waited(Option<Box<D::Occurrence>>),
    /// See [`Answer::Version`].
    Version(u32),
}

impl<D: Domain> Answer<D> {
    /// The answer of an aggregate.
    pub fn told<A: Aggregate>(told: Told<A>) -> Self
    where
        D: Has<A>,
    {
        Answer::Aggregate(D::one::<Tells>(told))
    }

    /// As a journal keeps it.
    #[must_use]
    pub fn keep(&self) -> Kept<D> {
        match self {
            Answer::Aggregate(told) => Kept::Aggregate(D::visit(told, Keep)),
            Answer::Service(reply) => Kept::Service(reply.clone()),
            Answer::Now(time) => Kept::Now(*time),
            Answer::Fresh(id) => Kept::Fresh(*id),
            Answer::Slept => Kept::Slept,
            Answer::Waited(event) => Kept::Waited(event.clone()),
            Answer::Version(version) => Kept::Version(*version),
        }
    }
}

impl<D: Domain> Kept<D> {
    /// As a program is told; states come from `states`.
    ///
    /// # Errors
    ///
    /// Where a state cannot be loaded.
    pub async fn restore(&self, states: &impl States<D>) -> Result<Answer<D>, Failure> {
        Ok(match self {
            Kept::Aggregate(kept) => {
                Answer::Aggregate(D::visit_async(kept, Restore(states)).await?)
            }
            Kept::Service(reply) => Answer::Service(reply.clone()),
            Kept::Now(time) => Answer::Now(*time),
            Kept::Fresh(id) => Answer::Fresh(*id),
            Kept::Slept => Answer::Slept,
            Kept::Waited(event) => Answer::Waited(event.clone()),
            Kept::Version(version) => Answer::Version(*version),
        })
    }
}

struct Keep;

impl<D: Domain> Visit<D, Tells> for Keep {
    type Out = D::One<Keeps>;

    fn visit<A: Aggregate>(self, told: &Told<A>) -> D::One<Keeps>
    where
        D: Has<A>,
    {
        D::one::<Keeps>(told.keep())
    }
}

struct Restore<'a, S>(&'a S);

impl<D: Domain, S: States<D>> VisitAsync<D, Keeps> for Restore<'_, S> {
    type Out = Result<D::One<Tells>, Failure>;

    async fn visit<A: Aggregate>(self, kept: &KeptTold<A>) -> Self::Out
    where
        D: Has<A>,
    {
        Ok(D::one::<Tells>(kept.restore::<D>(self.0).await?))
    }
}

impl<D: Domain> Display for Answer<D> {
    /// In short: `withdrawn(amount: 50)`, the rejection, the state.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Answer::Aggregate(told) => D::visit(told, Show(f)),
            Answer::Service(reply) => Display::fmt(reply, f),
            Answer::Now(time) => Display::fmt(time, f),
            Answer::Fresh(id) => Display::fmt(id, f),
            Answer::Slept => f.write_str("slept"),
            Answer::Waited(Some(event)) => Debug::fmt(event, f),
            Answer::Waited(None) => f.write_str("the deadline has passed"),
            Answer::Version(version) => Display::fmt(version, f),
        }
    }
}

struct Show<'a, 'b>(&'a mut Formatter<'b>);

impl<D: Domain> Visit<D, Tells> for Show<'_, '_> {
    type Out = std::fmt::Result;

    fn visit<A: Aggregate>(self, told: &Told<A>) -> std::fmt::Result
    where
        D: Has<A>,
    {
        match told {
            Told::Receipt(Err(rejection)) => Display::fmt(rejection, self.0),
            Told::Receipt(Ok(receipt)) if receipt.events.is_empty() => {
                self.0.write_str("accepted, nothing to record")
            }
            Told::Receipt(Ok(receipt)) => {
                for (index, event) in receipt.events.iter().enumerate() {
                    write!(self.0, "{}{event}", if index > 0 { ", " } else { "" })?;
                }
                Ok(())
            }
            Told::State { state, .. } => write!(self.0, "{state:?}"),
        }
    }
}

/// Debug, Clone and `PartialEq` of an enum over a domain: a derive would ask them of the domain itself.
macro_rules! of_domain {
    ($name:ident) => {
        impl<D: Domain> Debug for $name<D> {
            fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
                match self {
                    $name::Aggregate(inner) => Debug::fmt(inner, f),
                    $name::Service(inner) => Debug::fmt(inner, f),
                    $name::Now(time) => f.debug_tuple("Now").field(time).finish(),
                    $name::Fresh(id) => f.debug_tuple("Fresh").field(id).finish(),
                    $name::Slept => f.write_str("Slept"),
                    $name::Waited(event) => f.debug_tuple("Waited").field(event).finish(),
                    $name::Version(version) => f.debug_tuple("Version").field(version).finish(),
                }
            }
        }

        impl<D: Domain> Clone for $name<D> {
            fn clone(&self) -> Self {
                match self {
                    $name::Aggregate(inner) => $name::Aggregate(inner.clone()),
                    $name::Service(inner) => $name::Service(inner.clone()),
                    $name::Now(time) => $name::Now(*time),
                    $name::Fresh(id) => $name::Fresh(*id),
                    $name::Slept => $name::Slept,
                    $name::Waited(event) => $name::Waited(event.clone()),
                    $name::Version(version) => $name::Version(*version),
                }
            }
        }

        impl<D: Domain> PartialEq for $name<D> {
            fn eq(&self, other: &Self) -> bool {
                match (self, other) {
                    ($name::Aggregate(one), $name::Aggregate(two)) => one == two,
                    ($name::Service(one), $name::Service(two)) => one == two,
                    ($name::Now(one), $name::Now(two)) => one == two,
                    ($name::Fresh(one), $name::Fresh(two)) => one == two,
                    ($name::Slept, $name::Slept) => true,
                    ($name::Waited(one), $name::Waited(two)) => one == two,
                    ($name::Version(one), $name::Version(two)) => one == two,
                    _ => false,
                }
            }
        }
    };
}

of_domain!(Answer);
of_domain!(Kept);
