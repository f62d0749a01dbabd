//! Every tree that differs from another one in one place.

use lawful::Datum;
use lawful::model::{BinaryOp, Constant, Expr, Field, List, Literal, UnaryOp};
use std::borrow::Cow;

/// What was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Change {
    /// A rule no longer has to hold, or one side of `&&` or `||` was left out.
    DropGuard,
    /// A comparison lost or won its edge, or became its opposite.
    FlipComparison,
    /// A constant became greater or less by one, a truth became the other one.
    ShiftConstant,
    /// An event leaves a part of the state alone.
    DropUpdate,
    /// Two updates exchanged their values, or a sum became a difference.
    SwapUpdate,
    /// A rule says the opposite.
    NegateRule,
    /// A command records less.
    DropEvent,
}

/// Where the tree stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role<'m> {
    /// A rule, or a helper that changes nothing.
    Value,
    /// What a command records.
    Decision,
    /// An event, or a helper that changes the state, with these fields.
    Update(&'m [Field]),
}

/// All changes of one place, in the order of the source.
pub(super) fn vary(tree: &Expr, role: Role<'_>) -> Vec<(Change, Expr)> {
    let mut all = own(tree, role);
    let elements = matches!(tree, Expr::Array(_) | Expr::Emit(_));
    for (place, child) in tree.children().into_iter().enumerate() {
        if is_edge(tree) && is_constant(child) {
            continue;
        }
        for (change, child) in vary(child, role) {
            // An element that is an event was left out as a whole already.
            if elements && change == Change::DropEvent && is_nothing(&child) {
                continue;
            }
            let mut copy = tree.clone();
            if let Some(slot) = children_mut(&mut copy).into_iter().nth(place) {
                *slot = child;
                all.push((change, copy));
            }
        }
    }
    all
}

/// The changes of this place itself.
fn own(tree: &Expr, role: Role<'_>) -> Vec<(Change, Expr)> {
    match tree {
        Expr::Binary { op, sides } => compared(*op, sides),
        Expr::Literal(_) | Expr::Constant(..) => shifted(tree, 1)
            .map(|tree| (Change::ShiftConstant, tree))
            .into_iter()
            .collect(),
        Expr::Block { statements, value } => {
            let kept = usize::from(*value);
            let droppable = statements.len().saturating_sub(kept);
            let mut all: Vec<_> = (0..droppable)
                .filter_map(|place| {
                    let change = dropped(&statements[place], role)?;
                    let statements = without(statements, place);
                    let value = *value;
                    Some((change, Expr::Block { statements, value }))
                })
                .collect();
            if let Role::Update(fields) = role {
                all.extend(exchanged(statements, *value, fields));
            }
            all
        }
        Expr::Assign {
            op: Some(op),
            sides,
        } => {
            let op = match op {
                BinaryOp::Add => BinaryOp::Sub,
                BinaryOp::Sub => BinaryOp::Add,
                _ => return Vec::new(),
            };
            let (op, sides) = (Some(op), sides.clone());
            vec![(Change::SwapUpdate, Expr::Assign { op, sides })]
        }
        Expr::Array(items) if role == Role::Decision => (0..items.len())
            .filter(|place| matches!(items[*place], Expr::Event { .. }))
            .map(|place| (Change::DropEvent, Expr::Array(without(items, place))))
            .collect(),
        Expr::Event { .. } if role == Role::Decision => vec![(Change::DropEvent, nothing())],
        _ => Vec::new(),
    }
}

/// What it is called when a statement is left out; `None` where what follows could not do without it, or nothing would be seen.
fn dropped(statement: &Expr, role: Role<'_>) -> Option<Change> {
    match (statement, role) {
        (Expr::Emit(_), _) => Some(Change::DropEvent),
        (Expr::Bind { .. } | Expr::Return(_), _) => None,
        (_, Role::Update(_)) => Some(Change::DropUpdate),
        _ => None,
    }
}

/// An update that is a single statement, left out.
pub(super) fn emptied(update: &Expr) -> Option<Expr> {
    match update {
        Expr::Block { .. } => None,
        update => dropped(update, Role::Update(&[])).map(|_| Expr::Block {
            statements: Cow::Borrowed(&[]),
            value: false,
        }),
    }
}

/// The opposite of what a rule says; `None` where an early `return` would escape from it.
pub(super) fn negated(body: &Expr) -> Option<Expr> {
    let mut returns = false;
    body.walk(&mut |expr| returns |= matches!(expr, Expr::Return(_) | Expr::Try(_)));
    (!returns).then(|| Expr::Unary {
        op: UnaryOp::Not,
        of: list(vec![body.clone()]),
    })
}

