//! Methods of iterators, which are lists here.

use super::{Answer, Call, found, index, items_of, truth};
use crate::Datum;
use crate::evaluate::machine::{Machine, Stop};
use crate::evaluate::number;
use crate::evaluate::shape::Type;
use crate::evaluate::value::Value;
use crate::model::BinaryOp;
use std::cmp::Ordering;

impl<'m> Machine<'m> {
    /// A method of anything that can be walked through.
    pub(super) fn on_sequence(&mut self, call: &Call<'m>) -> Answer {
        if !matches!(
            call.of.datum,
            Datum::List(_)
                | Datum::Tuple(_)
                | Datum::Map(_)
                | Datum::Option(_)
                | Datum::Struct { .. }
        ) {
            return Ok(None);
        }
        if let Datum::Struct { name, .. } = &call.of.datum
            && !name.starts_with(super::RANGE)
            && !call.of.datum.is_the_default()
        {
            return Ok(None);
        }
        let items = items_of(&call.of)?;
        if let Some(value) = self.arranged(call, &items)? {
            return Ok(Some(value));
        }
        if let Some(value) = self.folded(call, &items)? {
            return Ok(Some(value));
        }
        if let Some(value) = self.searched(call, &items)? {
            return Ok(Some(value));
        }
        self.transformed(call, items)
    }

    /// Methods that take no closure and give a sequence.
    fn arranged(&mut self, call: &Call<'m>, items: &[Value]) -> Answer {
        let mut items = items.to_vec();
        match (call.name, call.arguments.len()) {
            (
                "iter" | "into_iter" | "iter_mut" | "peekable" | "fuse" | "by_ref" | "as_slice",
                0,
            ) => {}
            ("copied" | "cloned", 0) => {
                items = items.into_iter().map(Value::own).collect();
            }
            ("rev", 0) => items.reverse(),
            ("enumerate", 0) => {
                items = items
                    .into_iter()
                    .enumerate()
                    .map(|(place, item)| Value::tuple(vec![Datum::count(place).into(), item]))
                    .collect();
            }
            ("take", 1) => items.truncate(self.index_argument(call)?),
            ("skip", 1) => {
                let by = self.index_argument(call)?.min(items.len());
                items.drain(..by);
            }
            ("step_by", 1) => {
                let by = self.index_argument(call)?;
                if by == 0 {
                    return Ok(None);
                }
                items = items.into_iter().step_by(by).collect();
            }
            ("chain", 1) => {
                let more = self.argument(call, 0)?;
                items.extend(items_of(&more)?);
            }
            ("zip", 1) => {
                let other = self.argument(call, 0)?;
                let other = items_of(&other)?;
                items = items
                    .into_iter()
                    .zip(other)
                    .map(|(one, two)| Value::tuple(vec![one, two]))
                    .collect();
            }
            ("flatten", 0) => {
                let mut flat = Vec::new();
                for item in items {
                    let item = success(item);
                    flat.extend(items_of(&item)?);
                }
                items = flat;
            }
            ("unzip", 0) => {
                let one = items.iter().filter_map(|item| item.part(0)).collect();
                let two = items.iter().filter_map(|item| item.part(1)).collect();
                return found(Value::tuple(vec![Value::list(one), Value::list(two)]));
            }
            ("collect", 0) => return self.collected(call, items),
            _ => return Ok(None),
        }
        found(Value::list(items))
    }

