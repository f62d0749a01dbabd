use super::missing::missing_rule;
use crate::counterexample::Counterexample;
use crate::{Exploration, Finding, Severity};
use lawful::{Aggregate, Command, Rule};

/// Invariants that the state before anything happened breaks.
pub(super) fn broken_from_the_start<A: Aggregate>() -> Vec<Finding> {
    let name = &A::model().state.name;
    let broken = A::default().broken_invariants();
    let finding = |rule: A::Rule| {
        let message = format!(
            "`{name}::default()` breaks `{}`: {}",
            rule.name(),
            rule.sentence()
        );
        let test = format!(
            "#[test]\nfn {}_holds_before_anything_happened() {{\n    assert_eq!({name}::default().broken_invariants(), []);\n}}",
            rule.name()
        );
        Finding::new(Severity::Error, "broken invariant", message).shown_by(test)
    };
    broken.into_iter().map(finding).collect()
}

/// Commands that only an invariant holds back.
pub(super) fn reliances<A: Aggregate>(exploration: &Exploration<A>) -> Vec<Finding> {
    let model = A::model();
    let reliances = exploration.coverage().reliances().iter();
    let finding = |reliance: &crate::explore::Reliance| {
        let sentence = model
            .rule(&reliance.invariant)
            .map_or("", |rule| &rule.sentence);
        let missing = missing_rule(model, &reliance.name, &reliance.invariant).map_or_else(
            || format!("a rule from which follows, after it, that {sentence}"),
            |rule| format!("`{rule}`"),
        );
        let message = format!(
            "`{}` relies on `{}` ({sentence}): its rules accept what only the invariant holds back; missing: {missing}",
            reliance.name, reliance.invariant,
        );
        Finding::new(Severity::Warning, "relies on an invariant", message).shown_by(
            Counterexample::relies(
                exploration,
                reliance.state,
                reliance.command,
                &reliance.invariant,
            ),
        )
    };
    reliances.map(finding).collect()
}

/// Commands with several events that break an invariant in between: nobody rejects that, but whoever reads single events sees it.
pub(super) fn broken_in_between<A: Aggregate>(exploration: &Exploration<A>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen = Vec::new();
    for transition in exploration.transitions() {
        let command = &exploration.commands()[transition.command];
        if transition.events.len() < 2 || seen.contains(&command.name()) {
            continue;
        }
        let before = &exploration.states()[transition.from];
        let broken_before = before.broken_invariants();
        let mut state = before.clone();
        for event in &transition.events[..transition.events.len() - 1] {
            state.evolve(event);
            let broken = state.broken_invariants();
            if let Some(rule) = broken.iter().find(|rule| !broken_before.contains(rule)) {
                seen.push(command.name());
                findings.push(Finding::new(
                    Severity::Note,
                    "broken in between",
                    format!(
                        "`{command}` breaks `{}` after its event `{event}` and mends it with a later one: a reader of single events sees that",
                        rule.name()
                    ),
                ));
                break;
            }
        }
    }
    findings
}
