//! Methods of moments and durations.

use super::{Answer, Call, found, truth};
use crate::evaluate::machine::Machine;
use crate::evaluate::value::Value;
use crate::evaluate::{EvaluateError, expression::mismatch};
use crate::{Datum, IntType, Timestamp};
use std::time::Duration;

impl<'m> Machine<'m> {
    pub(super) fn on_time(&mut self, call: &Call<'m>) -> Answer {
        let by = match call.arguments {
            [by] => Some(self.eval(by)?.datum),
            _ => None,
        };
        match (&call.of.datum, by) {
            (Datum::Timestamp(micros), None) if call.name == "as_micros" => {
                found(Datum::Int(IntType::I64, (*micros).into()))
            }
            (Datum::Timestamp(micros), Some(Datum::Timestamp(earlier)))
                if call.name == "saturating_duration_since" =>
            {
                let since = Timestamp::from_micros(*micros)
                    .saturating_duration_since(Timestamp::from_micros(earlier));
                found(Datum::Duration(since))
            }
            (Datum::Duration(time), by) => duration(call.name, *time, by),
            _ => Ok(None),
        }
    }
}

fn duration(name: &str, time: Duration, by: Option<Datum>) -> Answer {
    let number = |ty, value: u128| {
        i128::try_from(value)
            .map(|value| Datum::Int(ty, value))
            .map_err(|_| EvaluateError::Overflow(name.to_owned()))
    };
    let option = |time: Option<Duration>| {
        found(Value::option(time.map(|time| Datum::Duration(time).into())))
    };
    match (name, by) {
        ("as_secs", None) => found(number(IntType::U64, time.as_secs().into())?),
        ("as_millis", None) => found(number(IntType::U128, time.as_millis())?),
        ("as_micros", None) => found(number(IntType::U128, time.as_micros())?),
        ("as_nanos", None) => found(number(IntType::U128, time.as_nanos())?),
        ("subsec_millis", None) => found(number(IntType::U32, time.subsec_millis().into())?),
        ("subsec_micros", None) => found(number(IntType::U32, time.subsec_micros().into())?),
        ("subsec_nanos", None) => found(number(IntType::U32, time.subsec_nanos().into())?),
        ("as_secs_f64", None) => found(Datum::Float(time.as_secs_f64())),
        ("is_zero", None) => truth(time.is_zero()),
        ("checked_add", Some(Datum::Duration(by))) => option(time.checked_add(by)),
        ("checked_sub", Some(Datum::Duration(by))) => option(time.checked_sub(by)),
        ("saturating_add", Some(Datum::Duration(by))) => {
            found(Datum::Duration(time.saturating_add(by)))
        }
        ("saturating_sub", Some(Datum::Duration(by))) => {
            found(Datum::Duration(time.saturating_sub(by)))
        }
        ("abs_diff", Some(Datum::Duration(by))) => found(Datum::Duration(time.abs_diff(by))),
        ("checked_mul" | "saturating_mul" | "checked_div", Some(Datum::Int(_, by))) => {
            let by = u32::try_from(by)
                .map_err(|_| mismatch(format!("`{by}` is not a `u32`, as `{name}` takes")))?;
            match name {
                "checked_mul" => option(time.checked_mul(by)),
                "checked_div" => option(time.checked_div(by)),
                _ => found(Datum::Duration(time.saturating_mul(by))),
            }
        }
        _ => Ok(None),
    }
}
