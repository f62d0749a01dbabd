use crate::asked::Asked;
use crate::kept::{Kept, Spare, Tried, step};
use lawful::log::Position;
use lawful::{Aggregate, Error, Events, Id, Receipt};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// How many commands are decided and appended together at most.
const GROUP: usize = 256;

/// One aggregate root: its kept state, and the commands that wait for their turn.
///
/// Whoever comes while nobody has the turn takes it. Whoever comes meanwhile waits, and the first of those who wait takes the next turn
/// for all of them: one decision after the other, one append.
pub(crate) struct Root<A: Aggregate> {
    turn: Mutex<Turn<A>>,
}

/// Guarded by a lock that is never held across an await.
struct Turn<A: Aggregate> {
    taken: bool,
    /// The state after everything that is known to be durable.
    kept: Option<Kept<A>>,
    spare: Option<Spare<A>>,
    /// What the command on the short way comes to when its append goes well.
    drafted: Option<Drafted<A>>,
    waiting: VecDeque<Member<A>>,
}

struct Drafted<A: Aggregate> {
    events: Events<A::Event>,
    after: Arc<A>,
}

/// What the short way comes to.
pub(crate) enum Way<A: Aggregate> {
    /// The turn is taken, and the command is decided: the version that it rests on, and its events.
    Short(u64, Events<A::Event>),
    /// The turn is taken, and there is nothing to append.
    Refused(Tried<A>),
    /// The short way is closed.
    Long,
}

/// A command of a group, and where its answer goes.
pub(crate) struct Member<A: Aggregate> {
    pub(crate) asked: Asked<A>,
    /// `None` for the command of the caller who has the turn.
    pub(crate) answer: Option<oneshot::Sender<Answer<A>>>,
}

/// What a waiting caller hears.
pub(crate) enum Answer<A: Aggregate> {
    /// Somebody else did the work.
    Done(Result<Receipt<A>, Error>),
    /// It is the caller's turn.
    Lead(Lead<A>, Asked<A>),
}

/// What a caller finds.
pub(crate) enum Begin<A: Aggregate> {
    /// It is the caller's turn at once.
    Lead(Lead<A>, Asked<A>),
    /// Somebody else has the turn.
    Wait(oneshot::Receiver<Answer<A>>),
}

impl<A: Aggregate> Root<A> {
    /// The short way is for a command that comes while nobody has the turn, on a kept state at the version that the caller wants, and
    /// only where there is something to append. It is decided under the lock, so that nothing is moved or counted.
    #[inline]
    pub(crate) fn short(&self, asked: &Asked<A>) -> Way<A> {
        let mut turn = self.turn();
        let Turn {
            taken: taken @ false,
            kept: Some(kept),
            spare,
            drafted,
            ..
        } = &mut *turn
        else {
            return Way::Long;
        };
        let elsewhere = |wanted| wanted != kept.version;
        if asked.expected_version().is_some_and(elsewhere) {
            return Way::Long;
        }
        let way = match step::<A>(&kept.state, spare, &asked.command) {
            Tried::Accepted {
                events,
                after: Some(after),
            } => {
                let way = Way::Short(kept.version, events.clone());
                *drafted = Some(Drafted { events, after });
                way
            }
            tried => Way::Refused(tried),
        };
        *taken = true;
        way
    }

    /// Takes the turn, or a place in the queue.
    pub(crate) fn begin(self: &Arc<Self>, asked: Asked<A>) -> Begin<A> {
        let mut turn = self.turn();
        if turn.taken {
            let (answer, wait) = oneshot::channel();
            turn.waiting.push_back(Member {
                asked,
                answer: Some(answer),
            });
            return Begin::Wait(wait);
        }
        turn.taken = true;
        Begin::Lead(Lead::new(self, &mut turn), asked)
    }

    /// The state after everything that is known to be durable; others may have written more.
    pub(crate) fn kept(&self) -> Option<Kept<A>> {
        self.turn().kept.clone()
    }

    /// Keeps a state that was read from the log, unless a newer one or somebody's turn makes it needless.
    pub(crate) fn keep(&self, read: &Kept<A>) {
        let mut turn = self.turn();
        let newer = |kept: &Kept<A>| kept.version < read.version;
        if !turn.taken && turn.kept.as_ref().is_none_or(newer) {
            turn.kept = Some(read.clone());
            turn.spare = None;
        }
    }

    /// Throws the kept state away; a turn that is taken sees to that itself.
    pub(crate) fn forget(&self) {
        let mut turn = self.turn();
        if !turn.taken {
            turn.kept = None;
            turn.spare = None;
        }
    }

    fn turn(&self) -> MutexGuard<'_, Turn<A>> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A: Aggregate> Default for Root<A> {
    fn default() -> Self {
        Root {
            turn: Mutex::new(Turn {
                taken: false,
                kept: None,
                spare: None,
                drafted: None,
                waiting: VecDeque::new(),
            }),
        }
    }
}

/// The turn of a command on the short way. Dropped before its end, it does what [`Lead`] does.
pub(crate) struct Short<A: Aggregate> {
    root: Arc<Root<A>>,
    over: bool,
}

