use crate::asked::Asked;
use crate::kept::{Kept, Spare};
use lawful::{Aggregate, Error, Events, Receipt};
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
    waiting: VecDeque<Member<A>>,
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
    pub(crate) fn begin(self: Arc<Self>, asked: Asked<A>) -> Begin<A> {
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
        let (kept, spare) = (turn.kept.clone(), turn.spare.take());
        drop(turn);
        Begin::Lead(
            Lead {
                root: self,
                kept,
                spare,
                members: Vec::new(),
                trying: None,
                over: false,
            },
            asked,
        )
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
                waiting: VecDeque::new(),
            }),
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
    /// Ends the turn; the state is now `kept`. Where it came from the state before by `events` alone, the old buffer follows and
    /// becomes the spare.
    pub(crate) fn finish(mut self, kept: Option<Kept<A>>, events: &Events<A::Event>) {
        self.over = true;
        drop(self.kept.take());
        let mut turn = self.root.turn();
        let old = std::mem::replace(&mut turn.kept, kept);
        turn.spare = match (self.spare.take(), old) {
            (Some(spare), _) => Some(spare),
            (None, Some(old)) if !events.is_empty() => Spare::following(old.state, events),
            _ => None,
        };
        pass_on(&self.root, turn);
    }

    /// Marks the members whose append may have happened.
    pub(crate) fn doubt(&mut self) {
        if let Some(version) = self.trying.take() {
            for member in &mut self.members {
                member.asked.unsettled.get_or_insert(version);
            }
        }
    }
}

impl<A: Aggregate> Drop for Lead<A> {
    fn drop(&mut self) {
        if self.over {
            return;
        }
        self.doubt();
        self.kept = None;
        let mut turn = self.root.turn();
        turn.kept = None;
        turn.spare = None;
        for member in self.members.drain(..).rev() {
            // The caller whose turn it was is gone.
            if member.answer.is_some() {
                turn.waiting.push_front(member);
            }
        }
        pass_on(&self.root, turn);
    }
}

/// Gives the turn to the first who still waits.
fn pass_on<A: Aggregate>(root: &Arc<Root<A>>, mut turn: MutexGuard<'_, Turn<A>>) {
    let (answer, asked) = loop {
        match turn.waiting.pop_front() {
            None => {
                turn.taken = false;
                return;
            }
            Some(Member {
                asked,
                answer: Some(answer),
            }) if !answer.is_closed() => break (answer, asked),
            Some(_) => {}
        }
    };
    let mut members = Vec::new();
    while members.len() + 1 < GROUP
        && let Some(member) = turn.waiting.pop_front()
    {
        if member
            .answer
            .as_ref()
            .is_some_and(|answer| !answer.is_closed())
        {
            members.push(member);
        }
    }
    let lead = Lead {
        root: Arc::clone(root),
        kept: turn.kept.clone(),
        spare: turn.spare.take(),
        members,
        trying: None,
        over: false,
    };
    drop(turn);
    // If the caller is gone by now, the turn comes back and is dropped here, which passes it on again.
    let _ = answer.send(Answer::Lead(lead, asked));
}
