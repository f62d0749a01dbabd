use super::{Desk, DeskPayload};
use crate::given::ALL;
use futures_core::Stream;
use lawful::log::{Entry, EventLog, StreamId};
use lawful::{Aggregate, Failure, Has, Recorded};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The state that these events lead to.
pub(super) fn fold<'e, A: Aggregate>(entries: impl IntoIterator<Item = &'e Entry<DeskPayload>>) -> A
where
    Desk: Has<A>,
{
    let mut state = A::default();
    for entry in entries {
        if let Some(event) = Desk::project(&entry.event) {
            state.evolve(event);
        }
    }
    state
}

type Reading = Pin<Box<dyn Future<Output = Result<Vec<Entry<DeskPayload>>, Failure>> + Send>>;

/// The events of a stream, read at once and told one by one.
pub(super) struct Past<A> {
    reading: Option<Reading>,
    entries: std::vec::IntoIter<Entry<DeskPayload>>,
    of: PhantomData<fn() -> A>,
}

impl<A> Past<A> {
    pub(super) fn new(log: impl EventLog<Event = DeskPayload>, stream: StreamId) -> Self {
        Past {
            reading: Some(Box::pin(async move {
                Ok(log.read_stream(stream, 0, ALL).await?.entries)
            })),
            entries: Vec::new().into_iter(),
            of: PhantomData,
        }
    }
}

impl<A: Aggregate> Stream for Past<A>
where
    Desk: Has<A>,
{
    type Item = Result<Recorded<A>, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(reading) = &mut self.reading {
            let read = ready!(reading.as_mut().poll(context));
            self.reading = None;
            match read {
                Ok(entries) => self.entries = entries.into_iter(),
                Err(failure) => return Poll::Ready(Some(Err(failure))),
            }
        }
        let told = self.entries.by_ref().find_map(told::<A>);
        Poll::Ready(told.map(Ok))
    }
}

/// The entry with the aggregate's own event.
fn told<A: Aggregate>(entry: Entry<DeskPayload>) -> Option<Recorded<A>>
where
    Desk: Has<A>,
{
    Some(Entry {
        event: Desk::project(&entry.event)?.clone(),
        event_id: entry.event_id,
        stream: entry.stream,
        version: entry.version,
        position: entry.position,
        schema_version: entry.schema_version,
        command_id: entry.command_id,
        correlation_id: entry.correlation_id,
        causation_id: entry.causation_id,
        recorded_at: entry.recorded_at,
        metadata: entry.metadata,
    })
}
