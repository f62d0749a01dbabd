//! Methods of numbers.

use super::{Answer, Call, found, truth};
use crate::evaluate::machine::Machine;
use crate::evaluate::number::{self, common};
use crate::evaluate::value::Value;
use crate::evaluate::{EvaluateError, expression::mismatch};
use crate::model::BinaryOp;
use crate::{Datum, IntType};

impl<'m> Machine<'m> {
    pub(super) fn on_int(&mut self, call: &Call<'m>) -> Answer {
        let Datum::Int(ty, value) = call.of.datum else {
            return Ok(None);
        };
        let by = match call.arguments {
            [by] => match self.eval(by)?.datum {
                Datum::Int(ty, by) => Some((ty, by)),
                Datum::Duration(_) | Datum::Float(_) => None,
                _ => return Ok(None),
            },
            _ => None,
        };
        match (call.name, by) {
            (name, Some((other, by))) => with_another(name, (ty, value), (other, by)),
            (name, None) if call.arguments.is_empty() => alone(name, ty, value),
            _ => Ok(None),
        }
    }

    pub(super) fn on_float(&mut self, call: &Call<'m>) -> Answer {
        let Datum::Float(value) = call.of.datum else {
            return Ok(None);
        };
        let by = match call.arguments {
            [by] => match self.eval(by)?.datum {
                Datum::Float(by) => Some(by),
                #[allow(
                    clippy::cast_precision_loss,
                    reason = "a literal zero, or the exponent of `powi`"
                )]
                Datum::Int(_, by) => Some(by as f64),
                _ => None,
            },
            _ => None,
        };
        found(Datum::Float(match (call.name, by) {
            ("abs", None) => value.abs(),
            ("floor", None) => value.floor(),
            ("ceil", None) => value.ceil(),
            ("round", None) => value.round(),
            ("trunc", None) => value.trunc(),
            ("sqrt", None) => value.sqrt(),
            ("signum", None) => value.signum(),
            ("max", Some(by)) => value.max(by),
            ("min", Some(by)) => value.min(by),
            ("powi" | "powf", Some(by)) => value.powf(by),
            ("is_nan", None) => return truth(value.is_nan()),
            ("is_finite", None) => return truth(value.is_finite()),
            ("is_infinite", None) => return truth(value.is_infinite()),
            ("is_sign_negative", None) => return truth(value.is_sign_negative()),
            ("is_sign_positive", None) => return truth(value.is_sign_positive()),
            _ => return Ok(None),
        }))
    }
}

fn alone(name: &str, ty: IntType, value: i128) -> Answer {
    let int = |value| found(Datum::Int(ty, value));
    let count = |count: u32| found(Datum::Int(IntType::U32, count.into()));
    match name {
        "abs" => match value.checked_abs().filter(|value| ty.holds(*value)) {
            Some(value) => int(value),
            None => Err(EvaluateError::Overflow(format!("{value}.abs()")).into()),
        },
        "unsigned_abs" => found(Datum::Int(unsigned(ty), value.saturating_abs())),
        "signum" => int(value.signum()),
        "is_positive" => truth(value > 0),
        "is_negative" => truth(value < 0),
        "is_power_of_two" => truth(value > 0 && value & (value - 1) == 0),
        "count_ones" => count(ty.bits_of(value).count_ones()),
        "trailing_zeros" => count(ty.bits_of(value).trailing_zeros().min(ty.bits())),
        "leading_zeros" => count(ty.bits_of(value).leading_zeros() - (u128::BITS - ty.bits())),
        "isqrt" if value >= 0 => int(value.isqrt()),
        "checked_abs" => found(checked(ty, value.checked_abs())),
        "checked_neg" => found(checked(ty, value.checked_neg())),
        "saturating_abs" => int(saturated(ty, value.saturating_abs())),
        "saturating_neg" => int(saturated(ty, value.saturating_neg())),
        "wrapping_neg" => wrapped(ty, value.wrapping_neg()),
        "wrapping_abs" => wrapped(ty, value.wrapping_abs()),
        "is_ascii_digit" => truth(u8::try_from(value).is_ok_and(|byte| byte.is_ascii_digit())),
        "is_ascii_alphabetic" => {
            truth(u8::try_from(value).is_ok_and(|byte| byte.is_ascii_alphabetic()))
        }
        "is_ascii_alphanumeric" => {
            truth(u8::try_from(value).is_ok_and(|byte| byte.is_ascii_alphanumeric()))
        }
        "is_ascii_uppercase" => {
            truth(u8::try_from(value).is_ok_and(|byte| byte.is_ascii_uppercase()))
        }
        "is_ascii_lowercase" => {
            truth(u8::try_from(value).is_ok_and(|byte| byte.is_ascii_lowercase()))
        }
        _ => Ok(None),
    }
}

