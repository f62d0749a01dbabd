//! Arithmetic, exactly as the compiled code does it: whole numbers by their width, moments and durations.

use super::EvaluateError;
use crate::model::BinaryOp;
use crate::{Datum, IntType, Timestamp};
use std::cmp::Ordering;
use std::time::Duration;

type Answer = Result<Datum, EvaluateError>;

/// `one op two`, both already evaluated.
pub(super) fn binary(op: BinaryOp, one: &Datum, two: &Datum) -> Answer {
    let (one, two) = meet(one, two);
    match op {
        BinaryOp::Eq => return Ok(Datum::Bool(one == two)),
        BinaryOp::Ne => return Ok(Datum::Bool(one != two)),
        BinaryOp::Lt => return Ok(ordered(&one, &two, Ordering::is_lt)),
        BinaryOp::Le => return Ok(ordered(&one, &two, Ordering::is_le)),
        BinaryOp::Gt => return Ok(ordered(&one, &two, Ordering::is_gt)),
        BinaryOp::Ge => return Ok(ordered(&one, &two, Ordering::is_ge)),
        _ => {}
    }
    match (&one, &two) {
        (Datum::Int(ty, value), Datum::Int(other, by)) => {
            integers(op, (*ty, *value), (*other, *by))
        }
        (Datum::Float(one), Datum::Float(two)) => floats(op, *one, *two),
        (Datum::Bool(one), Datum::Bool(two)) => booleans(op, *one, *two),
        (Datum::Str(one), Datum::Str(two)) if op == BinaryOp::Add => {
            Ok(Datum::Str(format!("{one}{two}")))
        }
        (Datum::Timestamp(_) | Datum::Duration(_), _) | (_, Datum::Duration(_)) => {
            times(op, &one, &two)
        }
        (Datum::List(one), Datum::List(two)) => sets(op, one, two),
        _ => Err(unfit(op, &one, &two)),
    }
}

/// Lets a default of a type that is not known yet, and the literal zero that an empty sum is, become what they meet.
pub(super) fn meet(one: &Datum, two: &Datum) -> (Datum, Datum) {
    (beside(one, two), beside(two, one))
}

/// `one`, or what it becomes beside `other`.
pub(super) fn beside(one: &Datum, other: &Datum) -> Datum {
    let open = one.is_the_default() || matches!(one, Datum::Int(IntType::Literal, 0));
    if !open {
        return one.clone();
    }
    match other {
        Datum::Int(ty, _) => Datum::Int(*ty, 0),
        Datum::Float(_) => Datum::Float(0.0),
        Datum::Duration(_) => Datum::Duration(Duration::ZERO),
        Datum::Str(_) if one.is_the_default() => Datum::Str(String::new()),
        Datum::Bool(_) if one.is_the_default() => Datum::Bool(false),
        Datum::List(_) if one.is_the_default() => Datum::List(Vec::new()),
        Datum::Option(_) if one.is_the_default() => Datum::NONE,
        _ => one.clone(),
    }
}

/// A literal out of `one` and `two` takes the type of the other.
pub(super) fn widened(datum: Datum, one: &Datum, two: &Datum) -> Datum {
    match (datum, one, two) {
        (Datum::Int(IntType::Literal, value), Datum::Int(one, _), Datum::Int(two, _)) => {
            Datum::Int(common(*one, *two).unwrap_or(IntType::Literal), value)
        }
        (datum, ..) => datum,
    }
}

fn ordered(one: &Datum, two: &Datum, is: impl Fn(Ordering) -> bool) -> Datum {
    Datum::Bool(match (one, two) {
        (Datum::Float(one), Datum::Float(two)) => one.partial_cmp(two).is_some_and(is),
        (one, two) => is(one.compare(two)),
    })
}

/// The type of a number beside another: a literal takes the other's, and of two widths one must have been widened by `into()`, which
/// the tree does not keep.
pub(super) fn common(one: IntType, two: IntType) -> Option<IntType> {
    let holds =
        |wide: IntType, narrow: IntType| wide.holds(narrow.min()) && wide.holds(narrow.max());
    match (one, two) {
        (IntType::Literal, ty) | (ty, IntType::Literal) => Some(ty),
        (one, two) if holds(one, two) => Some(one),
        (one, two) if holds(two, one) => Some(two),
        _ => None,
    }
}

