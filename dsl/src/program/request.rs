use crate::log::StreamId;
use crate::program::{Ask, Asks};
use crate::{Aggregate, Domain, Has, Id, Payload, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt::{Debug, Display, Formatter};
use std::marker::PhantomData;

/// What a program asks of whoever interprets it. One `.await` in a program is one request, and one answer.
#[derive(Serialize, Deserialize)]
#[serde(bound = "", rename_all = "snake_case")]
pub enum Request<D: Domain> {
    /// Something of an aggregate: a command, or its state. Answered by [`Answer::Aggregate`](crate::program::Answer::Aggregate).
    Aggregate(D::One<Asks>),
    /// A call of a service. Answered by [`Answer::Service`](crate::program::Answer::Service).
    Service(D::Call),
    /// The time. Answered by [`Answer::Now`](crate::program::Answer::Now).
    Now,
    /// A new id. Answered by [`Answer::Fresh`](crate::program::Answer::Fresh).
    Fresh,
    /// To go on at a moment. Answered by [`Answer::Slept`](crate::program::Answer::Slept).
    SleepUntil(Timestamp),
    /// To go on at an event. Answered by [`Answer::Waited`](crate::program::Answer::Waited).
    Wait(Box<Wait<D>>),
    /// Which version of the program the run began with. Answered by [`Answer::Version`](crate::program::Answer::Version).
    Version(Box<str>),
}

/// To go on at the first event on one of some streams, or at a deadline.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Wait<D: Domain> {
    /// Which streams.
    #[serde(
        serialize_with = "write_streams",
        deserialize_with = "read_streams::<D, _>"
    )]
    pub streams: Vec<StreamId>,
    /// When to go on without an event, by the log's clock.
    pub deadline: Timestamp,
    #[serde(skip)]
    pub(crate) domain: PhantomData<fn() -> D>,
}

fn write_streams<S: Serializer>(streams: &[StreamId], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(streams.iter().map(StreamId::to_string))
}

/// Streams bear the names of aggregates, so a text can be one of this domain's only.
fn read_streams<'de, D: Domain, S: Deserializer<'de>>(
    deserializer: S,
) -> Result<Vec<StreamId>, S::Error> {
    let stream = |text: &String| {
        let known = D::Event::AGGREGATES.iter().find_map(|aggregate| {
            let id = text.strip_prefix(aggregate)?.strip_prefix('-')?;
            let id = id.parse().ok()?;
            Some(StreamId { aggregate, id })
        });
        known.ok_or_else(|| {
            serde::de::Error::custom(format!("`{text}` names no stream of this domain"))
        })
    };
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(stream).collect()
}

impl<D: Domain> Request<D> {
    /// To carry out a command.
    pub fn command<A: Aggregate>(id: Id<A>, command: A::Command) -> Self
    where
        D: Has<A>,
    {
        Request::Aggregate(D::one::<Asks>(Ask::Command(id, command)))
    }

    /// For the present state of an aggregate root.
    #[must_use]
    pub fn state<A: Aggregate>(id: Id<A>) -> Self
    where
        D: Has<A>,
    {
        Request::Aggregate(D::one::<Asks>(Ask::State(id)))
    }

    /// To go on at the first event on one of these streams, or at the deadline.
    pub fn wait(streams: impl IntoIterator<Item = StreamId>, deadline: Timestamp) -> Self {
        Request::Wait(Box::new(Wait {
            streams: streams.into_iter().collect(),
            deadline,
            domain: PhantomData,
        }))
    }
}

impl<D: Domain> Display for Request<D> {
    /// As the program wrote it: `account(67e5..).withdraw(amount: 50)`, `notices.send(..)`, `now()`.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Request::Aggregate(ask) => D::visit(ask, Show(f)),
            Request::Service(call) => Display::fmt(call, f),
            Request::Now => f.write_str("now()"),
            Request::Fresh => f.write_str("fresh()"),
            Request::SleepUntil(time) => write!(f, "sleep_until({time})"),
            Request::Wait(wait) => {
                f.write_str("wait([")?;
                for (index, stream) in wait.streams.iter().enumerate() {
                    write!(f, "{}{stream}", if index > 0 { ", " } else { "" })?;
                }
                write!(f, "], {})", wait.deadline)
            }
            Request::Version(marker) => write!(f, "version({marker:?})"),
        }
    }
}

struct Show<'a, 'b>(&'a mut Formatter<'b>);

impl<D: Domain> crate::program::Visit<D, Asks> for Show<'_, '_> {
    type Out = std::fmt::Result;

    fn visit<A: crate::Aggregate>(self, ask: &crate::program::Ask<A>) -> std::fmt::Result
    where
        D: Has<A>,
    {
        Display::fmt(ask, self.0)
    }
}

impl<D: Domain> Debug for Request<D> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Request::Aggregate(ask) => Debug::fmt(ask, f),
            Request::Service(call) => Debug::fmt(call, f),
            Request::Now => f.write_str("Now"),
            Request::Fresh => f.write_str("Fresh"),
            Request::SleepUntil(time) => f.debug_tuple("SleepUntil").field(time).finish(),
            Request::Wait(wait) => Debug::fmt(wait, f),
            Request::Version(marker) => f.debug_tuple("Version").field(marker).finish(),
        }
    }
}

impl<D: Domain> Clone for Request<D> {
    fn clone(&self) -> Self {
        match self {
            Request::Aggregate(ask) => Request::Aggregate(ask.clone()),
            Request::Service(call) => Request::Service(call.clone()),
            Request::Now => Request::Now,
            Request::Fresh => Request::Fresh,
            Request::SleepUntil(time) => Request::SleepUntil(*time),
            Request::Wait(wait) => Request::Wait(wait.clone()),
            Request::Version(marker) => Request::Version(marker.clone()),
        }
    }
}

impl<D: Domain> PartialEq for Request<D> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Request::Aggregate(one), Request::Aggregate(two)) => one == two,
            (Request::Service(one), Request::Service(two)) => one == two,
            (Request::Now, Request::Now) | (Request::Fresh, Request::Fresh) => true,
            (Request::SleepUntil(one), Request::SleepUntil(two)) => one == two,
            (Request::Wait(one), Request::Wait(two)) => one == two,
            (Request::Version(one), Request::Version(two)) => one == two,
            _ => false,
        }
    }
}

impl<D: Domain> Debug for Wait<D> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wait")
            .field("streams", &self.streams)
            .field("deadline", &self.deadline)
            .finish()
    }
}

impl<D: Domain> Clone for Wait<D> {
    fn clone(&self) -> Self {
        Wait {
            streams: self.streams.clone(),
            deadline: self.deadline,
            domain: PhantomData,
        }
    }
}

impl<D: Domain> PartialEq for Wait<D> {
    fn eq(&self, other: &Self) -> bool {
        self.streams == other.streams && self.deadline == other.deadline
    }
}