fn with_another(name: &str, (one, value): (IntType, i128), (two, by): (IntType, i128)) -> Answer {
    if let Some(answer) = powers(name, one, value, by) {
        return answer;
    }
    if name.ends_with("signed") {
        return mixed(name, one, value, by);
    }
    let Some(ty) = common(one, two) else {
        return Err(mismatch(format!(
            "`{value}.{name}({by})` mixes two types of numbers"
        )));
    };
    let (kind, operation) = name.split_once('_').unwrap_or(("", name));
    let exact = match operation {
        "add" => value.checked_add(by),
        "sub" => value.checked_sub(by),
        "mul" => value.checked_mul(by),
        "div" if by != 0 => value.checked_div(by),
        "rem" if by != 0 && !(by == -1 && value == ty.min()) => value.checked_rem(by),
        "div_euclid" if by != 0 => value.checked_div_euclid(by),
        "rem_euclid" if by != 0 && !(by == -1 && value == ty.min()) => value.checked_rem_euclid(by),
        "div" | "rem" | "div_euclid" | "rem_euclid" => None,
        _ => return plain(name, ty, value, by),
    };
    let divides = operation.starts_with("div") || operation.starts_with("rem");
    match kind {
        "checked" => found(checked(ty, exact)),
        "saturating" | "wrapping" if divides && by == 0 => {
            Err(EvaluateError::DivisionByZero(format!("{value}.{name}({by})")).into())
        }
        "saturating" => {
            let up = match operation {
                "add" => by > 0,
                "sub" => by < 0,
                "mul" => (value < 0) == (by < 0),
                _ => true,
            };
            let beyond = if up { ty.max() } else { ty.min() };
            found(Datum::Int(
                ty,
                exact.map_or(beyond, |value| saturated(ty, value)),
            ))
        }
        "wrapping" => match (operation, exact) {
            (_, Some(exact)) => wrapped(ty, exact),
            ("add", None) => wrapped(ty, value.wrapping_add(by)),
            ("sub", None) => wrapped(ty, value.wrapping_sub(by)),
            ("mul", None) => wrapped(ty, value.wrapping_mul(by)),
            ("rem" | "rem_euclid", None) => wrapped(ty, 0),
            _ => wrapped(ty, value),
        },
        _ => Ok(None),
    }
}

/// Methods with another number of the same type that have no checked, saturating or wrapping form.
fn plain(name: &str, ty: IntType, value: i128, by: i128) -> Answer {
    match name {
        "abs_diff" => found(Datum::Int(
            unsigned(ty),
            i128::try_from(value.abs_diff(by))
                .map_err(|_| EvaluateError::Overflow(format!("{value}.abs_diff({by})")))?,
        )),
        "rem_euclid" | "div_euclid" | "next_multiple_of" if by == 0 => {
            Err(EvaluateError::DivisionByZero(format!("{value}.{name}({by})")).into())
        }
        "next_multiple_of" => {
            let rest = value.rem_euclid(by);
            let next = if rest == 0 {
                Some(value)
            } else {
                value.checked_add(by - rest)
            };
            match next.filter(|next| ty.holds(*next)) {
                Some(next) => found(Datum::Int(ty, next)),
                None => Err(EvaluateError::Overflow(format!("{value}.{name}({by})")).into()),
            }
        }
        "midpoint" => found(Datum::Int(ty, value.midpoint(by))),
        "is_multiple_of" => truth(if by == 0 {
            value == 0
        } else {
            value.checked_rem(by).is_none_or(|rest| rest == 0)
        }),
        "div_ceil" if by != 0 => {
            let (whole, rest) = (value / by, value % by);
            found(Datum::Int(ty, whole + i128::from(rest > 0)))
        }
        _ => Ok(None),
    }
}

