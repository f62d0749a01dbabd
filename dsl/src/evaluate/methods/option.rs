//! Methods of `Option` and `Result`.

use super::{Answer, Call, found, truth};
use crate::Datum;
use crate::evaluate::machine::Machine;
use crate::evaluate::value::Value;

impl<'m> Machine<'m> {
    pub(super) fn on_option(&mut self, call: &Call<'m>) -> Answer {
        let inner = call.of.part(0);
        let of = &call.of;
        match (call.name, call.arguments.len()) {
            ("is_some", 0) => truth(inner.is_some()),
            ("is_none", 0) => truth(inner.is_none()),
            ("is_some_and", 1) => match inner {
                Some(inner) => truth(self.test(call, 0, vec![inner])?),
                None => truth(false),
            },
            ("is_none_or", 1) => match inner {
                Some(inner) => truth(self.test(call, 0, vec![inner])?),
                None => truth(true),
            },
            ("iter" | "iter_mut" | "into_iter", 0) => {
                found(Value::list(inner.into_iter().collect()))
            }
            ("take", 0) => {
                self.put_back(of, Datum::NONE)?;
                found(of.datum.clone())
            }
            ("take_if", 1) => match inner {
                Some(inner) if self.test(call, 0, vec![inner.clone()])? => {
                    self.put_back(of, Datum::NONE)?;
                    found(of.datum.clone())
                }
                _ => found(Datum::NONE),
            },
            ("replace", 1) => {
                let new = self.argument(call, 0)?.datum;
                self.put_back(of, Datum::some(new))?;
                found(of.datum.clone())
            }
            ("insert", 1) => {
                let new = self.argument(call, 0)?.datum;
                self.filled(of, new)
            }
            ("get_or_insert" | "get_or_insert_with" | "get_or_insert_default", _) => {
                if let Some(inner) = inner {
                    return Ok(Some(inner));
                }
                let new = match call.name {
                    "get_or_insert" => self.argument(call, 0)?.datum,
                    "get_or_insert_with" => self.apply(call, 0, Vec::new())?.datum,
                    _ => self.inner_default(of),
                };
                self.filled(of, new)
            }
            ("unwrap_or_default", 0) => {
                let default = self.inner_default(of);
                Ok(Some(inner.unwrap_or_else(|| default.into())))
            }
            ("flatten", 0) => Ok(Some(inner.unwrap_or_else(|| Datum::NONE.into()))),
            ("ok_or" | "ok_or_else", 1) => {
                if let Some(inner) = inner {
                    return found(Value::one_part(inner, Datum::ok));
                }
                let error = match call.name {
                    "ok_or" => self.argument(call, 0)?,
                    _ => self.apply(call, 0, Vec::new())?,
                };
                found(Value::one_part(error, Datum::err))
            }
            ("zip", 1) => {
                let other = self.argument(call, 0)?.part(0);
                let pair = inner
                    .zip(other)
                    .map(|(one, two)| Value::tuple(vec![one, two]));
                found(Value::option(pair))
            }
            ("xor", 1) => {
                let other = self.argument(call, 0)?;
                Ok(Some(match (&inner, &other.datum) {
                    (Some(_), Datum::Option(None)) => of.clone(),
                    (None, Datum::Option(Some(_))) => other,
                    _ => Datum::NONE.into(),
                }))
            }
            ("transpose", 0) => match inner.map(|inner| (inner.part(0), inner.datum)) {
                Some((Some(value), Datum::Variant { name, .. })) if name == "Ok" => {
                    found(Value::one_part(Value::some(value), Datum::ok))
                }
                Some((_, error)) => found(error),
                None => found(Datum::ok(Datum::NONE)),
            },
            _ => self.chained(call, inner),
        }
    }

