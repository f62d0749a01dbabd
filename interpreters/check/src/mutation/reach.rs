use lawful::model::{AggregateModel, CommandModel, Expr, Guard, RuleRef};
use std::collections::BTreeSet;

/// Everything that a command's answer depends on, by kind and name: `rule covers`, `event withdrawn`, `helper available`.
pub(super) fn reached(model: &AggregateModel, command: &CommandModel) -> BTreeSet<String> {
    let mut found = BTreeSet::from([format!("command {}", command.name)]);
    let mut next: Vec<&Expr> = vec![&command.body];
    let guards = command.requires.iter().chain(command.unless.iter());
    for (rule, arguments) in guards.flat_map(Guard::rules) {
        next.extend(arguments);
        match rule {
            RuleRef::Own(name) => add(model, "rule", name, &mut found, &mut next),
            RuleRef::Free(path, rule) => {
                if found.insert(format!("rule {path}")) {
                    next.push(&rule.get().body);
                }
            }
        }
    }
    while let Some(tree) = next.pop() {
        tree.walk(&mut |expr| match expr {
            Expr::Rule { name, .. } => add(model, "rule", name, &mut found, &mut next),
            Expr::Helper { name, .. } => add(model, "helper", name, &mut found, &mut next),
            Expr::Event { name, .. } => add(model, "event", name, &mut found, &mut next),
            _ => {}
        });
    }
    found
}

fn add<'m>(
    model: &'m AggregateModel,
    kind: &str,
    name: &str,
    found: &mut BTreeSet<String>,
    next: &mut Vec<&'m Expr>,
) {
    if !found.insert(format!("{kind} {name}")) {
        return;
    }
    next.extend(match kind {
        "rule" => model.rule(name).map(|rule| &rule.body),
        "helper" => model.helper(name).map(|helper| &helper.body),
        _ => model.event(name).map(|event| &event.update),
    });
}
