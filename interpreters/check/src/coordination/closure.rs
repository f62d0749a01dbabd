use super::machine::Machine;
use super::table::{Step, Table};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Where every effect may arrive while some classes of pairs are coordinated, and nothing goes wrong there.
pub(super) struct Closed {
    /// The states that a replica may be in, in the order in which they were found.
    pub(super) states: Vec<u32>,
    /// Each effect, and a state that it may arrive at.
    pub(super) arrivals: Vec<(u32, u32)>,
    /// Decisions that would have come out another way after a concurrent one: the first found, by class and kind of the command that
    /// was overtaken.
    pub(super) overtaken: BTreeMap<(u32, usize), Meeting>,
    /// What was left out.
    pub(super) cut: BTreeSet<Cut>,
}

/// Why something was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cut {
    /// There are more states.
    States,
    /// More effects are pending in the same state.
    Meetings,
    /// User code panicked.
    Defects,
}

/// The most meetings of two effects that are looked at, for each state that may be: where hundreds of commands are accepted in one
/// state, the search ends at these.
pub(super) const MEETINGS_EACH: usize = 200;

/// Two effects pending in one state.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meeting {
    pub(super) state: u32,
    pub(super) one: u32,
    pub(super) other: u32,
}

/// What goes wrong where too few classes are coordinated, and the class to blame.
#[derive(Debug, Clone)]
pub(super) struct Blame {
    pub(super) class: u32,
    pub(super) harm: Harm,
    pub(super) trace: Trace,
}

/// In which way replicas go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Harm {
    /// An invariant is broken, by its place in the table.
    Broken(u32),
    /// Two replicas saw the same events and differ: it depends on whether this effect or the traced one came first.
    Apart {
        /// The other effect.
        met: u32,
    },
}

/// How an effect came to where it arrives: from where it was decided, and what arrived there before it.
#[derive(Debug, Clone)]
pub(super) struct Trace {
    pub(super) origin: u32,
    pub(super) effect: u32,
    /// What was applied before it, in order.
    pub(super) overtakers: Vec<u32>,
}

/// Why the closure was not reached.
pub(super) enum Unclosed {
    /// A class of pairs must be coordinated.
    Blame(Blame),
    /// One replica alone breaks an invariant: this effect, decided in this state.
    Alone { state: u32, effect: u32 },
}

/// Follows every pending effect to every state in which it may arrive, and looks at what happens there.
///
/// An effect leaves the state in which it was decided, and is carried on by every other effect that is pending in the same state and not
/// coordinated with it. Breadth first, so the first trouble found is one of the shortest.
pub(super) fn close<M: Machine>(
    table: &mut Table<M>,
    coordinated: &BTreeSet<u32>,
    most_states: usize,
) -> Result<Closed, Unclosed> {
    let mut walk = Walk {
        coordinated,
        most_states,
        places: Vec::new(),
        queue: VecDeque::new(),
        meetings: 0,
        closed: Closed {
            states: Vec::new(),
            arrivals: Vec::new(),
            overtaken: BTreeMap::new(),
            cut: BTreeSet::new(),
        },
    };
    walk.admit(table, Table::<M>::START);
    while let Some((state, effect)) = walk.queue.pop_front() {
        if walk.meetings / MEETINGS_EACH > most_states {
            walk.closed.cut.insert(Cut::Meetings);
            break;
        }
        walk.arrives(table, state, effect)?;
        walk.meets_others(table, state, effect)?;
    }
    Ok(walk.closed)
}

struct Walk<'c> {
    coordinated: &'c BTreeSet<u32>,
    most_states: usize,
    /// By state.
    places: Vec<Place>,
    queue: VecDeque<(u32, u32)>,
    meetings: usize,
    closed: Closed,
}

/// What is known about one state.
#[derive(Default)]
struct Place {
    is_admitted: bool,
    /// By effect: how it came here, if it did.
    arrived: Vec<Option<Came>>,
    /// The effects that were looked at here.
    looked_at: Vec<u32>,
}

#[derive(Clone, Copy)]
enum Came {
    Decided,
    /// From this state, because that effect was applied there.
    Overtaken(u32, u32),
}

