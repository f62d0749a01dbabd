//! Methods that every kind of value has.

use super::map::entry_place;
use super::{Answer, Call, ENTRY, found, truth};
use crate::Datum;
use crate::evaluate::expression::mismatch;
use crate::evaluate::machine::Machine;
use crate::evaluate::number;
use crate::evaluate::value::Value;
use crate::model::BinaryOp;
use std::cmp::Ordering;

impl<'m> Machine<'m> {
    pub(super) fn on_any(&mut self, call: &Call<'m>) -> Answer {
        let of = &call.of;
        Ok(Some(match (call.name, call.arguments.len()) {
            ("clone" | "cloned" | "copied" | "to_owned", 0) => of.clone().own(),
            (
                "as_ref" | "as_mut" | "as_deref" | "as_deref_mut" | "borrow" | "by_ref" | "into"
                | "as_slice" | "to_vec" | "as_str" | "into_boxed_str" | "into_inner" | "deref"
                | "as_mut_slice",
                0,
            ) => of.clone(),
            ("to_string", 0) => Datum::Str(match &of.datum {
                Datum::Str(text) => text.clone(),
                Datum::Char(letter) => letter.to_string(),
                Datum::Float(value) => value.to_string(),
                other => other.to_string(),
            })
            .into(),
            ("eq" | "ne" | "lt" | "le" | "gt" | "ge", 1) => {
                let other = self.argument(call, 0)?.datum;
                let op = match call.name {
                    "eq" => BinaryOp::Eq,
                    "ne" => BinaryOp::Ne,
                    "lt" => BinaryOp::Lt,
                    "le" => BinaryOp::Le,
                    "gt" => BinaryOp::Gt,
                    _ => BinaryOp::Ge,
                };
                number::binary(op, &of.datum, &other)?.into()
            }
            ("cmp" | "total_cmp", 1) => {
                let other = self.argument(call, 0)?.datum;
                ordering(of.datum.compare(&other)).into()
            }
            ("partial_cmp", 1) => {
                let other = self.argument(call, 0)?.datum;
                Value::some(ordering(of.datum.compare(&other)).into())
            }
            ("max" | "min", 1) => {
                let other = self.argument(call, 0)?;
                let (one, two) = number::meet(&of.datum, &other.datum);
                let ordering = one.compare(&two);
                // As in Rust: of two equal ones, `max` is the second and `min` the first.
                let first = match call.name {
                    "max" => ordering.is_gt(),
                    _ => ordering.is_le(),
                };
                number::widened(if first { one } else { two }, &of.datum, &other.datum).into()
            }
            ("clamp", 2) => {
                let least = self.argument(call, 0)?.datum;
                let greatest = self.argument(call, 1)?.datum;
                if least.compare(&greatest).is_gt() {
                    return Err(mismatch(format!(
                        "`clamp` expects its first bound not to be greater than its second, found `{least}` and `{greatest}`"
                    )));
                }
                let (value, _) = number::meet(&of.datum, &least);
                let value = if value.compare(&least).is_lt() {
                    least
                } else if value.compare(&greatest).is_gt() {
                    greatest
                } else {
                    value
                };
                number::widened(value.clone(), &of.datum, &value).into()
            }
            ("clone_from", 1) => {
                let other = self.argument(call, 0)?.datum;
                self.put_back(of, other)?;
                Value::unit()
            }
            ("same", 1) => {
                let other = self.argument(call, 0)?;
                match (of.field("id"), other.field("id")) {
                    (Some(one), Some(two)) => Datum::Bool(one.datum == two.datum).into(),
                    _ => {
                        return Err(mismatch(format!(
                            "`same` expects two entities, found `{}`",
                            of.datum
                        )));
                    }
                }
            }
            ("uuid", 0) if matches!(of.datum, Datum::Id(_)) => of.clone().own(),
            _ => return Ok(None),
        }))
    }

