use crate::{Exploration, Finding, Severity};
use lawful::model::{AggregateModel, BinaryOp, Expr, Literal, RuleKind, RuleModel};
use lawful::{Aggregate, Datum};
use std::collections::BTreeSet;

/// How many states the trees look at: they are slower than the compiled rules.
const MOST: usize = 2_000;

/// Invariants that say nothing: about fields that nothing writes, or under a condition that never comes about.
pub(super) fn invariants<A: Aggregate>(exploration: &Exploration<A>) -> Vec<Finding> {
    let model = A::model();
    let written = written(model);
    let mut findings = Vec::new();
    for invariant in model.invariants.iter() {
        let mut reads = BTreeSet::new();
        let known = read(model, &invariant.body, &mut reads, 0);
        if let Some(written) = &written
            && known
            && !reads.is_empty()
            && reads.is_disjoint(written)
        {
            let fields: Vec<_> = reads.iter().map(|field| format!("`{field}`")).collect();
            findings.push(finding(
                invariant,
                &format!("no event changes {}", fields.join(" or ")),
            ));
        } else if invariant.kind == RuleKind::Invariant
            && let Some(why) = idle_part(exploration, model, invariant)
        {
            findings.push(finding(invariant, &why));
        }
    }
    findings
}

fn finding(invariant: &RuleModel, why: &str) -> Finding {
    let message = format!("`{}` says nothing: {why}", invariant.name);
    Finding::new(Severity::Warning, "vacuous invariant", message)
}

/// The fields that any event names; `None` where an update could change anything.
fn written(model: &AggregateModel) -> Option<BTreeSet<String>> {
    let mut fields = BTreeSet::new();
    for event in model.events.iter() {
        if !read(model, &event.update, &mut fields, 0) {
            return None;
        }
    }
    Some(fields)
}

/// Adds the fields that a tree names, those of what it calls included; false where it could mean any.
fn read(model: &AggregateModel, tree: &Expr, fields: &mut BTreeSet<String>, depth: usize) -> bool {
    let mut known = depth < 16;
    tree.walk(&mut |expr| match expr {
        Expr::Field(name) => {
            fields.insert(name.to_string());
        }
        Expr::State | Expr::Opaque(_) | Expr::Of { .. } => known = false,
        Expr::Helper { name, .. } if known => {
            known &= model
                .helper(name)
                .is_some_and(|helper| read(model, &helper.body, fields, depth + 1));
        }
        Expr::Rule { name, .. } if known => {
            known &= model
                .rule(name)
                .is_some_and(|rule| read(model, &rule.body, fields, depth + 1));
        }
        _ => {}
    });
    known
}

/// Of `!p || q`: `p` never comes about, so that `q` is never asked for. Of `if p { q } else { true }`, likewise.
fn idle_part<A: Aggregate>(
    exploration: &Exploration<A>,
    model: &AggregateModel,
    invariant: &RuleModel,
) -> Option<String> {
    let mut body = &invariant.body;
    while let Expr::Block { statements, .. } = body {
        match &**statements {
            [only] => body = only,
            _ => return None,
        }
    }
    match body {
        Expr::Binary {
            op: BinaryOp::Or,
            sides,
        } => sides
            .iter()
            .find(|side| always(exploration, model, invariant, side, true))
            .map(|side| format!("`{side}` always holds")),
        Expr::If { parts } => match &**parts {
            [condition, _, otherwise]
                if is_true(otherwise)
                    && always(exploration, model, invariant, condition, false) =>
            {
                Some(format!("`{condition}` never holds"))
            }
            _ => None,
        },
        _ => None,
    }
}

fn is_true(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(Literal::Bool(value)) => *value,
        Expr::Block { statements, .. } => matches!(&**statements, [only] if is_true(only)),
        _ => false,
    }
}

/// Whether a part of an invariant has one value in every state.
fn always<A: Aggregate>(
    exploration: &Exploration<A>,
    model: &AggregateModel,
    invariant: &RuleModel,
    part: &Expr,
    value: bool,
) -> bool {
    let mut changed = model.clone();
    for rule in changed.invariants.to_mut() {
        if rule.name == invariant.name {
            rule.body = part.clone();
        }
    }
    exploration.states().iter().take(MOST).all(|state| {
        Datum::of(state)
            .is_ok_and(|state| lawful::holds(&changed, &invariant.name, &state, &[]) == Ok(value))
    })
}
