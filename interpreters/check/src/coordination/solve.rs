use super::closure::{Blame, Closed, Unclosed, close};
use super::machine::Machine;
use super::table::Table;
use std::collections::{BTreeMap, BTreeSet};

/// The classes of pairs that must be coordinated so that replicas agree and every invariant holds everywhere at every moment.
pub(super) struct Solved {
    /// Why, by class.
    pub(super) coordinated: BTreeMap<u32, Blame>,
    /// What may happen while they are.
    pub(super) closed: Closed,
}

/// One replica alone breaks an invariant.
pub(super) struct Alone {
    /// The command that is accepted nevertheless.
    pub(super) command: String,
    /// The state in which it is.
    pub(super) state: String,
}

/// Coordinates one class after the other until nothing goes wrong, and then gives up each class that is not needed after all.
///
/// # Errors
///
/// Where no coordination would help.
pub(super) fn solve<M: Machine>(table: &mut Table<M>, most_states: usize) -> Result<Solved, Alone> {
    let mut coordinated: BTreeMap<u32, Blame> = BTreeMap::new();
    let mut closed = loop {
        match close(table, &keys(&coordinated), most_states) {
            Ok(closed) => break closed,
            Err(Unclosed::Blame(blame)) => {
                coordinated.insert(blame.class, blame);
            }
            Err(Unclosed::Alone { state, effect }) => {
                return Err(Alone {
                    command: table.tell_command(effect),
                    state: table.tell_state(state),
                });
            }
        }
    };
    for class in keys(&coordinated) {
        let mut fewer = keys(&coordinated);
        fewer.remove(&class);
        if let Ok(still) = close(table, &fewer, most_states) {
            coordinated.remove(&class);
            closed = still;
        }
    }
    Ok(Solved {
        coordinated,
        closed,
    })
}

fn keys(coordinated: &BTreeMap<u32, Blame>) -> BTreeSet<u32> {
    coordinated.keys().copied().collect()
}