impl<A: Aggregate> Short<A> {
    /// For the caller to whom [`Root::short`] gave the turn.
    pub(crate) fn of(root: Arc<Root<A>>) -> Self {
        Short { root, over: false }
    }

    /// The append went well.
    #[inline]
    pub(crate) fn finish(mut self, id: Id<A>, position: Option<Position>) -> Option<Receipt<A>> {
        let mut turn = self.root.turn();
        let Turn {
            kept: Some(kept),
            drafted,
            ..
        } = &mut *turn
        else {
            return None;
        };
        let Drafted { events, after } = drafted.take()?;
        let old = std::mem::replace(&mut kept.state, Arc::clone(&after));
        kept.version += events.len() as u64;
        let version = kept.version;
        turn.spare = Spare::following(old, &events);
        self.over = true;
        pass_on(&self.root, turn);
        Some(Receipt {
            id,
            version,
            position,
            events,
            state: after,
        })
    }

    /// Goes on the long way, after an append that rested on the version `trying`, if there was one.
    pub(crate) fn lead(mut self, trying: Option<u64>) -> Lead<A> {
        self.over = true;
        let mut turn = self.root.turn();
        turn.drafted = None;
        let mut lead = Lead::new(&self.root, &mut turn);
        lead.trying = trying;
        lead
    }
}

impl<A: Aggregate> Drop for Short<A> {
    fn drop(&mut self) {
        if !self.over {
            drop(self.root.turn().drafted.take());
            abandon(&self.root, Vec::new());
        }
    }
}

/// The turn. Dropped before [`Lead::finish`], because its caller's future was dropped or panicked, it throws the kept state away and
/// passes the turn on, so that nobody waits for ever.
pub(crate) struct Lead<A: Aggregate> {
    root: Arc<Root<A>>,
    /// The state that decisions start from.
    pub(crate) kept: Option<Kept<A>>,
    pub(crate) spare: Option<Spare<A>>,
    /// Commands that came meanwhile and are decided together with the caller's.
    pub(crate) members: Vec<Member<A>>,
    /// The version on which an append rests whose outcome is not known yet.
    pub(crate) trying: Option<u64>,
    over: bool,
}

impl<A: Aggregate> Lead<A> {
    fn new(root: &Arc<Root<A>>, turn: &mut Turn<A>) -> Self {
        Lead {
            root: Arc::clone(root),
            kept: turn.kept.clone(),
            spare: turn.spare.take(),
            members: Vec::new(),
            trying: None,
            over: false,
        }
    }

    /// Ends the turn; the state is now `kept`.
    pub(crate) fn finish(mut self, kept: Option<Kept<A>>) {
        self.over = true;
        let mut turn = self.root.turn();
        turn.kept = kept;
        turn.spare = self.spare.take();
        pass_on(&self.root, turn);
    }

    /// Marks the members whose append may have happened.
    pub(crate) fn doubt(&mut self) {
        if let Some(version) = self.trying.take() {
            for member in &mut self.members {
                member.asked.doubt(version);
            }
        }
    }
}

impl<A: Aggregate> Drop for Lead<A> {
    fn drop(&mut self) {
        if !self.over {
            self.doubt();
            abandon(&self.root, std::mem::take(&mut self.members));
        }
    }
}

/// The caller whose turn it was is gone: throws the kept state away, and lets the members of its group wait again.
#[cold]
fn abandon<A: Aggregate>(root: &Arc<Root<A>>, members: Vec<Member<A>>) {
    let mut turn = root.turn();
    turn.kept = None;
    turn.spare = None;
    for member in members.into_iter().rev() {
        if member.answer.is_some() {
            turn.waiting.push_front(member);
        }
    }
    pass_on(root, turn);
}

/// Gives the turn to the first who still waits.
#[inline]
fn pass_on<A: Aggregate>(root: &Arc<Root<A>>, mut turn: MutexGuard<'_, Turn<A>>) {
    if turn.waiting.is_empty() {
        turn.taken = false;
    } else {
        pass_on_to_a_group(root, turn);
    }
}

#[cold]
fn pass_on_to_a_group<A: Aggregate>(root: &Arc<Root<A>>, mut turn: MutexGuard<'_, Turn<A>>) {
    let waits = |member: &Member<A>| {
        member
            .answer
            .as_ref()
            .is_some_and(|answer| !answer.is_closed())
    };
    let mut group = Vec::new();
    while group.len() < GROUP
        && let Some(member) = turn.waiting.pop_front()
    {
        if waits(&member) {
            group.push(member);
        }
    }
    let mut group = group.into_iter();
    let Some(Member {
        asked,
        answer: Some(answer),
    }) = group.next()
    else {
        turn.taken = false;
        return;
    };
    let mut lead = Lead::new(root, &mut turn);
    lead.members = group.collect();
    drop(turn);
    // If the caller is gone by now, the turn comes back and is dropped here, which passes it on again.
    drop(answer.send(Answer::Lead(lead, asked)));
}
