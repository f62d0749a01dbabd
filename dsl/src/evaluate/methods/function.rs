//! Functions without a receiver: constructors, conversions, `mem::take`.

use super::{Call, LONGEST, items_of};
use crate::evaluate::EvaluateError;
use crate::evaluate::expression::mismatch;
use crate::evaluate::machine::{Machine, Stop};
use crate::evaluate::number;
use crate::evaluate::shape::Type;
use crate::evaluate::value::Value;
use crate::model::{BinaryOp, Expr};
use crate::{Datum, IntType, Timestamp};
use std::time::Duration;

impl<'m> Machine<'m> {
    /// `path(arguments)`.
    pub(in crate::evaluate) fn function(
        &mut self,
        path: &'m str,
        arguments: &'m [Expr],
    ) -> Result<Value, Stop> {
        match (last(path), arguments) {
            ("take", [place]) if owner(path) == "mem" => {
                let place = self.place(place)?;
                let empty = self.emptied(&place)?;
                self.write(&place.places, empty)?;
                Ok(place.own())
            }
            ("replace", [place, new]) if owner(path) == "mem" => {
                let place = self.place(place)?;
                let new = self.eval(new)?.datum;
                self.write(&place.places, new)?;
                Ok(place.own())
            }
            ("swap", [one, two]) if owner(path) == "mem" => {
                let one = self.place(one)?;
                let two = self.place(two)?;
                self.write(&one.places, two.datum)?;
                self.write(&two.places, one.datum)?;
                Ok(Value::unit())
            }
            ("repeat", [item, times]) if path == "repeat" => {
                let item = self.eval(item)?;
                match self.eval(times)?.datum {
                    Datum::Int(_, times) if (0..=LONGEST).contains(&times) => {
                        Ok(Value::list((0..times).map(|_| item.clone()).collect()))
                    }
                    other => Err(mismatch(format!(
                        "a list is repeated `{other}` times: expected at most {LONGEST}"
                    ))),
                }
            }
            ("from_fn" | "successors" | "repeat", _) => Err(unknown(path)),
            _ => {
                let values = self.each(arguments)?;
                self.associated_or_method(path, &values, arguments)
            }
        }
    }

    /// `Type::method(receiver, ..)` is the method where no function of that name is known.
    fn associated_or_method(
        &mut self,
        path: &'m str,
        values: &[Value],
        arguments: &'m [Expr],
    ) -> Result<Value, Stop> {
        if let Some(value) = self.known_function(path, values)? {
            return Ok(value);
        }
        match arguments {
            [of, rest @ ..] => self.method(last(path), of, rest),
            [] => Err(unknown(path)),
        }
    }

    /// A function named by its path, with evaluated arguments.
    pub(super) fn associated(
        &mut self,
        path: &'m str,
        values: Vec<Value>,
    ) -> Result<Value, EvaluateError> {
        if let Some(value) = self.known_function(path, &values)? {
            return Ok(value);
        }
        let mut values = values.into_iter();
        let of = values.next().ok_or_else(|| unknown_error(path))?;
        if values.next().is_some() {
            return Err(unknown_error(path));
        }
        let call = Call {
            name: last(path),
            turbofish: None,
            of,
            arguments: &[],
        };
        match self.dispatch(&call) {
            Ok(Some(value)) => Ok(value),
            Err(Stop::Error(error)) => Err(error),
            _ => Err(unknown_error(path)),
        }
    }

