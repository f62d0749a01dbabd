//! The rule that a command lacks: its invariant, said of the state that its event leads to.

use lawful::model::{AggregateModel, BinaryOp, Expr};
use std::collections::BTreeMap;

/// `balance - amount >= 0` for a command that emits `withdrawn(amount)`, if its event only assigns fields.
pub(super) fn missing_rule(
    model: &AggregateModel,
    command: &str,
    invariant: &str,
) -> Option<String> {
    let command = model.command(command)?;
    let invariant = model.rule(invariant)?;
    if !invariant.parameters.is_empty() {
        return None;
    }
    let Expr::Event {
        name,
        fields,
        values,
    } = value_of(&command.body)?
    else {
        return None;
    };
    let event = model.event(name)?;
    let given: BTreeMap<&str, &Expr> = fields
        .iter()
        .map(|name| &**name)
        .zip(values.iter())
        .collect();
    let mut after: BTreeMap<String, Expr> = BTreeMap::new();
    assigned(&event.update, &given, &mut after)?;
    let mentions = invariant
        .body
        .fields()
        .iter()
        .any(|field| after.contains_key(*field));
    let direct = all(&invariant.body, &|expr| {
        !matches!(
            expr,
            Expr::Helper { .. } | Expr::Rule { .. } | Expr::State | Expr::Opaque(_)
        )
    });
    if !mentions || !direct {
        return None;
    }
    let body = replace(value_of(&invariant.body)?, &|expr| match expr {
        Expr::Field(name) => after.get(&**name).cloned(),
        _ => None,
    })?;
    Some(body.to_string())
}

/// What a block without further statements is about.
fn value_of(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Block { statements, .. } => match &**statements {
            [only] => value_of(only),
            _ => None,
        },
        other => Some(other),
    }
}

/// What each field is after the update, in terms of the state before and of the command's parameters.
fn assigned(
    update: &Expr,
    given: &BTreeMap<&str, &Expr>,
    after: &mut BTreeMap<String, Expr>,
) -> Option<()> {
    match update {
        Expr::Block { statements, .. } => statements
            .iter()
            .try_for_each(|statement| assigned(statement, given, after)),
        Expr::Assign { op, sides } => {
            let [Expr::Field(field), value] = &**sides else {
                return None;
            };
            let known = after.clone();
            let value = replace(value, &|expr| match expr {
                Expr::Parameter(name) => given.get(&**name).map(|value| (*value).clone()),
                Expr::Field(name) => known.get(&**name).cloned(),
                _ => None,
            })?;
            let value = match op {
                None => value,
                Some(op @ (BinaryOp::Add | BinaryOp::Sub)) => Expr::Binary {
                    op: *op,
                    sides: vec![
                        known
                            .get(&**field)
                            .cloned()
                            .unwrap_or_else(|| Expr::Field(field.clone())),
                        value,
                    ]
                    .into(),
                },
                Some(_) => return None,
            };
            after.insert(field.to_string(), value);
            Some(())
        }
        _ => None,
    }
}

fn all(expr: &Expr, test: &dyn Fn(&Expr) -> bool) -> bool {
    let mut holds = true;
    expr.walk(&mut |expr| holds &= test(expr));
    holds
}

/// The tree with some of its parts replaced, outermost first. It takes the way over JSON, which knows every kind of part.
fn replace(expr: &Expr, by: &dyn Fn(&Expr) -> Option<Expr>) -> Option<Expr> {
    let mut value = serde_json::to_value(expr).ok()?;
    replace_in(&mut value, by);
    serde_json::from_value(value).ok()
}

fn replace_in(value: &mut serde_json::Value, by: &dyn Fn(&Expr) -> Option<Expr>) {
    if let Ok(expr) = serde_json::from_value::<Expr>(value.clone())
        && let Some(other) = by(&expr)
        && let Ok(other) = serde_json::to_value(other)
    {
        *value = other;
        return;
    }
    match value {
        serde_json::Value::Array(items) => {
            for item in items {
                replace_in(item, by);
            }
        }
        serde_json::Value::Object(fields) => {
            for (_, inner) in fields {
                replace_in(inner, by);
            }
        }
        _ => {}
    }
}
