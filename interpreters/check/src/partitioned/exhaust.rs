use crate::coordination::{Arrival, Machine, Verdict};
use std::collections::{HashMap, HashSet};
use std::fmt::{Display, Formatter};

/// The most replicas that [`exhaust`] can look at.
pub const MOST_REPLICAS: usize = 3;

/// The most decisions that [`exhaust`] can look at.
pub const MOST_DECISIONS: usize = 6;

/// What goes wrong among replicas, and how it comes to that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// What each replica did, in order.
    pub steps: Vec<String>,
    /// What is wrong at the end.
    pub harm: String,
}

impl Display for Breach {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        for step in &self.steps {
            writeln!(f, "{step}")?;
        }
        f.write_str(&self.harm)
    }
}

/// Executes everything that so many replicas can do with so many decisions: every command on every replica at every moment, every order
/// in which the events may reach the others, causes first. What `verdict` says of two commands (by their places in
/// [`Machine::commands`]) is taken at its word, and the first run that belies it is returned:
///
/// - two commands that need an order or coordination are never concurrent;
/// - still, an invariant is broken, or two replicas that saw the same events differ;
/// - or a command arrives where it would have been decided otherwise, though it is free of all that was applied before it meanwhile.
///
/// It knows nothing of how verdicts come about, and is what they are tested by.
///
/// # Panics
///
/// For more replicas than [`MOST_REPLICAS`] or decisions than [`MOST_DECISIONS`].
pub fn exhaust<M: Machine>(
    machine: &M,
    verdict: impl Fn(usize, usize) -> Verdict,
    replicas: usize,
    decisions: usize,
) -> Option<Breach> {
    assert!(
        replicas <= MOST_REPLICAS && decisions <= MOST_DECISIONS,
        "at most {MOST_REPLICAS} replicas and {MOST_DECISIONS} decisions, not {replicas} and {decisions}"
    );
    let commands = machine.commands().len();
    let mut search = Search {
        machine,
        verdicts: (0..commands)
            .map(|one| (0..commands).map(|two| verdict(one, two)).collect())
            .collect(),
        replicas,
        decisions,
        states: Vec::new(),
        numbers: HashMap::default(),
        effects: Vec::new(),
        seen: HashSet::default(),
        steps: Vec::new(),
    };
    let start = search.state(machine.start());
    let mut world = World::default();
    for replica in &mut world.replicas {
        replica.state = start;
    }
    search.go(world).err()
}

/// Everything that is true at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
struct World {
    taken: usize,
    operations: [Operation; MOST_DECISIONS],
    replicas: [Replica; MOST_REPLICAS],
}

/// A decision, and which ones its replica knew of: one bit for each.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Operation {
    effect: usize,
    knew: u8,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Replica {
    knows: u8,
    state: usize,
}

struct Search<'m, M: Machine> {
    machine: &'m M,
    verdicts: Vec<Vec<Verdict>>,
    replicas: usize,
    decisions: usize,
    states: Vec<M::State>,
    numbers: HashMap<M::State, usize, foldhash::fast::FixedState>,
    /// Commands, and what they recorded.
    effects: Vec<(usize, Vec<M::Event>)>,
    seen: HashSet<World, foldhash::fast::FixedState>,
    steps: Vec<Step>,
}

#[derive(Clone, Copy)]
enum Step {
    Decides { replica: usize, effect: usize },
    Hears { replica: usize, effect: usize },
}

