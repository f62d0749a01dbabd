use super::report::{LawResult, story};
use crate::{DomainError, Domains, Scope, explore};
use lawful::Aggregate;

/// Nothing panics, also not with the least and the greatest numbers in commands.
pub(super) fn is_total<A: Aggregate>(scope: &Scope) -> Result<LawResult, DomainError> {
    let mut result = LawResult::new("nothing panics, at the extremes of every integer either");
    let exploration = explore(&Domains::<A>::derive(scope)?);
    for command in exploration.coverage().commands() {
        for _ in command.defects..command.tried {
            result.keep();
        }
    }
    if let Some(defect) = exploration.defects().first() {
        let story = story(&exploration, defect.state, Some(defect.command));
        result.break_by(format!("{story}\npanics: {}", defect.text));
    }
    Ok(result)
}
