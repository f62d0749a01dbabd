use super::closure::Harm;
use super::machine::Machine;
use super::table::{Step, Table};
use std::collections::{BTreeSet, HashMap};

/// Something that really happens: a history that both replicas share, what each then decides alone, and what comes of it when each
/// hears of the other.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// Effects, in order.
    pub(super) given: Vec<u32>,
    pub(super) here: Vec<u32>,
    pub(super) there: Vec<u32>,
    pub(super) end: End,
}

/// How a run ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    /// An invariant is broken in this state.
    Broken { invariant: u32, after: u32 },
    /// The two replicas differ.
    Apart { here: u32, there: u32 },
    /// An effect arrives in a state in which it would not be decided.
    Overtaken { effect: u32, state: u32 },
}

/// What a run is looked for that shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Broken,
    Apart,
    /// A command of this kind is overtaken.
    Overtaken(usize),
}

impl From<Harm> for Wanted {
    fn from(harm: Harm) -> Self {
        match harm {
            Harm::Broken(_) => Wanted::Broken,
            Harm::Apart { .. } => Wanted::Apart,
        }
    }
}

/// The most decisions that two replicas take apart from each other in a story.
pub(super) const MOST_DECISIONS: usize = 4;

/// The most pairs of words that are tried for one story.
const MOST_TRIED: usize = 200_000;

/// The most words of one length that are tried from one state.
const MOST_WORDS: usize = 1_000;

/// The states that one replica alone reaches, in the order in which they are found, and how.
pub(super) struct Histories {
    /// By the number of decisions that lead to them.
    states: Vec<Vec<u32>>,
    /// By state: the state before and the effect that led on.
    came: HashMap<u32, (u32, u32)>,
}

impl Histories {
    pub(super) fn new<M: Machine>(table: &mut Table<M>, most_states: usize) -> Self {
        let mut histories = Histories {
            states: vec![vec![Table::<M>::START]],
            came: HashMap::new(),
        };
        while let Some(last) = histories.states.last().filter(|last| !last.is_empty()) {
            let next = last.clone().into_iter().flat_map(|state| {
                let effects = table.accepted(state).into_iter();
                let steps = effects.map(|effect| (state, effect, table.step(state, effect)));
                steps.collect::<Vec<_>>()
            });
            let mut found = Vec::new();
            for (state, effect, step) in next.collect::<Vec<_>>() {
                let Step::To(after) = step else { continue };
                let is_new = after != Table::<M>::START && !histories.came.contains_key(&after);
                if is_new && histories.came.len() + 1 < most_states {
                    histories.came.insert(after, (state, effect));
                    found.push(after);
                }
            }
            histories.states.push(found);
        }
        histories
    }

    /// The shortest history that leads to a state; `None` where one replica alone does not come there.
    pub(super) fn to<M: Machine>(&self, state: u32) -> Option<Vec<u32>> {
        let mut given = Vec::new();
        let mut at = state;
        while at != Table::<M>::START {
            let (before, effect) = self.came.get(&at)?;
            given.push(*effect);
            at = *before;
        }
        given.reverse();
        Some(given)
    }
}

/// What a run is looked for.
pub(super) struct Search<'s> {
    pub(super) histories: &'s Histories,
    /// The classes of which nothing is concurrent.
    pub(super) coordinated: &'s BTreeSet<u32>,
    /// The class of which something is.
    pub(super) class: u32,
    pub(super) wanted: Wanted,
    /// How many decisions the two replicas take.
    pub(super) decisions: std::ops::RangeInclusive<usize>,
}

