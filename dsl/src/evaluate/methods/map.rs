//! Methods of maps.

use super::collect::put_entry;
use super::general::entry;
use super::{Answer, Call, found, items_of, truth};
use crate::Datum;
use crate::evaluate::machine::{Machine, Stop};
use crate::evaluate::value::{Value, find_key};

impl<'m> Machine<'m> {
    #[allow(clippy::too_many_lines, reason = "an arm for each method")]
    pub(super) fn on_map(&mut self, call: &Call<'m>) -> Answer {
        let Datum::Map(entries) = &call.of.datum else {
            return Ok(None);
        };
        let of = &call.of;
        match (call.name, call.arguments.len()) {
            ("len", 0) => found(Datum::count(entries.len())),
            ("is_empty", 0) => truth(entries.is_empty()),
            ("contains_key", 1) => {
                let key = self.argument(call, 0)?.datum;
                truth(find_key(entries, &key).is_ok())
            }
            ("get" | "get_mut", 1) => {
                let key = self.argument(call, 0)?.datum;
                found(Value::option(entry_place(of, &key)))
            }
            ("index", 1) => {
                let key = self.argument(call, 0)?.datum;
                Ok(entry_place(of, &key))
            }
            ("get_key_value", 1) => {
                let key = self.argument(call, 0)?.datum;
                let pair = entry_place(of, &key).map(|value| Value::tuple(vec![key.into(), value]));
                found(Value::option(pair))
            }
            ("keys" | "into_keys", 0) => {
                let keys = entries.iter().map(|(key, _)| key.clone().into()).collect();
                found(Value::list(keys))
            }
            ("values" | "values_mut" | "into_values", 0) => {
                let values = (0..entries.len()).filter_map(|index| of.part(index));
                found(Value::list(values.collect()))
            }
            ("iter" | "iter_mut" | "into_iter", 0) => {
                let items = items_of(of)?;
                found(Value::list(items))
            }
            ("range" | "range_mut", 1) => {
                let range = self.argument(call, 0)?.datum;
                let mut within = Vec::new();
                for (index, (key, _)) in entries.iter().enumerate() {
                    if super::sequence::lies_in(&range, key)?
                        && let Some(value) = of.part(index)
                    {
                        within.push(Value::tuple(vec![key.clone().into(), value]));
                    }
                }
                found(Value::list(within))
            }
            ("entry", 1) => {
                let key = self.argument(call, 0)?.datum;
                found(entry(of.clone(), key))
            }
            ("insert", 2) => {
                let key = self.argument(call, 0)?.datum;
                let value = self.argument(call, 1)?.datum;
                let old = find_key(entries, &key)
                    .ok()
                    .map(|place| entries[place].1.clone().into());
                self.insert_entry(of, key, value)?;
                found(Value::option(old))
            }
            ("remove" | "remove_entry", 1) => {
                let key = self.argument(call, 0)?.datum;
                let mut entries = entries.clone();
                let Ok(place) = find_key(&entries, &key) else {
                    return found(Datum::NONE);
                };
                let (key, value) = entries.remove(place);
                self.put_back(of, Datum::Map(entries))?;
                found(Datum::some(match call.name {
                    "remove" => value,
                    _ => Datum::Tuple(vec![key, value]),
                }))
            }
            ("clear", 0) => {
                self.put_back(of, Datum::Map(Vec::new()))?;
                found(Datum::UNIT)
            }
            ("retain", 1) => self.retain_entries(call, entries),
            ("extend" | "append", 1) => {
                let other = self.argument(call, 0)?;
                let places = other.places.clone();
                let mut entries = entries.clone();
                let unsorted = self.is_unsorted(of);
                for item in items_of(&other)? {
                    if let (Some(key), Some(value)) = (item.part(0), item.part(1)) {
                        put_entry(&mut entries, key.datum, value.datum, unsorted);
                    }
                }
                self.put_back(of, Datum::Map(entries))?;
                if call.name == "append" {
                    self.write(&places, Datum::Map(Vec::new()))?;
                }
                found(Datum::UNIT)
            }
            ("first_key_value" | "last_key_value" | "pop_first" | "pop_last", 0) => {
                let mut entries = entries.clone();
                let pair = match call.name {
                    "first_key_value" | "pop_first" if entries.is_empty() => None,
                    "first_key_value" | "pop_first" => Some(entries.remove(0)),
                    _ => entries.pop(),
                };
                if call.name.starts_with("pop") {
                    self.put_back(of, Datum::Map(entries))?;
                }
                let pair = pair.map(|(key, value)| Datum::Tuple(vec![key, value]).into());
                found(Value::option(pair))
            }
            _ => Ok(None),
        }
    }

    fn retain_entries(&mut self, call: &Call<'m>, entries: &[(Datum, Datum)]) -> Answer {
        let mut kept = Vec::new();
        for (index, (key, value)) in entries.iter().enumerate() {
            let place = call.of.part(index).unwrap_or_else(|| value.clone().into());
            if self.test(call, 0, vec![key.clone().into(), place.clone()])? {
                kept.push((key.clone(), self.now(&place)));
            }
        }
        self.put_back(&call.of, Datum::Map(kept))?;
        found(Datum::UNIT)
    }

    /// The map with an entry, written back where it stands.
    pub(super) fn insert_entry(
        &mut self,
        map: &Value,
        key: Datum,
        value: Datum,
    ) -> Result<Value, Stop> {
        let mut entries = match &map.datum {
            Datum::Map(entries) => entries.clone(),
            _ => Vec::new(),
        };
        put_entry(&mut entries, key, value, self.is_unsorted(map));
        let places = map.places.clone();
        let mut datum = Datum::Map(entries);
        if let Some(ty) = self.type_of(&places) {
            self.shapes.adopt(&mut datum, &ty);
        }
        self.put_back(map, datum.clone())?;
        Ok(Value { datum, places })
    }

    /// The default of a map's values.
    pub(super) fn default_value(&self, map: &Value) -> Datum {
        let declared = self
            .type_of(&map.places)
            .filter(super::super::shape::Type::is_map)
            .and_then(|ty| self.shapes.default(ty.arguments.get(1)?));
        declared.unwrap_or_else(Datum::the_default)
    }

    pub(super) fn is_unsorted(&self, of: &Value) -> bool {
        self.type_of(&of.places).is_some_and(|ty| ty.is_unsorted())
    }
}

/// The value of a key, where it stands.
pub(super) fn entry_place(map: &Value, key: &Datum) -> Option<Value> {
    let Datum::Map(entries) = &map.datum else {
        return None;
    };
    map.part(find_key(entries, key).ok()?)
}
