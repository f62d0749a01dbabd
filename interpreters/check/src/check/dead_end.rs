use crate::{Exploration, Finding, Severity};
use lawful::{Aggregate, Datum, Rule};

/// States in which no command records anything, and which were not declared to be the end.
pub(super) fn dead_ends<A: Aggregate>(
    exploration: &Exploration<A>,
    terminal: &[A::Rule],
) -> Option<Finding> {
    let mut live = vec![false; exploration.states().len()];
    for transition in exploration.transitions() {
        live[transition.from] = true;
    }
    // Where user code panicked, that is the finding.
    for defect in exploration.defects() {
        live[defect.state] = true;
    }
    let dead: Vec<usize> = (0..exploration.expanded())
        .filter(|state| !live[*state] && !is_terminal(&exploration.states()[*state], terminal))
        .collect();
    let first = *dead.first()?;
    let others = match dead.len() - 1 {
        0 => String::new(),
        1 => ", as in 1 other".to_owned(),
        more => format!(", as in {more} others"),
    };
    let message = format!(
        "in `{:?}` no command records anything{others}; if this is meant, name the rule that holds there: `.terminal(..)`",
        exploration.states()[first]
    );
    let history = exploration.history(first);
    let events: Vec<_> = history.iter().map(ToString::to_string).collect();
    let story = match events.as_slice() {
        [] => "given  nothing".to_owned(),
        events => format!("given  {}", events.join("\n       ")),
    };
    Some(Finding::new(Severity::Warning, "dead end", message).shown_by(story))
}

fn is_terminal<A: Aggregate>(state: &A, terminal: &[A::Rule]) -> bool {
    let Ok(state) = Datum::of(state) else {
        return false;
    };
    terminal
        .iter()
        .any(|rule| lawful::holds(A::model(), rule.name(), &state, &[]) == Ok(true))
}
