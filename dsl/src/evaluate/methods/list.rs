//! Methods of lists and sets. Both are lists here: the type's text tells them apart, and else the method.

use super::collect::put_item;
use super::map::entry_place;
use super::{Answer, Call, found, index, items_of, truth};
use crate::Datum;
use crate::evaluate::machine::{Machine, Stop};
use crate::evaluate::number;
use crate::evaluate::value::{Value, find_item};
use crate::model::BinaryOp;
use std::cmp::Ordering;

impl<'m> Machine<'m> {
    #[allow(clippy::too_many_lines, reason = "an arm for each method")]
    pub(super) fn on_list(&mut self, call: &Call<'m>) -> Answer {
        let (Datum::List(items) | Datum::Tuple(items)) = &call.of.datum else {
            return Ok(None);
        };
        let of = &call.of;
        if let Some(value) = self.looked_at(call, items)? {
            return Ok(Some(value));
        }
        if let Some(value) = self.as_pairs(call, items)? {
            return Ok(Some(value));
        }
        let mut new = items.clone();
        let mut given = Datum::UNIT;
        match (call.name, call.arguments.len()) {
            ("push" | "push_back", 1) => new.push(self.argument(call, 0)?.datum),
            ("push_front", 1) => new.insert(0, self.argument(call, 0)?.datum),
            ("pop" | "pop_back" | "pop_last", 0) => given = optional(new.pop()),
            ("pop_front" | "pop_first", 0) => {
                let first = of.part(0);
                if !new.is_empty() {
                    new.remove(0);
                }
                self.put_back(of, Datum::List(new))?;
                return found(Value::option(first));
            }
            ("clear", 0) => new.clear(),
            ("truncate", 1) => new.truncate(index(&self.argument(call, 0)?.datum)?),
            ("insert", 1) => {
                let item = self.argument(call, 0)?.datum;
                given = Datum::Bool(put_item(&mut new, item, self.is_unsorted(of)));
            }
            ("insert", 2) => {
                let place = index(&self.argument(call, 0)?.datum)?;
                let item = self.argument(call, 1)?.datum;
                if place > new.len() {
                    return Err(out_of_bounds(place, new.len()));
                }
                new.insert(place, item);
            }
            ("remove" | "take", 1) if call.name == "remove" || self.is_set(of) => {
                let item = self.argument(call, 0)?.datum;
                given = self.removed(call, &mut new, &item)?;
            }
            ("swap_remove", 1) => {
                let place = index(&self.argument(call, 0)?.datum)?;
                if place >= new.len() {
                    return Err(out_of_bounds(place, new.len()));
                }
                given = new.swap_remove(place);
            }
            ("swap", 2) => {
                let one = index(&self.argument(call, 0)?.datum)?;
                let two = index(&self.argument(call, 1)?.datum)?;
                if one.max(two) >= new.len() {
                    return Err(out_of_bounds(one.max(two), new.len()));
                }
                new.swap(one, two);
            }
            ("extend" | "extend_from_slice" | "append", 1) => {
                let more = self.argument(call, 0)?;
                let places = more.places.clone();
                let unsorted = self.is_unsorted(of);
                let is_set = self.is_set(of);
                for item in items_of(&more)? {
                    if is_set {
                        put_item(&mut new, item.datum, unsorted);
                    } else {
                        new.push(item.datum);
                    }
                }
                if call.name == "append" {
                    self.write(&places, Datum::List(Vec::new()))?;
                }
            }
            ("retain" | "retain_mut", 1) => {
                new.clear();
                for index in 0..items.len() {
                    if let Some(item) = of.part(index)
                        && self.test(call, 0, vec![item.clone()])?
                    {
                        new.push(self.now(&item));
                    }
                }
            }
            ("drain", 1) => {
                let range = self.argument(call, 0)?;
                let (from, to) = bounds(&range.datum, new.len())?;
                given = Datum::List(new.drain(from..to).collect());
            }
            ("split_off", 1) => {
                let at = self.argument(call, 0)?.datum;
                let place = if self.is_set(of) {
                    find_item(&new, &at).unwrap_or_else(|place| place)
                } else {
                    index(&at)?
                };
                if place > new.len() {
                    return Err(out_of_bounds(place, new.len()));
                }
                given = Datum::List(new.split_off(place));
            }
            ("reverse", 0) => new.reverse(),
            ("rotate_left" | "rotate_right", 1) => {
                let by = index(&self.argument(call, 0)?.datum)?;
                match (call.name, by > new.len()) {
                    (_, true) => return Err(out_of_bounds(by, new.len())),
                    ("rotate_left", _) => new.rotate_left(by),
                    _ => new.rotate_right(by),
                }
            }
            ("resize", 2) => {
                let length = index(&self.argument(call, 0)?.datum)?;
                let item = self.argument(call, 1)?.datum;
                new.resize(length.min(1_000_000), item);
            }
            ("fill", 1) => {
                let item = self.argument(call, 0)?.datum;
                new.fill(item);
            }
            _ => {
                let Some(sorted) = self.sorted(call, new)? else {
                    return Ok(None);
                };
                new = sorted;
            }
        }
        let whole = match &of.datum {
            Datum::Tuple(_) => Datum::Tuple(new),
            _ => Datum::List(new),
        };
        self.put_back(of, whole)?;
        found(given)
    }

