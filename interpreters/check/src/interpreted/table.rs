use super::{Call, Interpreted, Refusal};
use lawful::Datum;
use std::collections::HashMap;

/// The states of a machine, each once, and what it answers to each command in each of them, worked out when it is asked for.
#[derive(Debug)]
pub(crate) struct Table<'m> {
    pub(crate) machine: &'m Interpreted,
    commands: &'m [Call],
    states: Vec<Datum>,
    keys: Vec<String>,
    places: HashMap<String, usize>,
    steps: HashMap<(usize, usize), Step>,
}

/// What becomes of a command in a state.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// The events, and the state after them.
    Accepted(Vec<Call>, usize),
    Refused(Refusal),
    /// A tree cannot be evaluated: the compiled form would panic, or the tree is not all there.
    Failed(String),
}

impl<'m> Table<'m> {
    /// Begins with the state before anything happened, which is state 0.
    pub(crate) fn new(machine: &'m Interpreted, commands: &'m [Call]) -> Self {
        let mut table = Table {
            machine,
            commands,
            states: Vec::new(),
            keys: Vec::new(),
            places: HashMap::new(),
            steps: HashMap::new(),
        };
        table.place(machine.initial().clone());
        table
    }

    /// Where a state stands.
    pub(crate) fn place(&mut self, state: Datum) -> usize {
        let key = state.to_string();
        if let Some(place) = self.places.get(&key) {
            return *place;
        }
        let place = self.states.len();
        self.states.push(state);
        self.keys.push(key.clone());
        self.places.insert(key, place);
        place
    }

    pub(crate) fn state(&self, place: usize) -> &Datum {
        &self.states[place]
    }

    /// A text that is the same for the same state in every table.
    pub(crate) fn key(&self, place: usize) -> &str {
        &self.keys[place]
    }

    /// What becomes of a command, by its place among the commands.
    pub(crate) fn step(&mut self, state: usize, command: usize) -> Step {
        if let Some(step) = self.steps.get(&(state, command)) {
            return step.clone();
        }
        let answer = self
            .machine
            .decide(&self.states[state], &self.commands[command]);
        let step = match answer {
            Err(error) => Step::Failed(error.to_string()),
            Ok(Err(refusal)) => Step::Refused(refusal),
            Ok(Ok(events)) => match self.machine.fold(&self.states[state], &events) {
                Ok(after) => {
                    let after = self.place(after);
                    Step::Accepted(events, after)
                }
                Err(error) => Step::Failed(error.to_string()),
            },
        };
        self.steps.insert((state, command), step.clone());
        step
    }

    /// The state after events that something else recorded.
    pub(crate) fn after(&mut self, state: usize, events: &[Call]) -> Result<usize, String> {
        let after = self.machine.fold(&self.states[state], events);
        Ok(self.place(after.map_err(|error| error.to_string())?))
    }
}
