use super::Group;
use crate::caught::Panicked;
use crate::failures;
use crate::root::Member;
use lawful::log::{AppendError, EventLog};
use lawful::{Aggregate, Error, Failure, FailureKind, Has};
use std::future::poll_fn;
use std::task::Poll;

/// Why an append did not go well.
pub(crate) enum Trouble {
    /// The log said so.
    Append(AppendError),
    /// Something panicked on the way.
    Panicked(Panicked),
}

impl<D, L, A> Group<'_, D, L, A>
where
    D: Has<A>,
    L: EventLog<Event = D::Event>,
    A: Aggregate,
{
    /// What to do after an append of the first `count` members went wrong. A failure is everybody's.
    pub(super) async fn recover(&mut self, trouble: Trouble, count: usize) -> Result<(), Failure> {
        self.lead.spare = None;
        let failure = match trouble {
            Trouble::Append(AppendError::Conflict { .. }) => {
                self.lead.trying = None;
                self.again().await?;
                return self.catch_up().await;
            }
            Trouble::Append(AppendError::Duplicate { outcome, .. }) => {
                self.lead.trying = None;
                let mut members = self.lead.members.iter();
                let same = |member: &Member<A>| {
                    member.asked.digest().is_some() && member.asked.id == outcome.command
                };
                let Some(index) = members.position(same) else {
                    let id = outcome.command;
                    let found = format_args!(
                        "it calls command `{id}` a duplicate, which was not submitted"
                    );
                    return Err(failures::corrupt(self.stream, found));
                };
                let asked = &self.lead.members[index].asked;
                let original = self
                    .core
                    .original(self.id, &asked.command, asked.digest(), &outcome)
                    .await;
                self.tell(index, original.map_err(Error::Failed));
                return Ok(());
            }
            Trouble::Append(AppendError::Failed(failure))
                if *failure.kind() == FailureKind::OutcomeUnknown =>
            {
                self.lead.doubt();
                self.lead.kept = None;
                self.doubt = Some(failure);
                return self.again().await;
            }
            Trouble::Append(AppendError::Failed(failure)) => {
                self.lead.trying = None;
                failure
            }
            Trouble::Panicked(panicked) => {
                self.lead.doubt();
                failures::defect_in_log(self.stream, &panicked)
            }
        };
        self.lead.kept = None;
        let of_one_event = matches!(
            failure.kind(),
            FailureKind::Unencodable | FailureKind::Defect
        );
        if of_one_event && count > 1 {
            self.alone = true;
        } else {
            self.fail(count, failure);
        }
        Ok(())
    }

    /// Counts an attempt and lets others go first for a while.
    async fn again(&mut self) -> Result<(), Failure> {
        self.attempts += 1;
        if self.attempts >= self.core.attempts {
            let contention = || failures::contention(self.stream, self.attempts);
            return Err(self.doubt.take().unwrap_or_else(contention));
        }
        let mut turns = 1_u32 << self.attempts.min(6);
        poll_fn(|cx| {
            turns -= 1;
            if turns == 0 {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
        Ok(())
    }
}
