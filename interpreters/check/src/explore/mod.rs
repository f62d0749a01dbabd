//! Every state that can be reached, found level by level with the compiled rules.
//!
//! The search is exact and deterministic: the same declaration gives the same states in the same order, and the way to a state is a
//! shortest one. States that differ only in which id is which are one state; the one that is kept was reached as it is, so that its way
//! can be walked again.

mod coverage;
mod key;

pub use coverage::{ClauseCoverage, CommandCoverage, Coverage, EventCoverage, Reliance};

use crate::{Domains, Evidence, caught::caught};
use key::Known;
use lawful::{Aggregate, Events, Rejection};

/// All states that were found, and how one leads to another.
#[derive(Debug)]
pub struct Exploration<A: Aggregate> {
    commands: Vec<A::Command>,
    states: Vec<A>,
    origins: Vec<Origin>,
    expanded: usize,
    transitions: Vec<Transition<A>>,
    coverage: Coverage,
    defects: Vec<Defect>,
    bounds: Vec<String>,
    merges: bool,
}

/// Where a state was found first.
#[derive(Debug, Clone, Copy)]
struct Origin {
    /// The state before and the command; `None` for the state before anything happened.
    from: Option<(usize, usize)>,
    /// The transition, likewise.
    transition: usize,
    depth: usize,
}

/// A command that was accepted and recorded something.
#[derive(Debug, Clone)]
pub struct Transition<A: Aggregate> {
    /// The state before, as a place in [`Exploration::states`].
    pub from: usize,
    /// The command, as a place in [`Exploration::commands`].
    pub command: usize,
    /// What was recorded; never empty.
    pub events: Events<A::Event>,
    /// The state after. Where ids are symmetric it may be another one that differs only in which id is which.
    pub to: usize,
}

/// User code that panicked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// The state, as a place in [`Exploration::states`].
    pub state: usize,
    /// The command, as a place in [`Exploration::commands`].
    pub command: usize,
    /// What the panic said.
    pub text: String,
}

/// How far a search has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many states were found.
    pub states: usize,
    /// Of how many of them every command was tried.
    pub expanded: usize,
    /// How many commands lead to the state at hand.
    pub depth: usize,
    /// How many states are looked at before the search gives up.
    pub budget: usize,
}

/// What became of one command in one state.
pub(crate) enum Outcome<A: Aggregate> {
    Accepted(Events<A::Event>, A),
    Nothing,
    Rejected(Rejection),
    Defect(String),
}

/// Decides as every interpreter does, and catches what panics.
pub(crate) fn step<A: Aggregate>(state: &A, command: &A::Command) -> Outcome<A> {
    let decided = caught(|| {
        let events = state.decide(command)?;
        if events.is_empty() {
            return Ok(None);
        }
        let mut after = state.clone();
        for event in &events {
            after.evolve(event);
        }
        Ok(Some((events, after)))
    });
    match decided {
        Ok(Ok(Some((events, after)))) => Outcome::Accepted(events, after),
        Ok(Ok(None)) => Outcome::Nothing,
        Ok(Err(rejection)) => Outcome::Rejected(rejection),
        Err(text) => Outcome::Defect(text),
    }
}

/// Finds every state that the commands of a domain lead to, up to the budget of its scope.
#[must_use]
pub fn explore<A: Aggregate>(domains: &Domains<A>) -> Exploration<A> {
    explore_watched(domains, &mut |_| {})
}

/// Like [`explore`], and tells after each state how far it has come.
#[must_use]
pub fn explore_watched<A: Aggregate>(
    domains: &Domains<A>,
    watch: &mut dyn FnMut(Progress),
) -> Exploration<A> {
    let budget = domains.scope().budget;
    let mut known = Known::new(domains);
    let initial = A::default();
    known.find(&initial, &[], 0);
    let mut exploration = Exploration {
        commands: domains.commands().to_vec(),
        states: vec![initial],
        origins: vec![Origin {
            from: None,
            transition: 0,
            depth: 0,
        }],
        expanded: 0,
        transitions: Vec::new(),
        coverage: Coverage::new(A::model()),
        defects: Vec::new(),
        bounds: domains.cut().to_vec(),
        merges: false,
    };
    while exploration.expanded < exploration.states.len() {
        let from = exploration.expanded;
        let tries = domains.scope().tries;
        if from > 0 && (from + 1).saturating_mul(exploration.commands.len()) > tries {
            let depth = exploration.origins[from].depth;
            exploration.bounds.insert(
                0,
                format!("the budget of {tries} tried commands ended after {depth} commands"),
            );
            break;
        }
        if !exploration.expand(from, &mut known, budget) {
            let depth = exploration.origins[from].depth;
            exploration.bounds.insert(
                0,
                format!("the budget of {budget} states ended after {depth} commands"),
            );
            break;
        }
        exploration.expanded += 1;
        watch(Progress {
            states: exploration.states.len(),
            expanded: exploration.expanded,
            depth: exploration.origins[from].depth,
            budget,
        });
    }
    exploration.merges = known.merges();
    exploration
}

