//! What an iterator is collected into.

use crate::Datum;
use crate::evaluate::value::{find_item, find_key};

/// A map of pairs; a later value replaces an earlier one.
pub(crate) fn to_map(items: Vec<Datum>, unsorted: bool) -> Datum {
    let mut entries: Vec<(Datum, Datum)> = Vec::new();
    for item in items {
        if let Datum::Tuple(pair) = item
            && let Ok([key, value]) = <[Datum; 2]>::try_from(pair)
        {
            put_entry(&mut entries, key, value, unsorted);
        }
    }
    Datum::Map(entries)
}

/// Puts an entry where it belongs and gives back its place, and the value that it replaces.
pub(crate) fn put_entry(
    entries: &mut Vec<(Datum, Datum)>,
    key: Datum,
    value: Datum,
    unsorted: bool,
) -> (usize, Option<Datum>) {
    match find_key(entries, &key) {
        Ok(place) => (place, Some(std::mem::replace(&mut entries[place].1, value))),
        Err(place) => {
            let place = if unsorted { entries.len() } else { place };
            entries.insert(place, (key, value));
            (place, None)
        }
    }
}

/// A set: each item once.
pub(crate) fn to_set(items: Vec<Datum>, unsorted: bool) -> Vec<Datum> {
    let mut set = Vec::new();
    for item in items {
        put_item(&mut set, item, unsorted);
    }
    set
}

/// Puts an item where it belongs; whether it is new.
pub(crate) fn put_item(items: &mut Vec<Datum>, item: Datum, unsorted: bool) -> bool {
    match find_item(items, &item) {
        Ok(_) => false,
        Err(place) => {
            let place = if unsorted { items.len() } else { place };
            items.insert(place, item);
            true
        }
    }
}

/// One text of letters and texts.
pub(crate) fn to_text(items: &[Datum]) -> String {
    items
        .iter()
        .map(|item| match item {
            Datum::Str(text) => text.clone(),
            Datum::Char(letter) => letter.to_string(),
            other => other.to_string(),
        })
        .collect()
}