    fn known_function(
        &mut self,
        path: &str,
        values: &[Value],
    ) -> Result<Option<Value>, EvaluateError> {
        let of = owner(path);
        let ty = Type::parse(of);
        Ok(Some(match (last(path), values) {
            ("Some", [inner]) => Value::some(inner.clone()),
            ("Ok", [inner]) => Value::one_part(inner.clone(), Datum::ok),
            ("Err", [inner]) => Value::one_part(inner.clone(), Datum::err),
            ("new" | "default", []) | ("with_capacity", [_]) => {
                let ty = Type::parse(path_owner(path));
                match self.shapes.default(&ty) {
                    Some(default) => default.into(),
                    None if last(path) == "default" => Datum::the_default().into(),
                    None => return Ok(None),
                }
            }
            ("new", [inner]) if matches!(of, "Box" | "Rc" | "Arc") => inner.clone(),
            ("from_iter" | "from", [inner])
                if ty.is_map() || ty.is_set() || ty.is_list() || of == "String" =>
            {
                let mut datum = match &inner.datum {
                    datum @ (Datum::Str(_) | Datum::Map(_)) => datum.clone(),
                    Datum::Char(letter) => Datum::Str(letter.to_string()),
                    _ => {
                        let items = items_of(inner).map_err(stopped)?;
                        Datum::List(items.into_iter().map(|item| item.datum).collect())
                    }
                };
                self.shapes.adopt(&mut datum, &ty);
                datum.into()
            }
            ("from", [inner]) if matches!(of, "Option") => Value::some(inner.clone()),
            ("from", [inner]) if IntType::parse(of).is_some() || matches!(of, "f64" | "char") => {
                number::cast(&inner.datum, of)?.into()
            }
            ("try_from", [inner]) => match (IntType::parse(of), &inner.datum) {
                (Some(ty), Datum::Int(_, value)) if ty.holds(*value) => {
                    Datum::ok(Datum::Int(ty, *value)).into()
                }
                (Some(_), Datum::Int(..)) => Datum::err(Datum::UNIT).into(),
                _ => return Ok(None),
            },
            ("from", [inner]) => inner.clone(),
            ("max" | "min", [one, two])
                if matches!(of, "cmp" | "") || IntType::parse(of).is_some() =>
            {
                let (first, second) = number::meet(&one.datum, &two.datum);
                let op = match last(path) {
                    "max" => BinaryOp::Gt,
                    _ => BinaryOp::Le,
                };
                let is_first = number::binary(op, &first, &second)? == Datum::Bool(true);
                let chosen = if is_first { first } else { second };
                number::widened(chosen, &one.datum, &two.datum).into()
            }
            ("from_micros", [micros]) if of == "Timestamp" => match micros.datum {
                Datum::Int(_, micros) => {
                    let micros = i64::try_from(micros).unwrap_or(if micros < 0 {
                        i64::MIN
                    } else {
                        i64::MAX
                    });
                    Datum::Timestamp(Timestamp::from_micros(micros).as_micros()).into()
                }
                _ => return Ok(None),
            },
            ("from_uuid", [uuid]) if of == "Id" => match &uuid.datum {
                Datum::Bytes(bytes) => match uuid::Uuid::from_slice(bytes) {
                    Ok(uuid) => Datum::Id(uuid).into(),
                    Err(_) => return Ok(None),
                },
                Datum::Id(_) => uuid.clone().own(),
                _ => return Ok(None),
            },
            ("new", [seconds, nanos]) if of == "Duration" => {
                let (Datum::Int(_, seconds), Datum::Int(_, nanos)) = (&seconds.datum, &nanos.datum)
                else {
                    return Ok(None);
                };
                let overflow =
                    || EvaluateError::Overflow(format!("Duration::new({seconds}, {nanos})"));
                let seconds = u64::try_from(*seconds).map_err(|_| overflow())?;
                let nanos = u32::try_from(*nanos).map_err(|_| overflow())?;
                let time = Duration::from_secs(seconds)
                    .checked_add(Duration::from_nanos(nanos.into()))
                    .ok_or_else(overflow)?;
                Datum::Duration(time).into()
            }
            (name, values) if of == "Duration" => return duration(name, values),
            ("once", [inner]) if of == "iter" => Value::list(vec![inner.clone()]),
            ("empty", []) if of == "iter" => Datum::List(Vec::new()).into(),
            ("repeat_n", [inner, times]) if of == "iter" => match times.datum {
                Datum::Int(_, times) if (0..=LONGEST).contains(&times) => {
                    Value::list((0..times).map(|_| inner.clone()).collect())
                }
                _ => return Ok(None),
            },
            _ => return Ok(None),
        }))
    }

    /// What `mem::take` leaves behind.
    fn emptied(&self, place: &Value) -> Result<Datum, Stop> {
        if let Some(default) = self
            .type_of(&place.places)
            .and_then(|ty| self.shapes.default(&ty))
        {
            return Ok(default);
        }
        Ok(match &place.datum {
            Datum::Bool(_) => Datum::Bool(false),
            Datum::Int(ty, _) => Datum::Int(*ty, 0),
            Datum::Float(_) => Datum::Float(0.0),
            Datum::Str(_) => Datum::Str(String::new()),
            Datum::Option(_) => Datum::NONE,
            Datum::List(_) => Datum::List(Vec::new()),
            Datum::Map(_) => Datum::Map(Vec::new()),
            Datum::Timestamp(_) => Datum::Timestamp(0),
            Datum::Duration(_) => Datum::Duration(Duration::ZERO),
            other => {
                return Err(mismatch(format!(
                    "`mem::take` meets `{other}`, the default of whose type is not known"
                )));
            }
        })
    }
}

fn duration(name: &str, values: &[Value]) -> Result<Option<Value>, EvaluateError> {
    let [value] = values else {
        return Ok(None);
    };
    let Datum::Int(_, number) = value.datum else {
        return Ok(None);
    };
    let overflow = || EvaluateError::Overflow(format!("Duration::{name}({number})"));
    let number = u64::try_from(number).map_err(|_| overflow())?;
    let seconds = |each: u64| {
        number
            .checked_mul(each)
            .map(Duration::from_secs)
            .ok_or_else(overflow)
    };
    Ok(Some(
        Datum::Duration(match name {
            "from_secs" => Duration::from_secs(number),
            "from_millis" => Duration::from_millis(number),
            "from_micros" => Duration::from_micros(number),
            "from_nanos" => Duration::from_nanos(number),
            "from_mins" => seconds(60)?,
            "from_hours" => seconds(3_600)?,
            "from_days" => seconds(86_400)?,
            "from_weeks" => seconds(604_800)?,
            _ => return Ok(None),
        })
        .into(),
    ))
}

fn stopped(stop: Stop) -> EvaluateError {
    match stop {
        Stop::Error(error) => error,
        Stop::Return(_) => EvaluateError::Mismatch("a value returns".to_owned()),
    }
}

/// `BTreeMap<K, V>` of `BTreeMap::<K, V>::new`.
fn path_owner(path: &str) -> &str {
    path.rsplit_once("::").map_or("", |(owner, _)| owner)
}

/// The last name of what stands before the function's name.
fn owner(path: &str) -> &str {
    let before = path_owner(path);
    let before = before.split('<').next().unwrap_or(before);
    let before = before.trim_end_matches("::").trim();
    before.rsplit("::").next().unwrap_or(before)
}

/// The function's name, without type arguments behind it.
fn last(path: &str) -> &str {
    let path = match path.strip_suffix('>') {
        Some(_) => path.rsplit_once("::<").map_or(path, |(path, _)| path),
        None => path,
    };
    path.rsplit("::").next().unwrap_or(path).trim()
}

fn unknown(path: &str) -> Stop {
    unknown_error(path).into()
}

fn unknown_error(path: &str) -> EvaluateError {
    EvaluateError::Mismatch(format!(
        "the function `{path}` is not known to the evaluator"
    ))
}