fn integers(op: BinaryOp, (one, value): (IntType, i128), (two, by): (IntType, i128)) -> Answer {
    let says = || format!("{value} {} {by}", symbol(op));
    if matches!(op, BinaryOp::Shl | BinaryOp::Shr) {
        let bits = u32::try_from(by)
            .ok()
            .filter(|bits| *bits < one.bits())
            .ok_or_else(|| EvaluateError::Overflow(says()))?;
        return match op {
            BinaryOp::Shl => one.truncate(value << bits),
            _ => Some(value >> bits),
        }
        .map(|value| Datum::Int(one, value))
        .ok_or_else(|| EvaluateError::Overflow(says()));
    }
    let ty =
        common(one, two).ok_or_else(|| unfit(op, &Datum::Int(one, value), &Datum::Int(two, by)))?;
    if by == 0 && matches!(op, BinaryOp::Div | BinaryOp::Rem) {
        return Err(EvaluateError::DivisionByZero(says()));
    }
    let result = match op {
        BinaryOp::Add => value.checked_add(by),
        BinaryOp::Sub => value.checked_sub(by),
        BinaryOp::Mul => value.checked_mul(by),
        BinaryOp::Div => value.checked_div(by),
        // The least number modulo -1 overflows, although the result would fit.
        BinaryOp::Rem if by == -1 && value == ty.min() => None,
        BinaryOp::Rem => value.checked_rem(by),
        BinaryOp::BitAnd => Some(value & by),
        BinaryOp::BitOr => Some(value | by),
        BinaryOp::BitXor => Some(value ^ by),
        _ => return Err(unfit(op, &Datum::Int(one, value), &Datum::Int(two, by))),
    };
    result
        .filter(|value| ty.holds(*value))
        .map(|value| Datum::Int(ty, value))
        .ok_or_else(|| EvaluateError::Overflow(says()))
}

fn floats(op: BinaryOp, one: f64, two: f64) -> Answer {
    Ok(Datum::Float(match op {
        BinaryOp::Add => one + two,
        BinaryOp::Sub => one - two,
        BinaryOp::Mul => one * two,
        BinaryOp::Div => one / two,
        BinaryOp::Rem => one % two,
        _ => return Err(unfit(op, &Datum::Float(one), &Datum::Float(two))),
    }))
}

fn booleans(op: BinaryOp, one: bool, two: bool) -> Answer {
    Ok(Datum::Bool(match op {
        BinaryOp::And | BinaryOp::BitAnd => one & two,
        BinaryOp::Or | BinaryOp::BitOr => one | two,
        BinaryOp::BitXor => one ^ two,
        _ => return Err(unfit(op, &Datum::Bool(one), &Datum::Bool(two))),
    }))
}

fn times(op: BinaryOp, one: &Datum, two: &Datum) -> Answer {
    let overflow = || EvaluateError::Overflow(format!("{one} {} {two}", symbol(op)));
    let factor = |value: i128| u32::try_from(value).map_err(|_| overflow());
    Ok(match (op, one, two) {
        (BinaryOp::Add, Datum::Timestamp(micros), Datum::Duration(by)) => {
            Datum::Timestamp((Timestamp::from_micros(*micros) + *by).as_micros())
        }
        (BinaryOp::Sub, Datum::Timestamp(micros), Datum::Duration(by)) => {
            Datum::Timestamp((Timestamp::from_micros(*micros) - *by).as_micros())
        }
        (BinaryOp::Sub, Datum::Timestamp(micros), Datum::Timestamp(earlier)) => {
            Datum::Duration(Timestamp::from_micros(*micros) - Timestamp::from_micros(*earlier))
        }
        (BinaryOp::Add, Datum::Duration(time), Datum::Duration(by)) => {
            Datum::Duration(time.checked_add(*by).ok_or_else(overflow)?)
        }
        (BinaryOp::Sub, Datum::Duration(time), Datum::Duration(by)) => {
            Datum::Duration(time.checked_sub(*by).ok_or_else(overflow)?)
        }
        (BinaryOp::Mul, Datum::Duration(time), Datum::Int(_, by))
        | (BinaryOp::Mul, Datum::Int(_, by), Datum::Duration(time)) => {
            Datum::Duration(time.checked_mul(factor(*by)?).ok_or_else(overflow)?)
        }
        (BinaryOp::Div, Datum::Duration(_), Datum::Int(_, 0)) => {
            return Err(EvaluateError::DivisionByZero(format!("{one} / 0")));
        }
        (BinaryOp::Div, Datum::Duration(time), Datum::Int(_, by)) => {
            Datum::Duration(time.checked_div(factor(*by)?).ok_or_else(overflow)?)
        }
        _ => return Err(unfit(op, one, two)),
    })
}

