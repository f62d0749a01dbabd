use super::{Says, World};
use crate::explore::Outcome;
use lawful::model::{AggregateModel, Expr};
use lawful::{Aggregate, Event};
use std::collections::BTreeSet;

/// An event leaves alone every field that its update does not name.
pub(super) fn is_kept<A: Aggregate>(
    world: &World<'_, A>,
    _: &A::Command,
    outcome: &Outcome<A>,
) -> Says {
    let Outcome::Accepted(events, _) = outcome else {
        return Says::Silent;
    };
    let model = A::model();
    let mut state = world.state.clone();
    for event in events {
        let before = state.clone();
        state.evolve(event);
        let Some(update) = model.event(event.name()) else {
            return Says::Broken(format!("`{event}` is no event of the model"));
        };
        let mut named = BTreeSet::new();
        match names(model, &update.update, &mut named, 0) {
            Named::Any => return Says::Silent,
            Named::Unseen(source) => return Says::Unseen(source),
            Named::These => {}
        }
        for field in model.state.fields.iter() {
            if !named.contains(&*field.name)
                && before.field(&field.name) != state.field(&field.name)
            {
                return Says::Broken(format!(
                    "`{event}` changes `{}`, which its update does not name",
                    field.name
                ));
            }
        }
    }
    Says::Kept
}

enum Named {
    These,
    Any,
    Unseen(String),
}

/// Adds the fields that a tree names, those of the helpers that it calls included.
fn names(
    model: &AggregateModel,
    tree: &Expr,
    fields: &mut BTreeSet<String>,
    depth: usize,
) -> Named {
    let mut found = if depth > 16 { Named::Any } else { Named::These };
    tree.walk(&mut |expr| match (expr, &found) {
        (Expr::Field(name), _) => {
            fields.insert(name.to_string());
        }
        (Expr::Opaque(source), Named::These | Named::Any) => {
            found = Named::Unseen(source.to_string());
        }
        (Expr::State, Named::These) => found = Named::Any,
        (Expr::Helper { name, .. }, Named::These) => {
            if let Some(helper) = model.helper(name) {
                found = names(model, &helper.body, fields, depth + 1);
            }
        }
        _ => {}
    });
    found
}
