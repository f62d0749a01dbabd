use crate::program::Journaled;
use crate::{Aggregate, Domain, Events, Failure, Has, Id, Position, Receipt, Rejection};
use serde::{Deserialize, Serialize};
use std::fmt::{Debug, Display, Formatter};
use std::sync::Arc;

/// Something that is said to, or by, one aggregate of a domain: [`Domain::One`] is that for whichever aggregate it is.
///
/// [`Family`](crate::Family) is the dual: something that exists once for *each* aggregate.
pub trait Message: Clone + Copy + Debug + PartialEq + Send + Sync + 'static {
    /// What is said where the aggregate is `A`.
    type Of<A: Aggregate>: Journaled;
}

/// The messages of a program to an aggregate: [`Ask`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asks;

impl Message for Asks {
    type Of<A: Aggregate> = Ask<A>;
}

/// The kept answers of an aggregate: [`KeptTold`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Keeps;

impl Message for Keeps {
    type Of<A: Aggregate> = KeptTold<A>;
}

/// What a program asks of an aggregate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "snake_case")]
pub enum Ask<A: Aggregate> {
    /// To carry out a command.
    Command(Id<A>, A::Command),
    /// For its present state.
    State(Id<A>),
}

impl<A: Aggregate> Ask<A> {
    /// Which aggregate root is asked.
    #[must_use]
    pub fn id(&self) -> Id<A> {
        match self {
            Ask::Command(id, _) | Ask::State(id) => *id,
        }
    }
}

impl<A: Aggregate> Display for Ask<A> {
    /// `account(67e5..).withdraw(amount: 50)`
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let name = <A as Aggregate>::NAME;
        match self {
            Ask::Command(id, command) => write!(f, "{name}({id}).{command}"),
            Ask::State(id) => write!(f, "{name}({id}).state()"),
        }
    }
}

/// What an aggregate answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "snake_case")]
pub enum Told<A: Aggregate> {
    /// To a command.
    Receipt(Result<Receipt<A>, Rejection>),
    /// To the question for its state.
    State {
        /// Which aggregate root.
        id: Id<A>,
        /// Its version.
        version: u64,
        /// Its state; shared, not copied.
        state: Arc<A>,
    },
}

/// What an aggregate answered, as a journal keeps it: without the state, which is loaded as of the version when it is needed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "snake_case")]
pub enum KeptTold<A: Aggregate> {
    /// A command was accepted.
    Accepted {
        /// The aggregate root.
        id: Id<A>,
        /// Its version after the command.
        version: u64,
        /// See [`Receipt::position`].
        position: Option<Position>,
        /// What the command recorded.
        events: Events<A::Event>,
    },
    /// A command was refused.
    Rejected(Rejection),
    /// The state was asked for.
    State {
        /// The aggregate root.
        id: Id<A>,
        /// Its version.
        version: u64,
    },
}

impl<A: Aggregate> Told<A> {
    /// Without the state.
    #[must_use]
    pub fn keep(&self) -> KeptTold<A> {
        match self {
            Told::Receipt(Ok(receipt)) => KeptTold::Accepted {
                id: receipt.id,
                version: receipt.version,
                position: receipt.position,
                events: receipt.events.clone(),
            },
            Told::Receipt(Err(rejection)) => KeptTold::Rejected(rejection.clone()),
            Told::State { id, version, .. } => KeptTold::State {
                id: *id,
                version: *version,
            },
        }
    }
}

impl<A: Aggregate> KeptTold<A> {
    /// With the state as of the version.
    ///
    /// # Errors
    ///
    /// Where the state cannot be loaded.
    pub async fn restore<D: Has<A>>(&self, states: &impl States<D>) -> Result<Told<A>, Failure> {
        Ok(match self {
            KeptTold::Accepted {
                id,
                version,
                position,
                events,
            } => Told::Receipt(Ok(Receipt {
                id: *id,
                version: *version,
                position: *position,
                events: events.clone(),
                state: states.state(*id, *version).await?,
            })),
            KeptTold::Rejected(rejection) => Told::Receipt(Err(rejection.clone())),
            KeptTold::State { id, version } => Told::State {
                id: *id,
                version: *version,
                state: states.state(*id, *version).await?,
            },
        })
    }
}

/// Where the states of journaled answers come from: the log, as of a version.
pub trait States<D: Domain>: Send + Sync {
    /// The state of an aggregate root after `version` events.
    fn state<A: Aggregate>(
        &self,
        id: Id<A>,
        version: u64,
    ) -> impl Future<Output = Result<Arc<A>, Failure>> + Send
    where
        D: Has<A>;
}

/// Something to do with a message, whichever aggregate it concerns. See [`Domain::visit`].
pub trait Visit<D: Domain, M: Message> {
    /// What comes of it.
    type Out;

    /// Does it.
    fn visit<A: Aggregate>(self, message: &M::Of<A>) -> Self::Out
    where
        D: Has<A>;
}

/// The same where it takes time. See [`Domain::visit_async`].
pub trait VisitAsync<D: Domain, M: Message>: Send {
    /// What comes of it.
    type Out;

    /// Does it.
    fn visit<A: Aggregate>(self, message: &M::Of<A>) -> impl Future<Output = Self::Out> + Send
    where
        D: Has<A>;
}
