//! What a run or a trace tells.

use super::closure::{Blame, Harm, Meeting};
use super::machine::Machine;
use super::report::{Ending, Instead, Story};
use super::run::{End, Histories, Run};
use super::table::{Step, Table};

/// A run that was found by execution.
pub(super) fn executed<M: Machine>(table: &mut Table<M>, run: &Run) -> Story {
    let ending = match run.end {
        End::Broken { invariant, after } => Ending::Broken {
            invariant: table.invariants[invariant as usize].clone(),
            state: table.tell_state(after),
        },
        End::Apart { here, there } => Ending::Apart {
            here: table.tell_state(here),
            there: table.tell_state(there),
        },
        End::Overtaken { effect, state } => ends_overtaken(table, effect, state),
    };
    Story {
        given: events(table, &run.given),
        given_state: None,
        here: commands(table, &run.here),
        there: commands(table, &run.there),
        ending,
        executed: true,
    }
}

/// The trace of the analysis, where no run was found that shows the same.
pub(super) fn traced<M: Machine>(
    table: &mut Table<M>,
    histories: &Histories,
    blame: &Blame,
) -> Story {
    let trace = &blame.trace;
    let mut state = trace.origin;
    for effect in &trace.overtakers {
        state = after(table, state, *effect);
    }
    let arrived = after(table, state, trace.effect);
    let mut there = trace.overtakers.clone();
    let ending = match blame.harm {
        Harm::Broken(invariant) => Ending::Broken {
            invariant: table.invariants[invariant as usize].clone(),
            state: table.tell_state(arrived),
        },
        Harm::Apart { met } => {
            there.push(met);
            let met_first = after(table, state, met);
            let (here, there) = (
                after(table, arrived, met),
                after(table, met_first, trace.effect),
            );
            Ending::Apart {
                here: table.tell_state(here),
                there: table.tell_state(there),
            }
        }
    };
    begun(table, histories, trace.origin, trace.effect, &there, ending)
}

/// Two effects that meet, where no run was found in which they do.
pub(super) fn met<M: Machine>(
    table: &mut Table<M>,
    histories: &Histories,
    meeting: Meeting,
) -> Story {
    let state = after(table, meeting.state, meeting.other);
    let ending = ends_overtaken(table, meeting.one, state);
    begun(
        table,
        histories,
        meeting.state,
        meeting.one,
        &[meeting.other],
        ending,
    )
}

fn begun<M: Machine>(
    table: &Table<M>,
    histories: &Histories,
    origin: u32,
    here: u32,
    there: &[u32],
    ending: Ending,
) -> Story {
    let given = histories.to::<M>(origin);
    Story {
        given_state: given.is_none().then(|| table.tell_state(origin)),
        given: events(table, &given.unwrap_or_default()),
        here: commands(table, &[here]),
        there: commands(table, there),
        ending,
        executed: false,
    }
}

fn ends_overtaken<M: Machine>(table: &mut Table<M>, effect: u32, state: u32) -> Ending {
    let command = table.command(effect);
    let instead = match table.decide(state, command) {
        Some(instead) => Instead::Recorded(table.tell_events(instead)),
        None => Instead::Refused(table.refusal(state, command)),
    };
    Ending::Overtaken {
        command: table.tell_command(effect),
        instead,
        state: table.tell_state(state),
    }
}

fn after<M: Machine>(table: &mut Table<M>, state: u32, effect: u32) -> u32 {
    match table.step(state, effect) {
        Step::To(after) | Step::Broken { after, .. } => after,
        Step::Outside => state,
    }
}

fn events<M: Machine>(table: &Table<M>, effects: &[u32]) -> Vec<String> {
    let effects = effects.iter();
    effects
        .flat_map(|effect| table.tell_events(*effect))
        .collect()
}

fn commands<M: Machine>(table: &Table<M>, effects: &[u32]) -> Vec<String> {
    let effects = effects.iter();
    effects.map(|effect| table.tell_command(*effect)).collect()
}
