use super::{On, Operation, Outcome, Partitioned, Turn, UNNAMED, decided};
use crate::caught::caught;
use lawful::{Aggregate, Events};
use std::collections::BTreeSet;

impl<A: Aggregate> On<A> {
    /// Decides a command by what this replica knows. If it is accepted, every connected replica hears of its events.
    #[must_use = "a story proves nothing without an assertion or a snapshot"]
    pub fn execute(self, command: A::Command) -> Partitioned<A> {
        let On {
            mut partitioned,
            replica,
        } = self;
        partitioned.execute(replica, command);
        partitioned
    }
}

impl<A: Aggregate> Partitioned<A> {
    fn execute(&mut self, replica: usize, command: A::Command) {
        let before = self.replicas[replica].state.clone();
        let (outcome, events, state) = match decided(&before, &command) {
            Outcome::Accepted(events) => match applied(&before, &events) {
                Ok(after) => (Outcome::Accepted(events.clone()), events, after),
                Err(text) => (Outcome::Defect(text), Events::None, before),
            },
            refused => (refused, Events::None, before),
        };
        self.replicas[replica].state = state.clone();
        self.begin(Turn::Decides {
            replica,
            command: command.clone(),
            outcome,
            state,
        });
        if events.is_empty() {
            return;
        }
        let operation = self.operations.len();
        self.operations.push(Operation {
            replica,
            command,
            events,
        });
        self.replicas[replica].knows.insert(operation);
        let group = self.replicas[replica].group;
        let connected = (0..self.replicas.len()).filter(|other| {
            *other == replica || group.is_some() && self.replicas[*other].group == group
        });
        let connected: Vec<usize> = connected.collect();
        self.exchange(&connected);
    }

    /// Makes a group of these replicas.
    pub(super) fn connect(&mut self, replicas: &[usize], group: usize) {
        for replica in replicas {
            self.replicas[*replica].group = Some(group);
        }
        self.exchange(replicas);
    }

    /// Lets each of these replicas hear of everything that one of them knows, in the order in which it happened: causes come first.
    fn exchange(&mut self, replicas: &[usize]) {
        let known = replicas
            .iter()
            .flat_map(|replica| &self.replicas[*replica].knows);
        let known: BTreeSet<usize> = known.copied().collect();
        for replica in replicas {
            for operation in &known {
                if self.replicas[*replica].knows.insert(*operation) {
                    self.hear(*replica, *operation);
                }
            }
        }
        let named = replicas.iter().filter(|replica| **replica != UNNAMED);
        let named: Vec<_> = named.map(|replica| &self.replicas[*replica]).collect();
        if named.windows(2).any(|pair| pair[0].state != pair[1].state) {
            let states = named
                .iter()
                .map(|replica| (replica.name.clone(), replica.state.clone()));
            self.turns.push(Turn::Apart(states.collect()));
        }
    }

    fn hear(&mut self, replica: usize, operation: usize) {
        let Operation {
            command, events, ..
        } = &self.operations[operation];
        let before = self.replicas[replica].state.clone();
        let would_be = decided(&before, command);
        let is_overtaken = !matches!(&would_be, Outcome::Accepted(same) if same == events);
        let arrived = applied(&before, events).and_then(|after| {
            let upheld = caught(|| A::uphold(&before, &after, command))?;
            Ok((after, upheld.err()))
        });
        let (state, broken, defect) = match arrived {
            Ok((after, broken)) => (after, broken, None),
            Err(text) => (before, None, Some(text)),
        };
        self.replicas[replica].state = state.clone();
        if replica != UNNAMED {
            self.turns.push(Turn::Hears {
                replica,
                operation,
                instead: is_overtaken.then_some(would_be),
                broken,
                defect,
                state,
            });
        }
    }
}

/// The state after some events, or what a panic said.
fn applied<A: Aggregate>(before: &A, events: &[A::Event]) -> Result<A, String> {
    caught(|| {
        let mut after = before.clone();
        for event in events {
            after.evolve(event);
        }
        after
    })
}
