use super::closure::{Harm, Meeting};
use super::machine::Machine;
use super::report::Verdict;
use super::solve::{Alone, Solved, solve};
use super::table::Table;

/// The verdicts alone, for every pair of commands.
#[derive(Debug, Clone)]
pub struct Verdicts {
    /// By the first command, then by the second.
    pairs: Vec<Verdict>,
    classes: Vec<u32>,
    commands: usize,
    is_complete: bool,
}

impl Verdicts {
    /// What may become of two commands, by their places in [`Machine::commands`].
    #[must_use]
    pub fn of(&self, one: usize, two: usize) -> Verdict {
        self.pairs[one * self.commands + two]
    }

    /// Which class of pairs these two belong to. Pairs of one class have one verdict.
    #[must_use]
    pub fn class(&self, one: usize, two: usize) -> u32 {
        self.classes[one * self.commands + two]
    }

    /// Whether nothing was left out.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }
}

/// Decides for every pair of commands whether they may be taken in two places at once, looking at no more than so many states.
///
/// `None` where a single replica already breaks an invariant, so that nothing can be said about two.
#[must_use]
pub fn verdicts<M: Machine>(machine: &M, most_states: usize) -> Option<Verdicts> {
    decided(machine, most_states).ok()
}

pub(super) fn decided<M: Machine>(machine: &M, most_states: usize) -> Result<Verdicts, Alone> {
    let mut table = Table::new(machine);
    let solved = solve(&mut table, most_states)?;
    let commands = table.commands();
    let pairs = (0..commands).flat_map(|one| (0..commands).map(move |two| (one, two)));
    let classes: Vec<u32> = pairs.map(|(one, two)| table.classes.of(one, two)).collect();
    let pairs = classes
        .iter()
        .map(|class| verdict(&table, &solved, *class))
        .collect();
    Ok(Verdicts {
        pairs,
        classes,
        commands: commands as usize,
        is_complete: solved.closed.cut.is_empty(),
    })
}

/// What the closure says of a class, before stories are looked for.
pub(super) fn verdict<M: Machine>(table: &Table<M>, solved: &Solved, class: u32) -> Verdict {
    match solved.coordinated.get(&class) {
        Some(blame) => match blame.harm {
            Harm::Broken(_) => Verdict::Coordinate,
            Harm::Apart { .. } => Verdict::Order,
        },
        None if overtaken(table, solved, class).next().is_some() => Verdict::MergeSafe,
        None => Verdict::Free,
    }
}

/// The commands of a class that can be overtaken by the other one, and where.
pub(super) fn overtaken<'s, M: Machine>(
    table: &'s Table<M>,
    solved: &'s Solved,
    class: u32,
) -> impl Iterator<Item = (usize, Meeting)> + use<'s, M> {
    let kinds = 0..table.classes.kinds.len();
    let meetings = (solved.closed.overtaken).range((class, kinds.start)..(class, kinds.end));
    meetings.map(|((_, kind), meeting)| (*kind, *meeting))
}