/// `&one | &two` and its like, on sorted sets.
fn sets(op: BinaryOp, one: &[Datum], two: &[Datum]) -> Answer {
    let both = || one.iter().filter(|item| two.contains(item)).cloned();
    let first = || one.iter().filter(|item| !two.contains(item)).cloned();
    let second = || two.iter().filter(|item| !one.contains(item)).cloned();
    let mut items: Vec<Datum> = match op {
        BinaryOp::BitOr => one.iter().cloned().chain(second()).collect(),
        BinaryOp::BitAnd => both().collect(),
        BinaryOp::BitXor => first().chain(second()).collect(),
        BinaryOp::Sub => first().collect(),
        _ => {
            return Err(unfit(
                op,
                &Datum::List(one.to_vec()),
                &Datum::List(two.to_vec()),
            ));
        }
    };
    items.sort_by(Datum::compare);
    Ok(Datum::List(items))
}

/// `-x`.
pub(super) fn negative(datum: &Datum) -> Answer {
    match datum {
        Datum::Int(ty, value) => value
            .checked_neg()
            .filter(|value| ty.holds(*value))
            .map(|value| Datum::Int(*ty, value))
            .ok_or_else(|| EvaluateError::Overflow(format!("-{value}"))),
        Datum::Float(value) => Ok(Datum::Float(-value)),
        other => Err(EvaluateError::Mismatch(format!(
            "expected a number to negate, found `{other}`"
        ))),
    }
}

/// `!x`.
pub(super) fn not(datum: &Datum) -> Answer {
    match datum {
        Datum::Bool(value) => Ok(Datum::Bool(!value)),
        Datum::Int(ty, value) => ty
            .truncate(!value)
            .map(|value| Datum::Int(*ty, value))
            .ok_or_else(|| EvaluateError::Overflow(format!("!{value}"))),
        other => Err(EvaluateError::Mismatch(format!(
            "expected a truth or a whole number to negate, found `{other}`"
        ))),
    }
}

/// `x as ty`.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "that is what `as` does"
)]
pub(super) fn cast(datum: &Datum, ty: &str) -> Answer {
    let unfit = || {
        EvaluateError::Mismatch(format!(
            "`{datum} as {ty}` was not understood: expected a cast between numbers"
        ))
    };
    let value = match datum {
        Datum::Int(_, value) => *value,
        Datum::Bool(value) => i128::from(*value),
        Datum::Char(value) => i128::from(u32::from(*value)),
        Datum::Float(value) => match (ty, IntType::parse(ty)) {
            ("f64" | "f32", _) => return Ok(Datum::Float(*value)),
            (_, Some(ty)) => {
                return Ok(Datum::Int(ty, (*value as i128).clamp(ty.min(), ty.max())));
            }
            _ => return Err(unfit()),
        },
        Datum::Variant { index, fields, .. } if fields.is_empty() => i128::from(*index),
        _ => return Err(unfit()),
    };
    match ty {
        "f64" => Ok(Datum::Float(value as f64)),
        "f32" => Ok(Datum::Float(f64::from(value as f32))),
        "char" => u8::try_from(value)
            .map(|byte| Datum::Char(byte.into()))
            .map_err(|_| unfit()),
        _ => {
            let ty = IntType::parse(ty).ok_or_else(unfit)?;
            ty.truncate(value)
                .map(|value| Datum::Int(ty, value))
                .ok_or_else(|| EvaluateError::Overflow(format!("{datum} as {}", ty.name())))
        }
    }
}

fn unfit(op: BinaryOp, one: &Datum, two: &Datum) -> EvaluateError {
    EvaluateError::Mismatch(format!(
        "`{one} {} {two}` has no meaning: expected two values that the operator takes",
        symbol(op)
    ))
}

fn symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::And => "&&",
        BinaryOp::Or => "||",
        BinaryOp::Eq => "==",
        BinaryOp::Ne => "!=",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::Ge => ">=",
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::Rem => "%",
        BinaryOp::BitAnd => "&",
        BinaryOp::BitOr => "|",
        BinaryOp::BitXor => "^",
        BinaryOp::Shl => "<<",
        BinaryOp::Shr => ">>",
    }
}
