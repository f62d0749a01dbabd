//! Runs one changed model beside the original.

use super::Fate;
use super::candidates::Candidate;
use super::reach::reached;
use crate::Evidence;
use crate::interpreted::{Call, Interpreted, Outcome, Step, Table, Witness};
use lawful::Aggregate;
use lawful_pure::Story;
use std::collections::{BTreeSet, HashSet};

/// A story as data.
pub(super) struct Told {
    given: Vec<Call>,
    commands: Vec<Call>,
}

impl Told {
    pub(super) fn new<A: Aggregate>(story: &Story<A>) -> Self {
        Told {
            given: story.history().iter().map(Call::of_event).collect(),
            commands: story.commands().map(Call::of_command).collect(),
        }
    }
}

pub(super) struct Runner<'m> {
    original: Table<'m>,
    commands: &'m [Call],
    stories: &'m [Told],
    states: usize,
    cut: &'m [String],
    /// What each command's answer depends on.
    reach: Vec<(String, BTreeSet<String>)>,
    /// Commands and the invariants that hold them back already.
    relies: HashSet<(String, String)>,
}

/// A state of the changed model, the state of the original after the same story, if it has one, and how both were reached.
struct Node {
    original: Option<usize>,
    changed: usize,
    from: Option<(usize, Vec<Call>)>,
}

impl<'m> Runner<'m> {
    pub(super) fn new(
        machine: &'m Interpreted,
        commands: &'m [Call],
        stories: &'m [Told],
        states: usize,
        cut: &'m [String],
    ) -> Self {
        let model = machine.model();
        let reach = model.commands.iter();
        let reach = reach.map(|command| (command.name.to_string(), reached(model, command)));
        let mut runner = Runner {
            original: Table::new(machine, commands),
            commands,
            stories,
            states,
            cut,
            reach: reach.collect(),
            relies: HashSet::new(),
        };
        runner.look_at_the_original();
        runner
    }

    /// Notes which commands rely on invariants even without a change.
    fn look_at_the_original(&mut self) {
        let mut seen = HashSet::from([0]);
        let mut queue = vec![0];
        let mut next = 0;
        while let Some(state) = queue.get(next).copied() {
            next += 1;
            for (place, command) in self.commands.iter().enumerate() {
                match self.original.step(state, place) {
                    Step::Refused(refusal) if refusal.held_back => {
                        for (invariant, _) in refusal.rules {
                            self.relies.insert((command.name.clone(), invariant));
                        }
                    }
                    Step::Accepted(_, after) if seen.len() < self.states && seen.insert(after) => {
                        queue.push(after);
                    }
                    _ => {}
                }
            }
        }
    }

    pub(super) fn fate(&mut self, candidate: &Candidate) -> Fate {
        let machine = Interpreted::new(candidate.model.clone()).judged_by(self.original.machine);
        for (place, story) in self.stories.iter().enumerate() {
            if let Some(witness) = tell(self.original.machine, &machine, story) {
                let number = place + 1;
                return Fate::Story { number, witness };
            }
        }
        self.search(candidate, &machine)
    }

    fn search(&mut self, candidate: &Candidate, machine: &Interpreted) -> Fate {
        let affected = self.affected(candidate);
        let mut changed = Table::new(machine, self.commands);
        let mut nodes = vec![Node {
            original: Some(0),
            changed: 0,
            from: None,
        }];
        let mut seen = HashSet::from([(Some(0), 0)]);
        let mut found: [Option<Witness>; 4] = [const { None }; 4];
        let mut next = 0;
        while next < nodes.len() && next < self.states {
            let (original, present) = (nodes[next].original, nodes[next].changed);
            for (place, command) in self.commands.iter().enumerate() {
                let one = original.map(|original| self.original.step(original, place));
                let alike = original
                    .is_some_and(|original| self.original.key(original) == changed.key(present));
                let other = match &one {
                    Some(Step::Accepted(events, after)) if alike && !affected[place] => {
                        let after = self.original.state(*after).clone();
                        Step::Accepted(events.clone(), changed.place(after))
                    }
                    Some(_) if alike && !affected[place] => continue,
                    _ => changed.step(present, place),
                };
                if let Step::Refused(refusal) = &other
                    && refusal.held_back
                    && let Some((invariant, _)) = refusal.rules.iter().find(|(rule, _)| {
                        !self.relies.contains(&(command.name.clone(), rule.clone()))
                    })
                {
                    return Fate::Invariant {
                        invariant: invariant.clone(),
                        given: history(&nodes, next),
                        when: command.clone(),
                    };
                }
                let mut onward = None;
                if let Some(one) = &one {
                    if let Some((rank, one, other)) =
                        difference(one, &other, &self.original, &changed)
                    {
                        found[rank].get_or_insert_with(|| Witness {
                            given: history(&nodes, next),
                            when: command.clone(),
                            one,
                            other,
                        });
                    }
                    if let (Step::Accepted(one, after), Step::Accepted(other, _)) = (one, &other)
                        && one == other
                    {
                        onward = Some(*after);
                    }
                }
                if let Step::Accepted(events, after) = other
                    && seen.insert((onward, after))
                {
                    nodes.push(Node {
                        original: onward,
                        changed: after,
                        from: Some((next, events)),
                    });
                }
            }
            next += 1;
        }
        let evidence = self.evidence(next, nodes.len());
        match found.into_iter().flatten().next() {
            Some(witness) => Fate::Survived { witness, evidence },
            None => Fate::Same { evidence },
        }
    }

