//! Sleeping and waiting of a process: the program is dropped, and a line of the journal says until when.

use crate::failures::missing;
use crate::process::durable::{Durable, Moved};
use crate::process::log::ProcessLog;
use crate::read::PAGE;
use lawful::log::{Entry, StreamId};
use lawful::program::{Answer, Asked, Parked, Stop, Wait};
use lawful::{Domain, Failure, Position, Timestamp};

/// What the streams that a process waits for held at one look.
struct Look<E> {
    versions: Vec<(StreamId, u64)>,
    first: Option<Entry<E>>,
}

impl<D: Domain, L: ProcessLog<Event = D::Event>> Durable<D, L> {
    /// Says in the journal that the process waits, unless its last lines say so already. What is not written yet comes before that.
    pub(crate) async fn park(
        &mut self,
        asked: Asked<'_, D>,
        until: Timestamp,
        looked: &[(StreamId, u64)],
    ) -> Result<Stop, Stop> {
        match self.parking(asked, until, looked).await? {
            Ok(stop) => Ok(stop),
            Err(Moved) => Err(self.contended(self.writer.stream).into()),
        }
    }

    async fn parking(
        &mut self,
        asked: Asked<'_, D>,
        until: Timestamp,
        looked: &[(StreamId, u64)],
    ) -> Result<Result<Stop, Moved>, Stop> {
        let streams: Vec<StreamId> = looked.iter().map(|(stream, _)| *stream).collect();
        if !self.parked.contains(asked.step) || self.has_unwritten() {
            let line = self
                .writer
                .parked(asked.step, asked.request, until, &streams)?;
            let mut parked = std::mem::take(&mut self.parked);
            if let Err(moved) = self.write(line, None, looked.to_vec()).await? {
                return Ok(Err(moved));
            }
            parked.push(asked.step.clone());
            self.parked = parked;
        }
        Ok(Ok(Stop::Parked(Box::new(Parked {
            step: asked.step.clone(),
            until,
            streams,
        }))))
    }

    /// The first event after the cursor, `None` at the deadline, or the program is parked. The line rests on what was seen of the
    /// streams, so that an event which comes meanwhile is neither missed nor overtaken.
    pub(crate) async fn wait(
        &mut self,
        asked: Asked<'_, D>,
        wait: &Wait<D>,
    ) -> Result<Answer<D>, Stop> {
        let after = self.cursors.before(asked.step);
        for _ in 0..self.core.attempts {
            // The time is taken first: whatever was recorded by then is seen by the look after it.
            let late = wait.deadline <= self.core.now();
            let look = self.look(&wait.streams, after).await?;
            let in_time = |entry: &Entry<_>| entry.recorded_at <= wait.deadline;
            let (found, cursor) = match look.first.filter(in_time) {
                Some(entry) => {
                    let event = D::occurrence(entry.stream.id, &entry.event, entry.position);
                    (event, Some(entry.position))
                }
                None if late => (None, None),
                None => {
                    let parked = self.parking(asked, wait.deadline, &look.versions).await?;
                    let missed = match parked {
                        Err(Moved) => true,
                        // Where the line could not rest on the streams, they are looked at once more.
                        Ok(_) if !L::AT_ONCE => {
                            self.look(&wait.streams, after).await?.first.is_some()
                        }
                        Ok(_) => false,
                    };
                    match parked {
                        Ok(stop) if !missed => return Err(stop),
                        _ => continue,
                    }
                }
            };
            let answer = Answer::Waited(found.map(Box::new));
            let line = self
                .writer
                .answered(asked.step, asked.request, &answer.keep(), cursor)?;
            if let Ok(_appended) = self.write(line, None, look.versions).await? {
                if let Some(cursor) = cursor {
                    self.cursors.pass(asked.step, cursor);
                }
                return Ok(answer);
            }
        }
        Err(self.contended(self.writer.stream).into())
    }

    /// Looks twice where the answer cannot rest on the streams: whoever has seen an event finds everything before it.
    async fn look(
        &self,
        streams: &[StreamId],
        cursor: Position,
    ) -> Result<Look<D::Event>, Failure> {
        let look = self.look_once(streams, cursor).await?;
        if L::AT_ONCE || look.first.is_none() {
            return Ok(look);
        }
        self.look_once(streams, cursor).await
    }

    async fn look_once(
        &self,
        streams: &[StreamId],
        cursor: Position,
    ) -> Result<Look<D::Event>, Failure> {
        let mut look = Look {
            versions: Vec::with_capacity(streams.len()),
            first: None,
        };
        for stream in streams {
            if look.versions.iter().any(|(seen, _)| seen == stream) {
                continue;
            }
            let (version, found) = self.first(*stream, cursor).await?;
            look.versions.push((*stream, version));
            if let Some(entry) = found {
                let earlier = |other: &Entry<_>| entry.position < other.position;
                if look.first.as_ref().is_none_or(earlier) {
                    look.first = Some(entry);
                }
            }
        }
        Ok(look)
    }

    /// The first event of a stream after the cursor that is not one of the process's own, and the stream's version.
    async fn first(
        &self,
        stream: StreamId,
        cursor: Position,
    ) -> Result<(u64, Option<Entry<D::Event>>), Failure> {
        let (version, _) = self.core.version(stream).await?;
        // Positions grow with versions, so the place is found by halving.
        let (mut after, mut end) = (0, version);
        while after < end {
            let middle = after + (end - after) / 2;
            let page = self.core.page(stream, middle, 1).await?;
            match page.entries.first() {
                Some(entry) if entry.position <= cursor => after = middle + 1,
                Some(_) => end = middle,
                None => return Err(missing(stream, middle + 1, page.version)),
            }
        }
        while after < version {
            let limit = usize::try_from(version - after).map_or(PAGE, |left| left.min(PAGE));
            let page = self.core.page(stream, after, limit).await?;
            if page.entries.is_empty() {
                return Err(missing(stream, after + 1, page.version));
            }
            for entry in page.entries {
                after = entry.version;
                if !self.own.contains(&entry.command_id.uuid()) {
                    return Ok((version, Some(entry)));
                }
            }
        }
        Ok((version, None))
    }
}