    /// What `Option` and `Result` have alike: `inner` is the value, if there is one.
    fn chained(&mut self, call: &Call<'m>, inner: Option<Value>) -> Answer {
        let of = &call.of;
        let wrap = |value: Value| Value::one_part(value, |datum| rewrapped(&of.datum, datum));
        Ok(Some(match (call.name, call.arguments.len(), inner) {
            ("unwrap" | "expect", _, None) => {
                return Err(super::mismatch(format!(
                    "`{}` meets `{}`",
                    call.name, of.datum
                )));
            }
            ("unwrap_or", 1, inner) => {
                let other = self.argument(call, 0)?;
                inner.unwrap_or(other)
            }
            ("unwrap", 0, Some(inner)) | ("expect" | "unwrap_or_else", 1, Some(inner)) => inner,
            ("unwrap_or_else" | "or_else", 1, None) | ("map_or_else", 2, None) => {
                let error = error_of(of);
                self.apply(call, 0, error)?
            }
            ("map", 1, Some(inner)) => wrap(self.apply(call, 0, vec![inner])?),
            ("and_then", 1, Some(inner)) => self.apply(call, 0, vec![inner])?,
            ("and", 1, Some(_)) => self.argument(call, 0)?,
            ("map" | "and_then" | "and" | "filter", 1, None) | ("or_else", 1, Some(_)) => {
                of.clone()
            }
            ("or", 1, inner) => {
                let other = self.argument(call, 0)?;
                if inner.is_some() { of.clone() } else { other }
            }
            ("filter", 1, Some(inner)) => {
                if self.test(call, 0, vec![inner])? {
                    of.clone()
                } else {
                    Datum::NONE.into()
                }
            }
            ("map_or", 2, inner) => {
                let other = self.argument(call, 0)?;
                match inner {
                    Some(inner) => self.apply(call, 1, vec![inner])?,
                    None => other,
                }
            }
            ("map_or_else", 2, Some(inner)) => self.apply(call, 1, vec![inner])?,
            ("inspect", 1, inner) => {
                if let Some(inner) = inner {
                    self.apply(call, 0, vec![inner])?;
                }
                of.clone()
            }
            _ => return Ok(None),
        }))
    }

    pub(super) fn on_result(&mut self, call: &Call<'m>) -> Answer {
        let is_ok = is_ok(&call.of.datum);
        let inner = call.of.part(0);
        let value = inner.clone().filter(|_| is_ok);
        match (call.name, call.arguments.len()) {
            ("is_ok", 0) => truth(is_ok),
            ("is_err", 0) => truth(!is_ok),
            ("ok", 0) => found(Value::option(value)),
            ("err", 0) => found(Value::option(inner.filter(|_| !is_ok))),
            ("is_ok_and" | "is_err_and", 1) => match inner {
                Some(inner) if is_ok == (call.name == "is_ok_and") => {
                    truth(self.test(call, 0, vec![inner])?)
                }
                _ => truth(false),
            },
            ("map_err", 1) => match inner {
                Some(inner) if !is_ok => {
                    let error = self.apply(call, 0, vec![inner])?;
                    found(Value::one_part(error, Datum::err))
                }
                _ => Ok(Some(call.of.clone())),
            },
            ("unwrap_or_default", 0) => {
                Ok(Some(value.unwrap_or_else(|| Datum::the_default().into())))
            }
            _ => self.chained(call, value),
        }
    }

    /// `Some(new)` where the option stands, and the new value as a place in it.
    fn filled(&mut self, of: &Value, new: Datum) -> Answer {
        let filled = Datum::some(new);
        self.put_back(of, filled.clone())?;
        Ok(Value {
            datum: filled,
            places: of.places.clone(),
        }
        .part(0))
    }

    fn inner_default(&self, of: &Value) -> Datum {
        let declared = self
            .type_of(&of.places)
            .and_then(|ty| self.shapes.default(ty.arguments.first()?));
        declared.unwrap_or_else(Datum::the_default)
    }
}

/// The value in the same wrapping as before.
fn rewrapped(before: &Datum, value: Datum) -> Datum {
    match before {
        Datum::Option(_) => Datum::some(value),
        _ => Datum::ok(value),
    }
}

/// What the closure for the other case gets: the error of a `Result`.
fn error_of(of: &Value) -> Vec<Value> {
    match &of.datum {
        Datum::Variant { .. } => of.part(0).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn is_ok(datum: &Datum) -> bool {
    matches!(datum, Datum::Variant { of, name, .. } if of == "Result" && name == "Ok")
}
