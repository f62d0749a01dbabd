//! Both versions side by side, breadth first.

use super::rules::Rules;
use super::shape::alike;
use super::{AnswerChange, AnswerKind, Author, RuleChange};
use crate::Evidence;
use crate::interpreted::{Call, Interpreted, Outcome, Step, Table, Witness};
use std::collections::{HashSet, VecDeque};

pub(super) struct Search<'m> {
    earlier: Table<'m>,
    present: Table<'m>,
    commands: &'m [Call],
    states: usize,
    cut: &'m [String],
    rules: Rules<'m>,
    nodes: Vec<Node>,
    seen: HashSet<(usize, usize)>,
    changes: Vec<AnswerChange>,
    /// What was found already: of each kind and command, for each reason.
    known: HashSet<(AnswerKind, String, String)>,
}

pub(super) struct Found {
    pub(super) changes: Vec<AnswerChange>,
    pub(super) rules: Vec<RuleChange>,
    pub(super) initial: Option<String>,
    pub(super) evidence: Evidence,
}

/// The states of both versions after one history.
struct Node {
    earlier: usize,
    present: usize,
    author: Author,
    from: Option<(usize, Vec<Call>)>,
}

impl<'m> Search<'m> {
    pub(super) fn new(
        earlier: &'m Interpreted,
        present: &'m Interpreted,
        commands: &'m [Call],
        states: usize,
        cut: &'m [String],
    ) -> Self {
        Search {
            earlier: Table::new(earlier, commands),
            present: Table::new(present, commands),
            commands,
            states,
            cut,
            rules: Rules::new(earlier.model(), present.model(), commands),
            nodes: vec![Node {
                earlier: 0,
                present: 0,
                author: Author::Both,
                from: None,
            }],
            seen: HashSet::from([(0, 0)]),
            changes: Vec::new(),
            known: HashSet::new(),
        }
    }

    pub(super) fn run(mut self) -> Found {
        // Histories that only one version could have written come last: what they show mostly follows from the first difference.
        let (mut queue, mut later) = (VecDeque::from([0]), VecDeque::new());
        let mut looked_at = 0;
        while looked_at < self.states {
            let Some(node) = queue.pop_front().or_else(|| later.pop_front()) else {
                break;
            };
            looked_at += 1;
            self.expand(node, &mut queue, &mut later);
        }
        let initial = {
            let (one, two) = (self.earlier.state(0), self.present.state(0));
            (!alike(one, two))
                .then(|| format!("the state before anything happened is `{two}` and was `{one}`"))
        };
        let mut bounds = self.cut.to_vec();
        if !queue.is_empty() || !later.is_empty() {
            let budget = self.states;
            bounds.insert(0, format!("the budget of {budget} pairs of states ended"));
        }
        bounds.extend(self.rules.gaps.iter().cloned());
        let evidence = if bounds.is_empty() {
            Evidence::Complete { states: looked_at }
        } else {
            Evidence::Bounded {
                states: looked_at,
                bound: bounds.join("; "),
            }
        };
        self.changes.sort_by_key(|change| change.kind);
        Found {
            changes: self.changes,
            rules: self.rules.changes(),
            initial,
            evidence,
        }
    }

    fn expand(&mut self, node: usize, queue: &mut VecDeque<usize>, later: &mut VecDeque<usize>) {
        let Node {
            earlier,
            present,
            author,
            ..
        } = self.nodes[node];
        self.rules
            .look_at(self.earlier.state(earlier), self.present.state(present));
        for (place, command) in self.commands.iter().enumerate() {
            let one = self.earlier.step(earlier, place);
            let two = self.present.step(present, place);
            if let Some((kind, reason)) = self.difference(&one, &two) {
                self.note(node, kind, reason, command, [&one, &two]);
            }
            match (&one, &two) {
                (Step::Accepted(events, after), Step::Accepted(others, other))
                    if events == others =>
                {
                    self.rules.look_at_step(
                        [self.earlier.state(earlier), self.earlier.state(*after)],
                        [self.present.state(present), self.present.state(*other)],
                    );
                    self.add(node, events, (*after, *other), author, queue, later);
                }
                _ => {
                    if let Step::Accepted(events, after) = &one
                        && author != Author::Present
                        && let Ok(other) = self.present.after(present, events)
                    {
                        let to = (*after, other);
                        self.add(node, events, to, Author::Earlier, queue, later);
                    }
                    if let Step::Accepted(events, after) = &two
                        && author != Author::Earlier
                        && let Ok(other) = self.earlier.after(earlier, events)
                    {
                        let to = (other, *after);
                        self.add(node, events, to, Author::Present, queue, later);
                    }
                }
            }
        }
    }

