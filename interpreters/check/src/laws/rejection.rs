use super::{Says, World};
use crate::explore::Outcome;
use lawful::model::{AggregateModel, Guard, RuleRef};
use lawful::{Aggregate, Command, Datum};

/// A rejection leaves the state alone, names the command, and at least one rule that the command is about.
pub(super) fn is_pure<A: Aggregate>(
    world: &World<'_, A>,
    command: &A::Command,
    outcome: &Outcome<A>,
) -> Says {
    let Outcome::Rejected(rejection) = outcome else {
        return Says::Silent;
    };
    if rejection.command() != command.name() {
        return Says::Broken(format!(
            "the rejection is about the command {}",
            rejection.command()
        ));
    }
    if rejection.broken().is_empty() {
        return Says::Broken("rejected, and no rule is named".to_owned());
    }
    for broken in rejection.broken() {
        if !knows(A::model(), broken.rule()) {
            return Says::Broken(format!(
                "rejected by {}, which is no rule of the model",
                broken.rule()
            ));
        }
    }
    match (&world.datum, Datum::of(world.state)) {
        (Ok(before), Ok(after)) if *before != after => {
            Says::Broken(format!("rejected, and yet the state became {after}"))
        }
        _ => Says::Kept,
    }
}

fn knows(model: &AggregateModel, rule: &str) -> bool {
    let free = |guard: &Guard| {
        guard
            .rules()
            .into_iter()
            .any(|(known, _)| matches!(known, RuleRef::Free(_, known) if known.get().name == rule))
    };
    model.rule(rule).is_some()
        || model
            .commands
            .iter()
            .any(|command| command.requires.iter().any(free))
}
