//! What may be relied upon while events are on their way: facts that stay true, and causes that must come first.

use super::machine::Machine;
use super::solve::Solved;
use super::table::{Step, Table};
use std::collections::{BTreeSet, HashMap};

/// The facts that are true somewhere and, wherever they are true, stay so whatever arrives.
pub(super) fn stable<M: Machine>(table: &mut Table<M>, solved: &Solved) -> Vec<String> {
    let facts = table.machine.facts();
    let mut stable = Vec::new();
    for (fact, sentence) in facts.into_iter().enumerate() {
        let mut known: HashMap<u32, Option<bool>> = HashMap::new();
        for state in &solved.closed.states {
            known.insert(*state, table.holds(*state, fact));
        }
        let is_ever_true = known.values().any(|holds| *holds == Some(true));
        let stays = solved.closed.arrivals.iter().all(|(state, effect)| {
            let after = match table.step(*state, *effect) {
                Step::To(after) => known.get(&after),
                Step::Broken { .. } | Step::Outside => None,
            };
            match (known[state], after) {
                (Some(true), Some(after)) => *after == Some(true),
                (Some(_), _) => true,
                (None, _) => false,
            }
        });
        if is_ever_true && stays {
            stable.push(sentence);
        }
    }
    stable
}

/// How many causes and effects are looked at: those that come first in a history say it all.
const MOST_CAUSES: usize = 50_000;

/// Kinds of commands whose events must arrive in the order of cause and effect: the second was decided after the first, and arriving
/// before it would break an invariant or lead elsewhere.
pub(super) fn causal<M: Machine>(table: &mut Table<M>, solved: &Solved) -> Vec<(String, String)> {
    let states: BTreeSet<u32> = solved.closed.states.iter().copied().collect();
    let mut found = BTreeSet::new();
    let mut left = MOST_CAUSES;
    for state in &solved.closed.states {
        for cause in table.accepted(*state) {
            let between = match table.step(*state, cause) {
                Step::To(between) if states.contains(&between) => between,
                _ => continue,
            };
            for effect in table.accepted(between) {
                let kind = |effect| table.classes.kind(table.command(effect));
                let kinds = (kind(cause), kind(effect));
                if found.contains(&kinds) {
                    continue;
                }
                left -= 1;
                if needs_order(table, *state, cause, between, effect) {
                    found.insert(kinds);
                }
                if left == 0 {
                    return named(table, &found);
                }
            }
        }
    }
    named(table, &found)
}

fn named<M: Machine>(table: &Table<M>, found: &BTreeSet<(usize, usize)>) -> Vec<(String, String)> {
    let kind = |kind: usize| table.classes.kinds[kind].clone();
    let found = found.iter();
    found
        .map(|(cause, effect)| (kind(*cause), kind(*effect)))
        .collect()
}

fn needs_order<M: Machine>(
    table: &mut Table<M>,
    state: u32,
    cause: u32,
    between: u32,
    effect: u32,
) -> bool {
    let Step::To(in_order) = table.step(between, effect) else {
        return false;
    };
    match table.step(state, effect) {
        Step::To(early) => match table.step(early, cause) {
            Step::To(after) => after != in_order,
            Step::Broken { .. } => true,
            Step::Outside => false,
        },
        Step::Broken { .. } => true,
        Step::Outside => false,
    }
}