    /// Methods that change nothing.
    fn looked_at(&mut self, call: &Call<'m>, items: &[Datum]) -> Answer {
        let of = &call.of;
        match (call.name, call.arguments.len()) {
            ("len", 0) => found(Datum::count(items.len())),
            ("is_empty", 0) => truth(items.is_empty()),
            ("iter" | "iter_mut" | "into_iter", 0) => Ok(Some(of.clone())),
            ("first" | "first_mut" | "front" | "front_mut", 0) => found(Value::option(of.part(0))),
            ("last" | "last_mut" | "back" | "back_mut", 0) => {
                let last = items.len().checked_sub(1);
                found(Value::option(last.and_then(|last| of.part(last))))
            }
            ("get" | "get_mut" | "index", 1) => self.got(call, items),
            ("contains" | "binary_search", 1) => {
                let item = self.argument(call, 0)?.datum;
                if call.name == "contains" {
                    return truth(items.contains(&item));
                }
                found(match items.binary_search_by(|other| other.compare(&item)) {
                    Ok(place) => Datum::ok(Datum::count(place)),
                    Err(place) => Datum::err(Datum::count(place)),
                })
            }
            ("starts_with" | "ends_with", 1) => {
                let other = self.argument(call, 0)?;
                let other = data(&other)?;
                truth(match call.name {
                    "starts_with" => items.starts_with(&other),
                    _ => items.ends_with(&other),
                })
            }
            ("is_subset" | "is_superset" | "is_disjoint", 1) => {
                let other = self.argument(call, 0)?;
                let other = data(&other)?;
                truth(match call.name {
                    "is_subset" => items.iter().all(|item| other.contains(item)),
                    "is_superset" => other.iter().all(|item| items.contains(item)),
                    _ => !items.iter().any(|item| other.contains(item)),
                })
            }
            ("union" | "intersection" | "difference" | "symmetric_difference", 1) => {
                let other = self.argument(call, 0)?;
                let other = Datum::List(data(&other)?);
                let op = match call.name {
                    "union" => BinaryOp::BitOr,
                    "intersection" => BinaryOp::BitAnd,
                    "difference" => BinaryOp::Sub,
                    _ => BinaryOp::BitXor,
                };
                found(number::binary(op, &Datum::List(items.to_vec()), &other)?)
            }
            ("range", 1) => {
                let range = self.argument(call, 0)?.datum;
                let mut within = Vec::new();
                for item in items {
                    if super::sequence::lies_in(&range, item)? {
                        within.push(item.clone());
                    }
                }
                found(Datum::List(within))
            }
            ("concat", 0) | ("join", 1) => {
                let between = match call.arguments {
                    [between] => self.eval(between)?.datum,
                    _ => Datum::Str(String::new()),
                };
                let between = super::to_text(&[between]);
                let parts: Vec<_> = items
                    .iter()
                    .map(|item| super::to_text(std::slice::from_ref(item)))
                    .collect();
                found(Datum::Str(parts.join(&between)))
            }
            ("windows" | "chunks", 1) => {
                let size = index(&self.argument(call, 0)?.datum)?;
                if size == 0 {
                    return Ok(None);
                }
                let parts: Vec<_> = match call.name {
                    "windows" => items.windows(size).map(<[Datum]>::to_vec).collect(),
                    _ => items.chunks(size).map(<[Datum]>::to_vec).collect(),
                };
                found(Datum::List(parts.into_iter().map(Datum::List).collect()))
            }
            ("is_sorted", 0) => truth(items.is_sorted_by(|one, two| one.compare(two).is_le())),
            _ => Ok(None),
        }
    }

    fn got(&mut self, call: &Call<'m>, items: &[Datum]) -> Answer {
        let of = &call.of;
        let at = self.argument(call, 0)?.datum;
        let by_value = self.is_set(of) || !matches!(at, Datum::Int(..) | Datum::Struct { .. });
        if by_value && !matches!(&at, Datum::Struct { name, .. } if name.starts_with(super::RANGE))
        {
            // A list of pairs was collected into a map that the tree does not name.
            if !self.is_set(of)
                && let Some(map) = pairs(items)
            {
                let map: Value = map.into();
                return found(Value::option(entry_place(&map, &at)));
            }
            let place = find_item(items, &at).ok();
            return found(Value::option(place.and_then(|place| of.part(place))));
        }
        if let Datum::Struct { .. } = &at {
            let part = bounds(&at, items.len())
                .ok()
                .map(|(from, to)| Datum::List(items[from..to].to_vec()).into());
            return found(Value::option(part));
        }
        let item = index(&at).ok().and_then(|at| of.part(at));
        match (call.name, item) {
            ("index", Some(item)) => Ok(Some(item)),
            ("index", None) => Err(out_of_bounds(index(&at)?, items.len())),
            (_, item) => found(Value::option(item)),
        }
    }

