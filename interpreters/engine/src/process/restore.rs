use crate::core::{Core, stream_of};
use crate::failures;
use lawful::log::EventLog;
use lawful::program::{Answer, Keeps, Kept, KeptTold, States, Tells, Told, VisitAsync};
use lawful::{Aggregate, AsOf, Domain, Failure, Has, Id, Position};
use std::sync::Arc;

/// Makes an answer of what a journal kept: states are loaded as of their version, and the place of a command's events, which was not
/// known yet when the line was written, is looked up.
pub(crate) struct Restore<'a, D: Domain, L> {
    pub(crate) core: &'a Core<D, L>,
    /// Where the line stands.
    pub(crate) at: Option<Position>,
}

impl<D: Domain, L: EventLog<Event = D::Event>> Restore<'_, D, L> {
    pub(crate) async fn answer(self, kept: &Kept<D>) -> Result<Answer<D>, Failure> {
        match kept {
            Kept::Aggregate(kept) => Ok(Answer::Aggregate(D::visit_async(kept, self).await?)),
            other => other.restore(self.core).await,
        }
    }
}

impl<D: Domain, L: EventLog<Event = D::Event>> VisitAsync<D, Keeps> for Restore<'_, D, L> {
    type Out = Result<D::One<Tells>, Failure>;

    async fn visit<A: Aggregate>(self, kept: &KeptTold<A>) -> Self::Out
    where
        D: Has<A>,
    {
        let mut told = kept.restore::<D>(self.core).await?;
        if let Told::Receipt(Ok(receipt)) = &mut told
            && receipt.position.is_none()
        {
            receipt.position = if receipt.events.is_empty() {
                self.at
            } else {
                Some(place::<D, L, A>(self.core, receipt.id, receipt.version).await?)
            };
        }
        Ok(D::one::<Tells>(told))
    }
}

async fn place<D, L, A>(core: &Core<D, L>, id: Id<A>, version: u64) -> Result<Position, Failure>
where
    D: Has<A>,
    L: EventLog<Event = D::Event>,
    A: Aggregate,
{
    let stream = stream_of(id);
    let page = core.page(stream, version.saturating_sub(1), 1).await?;
    match page.entries.first() {
        Some(entry) => Ok(entry.position),
        None => Err(failures::missing(stream, version, page.version)),
    }
}

impl<D: Domain, L: EventLog<Event = D::Event>> States<D> for Core<D, L> {
    async fn state<A: Aggregate>(&self, id: Id<A>, version: u64) -> Result<Arc<A>, Failure>
    where
        D: Has<A>,
    {
        let kept = self.cache::<A>().root(id.uuid(), self.bounds).kept();
        match kept.filter(|kept| kept.version == version) {
            Some(kept) => Ok(kept.state),
            None => Ok(self.load_as_of(id, AsOf::Version(version)).await?.state),
        }
    }
}
