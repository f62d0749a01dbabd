//! Who uses what: the arrows of a declaration, read backwards.

use lawful::model::{
    AggregateModel, CommandModel, DomainModel, EventModel, Expr, Guard, RuleModel, RuleRef,
};

/// How a rule is called where it is declared: its own name, or the path of a free rule.
pub(crate) fn called(rule: &RuleRef) -> &str {
    match rule {
        RuleRef::Own(name) => name,
        RuleRef::Free(path, _) => path,
    }
}

/// The rule that a guard names.
pub(crate) fn meant<'m>(
    rule: &'m RuleRef,
    aggregate: Option<&'m AggregateModel>,
) -> Option<&'m RuleModel> {
    match rule {
        RuleRef::Own(name) => aggregate?.rule(name),
        RuleRef::Free(_, rule) => Some(rule.get()),
    }
}

/// Whether a command names the rule in `requires` or `unless`, or its body names it.
pub(crate) fn names_rule(command: &CommandModel, rule: &str) -> bool {
    let guards = command.requires.iter().chain(command.unless.iter());
    let mut named = guards.flat_map(Guard::rules);
    named.any(|(one, _)| called(one) == rule) || mentions(&command.body, rule)
}

/// Whether a tree names the rule, other than by a helper.
pub(crate) fn mentions(tree: &Expr, rule: &str) -> bool {
    let mut found = false;
    tree.walk(&mut |expr| {
        found |= matches!(expr, Expr::Rule { name, .. } | Expr::Broken(name) if name == rule);
    });
    found
}

/// The events that a body can record, in the order of its text, each once.
pub(crate) fn events(body: &Expr) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    body.walk(&mut |expr| {
        if let Expr::Event { name, .. } = expr
            && !found.contains(&&**name)
        {
            found.push(name);
        }
    });
    found
}

/// The invariants that a command could run into: those that read something which one of its events changes. All of them where the
/// state is an enum, or where something was not read.
pub(crate) fn at_stake<'m>(
    aggregate: &'m AggregateModel,
    command: &CommandModel,
) -> Vec<&'m RuleModel> {
    let events = events(&command.body);
    let changed: Vec<&EventModel> = events
        .iter()
        .filter_map(|name| aggregate.event(name))
        .collect();
    let unsure = changed.len() < events.len() || !command.body.opaque().is_empty();
    let stakes = |invariant: &&RuleModel| {
        unsure
            || changed
                .iter()
                .any(|event| meets(&event.update, &invariant.body, aggregate))
    };
    aggregate.invariants.iter().filter(stakes).collect()
}

/// Whether an update and an invariant have a field in common, through helpers and rules too.
fn meets(update: &Expr, invariant: &Expr, aggregate: &AggregateModel) -> bool {
    match (touched(update, aggregate), touched(invariant, aggregate)) {
        (Some(changed), Some(read)) => changed.iter().any(|field| read.contains(field)),
        (Some(changed), None) => !changed.is_empty(),
        (None, _) => true,
    }
}

/// The fields that a tree names; `None`: possibly all.
fn touched<'m>(tree: &'m Expr, aggregate: &'m AggregateModel) -> Option<Vec<&'m str>> {
    let mut fields = Vec::new();
    let mut seen = Vec::new();
    let mut trees = vec![tree];
    let mut whole = false;
    while let Some(tree) = trees.pop() {
        tree.walk(&mut |expr| match expr {
            Expr::Field(name) => fields.push(&**name),
            Expr::State | Expr::Opaque(_) => whole = true,
            Expr::Helper { name, .. } if !seen.contains(&&**name) => {
                seen.push(name);
                trees.extend(aggregate.helper(name).map(|helper| &helper.body));
            }
            Expr::Rule { name, .. } if !seen.contains(&&**name) => {
                seen.push(name);
                trees.extend(aggregate.rule(name).map(|rule| &rule.body));
            }
            _ => {}
        });
    }
    (!whole).then_some(fields)
}

/// The programs that ask an aggregate for a command, in declared order.
pub(crate) fn askers<'m>(domain: &'m DomainModel, of: &str, call: &str) -> Vec<&'m str> {
    let asks = domain.programs.iter().filter(|program| {
        program
            .asks
            .iter()
            .any(|ask| ask.of == of && ask.call == call)
    });
    asks.map(|program| &*program.name).collect()
}
