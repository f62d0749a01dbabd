use crate::core::{Core, stream_of};
use crate::failures;
use crate::read::{PAGE, project};
use futures_core::Stream;
use lawful::log::{Entry, EventLog, StreamId, StreamPage};
use lawful::{Aggregate, Domain, Failure, Has, History, Id, Recorded};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

type Turning<E> = Pin<Box<dyn Future<Output = Result<StreamPage<E>, Failure>> + Send>>;

/// The events of one aggregate root, page by page. The end is the end as the last page saw it.
struct Pages<D: Domain, L, A> {
    core: Arc<Core<D, L>>,
    id: Id<A>,
    after: u64,
    turning: Option<Turning<D::Event>>,
    page: std::vec::IntoIter<Entry<D::Event>>,
    last: bool,
}

pub(crate) fn history<D, L, A>(core: Arc<Core<D, L>>, id: Id<A>) -> History<A>
where
    D: Has<A>,
    L: EventLog<Event = D::Event>,
    A: Aggregate,
{
    History::new(Pages {
        core,
        id,
        after: 0,
        turning: None,
        page: Vec::new().into_iter(),
        last: false,
    })
}

impl<D, L, A> Stream for Pages<D, L, A>
where
    D: Has<A>,
    L: EventLog<Event = D::Event>,
    A: Aggregate,
{
    type Item = Result<Recorded<A>, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let stream = stream_of(self.id);
        loop {
            if let Some(entry) = self.page.next() {
                self.after = entry.version;
                let recorded = recorded::<D, A>(entry, stream);
                if recorded.is_err() {
                    self.end();
                }
                return Poll::Ready(Some(recorded));
            }
            if self.last {
                return Poll::Ready(None);
            }
            let (core, after) = (Arc::clone(&self.core), self.after);
            let turning = self.turning.get_or_insert_with(|| {
                Box::pin(async move { core.page(stream, after, PAGE).await })
            });
            let turned = ready!(turning.as_mut().poll(cx));
            self.turning = None;
            match turned {
                Ok(page) => {
                    let seen = page.entries.last().map_or(after, |last| last.version);
                    if page.entries.is_empty() && seen < page.version {
                        self.end();
                        return Poll::Ready(Some(Err(failures::missing(
                            stream,
                            after + 1,
                            page.version,
                        ))));
                    }
                    self.last = seen >= page.version;
                    self.page = page.entries.into_iter();
                }
                Err(failure) => {
                    self.end();
                    return Poll::Ready(Some(Err(failure)));
                }
            }
        }
    }
}

impl<D: Domain, L, A> Pages<D, L, A> {
    fn end(&mut self) {
        self.last = true;
        self.page = Vec::new().into_iter();
    }
}

impl<D: Domain, L, A> Unpin for Pages<D, L, A> {}

fn recorded<D: Has<A>, A: Aggregate>(
    entry: Entry<<D as Domain>::Event>,
    stream: StreamId,
) -> Result<Recorded<A>, Failure> {
    let event = project::<D, A>(&entry, stream)?.clone();
    Ok(Entry {
        event_id: entry.event_id,
        stream: entry.stream,
        version: entry.version,
        position: entry.position,
        event,
        schema_version: entry.schema_version,
        command_id: entry.command_id,
        correlation_id: entry.correlation_id,
        causation_id: entry.causation_id,
        recorded_at: entry.recorded_at,
        metadata: entry.metadata,
    })
}