    /// Which commands the change can make a difference to, as long as the states are alike.
    fn affected(&self, candidate: &Candidate) -> Vec<bool> {
        let of = |command: &Call| {
            let reach = self.reach.iter().find(|(name, _)| *name == command.name);
            reach.is_none_or(|(_, reach)| reach.contains(&candidate.name))
        };
        self.commands.iter().map(of).collect()
    }

    fn evidence(&self, expanded: usize, states: usize) -> Evidence {
        let mut bounds = self.cut.to_vec();
        if expanded < states {
            bounds.insert(0, format!("the budget of {} states ended", self.states));
        }
        if bounds.is_empty() {
            return Evidence::Complete { states };
        }
        let (states, bound) = (expanded, bounds.join("; "));
        Evidence::Bounded { states, bound }
    }
}

/// How two answers differ, and how plainly: 0 where one accepts what the other refuses or something else is recorded, 1 where another
/// rule refuses first, 2 where other rules are named after it, 3 where only the states after them differ.
fn difference(
    one: &Step,
    other: &Step,
    first: &Table<'_>,
    second: &Table<'_>,
) -> Option<(usize, Outcome, Outcome)> {
    let rank = match (foremost(one), foremost(other)) {
        (Ok(events), Ok(others)) if events == others => 3,
        (Err(rule), Err(other)) if rule == other => 2,
        (Err(_), Err(_)) => 1,
        _ => 0,
    };
    match (rank, one, other) {
        (3, Step::Accepted(_, after), Step::Accepted(_, later)) => {
            (first.key(*after) != second.key(*later)).then(|| {
                let one = Outcome::with_state(one, first);
                (rank, one, Outcome::with_state(other, second))
            })
        }
        (2, Step::Refused(before), Step::Refused(now)) if before == now => None,
        (2, Step::Failed(_), Step::Failed(_)) => None,
        _ => Some((rank, Outcome::of(one), Outcome::of(other))),
    }
}

fn history(nodes: &[Node], node: usize) -> Vec<Call> {
    let mut batches = Vec::new();
    let mut at = &nodes[node];
    while let Some((from, events)) = &at.from {
        batches.push(events);
        at = &nodes[*from];
    }
    batches.into_iter().rev().flatten().cloned().collect()
}

/// Tells a story to both models; where it comes out differently, how.
fn tell(original: &Interpreted, changed: &Interpreted, story: &Told) -> Option<Witness> {
    let mut given = story.given.clone();
    let one = original.fold(original.initial(), &given).ok()?;
    // What cannot even be replayed is told with the first command.
    let other = changed.fold(changed.initial(), &given);
    let mut states = (one, other.unwrap_or_else(|_| changed.initial().clone()));
    for command in &story.commands {
        let commands = std::slice::from_ref(command);
        let (mut first, mut second) = (
            Table::new(original, commands),
            Table::new(changed, commands),
        );
        let (mut here, mut there) = (first.place(states.0), second.place(states.1));
        let (one, other) = (first.step(here, 0), second.step(there, 0));
        if foremost(&one) != foremost(&other) {
            return Some(Witness {
                given,
                when: command.clone(),
                one: Outcome::of(&one),
                other: Outcome::of(&other),
            });
        }
        if let (Step::Accepted(events, one), Step::Accepted(_, other)) = (&one, &other) {
            given.extend(events.iter().cloned());
            (here, there) = (*one, *other);
        }
        states = (first.state(here).clone(), second.state(there).clone());
    }
    None
}

/// What an assertion sees of an answer: the events, or the rule that refuses first.
fn foremost(step: &Step) -> Result<&[Call], &str> {
    match step {
        Step::Accepted(events, _) => Ok(events),
        Step::Refused(refusal) => Err(refusal.rules.first().map_or("", |(rule, _)| rule)),
        Step::Failed(why) => Err(why),
    }
}
