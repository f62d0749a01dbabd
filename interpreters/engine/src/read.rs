use crate::caught::{caught, caught_in};
use crate::core::{Core, stream_of};
use crate::failures;
use crate::kept::Kept;
use lawful::log::{Entry, EventLog, Position, StreamId, StreamPage};
use lawful::{Aggregate, AsOf, Domain, Event, Events, Failure, Has, Id, Loaded};
use std::sync::Arc;

/// How many events are read at once.
pub(crate) const PAGE: usize = 512;

/// How many are read at once of a stream that has turned out to be long: each page is a round trip.
const LONG: usize = 8 * PAGE;

impl<D: Domain, L: EventLog<Event = D::Event>> Core<D, L> {
    pub(crate) async fn load<A: Aggregate>(&self, id: Id<A>) -> Result<Loaded<A>, Failure>
    where
        D: Has<A>,
    {
        let (kept, _) = self.present(id).await?;
        Ok(Loaded {
            state: kept.state,
            version: kept.version,
        })
    }

    /// The present state, confirmed by the log, and the head of the log at that moment.
    pub(crate) async fn present<A: Aggregate>(
        &self,
        id: Id<A>,
    ) -> Result<(Kept<A>, Position), Failure>
    where
        D: Has<A>,
    {
        let stream = stream_of(id);
        let root = self.cache::<A>().root(id.uuid(), self.bounds);
        let (kept, confirmed) = match root.kept() {
            Some(kept) => {
                let confirmed = self.version(stream).await;
                let confirmed =
                    confirmed.map(|(version, head)| (version == kept.version).then_some(head));
                (kept, confirmed)
            }
            None => (Kept::default(), Ok(None)),
        };
        let read = match confirmed {
            Ok(Some(head)) => Ok((kept, head)),
            Ok(None) => self.read(stream, kept, None).await.inspect(|(read, _)| {
                root.keep(read);
            }),
            Err(failure) => Err(failure),
        };
        read.inspect_err(|_| root.forget())
    }

    pub(crate) async fn load_as_of<A: Aggregate>(
        &self,
        id: Id<A>,
        moment: AsOf,
    ) -> Result<Loaded<A>, Failure>
    where
        D: Has<A>,
    {
        let stream = stream_of(id);
        if let AsOf::Position(position) = moment {
            position.number_in(self.log.identity())?;
        }
        let (kept, _) = self.read(stream, Kept::default(), Some(moment)).await?;
        Ok(Loaded {
            state: kept.state,
            version: kept.version,
        })
    }

    /// Reads on from a state that came from this stream: to its end, or to a moment. The state and the head that come back are of one
    /// snapshot of the log.
    pub(crate) async fn read<A: Aggregate>(
        &self,
        stream: StreamId,
        from: Kept<A>,
        moment: Option<AsOf>,
    ) -> Result<(Kept<A>, Position), Failure>
    where
        D: Has<A>,
    {
        let mut kept = from;
        let mut sought = !matches!(moment, None | Some(AsOf::Version(_)));
        let mut most = PAGE;
        loop {
            let limit = match moment {
                Some(AsOf::Version(wanted)) => usize::try_from(wanted.saturating_sub(kept.version))
                    .map_or(most, |missing| missing.min(most)),
                _ => most,
            };
            most = LONG;
            let page = self.page(stream, kept.version, limit).await?;
            if page.version < kept.version {
                // The log went back behind what it once said, as when a file was replaced: what was read before is worth nothing.
                kept = Kept::default();
                continue;
            }
            let whole = apply::<D, A>(&mut kept, &page.entries, stream, moment)?;
            match moment {
                Some(AsOf::Version(wanted)) if wanted > page.version => {
                    return Err(failures::not_yet(stream, wanted, page.version));
                }
                Some(AsOf::Position(wanted)) if page.head < wanted => {
                    return Err(failures::not_reached(wanted, page.head));
                }
                Some(AsOf::Version(wanted)) if wanted == kept.version => {
                    return Ok((kept, page.head));
                }
                _ if !whole || kept.version == page.version => return Ok((kept, page.head)),
                _ if page.entries.is_empty() => {
                    return Err(failures::missing(stream, kept.version + 1, page.version));
                }
                _ => {}
            }
            if !sought {
                sought = true;
                let at_most = match moment {
                    Some(AsOf::Version(wanted)) => wanted,
                    _ => page.version,
                };
                if let Some(snapshot) = self.snapshot(stream, at_most).await
                    && snapshot.version > kept.version
                {
                    kept = snapshot;
                }
            }
        }
    }

    /// The events of a part of one stream: `count` of them, up to a version.
    pub(crate) async fn events<A: Aggregate>(
        &self,
        stream: StreamId,
        up_to: u64,
        count: u64,
    ) -> Result<Events<A::Event>, Failure>
    where
        D: Has<A>,
    {
        let mut after = up_to.saturating_sub(count);
        let mut events = Events::None;
        while after < up_to {
            let missing = usize::try_from(up_to - after).map_or(PAGE, |missing| missing.min(PAGE));
            let page = self.page(stream, after, missing).await?;
            if page.entries.is_empty() {
                return Err(failures::missing(stream, after + 1, page.version));
            }
            for entry in &page.entries {
                events.push(project::<D, A>(entry, stream)?.clone());
                after = entry.version;
            }
        }
        Ok(events)
    }

    pub(crate) async fn version(&self, stream: StreamId) -> Result<(u64, Position), Failure> {
        self.log.version(stream).await
    }

    pub(crate) async fn page(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> Result<StreamPage<D::Event>, Failure> {
        match caught_in(self.log.read_stream(stream, after, limit)).await {
            Ok(page) => page,
            Err(panicked) => Err(failures::defect_in_log(stream, &panicked)),
        }
    }
}

/// Folds events onto a state, up to a moment; whether all of them belong to it.
fn apply<D: Has<A>, A: Aggregate>(
    kept: &mut Kept<A>,
    entries: &[Entry<<D as Domain>::Event>],
    stream: StreamId,
    moment: Option<AsOf>,
) -> Result<bool, Failure> {
    let of_moment = |entry: &Entry<_>| match moment {
        None => true,
        Some(AsOf::Version(wanted)) => entry.version <= wanted,
        Some(AsOf::Position(wanted)) => entry.position <= wanted,
        Some(AsOf::Time(wanted)) => entry.recorded_at <= wanted,
    };
    if entries.is_empty() {
        return Ok(true);
    }
    let state = Arc::make_mut(&mut kept.state);
    for entry in entries {
        if !of_moment(entry) {
            return Ok(false);
        }
        if entry.version != kept.version + 1 {
            return Err(failures::corrupt(
                stream,
                format_args!("event {} follows event {}", entry.version, kept.version),
            ));
        }
        let event = project::<D, A>(entry, stream)?;
        caught(|| state.evolve(event)).map_err(|panicked| {
            failures::defect_in_fold(event.name(), entry.version, stream, &panicked)
        })?;
        kept.version = entry.version;
    }
    Ok(true)
}

/// The aggregate's event in an entry of its stream.
pub(crate) fn project<D: Has<A>, A: Aggregate>(
    entry: &Entry<<D as Domain>::Event>,
    stream: StreamId,
) -> Result<&A::Event, Failure> {
    D::project(&entry.event).ok_or_else(|| {
        failures::corrupt(
            stream,
            format_args!(
                "event {} is of another aggregate: `{:?}`",
                entry.version, entry.event
            ),
        )
    })
}