    fn add(
        &mut self,
        from: usize,
        events: &[Call],
        (earlier, present): (usize, usize),
        author: Author,
        queue: &mut VecDeque<usize>,
        later: &mut VecDeque<usize>,
    ) {
        if !self.seen.insert((earlier, present)) {
            return;
        }
        self.nodes.push(Node {
            earlier,
            present,
            author,
            from: Some((from, events.to_vec())),
        });
        let queue = if author == Author::Both { queue } else { later };
        queue.push_back(self.nodes.len() - 1);
    }

    /// In what way two answers differ, and why: the rule that refuses first.
    fn difference(&self, one: &Step, two: &Step) -> Option<(AnswerKind, String)> {
        match (one, two) {
            (Step::Accepted(events, after), Step::Accepted(others, other)) => {
                if events != others {
                    return Some((AnswerKind::OtherEvents, String::new()));
                }
                let (one, two) = (self.earlier.state(*after), self.present.state(*other));
                let names: Vec<_> = events.iter().map(|event| event.name.as_str()).collect();
                (!alike(one, two)).then(|| (AnswerKind::OtherState, names.join(", ")))
            }
            (refused, Step::Accepted(..)) => Some((AnswerKind::Accepted, reason(refused))),
            (Step::Accepted(..), refused) => Some((AnswerKind::Refused, reason(refused))),
            (one, two) => {
                let (one, two) = (reason(one), reason(two));
                (one != two).then(|| (AnswerKind::OtherReason, format!("{one}, {two}")))
            }
        }
    }

    fn note(
        &mut self,
        node: usize,
        kind: AnswerKind,
        reason: String,
        command: &Call,
        [one, two]: [&Step; 2],
    ) {
        let author = self.nodes[node].author;
        let known = |change: &AnswerChange| change.kind == kind && change.command == command.name;
        if author != Author::Both && self.changes.iter().any(known) {
            return;
        }
        // The same events lead to another state whichever command recorded them.
        let of = if kind == AnswerKind::OtherState {
            String::new()
        } else {
            command.name.clone()
        };
        if !self.known.insert((kind, of, reason)) {
            return;
        }
        let (one, other) = if kind == AnswerKind::OtherState {
            (
                Outcome::with_state(one, &self.earlier),
                Outcome::with_state(two, &self.present),
            )
        } else {
            (Outcome::of(one), Outcome::of(two))
        };
        self.changes.push(AnswerChange {
            kind,
            command: command.name.clone(),
            history: author,
            witness: Witness {
                given: self.history(node),
                when: command.clone(),
                one,
                other,
            },
        });
    }

    fn history(&self, node: usize) -> Vec<Call> {
        let mut batches = Vec::new();
        let mut at = &self.nodes[node];
        while let Some((from, events)) = &at.from {
            batches.push(events);
            at = &self.nodes[*from];
        }
        batches.into_iter().rev().flatten().cloned().collect()
    }
}

fn reason(step: &Step) -> String {
    match step {
        Step::Accepted(..) => String::new(),
        Step::Refused(refusal) => refusal
            .rules
            .first()
            .map_or_else(String::new, |(rule, _)| rule.clone()),
        Step::Failed(why) => why.clone(),
    }
}
