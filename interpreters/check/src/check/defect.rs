use crate::counterexample::Counterexample;
use crate::{Exploration, Finding, Severity};
use lawful::{Aggregate, Command};

/// User code that panicked: the first of each kind of command.
pub(crate) fn panics<A: Aggregate>(exploration: &Exploration<A>) -> Vec<Finding> {
    let mut seen = Vec::new();
    let mut findings = Vec::new();
    for defect in exploration.defects() {
        let name = exploration.commands()[defect.command].name();
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let first = defect.text.lines().next().unwrap_or_default();
        let finding = Finding::new(
            Severity::Error,
            "panic",
            format!(
                "`{}` panics: {first}",
                exploration.commands()[defect.command]
            ),
        );
        findings.push(finding.shown_by(Counterexample::panics(
            exploration,
            defect.state,
            defect.command,
            &defect.text,
        )));
    }
    findings
}
