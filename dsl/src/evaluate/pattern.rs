//! Patterns: whether they fit, and what they bind.

use super::machine::{Machine, Stop};
use super::methods::transposed;
use super::value::Value;
use super::{EvaluateError, calls};
use crate::Datum;
use crate::datum::same_name;
use crate::model::{BinaryOp, Expr, Literal, Pattern};

impl<'m> Machine<'m> {
    /// Whether a pattern fits a value; its names are bound to the parts, and stand for their places.
    ///
    /// Names of a pattern that does not fit may be bound as well: the caller forgets them.
    pub(super) fn fits(&mut self, pattern: &'m Pattern, value: &Value) -> Result<bool, Stop> {
        match pattern {
            Pattern::Wild | Pattern::Rest => Ok(true),
            Pattern::Bind(name, inner) => {
                if let [inner] = inner.as_ref()
                    && !self.fits(inner, value)?
                {
                    return Ok(false);
                }
                self.bind(name, false, value.clone());
                Ok(true)
            }
            Pattern::Literal(literal) => equal(&self::literal(literal)?, &value.datum),
            Pattern::Constant(path, _) if is_none(path) => {
                Ok(matches!(value.datum, Datum::Option(None)))
            }
            Pattern::Constant(_, constant) => {
                let datum = constant.get();
                match (&datum, &value.datum) {
                    (Datum::Variant { name, .. }, Datum::Variant { name: other, .. }) => {
                        Ok(same_name(name, other))
                    }
                    (datum, other) => equal(datum, other),
                }
            }
            Pattern::Range {
                from,
                to,
                inclusive,
            } => self.within(from, to, *inclusive, &value.datum),
            Pattern::Construct {
                path,
                fields,
                patterns,
            } => self.fits_fields(path, fields.iter().zip(patterns.iter()), value),
            Pattern::Tuple(patterns) | Pattern::Slice(patterns) => self.fits_items(patterns, value),
            Pattern::Any(patterns) => {
                for pattern in patterns.iter() {
                    let start = self.open();
                    if self.fits(pattern, value)? {
                        return Ok(true);
                    }
                    self.forget(start);
                }
                Ok(false)
            }
        }
    }

    /// Whether a value lies in a range, either end of which may be open.
    pub(super) fn within(
        &mut self,
        from: &'m [Expr],
        to: &'m [Expr],
        inclusive: bool,
        value: &Datum,
    ) -> Result<bool, Stop> {
        let mut holds = true;
        if let [from] = from {
            let from = self.eval(from)?.datum;
            holds &= is(&super::number::binary(BinaryOp::Ge, value, &from)?);
        }
        if let [to] = to {
            let to = self.eval(to)?.datum;
            let op = if inclusive {
                BinaryOp::Le
            } else {
                BinaryOp::Lt
            };
            holds &= is(&super::number::binary(op, value, &to)?);
        }
        Ok(holds)
    }

    fn fits_fields(
        &mut self,
        path: &str,
        fields: impl Iterator<Item = (&'m crate::model::Text, &'m Pattern)>,
        value: &Value,
    ) -> Result<bool, Stop> {
        let last = last_segment(path);
        let mut value = calls::settled(value.clone());
        if let ("Some" | "None" | "Ok" | "Err", Datum::List(_)) = (last, &value.datum)
            && let Some(transposed) = transposed(&value, matches!(last, "Ok" | "Err"))
        {
            value = transposed;
        }
        match &value.datum {
            Datum::Option(inner) => {
                let named = match last {
                    "Some" => inner.is_some(),
                    "None" => inner.is_none(),
                    _ => return Err(unfit(path, &value.datum)),
                };
                if !named {
                    return Ok(false);
                }
            }
            Datum::Variant { name, .. } if !same_name(name, last) => return Ok(false),
            Datum::Variant { .. } | Datum::Struct { .. } => {}
            other => return Err(unfit(path, other)),
        }
        for (field, pattern) in fields {
            let part = match &value.datum {
                Datum::Option(_) => value.part(0),
                _ => value.field(field),
            };
            let Some(part) = part else {
                return Err(EvaluateError::Mismatch(format!(
                    "the pattern `{path}` names the field `{field}`, which `{}` does not have",
                    value.datum
                ))
                .into());
            };
            if !self.fits(pattern, &part)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn fits_items(&mut self, patterns: &'m [Pattern], value: &Value) -> Result<bool, Stop> {
        let (Datum::List(items) | Datum::Tuple(items)) = &value.datum else {
            return Err(unfit("(..)", &value.datum));
        };
        let is_rest = |pattern: &Pattern| match pattern {
            Pattern::Rest => true,
            Pattern::Bind(_, inner) => matches!(inner.as_ref(), [Pattern::Rest]),
            _ => false,
        };
        let rest = patterns.iter().position(is_rest);
        let fixed = patterns.len() - usize::from(rest.is_some());
        if items.len() < fixed || (rest.is_none() && items.len() != fixed) {
            return Ok(false);
        }
        let skipped = items.len() - fixed;
        let mut at = 0;
        for (place, pattern) in patterns.iter().enumerate() {
            if Some(place) == rest {
                if let Pattern::Bind(name, _) = pattern {
                    let parts = (at..at + skipped).filter_map(|at| value.part(at)).collect();
                    self.bind(name, false, Value::list(parts));
                }
                at += skipped;
                continue;
            }
            let Some(part) = value.part(at) else {
                return Ok(false);
            };
            if !self.fits(pattern, &part)? {
                return Ok(false);
            }
            at += 1;
        }
        Ok(true)
    }
}

/// The value of a literal.
pub(super) fn literal(literal: &Literal) -> Result<Datum, EvaluateError> {
    Ok(match literal {
        Literal::Bool(value) => Datum::Bool(*value),
        Literal::Int { value, ty } => match (crate::IntType::parse(ty), ty.as_ref()) {
            (Some(ty), _) => Datum::Int(ty, *value),
            (None, "f64" | "f32") => return float(&value.to_string()),
            (None, _) => Datum::literal(*value),
        },
        Literal::Float(text) => return float(text),
        Literal::Str(text) => Datum::Str(text.to_string()),
        Literal::Char(letter) => Datum::Char(*letter),
    })
}

fn float(text: &str) -> Result<Datum, EvaluateError> {
    let digits = text.replace('_', "");
    let digits = digits.trim_end_matches("f64").trim_end_matches("f32");
    digits
        .parse()
        .map(Datum::Float)
        .map_err(|_| EvaluateError::Mismatch(format!("`{text}` is not a number")))
}

fn equal(one: &Datum, two: &Datum) -> Result<bool, Stop> {
    Ok(is(&super::number::binary(BinaryOp::Eq, one, two)?))
}

fn is(datum: &Datum) -> bool {
    matches!(datum, Datum::Bool(true))
}

pub(super) fn is_none(path: &str) -> bool {
    path == "None" || path.ends_with("Option::None")
}

pub(super) fn last_segment(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path).trim()
}

fn unfit(path: &str, found: &Datum) -> Stop {
    EvaluateError::Mismatch(format!(
        "the pattern `{path}` meets `{found}`: expected a value of its type"
    ))
    .into()
}