    pub(super) fn on_bool(&mut self, call: &Call<'m>) -> Answer {
        let Datum::Bool(value) = call.of.datum else {
            return Ok(None);
        };
        match call.name {
            "then" if value => {
                let inner = self.apply(call, 0, Vec::new())?;
                found(Value::some(inner))
            }
            "then_some" if value => {
                let inner = self.argument(call, 0)?;
                found(Value::some(inner))
            }
            "then" | "then_some" => found(Datum::NONE),
            "not" => truth(!value),
            _ => Ok(None),
        }
    }

    pub(super) fn on_ordering(&mut self, call: &Call<'m>) -> Answer {
        let Datum::Variant { name, .. } = &call.of.datum else {
            return Ok(None);
        };
        let of = match name.as_str() {
            "Less" => Ordering::Less,
            "Greater" => Ordering::Greater,
            _ => Ordering::Equal,
        };
        match call.name {
            "is_lt" => truth(of.is_lt()),
            "is_le" => truth(of.is_le()),
            "is_gt" => truth(of.is_gt()),
            "is_ge" => truth(of.is_ge()),
            "is_eq" => truth(of.is_eq()),
            "is_ne" => truth(of.is_ne()),
            "reverse" => found(ordering(of.reverse())),
            "then" if of.is_eq() => Ok(Some(self.argument(call, 0)?)),
            "then_with" if of.is_eq() => Ok(Some(self.apply(call, 0, Vec::new())?)),
            "then" | "then_with" => found(ordering(of)),
            _ => Ok(None),
        }
    }

    /// `map.entry(key)..`.
    pub(super) fn on_entry(&mut self, call: &Call<'m>) -> Answer {
        let (Some(map), Some(key)) = (call.of.field("map"), call.of.field("key")) else {
            return Ok(None);
        };
        let key = key.datum;
        let present = entry_place(&map, &key);
        let new = match (call.name, &present) {
            ("key", _) => return found(key),
            ("or_default" | "or_insert" | "or_insert_with" | "or_insert_with_key", Some(value)) => {
                if call.name == "or_insert" {
                    self.argument(call, 0)?;
                }
                return Ok(Some(value.clone()));
            }
            ("or_default", None) => self.default_value(&map),
            ("or_insert", None) | ("insert_entry", _) => self.argument(call, 0)?.datum,
            ("or_insert_with", None) => self.apply(call, 0, Vec::new())?.datum,
            ("or_insert_with_key", None) => self.apply(call, 0, vec![key.clone().into()])?.datum,
            ("and_modify", Some(value)) => {
                self.apply(call, 0, vec![value.clone()])?;
                // What follows sees the entry as it is now.
                let map = Value {
                    datum: self.now(&map),
                    places: map.places,
                };
                return Ok(Some(entry(map, key)));
            }
            ("and_modify", None) => return Ok(Some(call.of.clone())),
            _ => return Ok(None),
        };
        let map = self.insert_entry(&map, key.clone(), new)?;
        Ok(entry_place(&map, &key))
    }
}

/// An entry of a map.
pub(super) fn entry(map: Value, key: Datum) -> Value {
    let pair = Value::tuple(vec![map, key.into()]);
    let mut parts = Vec::new();
    if let Datum::Tuple(items) = pair.datum {
        for (name, item) in ["map", "key"].into_iter().zip(items) {
            parts.push((name.to_owned(), item));
        }
    }
    Value {
        datum: Datum::structure(ENTRY, parts),
        places: pair.places,
    }
}

/// An `Ordering`, as a variant.
pub(super) fn ordering(of: Ordering) -> Datum {
    let (index, name) = match of {
        Ordering::Less => (0, "Less"),
        Ordering::Equal => (1, "Equal"),
        Ordering::Greater => (2, "Greater"),
    };
    Datum::Variant {
        of: "Ordering".to_owned(),
        index,
        name: name.to_owned(),
        fields: Vec::new(),
    }
}