impl<M: Machine> Search<'_, M> {
    fn state(&mut self, state: M::State) -> usize {
        if let Some(known) = self.numbers.get(&state) {
            return *known;
        }
        let new = self.states.len();
        self.states.push(state.clone());
        self.numbers.insert(state, new);
        new
    }

    fn effect(&mut self, command: usize, events: Vec<M::Event>) -> usize {
        let effect = (command, events);
        let known = self.effects.iter().position(|known| *known == effect);
        known.unwrap_or_else(|| {
            self.effects.push(effect);
            self.effects.len() - 1
        })
    }

    fn go(&mut self, world: World) -> Result<(), Breach> {
        if !self.seen.insert(world) {
            return Ok(());
        }
        // Replicas are alike, so the first decision may as well be that of the first one.
        let deciders = if world.taken == 0 { 1 } else { self.replicas };
        if world.taken < self.decisions {
            for replica in 0..deciders {
                for command in 0..self.verdicts.len() {
                    self.decides(world, replica, command)?;
                }
            }
        }
        for replica in 0..self.replicas {
            for operation in 0..world.taken {
                self.hears(world, replica, operation)?;
            }
        }
        Ok(())
    }

    fn decides(&mut self, mut world: World, replica: usize, command: usize) -> Result<(), Breach> {
        let Replica { knows, state } = world.replicas[replica];
        let forbidden = (0..world.taken).any(|other| {
            let (other_command, _) = self.effects[world.operations[other].effect];
            knows & (1 << other) == 0
                && matches!(
                    self.verdicts[command][other_command],
                    Verdict::Order | Verdict::Coordinate
                )
        });
        if forbidden {
            return Ok(());
        }
        let Some(events) = self.machine.decide(&self.states[state], command) else {
            return Ok(());
        };
        let effect = self.effect(command, events);
        world.operations[world.taken] = Operation {
            effect,
            knew: knows,
        };
        world.taken += 1;
        self.steps.push(Step::Decides { replica, effect });
        self.apply(world, replica, world.taken - 1)?;
        self.steps.pop();
        Ok(())
    }

    fn hears(&mut self, world: World, replica: usize, operation: usize) -> Result<(), Breach> {
        let Operation { effect, knew } = world.operations[operation];
        let Replica { knows, state } = world.replicas[replica];
        if knows & (1 << operation) != 0 || knew & !knows != 0 {
            return Ok(());
        }
        self.steps.push(Step::Hears { replica, effect });
        let command = self.effects[effect].0;
        let is_free = (0..world.taken)
            .filter(|other| knows & !knew & (1 << other) != 0)
            .map(|other| self.effects[world.operations[other].effect].0)
            .all(|other| self.verdicts[command][other] == Verdict::Free);
        if is_free {
            let again = self.machine.decide(&self.states[state], command);
            if again.as_ref() != Some(&self.effects[effect].1) {
                return Err(
                    self.breach("it is free of all that it meets, but would be decided otherwise")
                );
            }
        }
        self.apply(world, replica, operation)?;
        self.steps.pop();
        Ok(())
    }

    fn apply(&mut self, mut world: World, replica: usize, operation: usize) -> Result<(), Breach> {
        let Replica { knows, state } = world.replicas[replica];
        let (command, events) = &self.effects[world.operations[operation].effect];
        let arrival = if events.is_empty() {
            Arrival::Kept(self.states[state].clone())
        } else {
            self.machine.arrive(&self.states[state], *command, events)
        };
        let state = match arrival {
            Arrival::Kept(after) => self.state(after),
            Arrival::Broken { invariant, .. } => {
                return Err(self.breach(&format!("«{invariant}» is broken")));
            }
            Arrival::Outside => return Ok(()),
        };
        let knows = knows | (1 << operation);
        world.replicas[replica] = Replica { knows, state };
        let differs = world.replicas[..self.replicas]
            .iter()
            .any(|other| other.knows == knows && other.state != state);
        if differs {
            return Err(self.breach("two replicas saw the same events and differ"));
        }
        self.go(world)
    }

    fn breach(&self, harm: &str) -> Breach {
        let told = |effect: usize| self.machine.tell_command(self.effects[effect].0);
        let steps = self.steps.iter().map(|step| match step {
            Step::Decides { replica, effect } => format!("{replica} decides {}", told(*effect)),
            Step::Hears { replica, effect } => format!("{replica} hears of {}", told(*effect)),
        });
        Breach {
            steps: steps.collect(),
            harm: harm.to_owned(),
        }
    }
}