fn compared(op: BinaryOp, sides: &List<Expr>) -> Vec<(Change, Expr)> {
    let [left, right] = &sides[..] else {
        return Vec::new();
    };
    let flipped = match op {
        BinaryOp::And | BinaryOp::Or => {
            // What only binds names cannot be left out.
            let both = [(right, left), (left, right)].into_iter();
            return both
                .filter(|(_, gone)| !matches!(gone, Expr::Let { .. }))
                .map(|(kept, _)| (Change::DropGuard, kept.clone()))
                .collect();
        }
        BinaryOp::Lt => BinaryOp::Le,
        BinaryOp::Le => BinaryOp::Lt,
        BinaryOp::Gt => BinaryOp::Ge,
        BinaryOp::Ge => BinaryOp::Gt,
        BinaryOp::Eq => BinaryOp::Ne,
        BinaryOp::Ne => BinaryOp::Eq,
        _ => return Vec::new(),
    };
    let binary = |op, sides| Expr::Binary { op, sides };
    let mut all = vec![(Change::FlipComparison, binary(op, sides.clone()))];
    all[0].1 = binary(flipped, sides.clone());
    // Of the two neighbours of a constant, one is the same as the flipped comparison.
    let up = matches!(
        op,
        BinaryOp::Le | BinaryOp::Gt | BinaryOp::Eq | BinaryOp::Ne
    );
    let by = if up { 1 } else { -1 };
    if let Some(right) = shifted(right, by) {
        let sides = list(vec![left.clone(), right]);
        all.push((Change::ShiftConstant, binary(op, sides)));
    }
    if let Some(left) = shifted(
        left,
        if matches!(op, BinaryOp::Eq | BinaryOp::Ne) {
            by
        } else {
            -by
        },
    ) {
        let sides = list(vec![left, right.clone()]);
        all.push((Change::ShiftConstant, binary(op, sides)));
    }
    all
}

/// A comparison, which looks after the constants beside it.
fn is_edge(tree: &Expr) -> bool {
    use BinaryOp::{Eq, Ge, Gt, Le, Lt, Ne};
    matches!(tree, Expr::Binary { op, .. } if matches!(op, Eq | Ne | Lt | Le | Gt | Ge))
}

fn is_constant(tree: &Expr) -> bool {
    matches!(tree, Expr::Literal(_) | Expr::Constant(..))
}

/// A constant plus `by`, or the other truth.
fn shifted(tree: &Expr, by: i128) -> Option<Expr> {
    match tree {
        Expr::Literal(Literal::Bool(value)) => Some(Expr::Literal(Literal::Bool(!value))),
        Expr::Literal(Literal::Int { value, ty }) => Some(Expr::Literal(Literal::Int {
            value: value.checked_add(by)?,
            ty: ty.clone(),
        })),
        Expr::Constant(path, constant) => shifted_constant(path, constant, by),
        _ => None,
    }
}

fn shifted_constant(path: &str, constant: &Constant, by: i128) -> Option<Expr> {
    // There is nothing beyond the ends of a type.
    if !matches!(constant.get(), Datum::Int(..)) || path.ends_with("MAX") || path.ends_with("MIN") {
        return None;
    }
    let known = Expr::Constant(Cow::Owned(path.to_owned()), constant.clone());
    let one = Expr::Literal(Literal::Int {
        value: 1,
        ty: Cow::Borrowed(""),
    });
    let op = if by < 0 { BinaryOp::Sub } else { BinaryOp::Add };
    let sides = list(vec![known, one]);
    Some(Expr::Binary { op, sides })
}

/// Neighbouring assignments of the same kind, to fields of the same type, with their values exchanged.
fn exchanged(statements: &List<Expr>, value: bool, fields: &[Field]) -> Vec<(Change, Expr)> {
    let ty = |place: &Expr| match place {
        Expr::Field(name) => fields.iter().find(|field| field.name == *name),
        _ => None,
    };
    let pairs = statements.windows(2).enumerate();
    pairs
        .filter_map(|(place, pair)| {
            let [
                Expr::Assign {
                    op: one,
                    sides: first,
                },
                Expr::Assign {
                    op: two,
                    sides: second,
                },
            ] = pair
            else {
                return None;
            };
            let ([to, value_of], [other, value_other]) = (&first[..], &second[..]) else {
                return None;
            };
            let types = ty(to).zip(ty(other));
            if one != two
                || value_of == value_other
                || types.is_none_or(|(one, two)| one.ty != two.ty)
            {
                return None;
            }
            let assign = |to: &Expr, value: &Expr| Expr::Assign {
                op: *one,
                sides: list(vec![to.clone(), value.clone()]),
            };
            let mut statements = statements.to_vec();
            statements[place] = assign(to, value_other);
            statements[place + 1] = assign(other, value_of);
            let statements = list(statements);
            Some((Change::SwapUpdate, Expr::Block { statements, value }))
        })
        .collect()
}