impl<A: Aggregate> Exploration<A> {
    /// Tries every command in one state; false where the budget ends.
    fn expand(&mut self, from: usize, known: &mut Known<'_>, budget: usize) -> bool {
        let depth = self.origins[from].depth + 1;
        for command in 0..self.commands.len() {
            let outcome = step(&self.states[from], &self.commands[command]);
            self.coverage
                .count::<A>(from, command, &self.commands[command], &outcome);
            match outcome {
                Outcome::Accepted(events, after) => {
                    let to = match known.find(&after, &self.states, self.states.len()) {
                        Some(to) => to,
                        None if self.states.len() == budget => return false,
                        None => {
                            self.origins.push(Origin {
                                from: Some((from, command)),
                                transition: self.transitions.len(),
                                depth,
                            });
                            self.states.push(after);
                            self.states.len() - 1
                        }
                    };
                    self.transitions.push(Transition {
                        from,
                        command,
                        events,
                        to,
                    });
                }
                Outcome::Defect(text) => self.defects.push(Defect {
                    state: from,
                    command,
                    text,
                }),
                Outcome::Nothing | Outcome::Rejected(_) => {}
            }
        }
        true
    }

    /// The states, in the order in which they were found; the first is the one before anything happened.
    #[must_use]
    pub fn states(&self) -> &[A] {
        &self.states
    }

    /// The commands that were tried in each state.
    #[must_use]
    pub fn commands(&self) -> &[A::Command] {
        &self.commands
    }

    /// In how many of the states, from the first on, every command was tried. All, where the search closed.
    #[must_use]
    pub fn expanded(&self) -> usize {
        self.expanded
    }

    /// What was accepted and recorded something, in the order in which it was tried.
    #[must_use]
    pub fn transitions(&self) -> &[Transition<A>] {
        &self.transitions
    }

    /// How often each command, event and clause was met.
    #[must_use]
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// User code that panicked, in the order in which it was met.
    #[must_use]
    pub fn defects(&self) -> &[Defect] {
        &self.defects
    }

    /// How many commands lead to a state at least.
    ///
    /// # Panics
    ///
    /// Where there is no such state.
    #[must_use]
    pub fn depth(&self, state: usize) -> usize {
        self.origins[state].depth
    }

    /// How many states each number of commands leads to at least, from none on.
    #[must_use]
    pub fn levels(&self) -> Vec<usize> {
        let mut levels = Vec::new();
        for origin in &self.origins {
            if origin.depth == levels.len() {
                levels.push(0);
            }
            levels[origin.depth] += 1;
        }
        levels
    }

    /// A shortest way to a state: the commands, all of them accepted.
    ///
    /// # Panics
    ///
    /// Where there is no such state.
    #[must_use]
    pub fn path(&self, state: usize) -> Vec<&A::Command> {
        let mut path: Vec<_> = self
            .way(state)
            .map(|origin| origin.from)
            .map_while(|from| from.map(|(_, command)| &self.commands[command]))
            .collect();
        path.reverse();
        path
    }

    /// The events of a shortest way to a state.
    ///
    /// # Panics
    ///
    /// Where there is no such state.
    #[must_use]
    pub fn history(&self, state: usize) -> Vec<A::Event> {
        let mut batches: Vec<_> = self
            .way(state)
            .filter(|origin| origin.from.is_some())
            .map(|origin| &self.transitions[origin.transition].events)
            .collect();
        batches.reverse();
        batches
            .into_iter()
            .flat_map(|events| events.iter().cloned())
            .collect()
    }

    /// Origins from a state back to the first.
    fn way(&self, state: usize) -> impl Iterator<Item = Origin> {
        std::iter::successors(Some(self.origins[state]), |origin| {
            origin.from.map(|(from, _)| self.origins[from])
        })
    }

    /// Whether every state that can be reached was seen.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.expanded == self.states.len()
    }

    /// Whether states that differ only in which id is which were taken for one.
    #[must_use]
    pub fn merges_ids(&self) -> bool {
        self.merges
    }

    /// How far claims about these states go.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        let states = self.states.len();
        if self.bounds.is_empty() {
            Evidence::Complete { states }
        } else {
            Evidence::Bounded {
                states,
                bound: self.bounds.join("; "),
            }
        }
    }
}
