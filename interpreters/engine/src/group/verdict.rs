use crate::failures;
use crate::kept::{Kept, Spare, Tried, step};
use crate::root::Member;
use lawful::log::StreamId;
use lawful::{Aggregate, Command, Error, Events, Receipt};

/// What a command of the group comes to, once the log confirms it.
pub(super) enum Verdict<A: Aggregate> {
    /// Accepted; the state and version after it.
    Accepted(Events<A::Event>, Kept<A>),
    /// The same command, by chosen id and payload, as an accepted one of this group.
    Repeated(usize),
    /// Refused, by the domain or by a failure.
    Refused(Error),
    /// Answered from the log, whatever the present state.
    Settled(Result<Receipt<A>, Error>),
}

/// The verdict on a member whose chosen id was accepted before in the same group.
pub(super) fn repeated<A: Aggregate>(
    member: &Member<A>,
    members: &[Member<A>],
    verdicts: &[Verdict<A>],
    stream: StreamId,
) -> Option<Verdict<A>> {
    let digest = member.asked.digest()?;
    let same = |(other, verdict): (&Member<A>, &Verdict<A>)| {
        other.asked.id == member.asked.id
            && other.asked.digest().is_some()
            && matches!(verdict, Verdict::Accepted(..))
    };
    let first = members.iter().zip(verdicts).position(same)?;
    if members[first].asked.digest() == Some(digest) {
        return Some(Verdict::Repeated(first));
    }
    let reused = failures::command_id_reused(stream, member.asked.id, member.asked.command.name());
    Some(Verdict::Refused(Error::Failed(reused)))
}

/// The verdict on a member; an accepted one moves the state on.
pub(super) fn decided<A: Aggregate>(
    member: &Member<A>,
    stream: StreamId,
    now: &mut Kept<A>,
    spare: &mut Option<Spare<A>>,
    first: Option<Tried<A>>,
) -> Verdict<A> {
    let asked = &member.asked;
    if let Some(expected) = asked.expected_version()
        && expected != now.version
    {
        let mismatch = failures::version_mismatch(stream, expected, now.version);
        return Verdict::Refused(Error::Failed(mismatch));
    }
    match first.unwrap_or_else(|| step(&now.state, spare, &asked.command)) {
        Tried::Accepted { events, after } => {
            if let Some(after) = after {
                now.state = after;
                now.version += events.len() as u64;
            }
            Verdict::Accepted(events, now.clone())
        }
        Tried::Rejected(rejection) => Verdict::Refused(Error::Rejected(rejection)),
        Tried::Panicked(panicked) => {
            let name = asked.command.name();
            Verdict::Refused(Error::Failed(failures::defect_in_command(
                name, stream, &panicked,
            )))
        }
    }
}