    fn collected(&mut self, call: &Call<'m>, items: Vec<Value>) -> Answer {
        let into = call.turbofish.map(Type::parse);
        let wraps = into
            .as_ref()
            .is_some_and(|ty| matches!(ty.name.as_str(), "Option" | "Result"));
        let is_result = items
            .iter()
            .any(|item| matches!(&item.datum, Datum::Variant { of, .. } if of == "Result"));
        let mut inner = into.clone();
        let mut items = items;
        if wraps {
            inner = into.as_ref().and_then(|ty| ty.arguments.first().cloned());
            let missing = |item: &&Value| match &item.datum {
                Datum::Option(inner) => inner.is_none(),
                Datum::Variant { name, .. } => name != "Ok",
                _ => true,
            };
            if let Some(item) = items.iter().find(missing) {
                return Ok(Some(item.clone()));
            }
            items = items.into_iter().filter_map(|item| item.part(0)).collect();
        }
        let mut list = Value::list(items);
        if let Some(ty) = inner
            && (ty.is_map() || ty.is_set() || ty.name == "String")
        {
            self.shapes.adopt(&mut list.datum, &ty);
            list = list.own();
        }
        found(match (wraps, is_result) {
            (false, _) => list,
            (true, true) => Value::one_part(list, Datum::ok),
            (true, false) => Value::some(list),
        })
    }

    /// Methods that give one value of all items.
    #[allow(clippy::too_many_lines, reason = "an arm for each method")]
    fn folded(&mut self, call: &Call<'m>, items: &[Value]) -> Answer {
        match (call.name, call.arguments.len()) {
            ("count" | "len", 0) => found(Datum::count(items.len())),
            ("sum" | "product", 0) => {
                let (op, start) = match call.name {
                    "sum" => (BinaryOp::Add, 0),
                    _ => (BinaryOp::Mul, 1),
                };
                let mut total = match call.turbofish.and_then(crate::IntType::parse) {
                    Some(ty) => Datum::Int(ty, start),
                    None => Datum::literal(start),
                };
                for item in items {
                    total = match (&total, &item.datum) {
                        (Datum::Int(_, 1), Datum::Float(_)) => item.datum.clone(),
                        _ => number::binary(op, &total, &item.datum)?,
                    };
                }
                found(total)
            }
            ("fold", 2) => {
                let mut total = self.argument(call, 0)?;
                for item in items {
                    total = self.apply(call, 1, vec![total, item.clone()])?;
                }
                Ok(Some(total))
            }
            ("try_fold", 2) => {
                let mut total = self.argument(call, 0)?;
                let mut last = None;
                for item in items {
                    let step = self.apply(call, 1, vec![total, item.clone()])?;
                    let Some(inner) = present(&step) else {
                        return Ok(Some(step));
                    };
                    total = inner;
                    last = Some(step);
                }
                Ok(Some(last.unwrap_or_else(|| Value::some(total))))
            }
            ("reduce", 1) => {
                let mut items = items.iter().cloned();
                let Some(mut total) = items.next() else {
                    return found(Datum::NONE);
                };
                for item in items {
                    total = self.apply(call, 0, vec![total, item])?;
                }
                found(Value::some(total))
            }
            ("for_each", 1) => {
                for item in items {
                    self.apply(call, 0, vec![item.clone()])?;
                }
                found(Datum::UNIT)
            }
            ("max" | "min", 0) => found(Value::option(extreme(call.name == "max", items, items))),
            ("max_by_key" | "min_by_key", 1) => {
                let mut keys = Vec::new();
                for item in items {
                    keys.push(self.apply(call, 0, vec![item.clone()])?);
                }
                let most = call.name == "max_by_key";
                found(Value::option(extreme(most, &keys, items)))
            }
            ("max_by" | "min_by", 1) => {
                let mut best: Option<Value> = None;
                for item in items {
                    let replace = match &best {
                        None => true,
                        Some(best) => {
                            let pair = vec![best.clone(), item.clone()];
                            let ordering = super::list::ordering(&self.apply(call, 0, pair)?.datum);
                            match call.name {
                                "max_by" => ordering.is_le(),
                                _ => ordering.is_gt(),
                            }
                        }
                    };
                    if replace {
                        best = Some(item.clone());
                    }
                }
                found(Value::option(best))
            }
            ("eq" | "ne" | "cmp" | "lt" | "le" | "gt" | "ge", 1) => {
                let other = self.argument(call, 0)?;
                let other = items_of(&other)?;
                let one = Datum::List(items.iter().map(|item| item.datum.clone()).collect());
                let two = Datum::List(other.into_iter().map(|item| item.datum).collect());
                let ordering = one.compare(&two);
                match call.name {
                    "eq" => truth(one == two),
                    "ne" => truth(one != two),
                    "lt" => truth(ordering.is_lt()),
                    "le" => truth(ordering.is_le()),
                    "gt" => truth(ordering.is_gt()),
                    "ge" => truth(ordering.is_ge()),
                    _ => found(super::general::ordering(ordering)),
                }
            }
            _ => Ok(None),
        }
    }

