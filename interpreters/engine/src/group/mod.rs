mod trouble;
mod verdict;

pub(crate) use trouble::Trouble;

use crate::asked::Asked;
use crate::caught::caught_in;
use crate::core::{Core, stream_of};
use crate::failures::{self, Shared};
use crate::kept::{Kept, Tried};
use crate::root::{Answer, Lead, Member};
use lawful::log::{AppendError, Batch, EventLog, Position, StreamId};
use lawful::{Aggregate, Domain, Error, Failure, FailureKind, Few, Has, Id, Receipt};
use verdict::{Verdict, decided, repeated};

/// What the caller's own attempt on the short way came to.
pub(crate) enum Begun<A: Aggregate> {
    /// There was none.
    Nothing,
    /// The command was decided on the kept state.
    Tried(Tried<A>),
    /// The command was accepted, and its append went wrong.
    Trouble(Trouble),
}

/// Where the log confirmed a group.
enum Confirmed {
    /// The group recorded something: the positions of the accepted commands.
    Appended(Few<Position>),
    /// The group recorded nothing: the stream was still at the version seen, with this head of the log.
    Unchanged(Position),
}

/// The long way of a command: everything that takes more than a kept state, a decision and an append.
///
/// The commands of a group are decided one after the other on the evolving state, their events are appended as one batch, and only
/// then is anybody answered.
pub(crate) struct Group<'a, D: Domain, L, A: Aggregate> {
    core: &'a Core<D, L>,
    id: Id<A>,
    stream: StreamId,
    lead: Lead<A>,
    /// The head of the log at which the state was read, if it was read in this turn and nothing can be newer.
    fresh: Option<Position>,
    /// How often the commands that are due were decided.
    attempts: u32,
    /// The failure of an append that may have happened.
    doubt: Option<Failure>,
    /// Each command goes alone, because one of the group cannot be appended.
    alone: bool,
    /// A rule panicked: the state is not to be trusted after this turn.
    tainted: bool,
    first: Option<Tried<A>>,
    own: Option<Result<Receipt<A>, Error>>,
}