/// Powers and plain operations, which have no prefix: `rem_euclid` would otherwise be split like `checked_rem`.
fn powers(name: &str, ty: IntType, value: i128, by: i128) -> Option<Answer> {
    let exponent = u32::try_from(by).ok();
    Some(match (name, exponent) {
        ("checked_shl" | "checked_shr" | "wrapping_shl" | "wrapping_shr", Some(by)) => {
            let within = by < ty.bits();
            if name.starts_with("checked") && !within {
                return Some(found(Datum::NONE));
            }
            let by = by % ty.bits();
            let shifted = if name.ends_with("shl") {
                ty.truncate(value.wrapping_shl(by))
            } else {
                Some(value >> by)
            };
            match shifted.map(|value| Datum::Int(ty, value)) {
                Some(datum) if name.starts_with("checked") => found(Datum::some(datum)),
                Some(datum) => found(datum),
                None => Err(EvaluateError::Overflow(format!("{value}.{name}({by})")).into()),
            }
        }
        ("pow", Some(exponent)) => match power(ty, value, exponent) {
            Some(value) => found(Datum::Int(ty, value)),
            None => Err(EvaluateError::Overflow(format!("{value}.pow({exponent})")).into()),
        },
        ("checked_pow", Some(exponent)) => found(checked(ty, power(ty, value, exponent))),
        ("saturating_pow", Some(exponent)) => {
            let beyond = if value < 0 && exponent % 2 == 1 {
                ty.min()
            } else {
                ty.max()
            };
            found(Datum::Int(ty, power(ty, value, exponent).unwrap_or(beyond)))
        }
        ("wrapping_pow", Some(exponent)) => {
            let mut result = 1_i128;
            for _ in 0..exponent {
                result = ty.truncate(result.wrapping_mul(value))?;
            }
            found(Datum::Int(ty, result))
        }
        ("rem_euclid" | "div_euclid", _) if by != 0 => {
            let exact = if name == "rem_euclid" {
                value.checked_rem_euclid(by)
            } else {
                value.checked_div_euclid(by)
            };
            match exact.filter(|exact| ty.holds(*exact) && !(by == -1 && value == ty.min())) {
                Some(exact) => found(Datum::Int(ty, exact)),
                None => Err(EvaluateError::Overflow(format!("{value}.{name}({by})")).into()),
            }
        }
        ("add" | "sub" | "mul" | "div" | "rem", _) => {
            let op = match name {
                "add" => BinaryOp::Add,
                "sub" => BinaryOp::Sub,
                "mul" => BinaryOp::Mul,
                "div" => BinaryOp::Div,
                _ => BinaryOp::Rem,
            };
            match number::binary(op, &Datum::Int(ty, value), &Datum::Int(ty, by)) {
                Ok(datum) => found(datum),
                Err(error) => Err(error.into()),
            }
        }
        _ => return None,
    })
}

/// Methods that mix a signed with an unsigned number.
fn mixed(name: &str, ty: IntType, value: i128, by: i128) -> Answer {
    let (kind, operation) = name.split_once('_').unwrap_or(("", name));
    let exact = match operation {
        "add_signed" | "add_unsigned" => value.checked_add(by),
        "sub_unsigned" | "sub_signed" => value.checked_sub(by),
        _ => return Ok(None),
    };
    match kind {
        "checked" => found(checked(ty, exact)),
        "saturating" => {
            let up = (by > 0) == operation.starts_with("add");
            let beyond = if up { ty.max() } else { ty.min() };
            found(Datum::Int(
                ty,
                exact.map_or(beyond, |value| saturated(ty, value)),
            ))
        }
        "wrapping" => wrapped(ty, exact.unwrap_or_else(|| value.wrapping_add(by))),
        _ => Ok(None),
    }
}

fn power(ty: IntType, value: i128, exponent: u32) -> Option<i128> {
    if matches!(value, 0 | 1) && exponent > 0 {
        return Some(value);
    }
    if value == -1 {
        return Some(if exponent.is_multiple_of(2) { 1 } else { -1 });
    }
    value.checked_pow(exponent).filter(|value| ty.holds(*value))
}

fn checked(ty: IntType, exact: Option<i128>) -> Value {
    Value::option(
        exact
            .filter(|value| ty.holds(*value))
            .map(|value| Datum::Int(ty, value).into()),
    )
}

fn saturated(ty: IntType, value: i128) -> i128 {
    value.clamp(ty.min(), ty.max())
}

fn wrapped(ty: IntType, value: i128) -> Answer {
    match ty.truncate(value) {
        Some(value) => found(Datum::Int(ty, value)),
        None => Err(EvaluateError::Overflow(format!("{value} as {}", ty.name())).into()),
    }
}

fn unsigned(ty: IntType) -> IntType {
    match ty {
        IntType::I8 => IntType::U8,
        IntType::I16 => IntType::U16,
        IntType::I32 => IntType::U32,
        IntType::I64 => IntType::U64,
        IntType::I128 => IntType::U128,
        other => other,
    }
}
