use crate::explore::CommandCoverage;
use crate::{Exploration, Finding, Severity};
use lawful::Aggregate;
use lawful::model::{AggregateModel, Expr, Guard, RuleRef};

/// Commands that are never accepted, or never record anything.
pub(super) fn commands<A: Aggregate>(exploration: &Exploration<A>) -> Vec<Finding> {
    let idle = exploration
        .coverage()
        .commands()
        .iter()
        .filter(|command| command.accepted == 0 && command.tried > 0 && command.defects == 0);
    idle.map(|command| {
        let message = if command.nothing > 0 {
            format!("`{}` never records anything", command.name)
        } else {
            format!("`{}` is never accepted{}", command.name, because(command))
        };
        Finding::new(Severity::Warning, "unreachable command", message)
    })
    .collect()
}

/// `: refused by is_open 4 times, by covers(amount) 2 times`.
fn because(command: &CommandCoverage) -> String {
    let refusing = command.clauses.iter().filter(|clause| clause.refused > 0);
    let reasons: Vec<_> = refusing
        .map(|clause| format!("by `{}` {} times", clause.clause, clause.refused))
        .chain(
            (command.held_back > 0).then(|| format!("by invariants {} times", command.held_back)),
        )
        .collect();
    if reasons.is_empty() {
        String::new()
    } else {
        format!(
            " (tried {} times, refused {})",
            command.tried,
            reasons.join(", ")
        )
    }
}

/// Events that no command emits.
pub(super) fn events<A: Aggregate>(exploration: &Exploration<A>) -> Vec<Finding> {
    let silent = exploration
        .coverage()
        .events()
        .iter()
        .filter(|event| event.emitted == 0);
    silent
        .map(|event| {
            let message = format!("no accepted command emits `{}`", event.name);
            Finding::new(Severity::Warning, "unreachable event", message)
        })
        .collect()
}

/// Rules that nothing names.
pub(super) fn rules(model: &AggregateModel) -> Vec<Finding> {
    let mut named: Vec<&str> = Vec::new();
    for command in model.commands.iter() {
        let guards = command.requires.iter().chain(command.unless.iter());
        for (rule, _) in guards.flat_map(Guard::rules) {
            if let RuleRef::Own(name) = rule {
                named.push(name);
            }
        }
    }
    let mut opaque = false;
    for tree in model.trees() {
        tree.walk(&mut |expr| match expr {
            // `AccountRule::Covers` is what a body returns.
            Expr::Rule { name, .. } | Expr::Broken(name) => named.push(name),
            Expr::Opaque(_) => opaque = true,
            _ => {}
        });
    }
    if opaque {
        // A rule may be named in what was not understood.
        return Vec::new();
    }
    let idle = model.rules.iter().filter(|rule| {
        let camel: String = rule.name.replace('_', "");
        !named
            .iter()
            .any(|name| name.replace('_', "").eq_ignore_ascii_case(&camel))
    });
    idle.map(|rule| {
        let message = format!("nothing names the rule `{}`", rule.name);
        Finding::new(Severity::Warning, "unreachable rule", message)
    })
    .collect()
}

/// Entries of `requires` that never refuse, or never alone.
pub(super) fn clauses<A: Aggregate>(exploration: &Exploration<A>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let used = exploration
        .coverage()
        .commands()
        .iter()
        .filter(|command| command.accepted > 0);
    for command in used {
        for clause in &command.clauses {
            if clause.refused == 0 {
                let message = format!("`{}` of `{}` never refuses", clause.clause, command.name);
                findings.push(Finding::new(
                    Severity::Warning,
                    "guard that cannot refuse",
                    message,
                ));
            } else if clause.alone == 0 {
                let message = format!(
                    "`{}` of `{}` refuses only what its other rules refuse too",
                    clause.clause, command.name
                );
                findings.push(Finding::new(Severity::Note, "redundant guard", message));
            }
        }
    }
    findings
}