    /// Methods that stop at the first item for which a closure holds.
    fn searched(&mut self, call: &Call<'m>, items: &[Value]) -> Answer {
        match (call.name, call.arguments.len()) {
            ("any", 1) => {
                for item in items {
                    if self.test(call, 0, vec![item.clone()])? {
                        return truth(true);
                    }
                }
                truth(false)
            }
            ("all", 1) => {
                for item in items {
                    if !self.test(call, 0, vec![item.clone()])? {
                        if let Some(pattern) = Self::closure_pattern(call, 0) {
                            self.note_failing(pattern, item);
                        }
                        return truth(false);
                    }
                }
                truth(true)
            }
            ("find", 1) => {
                for item in items {
                    if self.test(call, 0, vec![item.clone()])? {
                        return found(Value::some(item.clone()));
                    }
                }
                found(Datum::NONE)
            }
            ("rfind", 1) => {
                for item in items.iter().rev() {
                    if self.test(call, 0, vec![item.clone()])? {
                        return found(Value::some(item.clone()));
                    }
                }
                found(Datum::NONE)
            }
            ("find_map", 1) => {
                for item in items {
                    let value = self.apply(call, 0, vec![item.clone()])?;
                    if present(&value).is_some() {
                        return Ok(Some(value));
                    }
                }
                found(Datum::NONE)
            }
            ("position", 1) => {
                for (place, item) in items.iter().enumerate() {
                    if self.test(call, 0, vec![item.clone()])? {
                        return found(Datum::some(Datum::count(place)));
                    }
                }
                found(Datum::NONE)
            }
            ("rposition", 1) => {
                for (place, item) in items.iter().enumerate().rev() {
                    if self.test(call, 0, vec![item.clone()])? {
                        return found(Datum::some(Datum::count(place)));
                    }
                }
                found(Datum::NONE)
            }
            ("nth", 1) => {
                let place = self.index_argument(call)?;
                found(Value::option(items.get(place).cloned()))
            }
            ("first", 0) => found(Value::option(items.first().cloned())),
            ("last" | "next_back", 0) => found(Value::option(items.last().cloned())),
            _ => Ok(None),
        }
    }

    /// Methods that make another sequence with a closure.
    fn transformed(&mut self, call: &Call<'m>, items: Vec<Value>) -> Answer {
        if call.arguments.len() != 1 {
            return Ok(None);
        }
        let mut made = Vec::new();
        match call.name {
            "map" => {
                for item in items {
                    made.push(self.apply(call, 0, vec![item])?);
                }
            }
            "filter" => {
                for item in items {
                    if self.test(call, 0, vec![item.clone()])? {
                        made.push(item);
                    }
                }
            }
            "filter_map" => {
                for item in items {
                    let value = self.apply(call, 0, vec![item])?;
                    made.extend(present(&value));
                }
            }
            "flat_map" => {
                for item in items {
                    let value = success(self.apply(call, 0, vec![item])?);
                    made.extend(items_of(&value)?);
                }
            }
            "map_while" => {
                for item in items {
                    let value = self.apply(call, 0, vec![item])?;
                    match present(&value) {
                        Some(value) => made.push(value),
                        None => break,
                    }
                }
            }
            "take_while" => {
                for item in items {
                    if !self.test(call, 0, vec![item.clone()])? {
                        break;
                    }
                    made.push(item);
                }
            }
            "skip_while" => {
                for item in items {
                    if made.is_empty() && self.test(call, 0, vec![item.clone()])? {
                        continue;
                    }
                    made.push(item);
                }
            }
            "inspect" => {
                for item in items {
                    self.apply(call, 0, vec![item.clone()])?;
                    made.push(item);
                }
            }
            "partition" => {
                let mut other = Vec::new();
                for item in items {
                    if self.test(call, 0, vec![item.clone()])? {
                        made.push(item);
                    } else {
                        other.push(item);
                    }
                }
                return found(Value::tuple(vec![Value::list(made), Value::list(other)]));
            }
            _ => return Ok(None),
        }
        found(Value::list(made))
    }

