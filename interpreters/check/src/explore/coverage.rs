use super::Outcome;
use lawful::model::{AggregateModel, CommandModel, Guard, RuleRef};
use lawful::{Aggregate, Command, Event, Rejection};

/// How often everything was met: a search in which half of the commands are always refused says little.
#[derive(Debug, Clone)]
pub struct Coverage {
    commands: Vec<CommandCoverage>,
    events: Vec<EventCoverage>,
    reliances: Vec<Reliance>,
}

/// How often a command was tried, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandCoverage {
    /// Its name in snake case.
    pub name: String,
    /// In how many states, with how many values, it was tried.
    pub tried: usize,
    /// How often it was accepted and recorded something.
    pub accepted: usize,
    /// How often it was accepted and recorded nothing.
    pub nothing: usize,
    /// How often a rule refused it.
    pub refused: usize,
    /// How often only an invariant refused it.
    pub held_back: usize,
    /// How often user code panicked.
    pub defects: usize,
    /// The entries of `requires`, in declared order, `then` among them.
    pub clauses: Vec<ClauseCoverage>,
}

/// An entry of `requires`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseCoverage {
    /// As written: `not(is_open)`.
    pub clause: String,
    /// The names of the rules in it.
    pub rules: Vec<String>,
    /// How often it refused.
    pub refused: usize,
    /// How often nothing else refused.
    pub alone: usize,
}

/// How often an event was emitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventCoverage {
    /// Its name in snake case.
    pub name: String,
    /// How often.
    pub emitted: usize,
}

/// A command that its rules accept and only an invariant holds back: where it was met first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reliance {
    /// The command's name in snake case.
    pub name: String,
    /// The invariant's name.
    pub invariant: String,
    /// The state, as a place in [`Exploration::states`](super::Exploration::states).
    pub state: usize,
    /// The command, as a place in [`Exploration::commands`](super::Exploration::commands).
    pub command: usize,
}

impl Coverage {
    pub(super) fn new(model: &AggregateModel) -> Self {
        Coverage {
            commands: model.commands.iter().map(CommandCoverage::new).collect(),
            events: model
                .events
                .iter()
                .map(|event| EventCoverage {
                    name: event.name.to_string(),
                    emitted: 0,
                })
                .collect(),
            reliances: Vec::new(),
        }
    }

    /// Each command, in declared order.
    #[must_use]
    pub fn commands(&self) -> &[CommandCoverage] {
        &self.commands
    }

    /// Each event, in declared order.
    #[must_use]
    pub fn events(&self) -> &[EventCoverage] {
        &self.events
    }

    /// Each command and invariant of which the one relies on the other, in the order in which they were met.
    #[must_use]
    pub fn reliances(&self) -> &[Reliance] {
        &self.reliances
    }

    pub(super) fn count<A: Aggregate>(
        &mut self,
        state: usize,
        place: usize,
        command: &A::Command,
        outcome: &Outcome<A>,
    ) {
        let name = command.name();
        let Some(covered) = self.commands.iter_mut().find(|known| known.name == name) else {
            return;
        };
        covered.tried += 1;
        match outcome {
            Outcome::Accepted(events, _) => {
                covered.accepted += 1;
                for event in events {
                    let name = event.name();
                    if let Some(event) = self.events.iter_mut().find(|known| known.name == name) {
                        event.emitted += 1;
                    }
                }
            }
            Outcome::Nothing => covered.nothing += 1,
            Outcome::Defect(_) => covered.defects += 1,
            Outcome::Rejected(rejection) => {
                let invariants = invariants(A::model(), rejection);
                if invariants.is_empty() {
                    covered.refused += 1;
                    covered.count(rejection);
                } else {
                    covered.held_back += 1;
                }
                for invariant in invariants {
                    let known =
                        |known: &Reliance| known.name == name && known.invariant == invariant;
                    if !self.reliances.iter().any(known) {
                        self.reliances.push(Reliance {
                            name: name.to_owned(),
                            invariant: invariant.to_owned(),
                            state,
                            command: place,
                        });
                    }
                }
            }
        }
    }
}

/// The invariants among the broken rules: all of them or none, because invariants are looked at when all rules hold.
fn invariants<'r>(model: &AggregateModel, rejection: &'r Rejection) -> Vec<&'r str> {
    let broken = rejection.broken().iter().map(lawful::Broken::rule);
    broken
        .filter(|rule| model.invariants.iter().any(|known| known.name == *rule))
        .collect()
}

impl CommandCoverage {
    fn new(command: &CommandModel) -> Self {
        let mut clauses = Vec::new();
        add_clauses(&command.requires, &mut clauses);
        CommandCoverage {
            name: command.name.to_string(),
            tried: 0,
            accepted: 0,
            nothing: 0,
            refused: 0,
            held_back: 0,
            defects: 0,
            clauses,
        }
    }

    fn count(&mut self, rejection: &Rejection) {
        let broken = rejection.broken();
        // Of two entries with the same rule it is not told which one refused: it counts for both.
        for clause in &mut self.clauses {
            if broken.iter().any(|broken| clause.names(broken.rule())) {
                clause.refused += 1;
                clause.alone += usize::from(broken.len() == 1);
            }
        }
    }
}

impl ClauseCoverage {
    fn names(&self, rule: &str) -> bool {
        self.rules.iter().any(|known| known == rule)
    }
}

fn add_clauses(guards: &[Guard], clauses: &mut Vec<ClauseCoverage>) {
    for guard in guards {
        if let Guard::Then(inner) = guard {
            add_clauses(inner, clauses);
            continue;
        }
        clauses.push(ClauseCoverage {
            clause: guard.to_string(),
            rules: guard
                .rules()
                .into_iter()
                .map(|(rule, _)| match rule {
                    RuleRef::Own(name) => name.to_string(),
                    RuleRef::Free(_, rule) => rule.get().name.to_string(),
                })
                .collect(),
            refused: 0,
            alone: 0,
        });
    }
}
