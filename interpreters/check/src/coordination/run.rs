use super::closure::Harm;
use super::machine::Machine;
use super::table::{Step, Table};
use std::collections::{BTreeSet, HashMap, VecDeque};

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
const MOST_TRIED: usize = 500_000;

/// The most words of one length that are tried from one state.
const MOST_WORDS: usize = 5_000;

/// The states that one replica alone reaches, in the order in which they are found, and how.
pub(super) struct Histories {
    states: Vec<u32>,
    /// By state: the state before and the effect that led on.
    came: HashMap<u32, (u32, u32)>,
}

impl Histories {
    pub(super) fn new<M: Machine>(table: &mut Table<M>, most_states: usize) -> Self {
        let mut states = vec![Table::<M>::START];
        let mut came = HashMap::new();
        let mut queue = VecDeque::from([Table::<M>::START]);
        while let Some(state) = queue.pop_front() {
            for effect in decided(table, state) {
                let Step::To(after) = table.step(state, effect) else {
                    continue;
                };
                let is_new = after != Table::<M>::START && !came.contains_key(&after);
                if is_new && states.len() < most_states {
                    came.insert(after, (state, effect));
                    states.push(after);
                    queue.push_back(after);
                }
            }
        }
        Histories { states, came }
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

/// The shortest run that shows what is wanted, in which nothing is concurrent that `coordinated` forbids, and something of `class` is.
pub(super) fn shortest<M: Machine>(
    table: &mut Table<M>,
    histories: &Histories,
    coordinated: &BTreeSet<u32>,
    class: u32,
    wanted: Wanted,
    decisions: std::ops::RangeInclusive<usize>,
) -> Option<Run> {
    let mut tried = 0;
    for total in decisions {
        for few in 1..=total / 2 {
            for state in &histories.states {
                let words = words(table, *state, few);
                let others = self::words(table, *state, total - few);
                for (here, here_state) in &words {
                    for (there, there_state) in &others {
                        tried += 1;
                        if tried > MOST_TRIED {
                            return None;
                        }
                        let mut pairs = here
                            .iter()
                            .flat_map(|one| there.iter().map(move |two| (*one, *two)));
                        if pairs
                            .clone()
                            .any(|(one, two)| coordinated.contains(&table.class(one, two)))
                            || !pairs.any(|(one, two)| table.class(one, two) == class)
                        {
                            continue;
                        }
                        let apart = (*here_state, *there_state);
                        if let Some(end) = merge(table, here, there, apart, wanted) {
                            return Some(Run {
                                given: histories.to::<M>(*state)?,
                                here: here.clone(),
                                there: there.clone(),
                                end,
                            });
                        }
                    }
                }
            }
        }
    }
    None
}

/// Every sequence of this many decisions that one replica takes from a state on, and where it leads.
type Words = Vec<(Vec<u32>, u32)>;

fn words<M: Machine>(table: &mut Table<M>, state: u32, length: usize) -> Words {
    let mut words = vec![(Vec::new(), state)];
    for _ in 0..length {
        let mut longer = Vec::new();
        for (word, at) in &words {
            for effect in decided(table, *at) {
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

fn decided<M: Machine>(table: &mut Table<M>, state: u32) -> Vec<u32> {
    table.decisions(state).iter().copied().flatten().collect()
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