impl<'a, D, L, A> Group<'a, D, L, A>
where
    D: Has<A>,
    L: EventLog<Event = D::Event>,
    A: Aggregate,
{
    pub(crate) fn new(core: &'a Core<D, L>, id: Id<A>, lead: Lead<A>) -> Self {
        Group {
            core,
            id,
            stream: stream_of(id),
            lead,
            fresh: None,
            attempts: 0,
            doubt: None,
            alone: false,
            tainted: false,
            first: None,
            own: None,
        }
    }

    /// Decides and answers all commands of the group, `asked` first.
    pub(crate) async fn lead(
        mut self,
        asked: Asked<A>,
        begun: Begun<A>,
    ) -> Result<Receipt<A>, Error> {
        let own = Member {
            asked,
            answer: None,
        };
        self.lead.members.insert(0, own);
        let mut before = self.lead.kept.as_ref().map(|kept| kept.version);
        let begun = match begun {
            Begun::Nothing => Ok(()),
            Begun::Tried(tried) => {
                self.first = Some(tried);
                Ok(())
            }
            Begun::Trouble(trouble) => self.recover(trouble, 1).await,
        };
        if let Err(failure) = begun {
            self.fail(self.lead.members.len(), failure);
        }
        while !self.lead.members.is_empty() {
            if let Err(failure) = self.round().await {
                self.fail(self.lead.members.len(), failure);
            }
            before = before.or(self.lead.kept.as_ref().map(|kept| kept.version));
        }
        let kept = self.lead.kept.take().filter(|_| !self.tainted);
        self.lead.finish(kept.clone());
        if let (Some(before), Some(kept)) = (before, kept)
            && self.core.snapshot_due::<A>(before, kept.version)
        {
            self.core.keep_snapshot(self.stream, kept).await;
        }
        self.own
            .unwrap_or_else(|| Err(failures::abandoned(self.stream).into()))
    }

    /// One decision of all commands, one append or confirmation, and the answers. A failure is everybody's.
    async fn round(&mut self) -> Result<(), Failure> {
        self.prepare().await?;
        let count = if self.alone { 1 } else { usize::MAX };
        let count = count.min(self.lead.members.len());
        if count == 0 {
            return Ok(());
        }
        let (mut verdicts, after) = self.decide(count)?;
        self.look_up_refused(&mut verdicts).await?;
        match self.confirm(&verdicts).await {
            Ok(Some(confirmed)) => {
                if matches!(confirmed, Confirmed::Appended(_)) {
                    self.fresh = None;
                }
                self.lead.kept = Some(after);
                self.attempts = 0;
                self.doubt = None;
                self.answer(verdicts, &confirmed);
                Ok(())
            }
            Ok(None) => self.catch_up().await,
            Err(trouble) => self.recover(trouble, count).await,
        }
    }

    /// Sees to it that there is a state, and that no command is decided again whose events are there already.
    async fn prepare(&mut self) -> Result<(), Failure> {
        if self.lead.kept.is_none() {
            self.lead.kept = Some(Kept::default());
            self.catch_up().await?;
        }
        let now = self.lead.kept.as_ref().map_or(0, |kept| kept.version);
        let members = self.lead.members.iter();
        let since = members.filter_map(|member| member.asked.unsettled()).min();
        if let Some(since) = since
            && since < now
        {
            self.settle(since, now).await?;
        }
        Ok(())
    }

    /// Reads what is new. On a failure, an append that may have happened stays in doubt, which says more.
    async fn catch_up(&mut self) -> Result<(), Failure> {
        self.lead.spare = None;
        self.first = None;
        let kept = self.lead.kept.take().unwrap_or_default();
        match self.core.read(self.stream, kept, None).await {
            Ok((kept, head)) => {
                self.lead.kept = Some(kept);
                self.fresh = Some(head);
                Ok(())
            }
            Err(failure) => Err(self.doubt.take().unwrap_or(failure)),
        }
    }

    /// Answers the members whose events are in the stream after `since`. What was decided on a version before `now` and is not there
    /// can never come.
    async fn settle(&mut self, since: u64, now: u64) -> Result<(), Failure> {
        let landed = match self.core.landed(self.stream, since).await {
            Ok(landed) => landed,
            Err(failure) => return Err(self.doubt.take().unwrap_or(failure)),
        };
        let mut index = 0;
        while let Some(member) = self.lead.members.get_mut(index) {
            let doubted = member.asked.settle(now);
            match landed.get(&member.asked.id) {
                Some(landed) if doubted => {
                    let receipt = self.core.receipt(self.id, *landed).await;
                    self.tell(index, receipt.map_err(Error::Failed));
                }
                _ => index += 1,
            }
        }
        Ok(())
    }

    /// Decides the first `count` members on the evolving state.
    fn decide(&mut self, count: usize) -> Result<(Vec<Verdict<A>>, Kept<A>), Failure> {
        let Some(mut now) = self.lead.kept.clone() else {
            return Err(failures::abandoned(self.stream));
        };
        let Lead { members, spare, .. } = &mut self.lead;
        let mut verdicts = Vec::with_capacity(count);
        for member in &members[..count] {
            let verdict = match repeated(member, &members[..count], &verdicts, self.stream) {
                Some(verdict) => verdict,
                None => decided(member, self.stream, &mut now, spare, self.first.take()),
            };
            self.tainted |= matches!(&verdict, Verdict::Refused(Error::Failed(failure)) if *failure.kind() == FailureKind::Defect);
            verdicts.push(verdict);
        }
        Ok((verdicts, now))
    }

    /// A chosen id that was accepted before gets its receipt, whatever the present state says.
    async fn look_up_refused(&mut self, verdicts: &mut [Verdict<A>]) -> Result<(), Failure> {
        for (index, verdict) in verdicts.iter_mut().enumerate() {
            let asked = &self.lead.members[index].asked;
            if !matches!(verdict, Verdict::Refused(_)) || asked.digest().is_none() {
                continue;
            }
            if let Some(outcome) = self.core.outcome(self.stream, asked.id).await? {
                let original = self
                    .core
                    .original(self.id, &asked.command, asked.digest(), &outcome)
                    .await;
                *verdict = Verdict::Settled(original.map_err(Error::Failed));
            }
        }
        Ok(())
    }

    /// Makes the log record or confirm what was decided. `None`: the state that it was decided on is old.
    async fn confirm(&mut self, verdicts: &[Verdict<A>]) -> Result<Option<Confirmed>, Trouble> {
        let Some(kept) = &self.lead.kept else {
            return Ok(None);
        };
        let expected = kept.version;
        let records = |(index, verdict): (usize, &Verdict<A>)| match verdict {
            Verdict::Accepted(events, _) => {
                !events.is_empty() || self.lead.members[index].asked.digest().is_some()
            }
            _ => false,
        };
        if verdicts.iter().enumerate().any(records) {
            let submission = |(index, verdict): (usize, &Verdict<A>)| match verdict {
                Verdict::Accepted(events, _) => {
                    let asked = &self.lead.members[index].asked;
                    Some(asked.submission::<D>(events.clone()))
                }
                _ => None,
            };
            let commands = verdicts
                .iter()
                .enumerate()
                .filter_map(submission)
                .collect::<Vec<_>>();
            let batch = Batch {
                stream: self.stream,
                expected,
                commands: commands.into(),
            };
            self.lead.trying = Some(expected);
            let appended = match caught_in(self.core.log.append(batch)).await {
                Ok(appended) => appended.map_err(Trouble::Append)?,
                Err(panicked) => return Err(Trouble::Panicked(panicked)),
            };
            self.lead.trying = None;
            return Ok(Some(Confirmed::Appended(appended.positions)));
        }
        let (version, head) = match self.fresh {
            Some(head) => (expected, head),
            None => self
                .core
                .version(self.stream)
                .await
                .map_err(|failure| Trouble::Append(AppendError::Failed(failure)))?,
        };
        Ok((version == expected).then_some(Confirmed::Unchanged(head)))
    }

    /// Answers the first members.
    fn answer(&mut self, verdicts: Vec<Verdict<A>>, confirmed: &Confirmed) {
        let mut accepted = 0;
        let mut receipts = Vec::new();
        for verdict in verdicts {
            let result = match verdict {
                Verdict::Accepted(events, kept) => {
                    let position = match confirmed {
                        Confirmed::Appended(positions) => positions.get(accepted).copied(),
                        Confirmed::Unchanged(head) => Some(*head),
                    };
                    accepted += 1;
                    Ok(Receipt {
                        id: self.id,
                        version: kept.version,
                        position,
                        events,
                        state: kept.state,
                    })
                }
                Verdict::Repeated(first) => match receipts.get(first) {
                    Some(Some(receipt)) => Ok(Receipt::clone(receipt)),
                    _ => Err(failures::abandoned(self.stream).into()),
                },
                Verdict::Refused(error) => Err(error),
                Verdict::Settled(result) => result,
            };
            let chosen = self.lead.members[0].asked.digest().is_some();
            receipts.push(result.as_ref().ok().filter(|_| chosen).cloned());
            self.tell(0, result);
        }
    }

    /// Fails the first `count` members. After a failure the kept state is not to be trusted.
    fn fail(&mut self, count: usize, failure: Failure) {
        self.lead.kept = None;
        self.lead.spare = None;
        self.attempts = 0;
        let shared = Shared::new(failure);
        for _ in 0..count {
            self.tell(0, Err(Error::Failed(shared.copy())));
        }
    }

    /// Answers one member, which thereby leaves the group.
    fn tell(&mut self, index: usize, result: Result<Receipt<A>, Error>) {
        match self.lead.members.remove(index).answer {
            // Whoever is gone does not want to know.
            Some(answer) => drop(answer.send(Answer::Done(result))),
            None => self.own = Some(result),
        }
    }
}
