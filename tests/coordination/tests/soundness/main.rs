//! What the coordination report says of two commands, against everything that replicas can really do with them, on thousands of random
//! machines. This crate is compiled with optimisations, in debug builds too: see `profile` in the workspace's manifest.

mod machine;

use lawful_check::coordination::{Machine, Verdict, Verdicts, verdicts};
use lawful_check::partitioned::{Breach, exhaust};
use machine::{Dice, Family, Random};
use std::collections::BTreeSet;
use std::fmt::Write;

/// More than any machine here has.
const MOST_STATES: usize = 100;

/// What an analysis says of two commands, by their places.
type Table = Vec<Vec<Verdict>>;

fn table(commands: usize, verdict: impl Fn(usize, usize) -> Verdict) -> Table {
    let row = |one| (0..commands).map(|two| verdict(one, two)).collect();
    (0..commands).map(row).collect()
}

fn belied(machine: &Random, table: &Table, replicas: usize, decisions: usize) -> Option<Breach> {
    exhaust(machine, |one, two| table[one][two], replicas, decisions)
}

fn analysed(machine: &Random) -> (Verdicts, Table) {
    let found = verdicts(machine, MOST_STATES).expect("a machine keeps its invariant alone");
    assert!(found.is_complete(), "{machine:?}");
    let all = table(machine.commands().len(), |one, two| found.of(one, two));
    (found, all)
}

/// The classes of pairs that an analysis wants ordered or coordinated.
fn demands(found: &Verdicts, table: &Table) -> BTreeSet<u32> {
    let mut classes = BTreeSet::new();
    for (one, row) in table.iter().enumerate() {
        for (two, verdict) in row.iter().enumerate() {
            if matches!(verdict, Verdict::Order | Verdict::Coordinate) {
                classes.insert(found.class(one, two));
            }
        }
    }
    classes
}

/// The same table without one demand.
fn without(found: &Verdicts, all: &Table, class: u32) -> Table {
    table(all.len(), |one, two| {
        if found.class(one, two) == class {
            Verdict::MergeSafe
        } else {
            all[one][two]
        }
    })
}

/// Every verdict is taken at its word. Of each demand it is measured whether something breaks without it.
#[test]
fn no_verdict_on_thousands_of_random_machines_is_belied_by_what_replicas_can_do() {
    let mut figures = String::new();
    let (mut all_machines, mut all_needed, mut all_demanded) = (0, 0, 0);
    for (family, machines, replicas, decisions) in [
        (Family::Changes, 1_800, 2, 4),
        (Family::Results, 1_800, 2, 4),
        (Family::Keyed, 1_200, 2, 4),
        (Family::Changes, 300, 3, 3),
    ] {
        let mut dice = Dice::thrown(replicas as u64);
        let (mut telling, mut demanded, mut needed, mut free, mut safe) = (0, 0, 0, 0, 0);
        for _ in 0..machines {
            let machine = Random::new(&mut dice, family);
            let (found, all) = analysed(&machine);
            if let Some(breach) = belied(&machine, &all, replicas, decisions) {
                panic!("{machine:#?}\n{all:?}\n{breach}");
            }
            let demands = demands(&found, &all);
            telling += usize::from(!demands.is_empty());
            demanded += demands.len();
            for class in demands {
                let fewer = without(&found, &all, class);
                needed += usize::from(belied(&machine, &fewer, replicas, decisions).is_some());
            }
            let count = |verdict| {
                all.iter()
                    .flatten()
                    .filter(|found| **found == verdict)
                    .count()
            };
            free += count(Verdict::Free);
            safe += count(Verdict::MergeSafe);
        }
        writeln!(
            figures,
            "{family:?}, {replicas} replicas, {decisions} decisions: {machines} machines, {telling} with demands; \
             {needed} of {demanded} demands shown necessary; {free} pairs free, {safe} merge-safe"
        )
        .expect("a text can be written to");
        all_machines += machines;
        all_needed += needed;
        all_demanded += demanded;
    }
    insta::assert_snapshot!(figures);
    let page = include_str!("../../../../interpreters/check/src/coordination/mod.rs");
    for figure in [
        format!("{all_machines} random machines"),
        format!("{all_needed} of {all_demanded}"),
    ] {
        assert!(
            page.contains(&figure),
            "the documentation says something else than {figure}"
        );
    }
}

/// How many of some machines belie a table that is made for each.
fn caught(family: Family, make: impl Fn(&Random) -> Option<Table>) -> usize {
    let mut dice = Dice::thrown(7);
    let machines = (0..200).map(|_| Random::new(&mut dice, family));
    machines
        .filter(|machine| {
            make(machine).is_some_and(|table| belied(machine, &table, 2, 4).is_some())
        })
        .count()
}

/// The first prototype of the analysis: two commands are safe if they commute and keep the invariants wherever both are accepted. It
/// overlooks what happens to events that arrive later.
fn pairwise(machine: &Random) -> Table {
    let reached = machine.reached();
    table(machine.commands().len(), |one, two| {
        let commutes = reached.iter().all(|state| {
            match (machine.decide(state, one), machine.decide(state, two)) {
                (Some(first), Some(second)) => {
                    let together = |first, second| machine.applied(*state, first, second);
                    let other = together((two, &second), (one, &first));
                    let same = together((one, &first), (two, &second));
                    same.is_some() && same == other
                }
                _ => true,
            }
        });
        if commutes {
            Verdict::MergeSafe
        } else {
            Verdict::Order
        }
    })
}

#[test]
fn an_analysis_that_does_not_follow_events_to_where_they_arrive_is_caught() {
    let found = caught(Family::Changes, |machine| Some(pairwise(machine)));
    assert!(found > 0, "the prototype passes");
}

#[test]
fn an_analysis_that_forgets_a_demand_is_caught() {
    let found = caught(Family::Keyed, |machine| {
        let (found, all) = analysed(machine);
        let first = demands(&found, &all).first().copied()?;
        Some(without(&found, &all, first))
    });
    assert!(found > 0, "nothing is demanded that is needed");
}

#[test]
fn an_analysis_that_calls_overtaken_commands_free_is_caught() {
    let found = caught(Family::Results, |machine| {
        let (_, all) = analysed(machine);
        Some(table(all.len(), |one, two| match all[one][two] {
            Verdict::MergeSafe => Verdict::Free,
            other => other,
        }))
    });
    assert!(found > 0, "nothing is ever overtaken");
}

#[test]
fn an_analysis_that_finds_everything_free_is_caught() {
    for family in [Family::Changes, Family::Results, Family::Keyed] {
        let found = caught(family, |machine| {
            Some(table(machine.commands().len(), |_, _| Verdict::Free))
        });
        assert!(found > 100, "{family:?}: only {found} of 200 show it");
    }
}