impl Search<'_> {
    /// The shortest run that shows what is wanted: the fewest decisions, shared or not, and among these the fewest that are not shared.
    pub(super) fn shortest<M: Machine>(&self, table: &mut Table<M>) -> Option<Run> {
        let mut left = MOST_TRIED;
        let longest = self.histories.states.len() + self.decisions.end();
        for length in *self.decisions.start()..longest {
            for apart in self.decisions.clone().filter(|apart| *apart <= length) {
                let states = self.histories.states.get(length - apart);
                for state in states.into_iter().flatten() {
                    for few in 1..=apart / 2 {
                        let found = self.from(table, *state, (few, apart - few), &mut left)?;
                        if found.is_some() {
                            return found;
                        }
                    }
                }
            }
        }
        None
    }

    /// A run from one state with so many decisions here and there; `None` when too many were tried.
    #[allow(
        clippy::option_option,
        reason = "to give up is not the same as to find nothing"
    )]
    fn from<M: Machine>(
        &self,
        table: &mut Table<M>,
        state: u32,
        (few, many): (usize, usize),
        left: &mut usize,
    ) -> Option<Option<Run>> {
        let concerns = |table: &Table<M>, word: &[u32]| {
            word.iter().any(|effect| {
                let kinds = table.classes.list[self.class as usize].kinds;
                let kind = table.classes.kind(table.command(*effect));
                kind == kinds.0 || kind == kinds.1
            })
        };
        let mut here_words = words(table, state, few);
        here_words.retain(|(word, _)| concerns(table, word));
        let mut there_words = words(table, state, many);
        there_words.retain(|(word, _)| concerns(table, word));
        for (here, here_ends) in &here_words {
            for (there, there_ends) in &there_words {
                *left = left.checked_sub(1)?;
                if !self.is_allowed(table, here, there) {
                    continue;
                }
                let ends = (*here_ends, *there_ends);
                if let Some(end) = merge(table, here, there, ends, self.wanted) {
                    return Some(self.histories.to::<M>(state).map(|given| Run {
                        given,
                        here: here.clone(),
                        there: there.clone(),
                        end,
                    }));
                }
            }
        }
        Some(None)
    }

    fn is_allowed<M: Machine>(&self, table: &Table<M>, here: &[u32], there: &[u32]) -> bool {
        let mut is_of_class = false;
        for one in here {
            for two in there {
                let class = table.class(*one, *two);
                if self.coordinated.contains(&class) {
                    return false;
                }
                is_of_class |= class == self.class;
            }
        }
        is_of_class
    }
}

/// Every sequence of this many decisions that one replica takes from a state on, and where it leads.
type Words = Vec<(Vec<u32>, u32)>;

fn words<M: Machine>(table: &mut Table<M>, state: u32, length: usize) -> Words {
    let mut words = vec![(Vec::new(), state)];
    for _ in 0..length {
        let mut longer = Vec::new();
        for (word, at) in &words {
            for effect in table.accepted(*at) {
                if let Step::To(after) = table.step(*at, effect)
                    && longer.len() < MOST_WORDS
                {
                    let mut word = word.clone();
                    word.push(effect);
                    longer.push((word, after));
                }
            }
        }
        words = longer;
    }
    words
}

/// Each side hears of what the other one did, in the order in which it was done.
fn merge<M: Machine>(
    table: &mut Table<M>,
    here: &[u32],
    there: &[u32],
    apart: (u32, u32),
    wanted: Wanted,
) -> Option<End> {
    let here_ends = hear(table, apart.0, there, wanted);
    let there_ends = hear(table, apart.1, here, wanted);
    match (here_ends, there_ends) {
        (Heard::Shows(end), _) | (_, Heard::Shows(end)) => Some(end),
        (Heard::To(here), Heard::To(there)) if wanted == Wanted::Apart && here != there => {
            Some(End::Apart { here, there })
        }
        _ => None,
    }
}

enum Heard {
    To(u32),
    Shows(End),
    Otherwise,
}

fn hear<M: Machine>(table: &mut Table<M>, from: u32, effects: &[u32], wanted: Wanted) -> Heard {
    let mut state = from;
    for effect in effects {
        let command = table.command(*effect);
        if wanted == Wanted::Overtaken(table.classes.kind(command))
            && table.decide(state, command) != Some(*effect)
        {
            let effect = *effect;
            return Heard::Shows(End::Overtaken { effect, state });
        }
        match table.step(state, *effect) {
            Step::To(after) => state = after,
            Step::Broken { invariant, after } if wanted == Wanted::Broken => {
                return Heard::Shows(End::Broken { invariant, after });
            }
            Step::Broken { .. } | Step::Outside => return Heard::Otherwise,
        }
    }
    Heard::To(state)
}
