//! Values on their way through an evaluation: what they are, and where a change of them goes.

use crate::Datum;
use std::cmp::Ordering;

/// What an expression evaluates to: a value, and the places that it stands for.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub(super) datum: Datum,
    pub(super) places: Places,
}

/// Where the parts of a value stand. It runs parallel to the value.
#[derive(Debug, Clone)]
pub(super) enum Places {
    /// Nowhere: the value is its own.
    None,
    /// The whole value stands here, and so do its parts.
    Here(Place),
    /// Each part stands somewhere: a list of references, an optional reference.
    Parts(Vec<Places>),
}

/// A place: the state or a name, and the way from there, part by part.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    pub(super) root: Root,
    pub(super) path: Vec<usize>,
}

/// Where a place begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Root {
    /// `self`.
    State,
    /// A name; each binding has its own number.
    Name(u64),
}

impl From<Datum> for Value {
    fn from(datum: Datum) -> Self {
        Value {
            datum,
            places: Places::None,
        }
    }
}

impl Value {
    pub(super) fn at(datum: Datum, place: Place) -> Self {
        Value {
            datum,
            places: Places::Here(place),
        }
    }

    pub(super) fn unit() -> Self {
        Datum::UNIT.into()
    }

    /// `Some(inner)`, which stands where `inner` stands.
    pub(super) fn some(inner: Value) -> Self {
        Self::one_part(inner, Datum::some)
    }

    /// `Some(inner)` or `None`.
    pub(super) fn option(inner: Option<Value>) -> Self {
        inner.map_or_else(|| Datum::NONE.into(), Self::some)
    }

    /// A value made of one part, which stands where `inner` stands.
    pub(super) fn one_part(inner: Value, wrap: impl FnOnce(Datum) -> Datum) -> Self {
        Value {
            datum: wrap(inner.datum),
            places: Places::parts(vec![inner.places]),
        }
    }

    /// A list of values, each of which stands where it stood.
    pub(super) fn list(items: Vec<Value>) -> Self {
        let (data, places) = items
            .into_iter()
            .map(|item| (item.datum, item.places))
            .unzip();
        Value {
            datum: Datum::List(data),
            places: Places::parts(places),
        }
    }

    /// A tuple of values, each of which stands where it stood.
    pub(super) fn tuple(items: Vec<Value>) -> Self {
        let mut list = Self::list(items);
        if let Datum::List(items) = list.datum {
            list.datum = Datum::Tuple(items);
        }
        list
    }

    /// The part at this index, if there is one.
    pub(super) fn part(&self, index: usize) -> Option<Value> {
        Some(Value {
            datum: part(&self.datum, index)?.clone(),
            places: self.places.part(index),
        })
    }

    /// The value of the field of this name, if there is one.
    pub(super) fn field(&self, name: &str) -> Option<Value> {
        self.part(field_index(&self.datum, name)?)
    }

    /// The same value, standing nowhere.
    pub(super) fn own(mut self) -> Self {
        self.places = Places::None;
        self
    }
}

impl Places {
    /// Parts, or nothing where no part stands anywhere.
    pub(super) fn parts(parts: Vec<Places>) -> Self {
        if parts.iter().all(|part| matches!(part, Places::None)) {
            Places::None
        } else {
            Places::Parts(parts)
        }
    }

    pub(super) fn part(&self, index: usize) -> Places {
        match self {
            Places::None => Places::None,
            Places::Here(place) => Places::Here(place.part(index)),
            Places::Parts(parts) => parts.get(index).cloned().unwrap_or(Places::None),
        }
    }

    /// Where the part at the end of this way stands.
    pub(super) fn along(&self, path: &[usize]) -> Places {
        let mut places = self.clone();
        for index in path {
            places = places.part(*index);
        }
        places
    }
}

impl Place {
    pub(super) fn part(&self, index: usize) -> Place {
        let mut place = self.clone();
        place.path.push(index);
        place
    }
}

/// The part at this index: of an option, list, tuple, struct, variant, or the value of a map's entry.
pub(super) fn part(datum: &Datum, index: usize) -> Option<&Datum> {
    match datum {
        Datum::Option(inner) => inner.as_deref().filter(|_| index == 0),
        Datum::List(items) | Datum::Tuple(items) => items.get(index),
        Datum::Map(entries) => entries.get(index).map(|(_, value)| value),
        Datum::Struct { fields, .. } | Datum::Variant { fields, .. } => {
            fields.get(index).map(|(_, value)| value)
        }
        _ => None,
    }
}

pub(super) fn part_mut(datum: &mut Datum, index: usize) -> Option<&mut Datum> {
    match datum {
        Datum::Option(inner) => inner.as_deref_mut().filter(|_| index == 0),
        Datum::List(items) | Datum::Tuple(items) => items.get_mut(index),
        Datum::Map(entries) => entries.get_mut(index).map(|(_, value)| value),
        Datum::Struct { fields, .. } | Datum::Variant { fields, .. } => {
            fields.get_mut(index).map(|(_, value)| value)
        }
        _ => None,
    }
}

/// Puts a value at the end of this way.
pub(super) fn put(datum: &mut Datum, path: &[usize], new: Datum) -> bool {
    let mut at = datum;
    for index in path {
        match part_mut(at, *index) {
            Some(next) => at = next,
            None => return false,
        }
    }
    *at = new;
    true
}

/// The index of the field of this name.
pub(super) fn field_index(datum: &Datum, name: &str) -> Option<usize> {
    match datum {
        Datum::Struct { fields, .. } | Datum::Variant { fields, .. } => fields
            .iter()
            .position(|(field, _)| crate::datum::same_name(field, name)),
        Datum::Tuple(items) => name.parse().ok().filter(|index| *index < items.len()),
        _ => None,
    }
}

/// Where a key stands in a map, or where it belongs.
///
/// Sorted maps are found by halves; a hashed map may stand in any order.
pub(super) fn find_key(entries: &[(Datum, Datum)], key: &Datum) -> Result<usize, usize> {
    find_by(entries, |(other, _)| other.compare(key))
}

/// Where an item stands in a set, or where it belongs.
pub(super) fn find_item(items: &[Datum], item: &Datum) -> Result<usize, usize> {
    find_by(items, |other| other.compare(item))
}

fn find_by<T>(items: &[T], compare: impl Fn(&T) -> Ordering) -> Result<usize, usize> {
    match items.binary_search_by(&compare) {
        Ok(place) => Ok(place),
        Err(place) => items
            .iter()
            .position(|item| compare(item) == Ordering::Equal)
            .ok_or(place),
    }
}