    /// Methods of a map on a list of pairs: it was collected into a map that the tree does not name.
    fn as_pairs(&mut self, call: &Call<'m>, items: &[Datum]) -> Answer {
        let is_of_maps = matches!(
            call.name,
            "contains_key" | "keys" | "values" | "entry" | "into_values" | "into_keys"
        );
        let Some(map) = pairs(items).filter(|_| is_of_maps) else {
            return Ok(None);
        };
        let call = Call {
            of: Value {
                datum: map,
                places: call.of.places.clone(),
            },
            ..*call
        };
        self.on_map(&call)
    }

    /// A set removes by value, a list by place.
    fn removed(
        &mut self,
        call: &Call<'m>,
        new: &mut Vec<Datum>,
        item: &Datum,
    ) -> Result<Datum, Stop> {
        if self.is_set(&call.of) {
            let place = find_item(new, item).ok();
            let old = place.map(|place| new.remove(place));
            return Ok(match call.name {
                "remove" => Datum::Bool(old.is_some()),
                _ => optional(old),
            });
        }
        let place = index(item)?;
        if place >= new.len() {
            return Err(out_of_bounds(place, new.len()));
        }
        Ok(new.remove(place))
    }

    fn sorted(&mut self, call: &Call<'m>, mut new: Vec<Datum>) -> Result<Option<Vec<Datum>>, Stop> {
        let name = call.name.replace("_unstable", "");
        match (name.as_str(), call.arguments.len()) {
            ("sort", 0) => new.sort_by(Datum::compare),
            ("sort_by_key" | "sort_by_cached_key", 1) => {
                let mut keyed = Vec::new();
                for item in new {
                    let key = self.apply(call, 0, vec![item.clone().into()])?.datum;
                    keyed.push((key, item));
                }
                keyed.sort_by(|one, two| one.0.compare(&two.0));
                new = keyed.into_iter().map(|(_, item)| item).collect();
            }
            ("sort_by", 1) => {
                let mut error = None;
                new.sort_by(|one, two| {
                    let pair = vec![one.clone().into(), two.clone().into()];
                    match self.apply(call, 0, pair) {
                        Ok(value) => ordering(&value.datum),
                        Err(stop) => {
                            error.get_or_insert(stop);
                            Ordering::Equal
                        }
                    }
                });
                if let Some(error) = error {
                    return Err(error);
                }
            }
            ("dedup", 0) => new.dedup(),
            ("dedup_by_key", 1) => {
                let mut last = None;
                let mut kept = Vec::new();
                for item in new {
                    let key = self.apply(call, 0, vec![item.clone().into()])?.datum;
                    if last.as_ref() != Some(&key) {
                        kept.push(item);
                    }
                    last = Some(key);
                }
                new = kept;
            }
            _ => return Ok(None),
        }
        Ok(Some(new))
    }

    /// Whether a list is a set: by its type's text, as far as that is known.
    fn is_set(&self, of: &Value) -> bool {
        match self.type_of(&of.places) {
            Some(ty) => ty.is_set(),
            // A `remove` or `get` by anything but an index is that of a set.
            None => false,
        }
    }
}

fn data(of: &Value) -> Result<Vec<Datum>, Stop> {
    Ok(items_of(of)?.into_iter().map(|item| item.datum).collect())
}

/// A list of pairs, as a map.
fn pairs(items: &[Datum]) -> Option<Datum> {
    let are_pairs = items
        .iter()
        .all(|item| matches!(item, Datum::Tuple(pair) if pair.len() == 2));
    are_pairs.then(|| super::to_map(items.to_vec(), false))
}

fn optional(item: Option<Datum>) -> Datum {
    Datum::Option(item.map(Box::new))
}

/// An `Ordering` that a closure gave.
pub(super) fn ordering(datum: &Datum) -> Ordering {
    match datum {
        Datum::Variant { name, .. } if name == "Less" => Ordering::Less,
        Datum::Variant { name, .. } if name == "Greater" => Ordering::Greater,
        _ => Ordering::Equal,
    }
}

/// The ends of a range over a list of this length.
fn bounds(range: &Datum, length: usize) -> Result<(usize, usize), Stop> {
    let Datum::Struct { name, fields } = range else {
        return Err(super::mismatch(format!("`{range}` is not a range")));
    };
    let (mut from, mut to) = (0, length);
    for (end, value) in fields {
        let value = index(value)?;
        if end == "from" {
            from = value;
        } else {
            to = value + usize::from(name == super::RANGE_INCLUSIVE);
        }
    }
    if from > to || to > length {
        return Err(out_of_bounds(to, length));
    }
    Ok((from, to))
}

fn out_of_bounds(place: usize, length: usize) -> Stop {
    super::mismatch(format!(
        "the index `{place}` is beyond a list of `{length}`"
    ))
}
