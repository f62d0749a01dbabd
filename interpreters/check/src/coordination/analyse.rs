use super::class::Link;
use super::closure::Blame;
use super::machine::Machine;
use super::report::{Agreement, Pair, Verdict};
use super::run::{End, Histories, MOST_DECISIONS, Run, Search, Wanted};
use super::solve::{Alone, Solved, solve};
use super::stories::{executed, met, traced};
use super::table::Table;
use super::verdicts::{overtaken, verdict};
use std::collections::BTreeSet;

/// Everything that a report holds about pairs, and what it is made from.
pub(super) struct Analysis<'m, M: Machine> {
    pub(super) table: Table<'m, M>,
    pub(super) solved: Solved,
    pub(super) pairs: Vec<(Pair, Seen)>,
    pub(super) never_accepted: Vec<String>,
}

/// What a remedy is chosen by.
pub(super) struct Seen {
    /// Which arguments agree.
    pub(super) links: Vec<Link>,
    /// Whether one of the two records something else from state to state.
    pub(super) records_results: bool,
    /// Whether the story needs no more than the two commands.
    pub(super) is_direct: bool,
}

impl Seen {
    /// The arguments that agree.
    pub(super) fn agreements(&self) -> impl Iterator<Item = &Link> {
        self.links.iter().filter(|link| link.same)
    }
}

pub(super) fn analyse<M: Machine>(
    machine: &M,
    most_states: usize,
) -> Result<Analysis<'_, M>, Alone> {
    let mut table = Table::new(machine);
    let solved = solve(&mut table, most_states)?;
    let histories = Histories::new(&mut table, most_states);
    let accepted = accepted(&table, &solved);
    let mut seen_classes = BTreeSet::new();
    for one in &accepted {
        for two in &accepted {
            seen_classes.insert(table.classes.of(*one, *two));
        }
    }
    let mut pairs = Vec::new();
    for class in seen_classes {
        pairs.push(pair(&mut table, &solved, &histories, class));
    }
    let kinds = accepted.iter().map(|command| table.classes.kind(*command));
    let kinds: BTreeSet<usize> = kinds.collect();
    let never = (0..table.classes.kinds.len()).filter(|kind| !kinds.contains(kind));
    let never_accepted = never
        .map(|kind| table.classes.kinds[kind].clone())
        .collect();
    Ok(Analysis {
        table,
        solved,
        pairs,
        never_accepted,
    })
}

/// The commands that are accepted somewhere.
fn accepted<M: Machine>(table: &Table<M>, solved: &Solved) -> BTreeSet<u32> {
    let arrivals = solved.closed.arrivals.iter();
    arrivals.map(|(_, effect)| table.command(*effect)).collect()
}

fn pair<M: Machine>(
    table: &mut Table<M>,
    solved: &Solved,
    histories: &Histories,
    class: u32,
) -> (Pair, Seen) {
    let (mut verdict, mut runs, mut stories) =
        (verdict(table, solved, class), Vec::new(), Vec::new());
    if let Some(blame) = solved.coordinated.get(&class) {
        let run = shows_demand(table, solved, histories, blame);
        if let Some(Run { end, .. }) = run {
            verdict = match end {
                End::Broken { .. } => Verdict::Coordinate,
                End::Apart { .. } | End::Overtaken { .. } => Verdict::Order,
            };
        }
        stories.push(match &run {
            Some(run) => executed(table, run),
            None => traced(table, histories, blame),
        });
        runs.extend(run);
    } else {
        let all = solved.coordinated.keys().copied().collect();
        let meetings: Vec<_> = overtaken(table, solved, class).collect();
        for (kind, meeting) in meetings {
            let search = Search {
                histories,
                coordinated: &all,
                class,
                wanted: Wanted::Overtaken(kind),
                decisions: 2..=3,
            };
            let run = search.shortest(table);
            stories.push(match &run {
                Some(run) => executed(table, run),
                None => met(table, histories, meeting),
            });
            runs.extend(run);
        }
    }
    let found = table.classes.list[class as usize].clone();
    let kind = |kind: usize| table.classes.kinds[kind].clone();
    let agreement = |link: &Link| Agreement {
        first: link.first.clone(),
        second: link.second.clone(),
        same: link.same,
    };
    let seen = Seen {
        links: found.links.clone(),
        records_results: table.records_results(found.kinds.0)
            || table.records_results(found.kinds.1),
        is_direct: runs.iter().all(|run| run.here.len() + run.there.len() == 2),
    };
    let pair = Pair {
        first: kind(found.kinds.0),
        second: kind(found.kinds.1),
        links: found.links.iter().map(agreement).collect(),
        verdict,
        stories,
        remedy: None,
    };
    (pair, seen)
}

/// The shortest run that shows why a class is coordinated, everything else being coordinated that is. A broken invariant is worse than
/// replicas that differ, so it is told first where it is as short.
fn shows_demand<M: Machine>(
    table: &mut Table<M>,
    solved: &Solved,
    histories: &Histories,
    blame: &Blame,
) -> Option<Run> {
    let class = blame.class;
    let mut others: BTreeSet<u32> = solved.coordinated.keys().copied().collect();
    others.remove(&class);
    let blamed = Wanted::from(blame.harm);
    let other = match blamed {
        Wanted::Broken => Wanted::Apart,
        _ => Wanted::Broken,
    };
    let mut run = |wanted, decisions| {
        let search = Search {
            histories,
            coordinated: &others,
            class,
            wanted,
            decisions,
        };
        search.shortest(table)
    };
    run(Wanted::Broken, 2..=2)
        .or_else(|| run(blamed, 2..=MOST_DECISIONS))
        .or_else(|| run(other, 2..=MOST_DECISIONS))
}
