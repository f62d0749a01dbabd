use super::analyse::Seen;
use super::report::{Ending, OneAtATime, Pair, Remedy, Verdict};
use lawful::model::{AggregateModel, BinaryOp, CommandModel, Expr, RuleKind};

/// What to do about one pair.
pub(super) fn remedy(model: &AggregateModel, pair: &Pair, seen: &Seen) -> Option<Remedy> {
    match pair.verdict {
        Verdict::Free => None,
        Verdict::MergeSafe => Some(Remedy::IsItAcceptable),
        Verdict::Coordinate => Some(escrow(model, pair).unwrap_or_else(|| one_place(seen))),
        Verdict::Order if seen.records_results => Some(Remedy::RecordTheChange),
        Verdict::Order if pair.first == pair.second && !seen.is_direct => {
            Some(Remedy::NameTheInstance)
        }
        Verdict::Order => Some(one_place(seen)),
    }
}

fn one_place(seen: &Seen) -> Remedy {
    let mut names = Vec::new();
    for link in seen.agreements() {
        for name in [&link.first, &link.second] {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    if names.is_empty() {
        Remedy::OnePlace
    } else {
        Remedy::OnePlacePer(names)
    }
}

/// The fewest parameters such that every pair that must be coordinated agrees in one of them.
pub(super) fn one_at_a_time(pairs: &[(Pair, Seen)]) -> OneAtATime {
    let demands = || pairs.iter().filter(|(pair, _)| pair.is_demand());
    let mut commands = Vec::new();
    for (pair, _) in demands() {
        for name in [&pair.first, &pair.second] {
            if !commands.contains(name) {
                commands.push(name.clone());
            }
        }
    }
    let links = || demands().flat_map(|(_, seen)| &seen.links);
    let mut types: Vec<&String> = Vec::new();
    for link in links() {
        if !types.contains(&&link.of) {
            types.push(&link.of);
        }
    }
    let names = |of: &[&String]| {
        let mut names = Vec::new();
        for link in links().filter(|link| of.contains(&&link.of)) {
            for name in [&link.first, &link.second] {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
        names
    };
    let keys = (1..=types.len())
        .flat_map(|size| choose(&types, size))
        .find(|chosen| {
            demands().all(|(_, seen)| {
                let mut agreements = seen.agreements();
                agreements.any(|link| chosen.contains(&&link.of))
            })
        })
        .map_or_else(Vec::new, |chosen| names(&chosen));
    OneAtATime { commands, keys }
}

/// All choices of so many out of some, in order.
fn choose<'t>(of: &[&'t String], size: usize) -> Vec<Vec<&'t String>> {
    match (size, of.split_first()) {
        (0, _) => vec![Vec::new()],
        (_, None) => Vec::new(),
        (_, Some((first, rest))) => {
            let with = choose(rest, size - 1).into_iter().map(|mut chosen| {
                chosen.insert(0, *first);
                chosen
            });
            with.chain(choose(rest, size)).collect()
        }
    }
}

/// An allowance for each replica, where the broken invariant compares one field and both commands only add to it or take from it.
fn escrow(model: &AggregateModel, pair: &Pair) -> Option<Remedy> {
    let sentence = pair.stories.iter().find_map(|story| match &story.ending {
        Ending::Broken { invariant, .. } => Some(invariant),
        _ => None,
    })?;
    let mut invariants = model.invariants.iter();
    let invariant = invariants
        .find(|rule| rule.kind == RuleKind::Invariant && rule.sentence == sentence.as_str())?;
    let fields = invariant.body.fields();
    let [field] = fields.as_slice() else {
        return None;
    };
    if !compares(&invariant.body) {
        return None;
    }
    let mut value = Expr::Field((*field).to_owned().into());
    for (name, place) in [(&pair.first, "here"), (&pair.second, "there")] {
        let (op, by) = change(model, model.command(name)?, field)?;
        let by = placed(&by, place)?;
        value = Expr::Binary {
            op,
            sides: vec![value, by].into(),
        };
    }
    let safe_while = filled_in(&invariant.body, &value).to_string();
    Some(Remedy::Escrow { safe_while })
}

/// Whether a tree only compares fields and constants.
fn compares(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(_) | Expr::Constant(..) | Expr::Field(_) => true,
        Expr::Binary { op, sides } => {
            use BinaryOp::{And, Ge, Gt, Le, Lt, Or};
            matches!(op, And | Or | Lt | Le | Gt | Ge) && sides.iter().all(compares)
        }
        _ => false,
    }
}

/// What a command adds to a field or takes from it, over its own parameters.
fn change(model: &AggregateModel, command: &CommandModel, field: &str) -> Option<(BinaryOp, Expr)> {
    let (name, fields, values) = the_event(&command.body)?;
    let event = model.event(name)?;
    let (op, by) = the_change(&event.update, field)?;
    match by {
        Expr::Literal(_) | Expr::Constant(..) => Some((op, by.clone())),
        Expr::Parameter(parameter) => {
            let place = fields.iter().position(|name| name == parameter)?;
            let value = values.get(place)?;
            let is_plain = matches!(
                value,
                Expr::Literal(_) | Expr::Constant(..) | Expr::Parameter(_)
            );
            is_plain.then(|| (op, value.clone()))
        }
        _ => None,
    }
}

/// The one event of a body that always records it.
fn the_event(body: &Expr) -> Option<(&str, &[lawful::model::Text], &[Expr])> {
    match body {
        Expr::Event {
            name,
            fields,
            values,
        } => Some((name, fields, values)),
        Expr::Block {
            statements,
            value: true,
        } if statements.len() == 1 => the_event(&statements[0]),
        _ => None,
    }
}

/// The one addition to a field, or subtraction, of an update that has nothing else to do with that field.
fn the_change<'e>(update: &'e Expr, field: &str) -> Option<(BinaryOp, &'e Expr)> {
    let statements: Vec<&Expr> = match update {
        Expr::Block { statements, .. } => statements.iter().collect(),
        other => vec![other],
    };
    let mut touching = statements
        .into_iter()
        .filter(|statement| statement.fields().contains(&field));
    let (Some(only), None) = (touching.next(), touching.next()) else {
        return None;
    };
    match only {
        Expr::Assign {
            op: Some(op @ (BinaryOp::Add | BinaryOp::Sub)),
            sides,
        } => match &**sides {
            [Expr::Field(_), by] => Some((*op, by)),
            _ => None,
        },
        _ => None,
    }
}

/// A parameter of the command that is taken here, or of the one that is taken there.
fn placed(by: &Expr, place: &str) -> Option<Expr> {
    match by {
        Expr::Parameter(name) => Some(Expr::Parameter(format!("{place}.{name}").into())),
        Expr::Literal(_) | Expr::Constant(..) => Some(by.clone()),
        _ => None,
    }
}

/// A comparison with a value instead of the field.
fn filled_in(expr: &Expr, value: &Expr) -> Expr {
    match expr {
        Expr::Field(_) => value.clone(),
        Expr::Binary { op, sides } => Expr::Binary {
            op: *op,
            sides: sides.iter().map(|side| filled_in(side, value)).collect(),
        },
        other => other.clone(),
    }
}