impl Walk<'_> {
    fn place(&mut self, state: u32) -> &mut Place {
        let at = state as usize;
        if self.places.len() <= at {
            self.places.resize_with(at + 1, Place::default);
        }
        &mut self.places[at]
    }

    /// Takes a state in, unless there are too many: whether it belongs to what is looked at.
    fn admit<M: Machine>(&mut self, table: &mut Table<M>, state: u32) -> bool {
        if self.place(state).is_admitted {
            return true;
        }
        if self.closed.states.len() >= self.most_states {
            self.closed.cut.insert(Cut::States);
            return false;
        }
        self.place(state).is_admitted = true;
        self.closed.states.push(state);
        for command in 0..table.commands() {
            if let Some(effect) = table.decide(state, command) {
                self.comes(state, effect, Came::Decided);
            }
        }
        true
    }

    fn comes(&mut self, state: u32, effect: u32, how: Came) {
        let arrived = &mut self.place(state).arrived;
        let by = effect as usize;
        if arrived.len() <= by {
            arrived.resize(by + 1, None);
        }
        if arrived[by].is_none() {
            arrived[by] = Some(how);
            self.queue.push_back((state, effect));
            self.closed.arrivals.push((state, effect));
        }
    }

    /// The state after an effect, if it keeps the invariants and is looked at.
    fn follow<M: Machine>(&mut self, table: &mut Table<M>, state: u32, effect: u32) -> Option<u32> {
        match table.step(state, effect) {
            Step::To(after) if self.admit(table, after) => Some(after),
            Step::Outside => {
                self.closed.cut.insert(Cut::Defects);
                None
            }
            Step::To(_) | Step::Broken { .. } => None,
        }
    }

    /// The invariants hold after the effect was applied.
    fn arrives<M: Machine>(
        &mut self,
        table: &mut Table<M>,
        state: u32,
        effect: u32,
    ) -> Result<(), Unclosed> {
        let Step::Broken { invariant, .. } = table.step(state, effect) else {
            self.follow(table, state, effect);
            return Ok(());
        };
        let trace = self.trace(state, effect);
        Err(match trace.overtakers.last() {
            Some(last) => Unclosed::Blame(Blame {
                class: table.class(effect, *last),
                harm: Harm::Broken(invariant),
                trace,
            }),
            None => Unclosed::Alone { state, effect },
        })
    }

    /// It makes no difference in which order this effect and each other one are applied that is pending in the same state, and
    /// whichever comes second arrives where the first one led.
    fn meets_others<M: Machine>(
        &mut self,
        table: &mut Table<M>,
        state: u32,
        effect: u32,
    ) -> Result<(), Unclosed> {
        // Two people may issue the same command, so an effect meets itself too.
        self.place(state).looked_at.push(effect);
        for index in 0..self.place(state).looked_at.len() {
            let other = self.place(state).looked_at[index];
            self.meetings += 1;
            if self.coordinated.contains(&table.class(effect, other)) {
                continue;
            }
            let (Some(after), Some(after_other)) = (
                self.follow(table, state, effect),
                self.follow(table, state, other),
            ) else {
                continue;
            };
            // A broken invariant is found, and blamed, where the second effect arrives.
            if let (Step::To(one), Step::To(two)) =
                (table.step(after, other), table.step(after_other, effect))
                && one != two
            {
                return Err(Unclosed::Blame(self.divides(table, state, effect, other)));
            }
            self.overtakes(table, state, effect, other, after_other);
            self.overtakes(table, state, other, effect, after);
        }
        Ok(())
    }

    /// `effect` is still on its way while `other` is applied.
    fn overtakes<M: Machine>(
        &mut self,
        table: &mut Table<M>,
        state: u32,
        effect: u32,
        other: u32,
        after_other: u32,
    ) {
        self.comes(after_other, effect, Came::Overtaken(state, other));
        let command = table.command(effect);
        let was_fresh = table.decide(state, command) == Some(effect);
        if was_fresh && table.decide(after_other, command) != Some(effect) {
            let meeting = Meeting {
                state,
                one: effect,
                other,
            };
            let key = (table.class(effect, other), table.classes.kind(command));
            self.closed.overtaken.entry(key).or_insert(meeting);
        }
    }

    /// Which class to blame for two effects whose order matters: where one of them would no longer be decided, the pair that made it
    /// so, which leaves more pairs free; otherwise the two.
    fn divides<M: Machine>(
        &mut self,
        table: &mut Table<M>,
        state: u32,
        effect: u32,
        other: u32,
    ) -> Blame {
        let mut blame = Blame {
            class: table.class(effect, other),
            harm: Harm::Apart { met: other },
            trace: self.trace(state, effect),
        };
        for (one, met) in [(other, effect), (effect, other)] {
            let trace = self.trace(state, one);
            let Some(last) = trace.overtakers.last() else {
                continue;
            };
            if table.decide(state, table.command(one)) != Some(one) {
                blame.class = table.class(one, *last);
            }
            blame.harm = Harm::Apart { met };
            blame.trace = trace;
        }
        blame
    }

    fn trace(&mut self, state: u32, effect: u32) -> Trace {
        let mut overtakers = Vec::new();
        let mut at = state;
        while let Some(Some(Came::Overtaken(before, by))) =
            self.place(at).arrived.get(effect as usize).copied()
        {
            overtakers.push(by);
            at = before;
        }
        overtakers.reverse();
        Trace {
            origin: at,
            effect,
            overtakers,
        }
    }
}