/// The decision to record nothing.
pub(super) fn nothing() -> Expr {
    Expr::Array(Cow::Borrowed(&[]))
}

fn is_nothing(tree: &Expr) -> bool {
    matches!(tree, Expr::Array(items) if items.is_empty())
}

fn without(items: &List<Expr>, place: usize) -> List<Expr> {
    let mut items = items.to_vec();
    items.remove(place);
    list(items)
}

fn list<T: Clone>(items: Vec<T>) -> List<T> {
    Cow::Owned(items)
}

/// The parts of an expression, in the order of [`Expr::children`].
fn children_mut(expr: &mut Expr) -> Vec<&mut Expr> {
    match expr {
        Expr::Literal(_)
        | Expr::Constant(..)
        | Expr::Field(_)
        | Expr::State
        | Expr::Parameter(_)
        | Expr::Local(_)
        | Expr::Deciding
        | Expr::Broken(_)
        | Expr::Opaque(_) => Vec::new(),
        Expr::Borrow(parts)
        | Expr::Access { of: parts, .. }
        | Expr::Unary { of: parts, .. }
        | Expr::Cast { of: parts, .. }
        | Expr::Try(parts)
        | Expr::Binary { sides: parts, .. }
        | Expr::Assign { sides: parts, .. }
        | Expr::If { parts }
        | Expr::Bind { parts, .. }
        | Expr::For { parts, .. }
        | Expr::Tuple(parts)
        | Expr::Array(parts)
        | Expr::Return(parts)
        | Expr::Emit(parts)
        | Expr::Block {
            statements: parts, ..
        }
        | Expr::Rule {
            arguments: parts, ..
        }
        | Expr::Helper {
            arguments: parts, ..
        }
        | Expr::Function {
            arguments: parts, ..
        }
        | Expr::Event { values: parts, .. }
        | Expr::Closure { body: parts, .. } => parts.to_mut().iter_mut().collect(),
        Expr::Let {
            of: one,
            guard: two,
            ..
        }
        | Expr::Method {
            of: one,
            arguments: two,
            ..
        }
        | Expr::Of {
            state: one,
            call: two,
        }
        | Expr::Construct {
            values: one,
            base: two,
            ..
        }
        | Expr::Range {
            from: one, to: two, ..
        } => one
            .to_mut()
            .iter_mut()
            .chain(two.to_mut().iter_mut())
            .collect(),
        Expr::Match { of, arms } => {
            let arms = arms.to_mut().iter_mut();
            let within = arms.flat_map(|arm| {
                let guard = arm.guard.to_mut().iter_mut();
                guard.chain(arm.body.to_mut().iter_mut())
            });
            of.to_mut().iter_mut().chain(within).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Role, children_mut, vary};
    use lawful::Aggregate;
    use lawful::model::Expr;

    #[test]
    fn parts_are_found_in_the_same_order_for_reading_and_changing() {
        let models = [bank::Account::model(), todo::List::model()];
        let trees = models.into_iter().flat_map(|model| model.trees());
        trees.for_each(|tree| {
            tree.walk(&mut |expr| {
                let mut copy = expr.clone();
                let changed: Vec<Expr> = children_mut(&mut copy)
                    .into_iter()
                    .map(|part| part.clone())
                    .collect();
                let read: Vec<Expr> = expr.children().into_iter().cloned().collect();
                assert_eq!(changed, read);
            });
        });
    }

    #[test]
    fn one_place_is_changed_at_a_time() {
        let rule = bank::Account::model()
            .rule("is_payable")
            .expect("it has one");
        let shown: Vec<_> = vary(&rule.body, Role::Value)
            .into_iter()
            .map(|(_, tree)| tree.shown(&rule.parameters).to_string())
            .collect();
        assert_eq!(
            shown,
            [
                "amount <= LIMIT",
                "0 < amount",
                "0 <= amount && amount <= LIMIT",
                "1 < amount && amount <= LIMIT",
                "0 < amount && amount < LIMIT",
                "0 < amount && amount <= LIMIT + 1",
            ]
        );
    }
}