    pub(super) fn on_range(&mut self, call: &Call<'m>) -> Answer {
        let Datum::Struct { name, fields } = &call.of.datum else {
            return Ok(None);
        };
        let inclusive = name == super::RANGE_INCLUSIVE;
        let end = |name: &str| {
            fields
                .iter()
                .find(|(end, _)| end == name)
                .map(|(_, value)| value)
        };
        match (call.name, call.arguments.len()) {
            ("contains", 1) => {
                let item = self.argument(call, 0)?.datum;
                truth(lies_in(&call.of.datum, &item)?)
            }
            ("is_empty", 0) => match (end("from"), end("to")) {
                (Some(from), Some(to)) => {
                    let ordering = from.compare(to);
                    truth(ordering.is_gt() || (!inclusive && ordering.is_eq()))
                }
                _ => truth(false),
            },
            ("start", 0) => Ok(end("from").cloned().map(Value::from)),
            ("end", 0) => Ok(end("to").cloned().map(Value::from)),
            _ => Ok(None),
        }
    }

    fn index_argument(&mut self, call: &Call<'m>) -> Result<usize, Stop> {
        Ok(index(&self.argument(call, 0)?.datum)?)
    }
}

/// Whether a value lies in a range, either end of which may be open.
pub(super) fn lies_in(range: &Datum, item: &Datum) -> Result<bool, Stop> {
    let Datum::Struct { name, fields } = range else {
        return Err(super::mismatch(format!(
            "`{range}` is used as a range: expected `from..to`"
        )));
    };
    let mut holds = true;
    for (end, value) in fields {
        let op = match (end.as_str(), name == super::RANGE_INCLUSIVE) {
            ("from", _) => BinaryOp::Ge,
            (_, true) => BinaryOp::Le,
            (_, false) => BinaryOp::Lt,
        };
        holds &= number::binary(op, item, value)? == Datum::Bool(true);
    }
    Ok(holds)
}

/// The value in `Some` or `Ok`.
fn present(of: &Value) -> Option<Value> {
    match &of.datum {
        Datum::Option(Some(_)) => of.part(0),
        Datum::Variant {
            of: owner, name, ..
        } if owner == "Result" && name == "Ok" => of.part(0),
        _ => None,
    }
}

/// A `Result` as the `Option` of its value.
fn success(of: Value) -> Value {
    match &of.datum {
        Datum::Variant { of: owner, .. } if owner == "Result" => Value::option(present(&of)),
        _ => of,
    }
}

/// The item with the greatest or least key; of equal ones the last greatest and the first least, as in Rust.
fn extreme(most: bool, keys: &[Value], items: &[Value]) -> Option<Value> {
    let mut best: Option<usize> = None;
    for (place, key) in keys.iter().enumerate() {
        let better = best.is_none_or(|best| {
            let ordering = key.datum.compare(&keys[best].datum);
            (ordering == Ordering::Less) != most
        });
        if better {
            best = Some(place);
        }
    }
    best.and_then(|best| items.get(best).cloned())
}
