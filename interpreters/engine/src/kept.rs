use crate::caught::{Panicked, caught};
use lawful::{Aggregate, Events, Rejection};
use std::sync::Arc;

/// A state, and the version of the stream that it is the state of.
pub(crate) struct Kept<A> {
    pub(crate) state: Arc<A>,
    pub(crate) version: u64,
}

impl<A> Clone for Kept<A> {
    fn clone(&self) -> Self {
        Kept {
            state: Arc::clone(&self.state),
            version: self.version,
        }
    }
}

impl<A: Default> Default for Kept<A> {
    fn default() -> Self {
        Kept {
            state: Arc::default(),
            version: 0,
        }
    }
}

/// A second buffer: the state once more, or as it was some events ago. The next state is tried on it, so that none is copied.
pub(crate) struct Spare<A: Aggregate> {
    state: Arc<A>,
    behind: Events<A::Event>,
}

impl<A: Aggregate> Spare<A> {
    /// The state before `events`, made to follow now, or later if somebody still looks at it.
    #[inline]
    pub(crate) fn following(mut old: Arc<A>, events: &Events<A::Event>) -> Option<Self> {
        let behind = match Arc::get_mut(&mut old) {
            // The same events led to the present state, so a panic here is the user's code not being a function; the copy goes.
            Some(state) => caught(|| evolve(state, events)).ok().map(|()| Events::None),
            None => Some(events.clone()),
        };
        behind.map(|behind| Spare { state: old, behind })
    }

    #[cold]
    fn copy(present: &A) -> Self {
        Spare {
            state: Arc::new(present.clone()),
            behind: Events::None,
        }
    }

    /// Brings the buffer up to date, tries the events on it, and looks at the invariants. `None`: the buffer is shared. Where they
    /// refuse, it holds the state before.
    #[inline]
    fn lead(
        &mut self,
        before: &A,
        events: &Events<A::Event>,
        command: &A::Command,
    ) -> Option<Result<(), Rejection>> {
        let state = Arc::get_mut(&mut self.state)?;
        evolve(state, &std::mem::take(&mut self.behind));
        evolve(state, events);
        if A::HAS_INVARIANTS
            && let Err(rejection) = A::uphold(before, state, command)
        {
            state.clone_from(before);
            return Some(Err(rejection));
        }
        Some(Ok(()))
    }
}

/// What a command leads to.
pub(crate) enum Tried<A: Aggregate> {
    /// It is accepted. `after` is `None` where nothing is recorded.
    Accepted {
        events: Events<A::Event>,
        after: Option<Arc<A>>,
    },
    /// The domain says no.
    Rejected(Rejection),
    /// User code panicked.
    Panicked(Panicked),
}

/// Decides a command: rules, body, and the invariants on the state that its events lead to.
#[inline]
pub(crate) fn step<A: Aggregate>(
    before: &A,
    spare: &mut Option<Spare<A>>,
    command: &A::Command,
) -> Tried<A> {
    let decided = caught(|| {
        let events = before.propose(command)?;
        if events.is_empty() {
            return Ok((events, None));
        }
        let mut buffer = spare.take().unwrap_or_else(|| Spare::copy(before));
        let upheld = loop {
            match buffer.lead(before, &events, command) {
                Some(upheld) => break upheld,
                // Somebody still looks at an old state.
                None => buffer = Spare::copy(before),
            }
        };
        if upheld.is_err() {
            *spare = Some(buffer);
            return upheld.map(|()| (events, None));
        }
        Ok((events, Some(buffer.state)))
    });
    match decided {
        Ok(Ok((events, after))) => Tried::Accepted { events, after },
        Ok(Err(rejection)) => Tried::Rejected(rejection),
        Err(panicked) => Tried::Panicked(panicked),
    }
}

#[inline]
fn evolve<A: Aggregate>(state: &mut A, events: &Events<A::Event>) {
    for event in events {
        state.evolve(event);
    }
}
