use super::class::Classes;
use super::machine::{Arrival, Machine};
use std::collections::HashMap;

/// What a machine does, as numbers: each state, decision and step is computed once, however often it is looked at.
pub(super) struct Table<'m, M: Machine> {
    pub(super) machine: &'m M,
    pub(super) classes: Classes,
    pub(super) invariants: Vec<String>,
    commands: u32,
    states: Vec<M::State>,
    numbers: HashMap<M::State, u32, foldhash::fast::FixedState>,
    effects: Vec<Effect<M::Event>>,
    of_command: Vec<Vec<u32>>,
    decisions: Vec<Option<Box<[Option<u32>]>>>,
    steps: Vec<Vec<Option<Step>>>,
}

/// A command together with what it recorded: what travels between replicas.
struct Effect<E> {
    command: u32,
    events: Vec<E>,
}

/// What becomes of a state when an effect arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// This state.
    To(u32),
    /// A state that breaks an invariant.
    Broken {
        /// Its place in [`Table::invariants`].
        invariant: u32,
        /// The state.
        after: u32,
    },
    /// Not known.
    Outside,
}

impl<'m, M: Machine> Table<'m, M> {
    /// The number of the state before anything happened.
    pub(super) const START: u32 = 0;

    pub(super) fn new(machine: &'m M) -> Self {
        let instances = machine.commands();
        let mut table = Table {
            machine,
            classes: Classes::new(&instances),
            invariants: Vec::new(),
            commands: number(instances.len()),
            states: Vec::new(),
            numbers: HashMap::default(),
            effects: Vec::new(),
            of_command: vec![Vec::new(); instances.len()],
            decisions: Vec::new(),
            steps: Vec::new(),
        };
        table.state(machine.start());
        table
    }

    fn state(&mut self, state: M::State) -> u32 {
        if let Some(known) = self.numbers.get(&state) {
            return *known;
        }
        let new = number(self.states.len());
        self.states.push(state.clone());
        self.numbers.insert(state, new);
        self.decisions.push(None);
        self.steps.push(Vec::new());
        new
    }

    /// How many commands there are; their numbers are below it.
    pub(super) fn commands(&self) -> u32 {
        self.commands
    }

    /// The effects of all commands that are accepted in this state, by command.
    pub(super) fn decisions(&mut self, state: u32) -> &[Option<u32>] {
        if self.decisions[state as usize].is_none() {
            let decided = (0..self.commands as usize)
                .map(|command| self.machine.decide(&self.states[state as usize], command));
            let decided: Vec<_> = decided.collect();
            let effects = (0..)
                .zip(decided)
                .map(|(command, events)| Some(self.effect(command, events?)));
            self.decisions[state as usize] = Some(effects.collect());
        }
        self.decisions[state as usize].as_deref().unwrap_or(&[])
    }

    /// The effects of all commands that are accepted in this state.
    pub(super) fn accepted(&mut self, state: u32) -> Vec<u32> {
        self.decisions(state).iter().copied().flatten().collect()
    }

    /// The effect of one command in this state; `None` where it is refused.
    pub(super) fn decide(&mut self, state: u32, command: u32) -> Option<u32> {
        self.decisions(state)[command as usize]
    }

    fn effect(&mut self, command: u32, events: Vec<M::Event>) -> u32 {
        let of_command = &self.of_command[command as usize];
        let known = of_command
            .iter()
            .find(|effect| self.effects[**effect as usize].events == events);
        if let Some(known) = known {
            return *known;
        }
        let new = number(self.effects.len());
        self.effects.push(Effect { command, events });
        self.of_command[command as usize].push(new);
        new
    }

    /// The command of an effect.
    pub(super) fn command(&self, effect: u32) -> u32 {
        self.effects[effect as usize].command
    }

    /// Whether a command of this kind, with the same arguments, records something else from state to state.
    pub(super) fn records_results(&self, kind: usize) -> bool {
        (0..self.commands)
            .filter(|command| self.classes.kind(*command) == kind)
            .any(|command| {
                let effects = self.of_command[command as usize].iter();
                effects.filter(|effect| !self.is_silent(**effect)).count() > 1
            })
    }

    /// Whether an effect records nothing: the command was accepted in silence.
    pub(super) fn is_silent(&self, effect: u32) -> bool {
        self.effects[effect as usize].events.is_empty()
    }

    /// The class of the commands of two effects.
    pub(super) fn class(&self, one: u32, two: u32) -> u32 {
        self.classes.of(self.command(one), self.command(two))
    }

    /// What becomes of a state when an effect arrives.
    pub(super) fn step(&mut self, state: u32, effect: u32) -> Step {
        let (at, by) = (state as usize, effect as usize);
        if let Some(Some(known)) = self.steps[at].get(by) {
            return *known;
        }
        let Effect { command, events } = &self.effects[by];
        if events.is_empty() {
            return Step::To(state);
        }
        let arrival = self
            .machine
            .arrive(&self.states[at], *command as usize, events);
        let step = match arrival {
            Arrival::Kept(after) => Step::To(self.state(after)),
            Arrival::Broken { invariant, after } => Step::Broken {
                invariant: self.invariant(invariant),
                after: self.state(after),
            },
            Arrival::Outside => Step::Outside,
        };
        let known = &mut self.steps[at];
        if known.len() <= by {
            known.resize(by + 1, None);
        }
        known[by] = Some(step);
        step
    }

    fn invariant(&mut self, sentence: String) -> u32 {
        let known = self.invariants.iter().position(|known| *known == sentence);
        number(known.unwrap_or_else(|| {
            self.invariants.push(sentence);
            self.invariants.len() - 1
        }))
    }

    /// How a story shows a state.
    pub(super) fn tell_state(&self, state: u32) -> String {
        self.machine.tell_state(&self.states[state as usize])
    }

    /// How a story shows the events of an effect.
    pub(super) fn tell_events(&self, effect: u32) -> Vec<String> {
        let events = self.effects[effect as usize].events.iter();
        events.map(|event| self.machine.tell_event(event)).collect()
    }

    /// How a story shows the command of an effect.
    pub(super) fn tell_command(&self, effect: u32) -> String {
        self.machine.tell_command(self.command(effect) as usize)
    }

    /// Whether a fact is true in this state.
    pub(super) fn holds(&self, state: u32, fact: usize) -> Option<bool> {
        self.machine.holds(&self.states[state as usize], fact)
    }

    /// Why a command is refused in this state; empty where it is not.
    pub(super) fn refusal(&self, state: u32, command: u32) -> Vec<String> {
        self.machine
            .refusal(&self.states[state as usize], command as usize)
    }
}

/// Numbers of states and effects. A table of four thousand million of them would not fit into memory.
fn number(place: usize) -> u32 {
    u32::try_from(place).expect("fewer than four thousand million entries")
}
