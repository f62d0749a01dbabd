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

/// Kinds of commands whose events must arrive in the order of cause and effect: the second was decided after the first, and arriving
/// before it would break an invariant or lead elsewhere.
pub(super) fn causal<M: Machine>(table: &mut Table<M>, solved: &Solved) -> Vec<(String, String)> {
    let mut found = BTreeSet::new();
    for state in &solved.closed.states {
        for command in 0..table.commands() {
            let Some(cause) = table.decide(*state, command) else {
                continue;
            };
            let Step::To(between) = table.step(*state, cause) else {
                continue;
            };
            for command in 0..table.commands() {
                let Some(effect) = table.decide(between, command) else {
                    continue;
                };
                let kinds = (
                    table.classes.kind(table.command(cause)),
                    table.classes.kind(command),
                );
                if !found.contains(&kinds) && needs_order(table, *state, cause, between, effect) {
                    found.insert(kinds);
                }
            }
        }
    }
    let kind = |kind: usize| table.classes.kinds[kind].clone();
    found
        .into_iter()
        .map(|(cause, effect)| (kind(cause), kind(effect)))
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
