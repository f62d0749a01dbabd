//! The written form of commands and events: `{"type":"deposited","data":{"amount":50}}`, or in stores the data alone.
//!
//! Generated code derives serde's form once, for a hidden enum of the same variants; what follows turns that form, in which the
//! name stands around the data, into ours.

mod data;
mod tagged;

use crate::Datum;
use crate::log::Undecodable;
use serde::{Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::fmt::{Debug, Formatter};

pub use tagged::{deserialize, serialize};

/// A command or event enum, as generated code tells it.
pub trait Wire: Sized {
    /// `event` or `command`.
    const WHAT: &'static str;
    /// The aggregate's name.
    const OF: &'static str;
    /// The names that [`Wire::read`] knows, present ones first, then aliases.
    const NAMES: &'static [&'static str];

    /// The present name.
    fn name(&self) -> &'static str;

    /// Every parameter with its name, in declared order.
    fn parts(&self, each: &mut dyn FnMut(&'static str, &dyn Part));

    /// Writes the name around the data.
    ///
    /// # Errors
    ///
    /// Where a field's own serialisation fails.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Reads what [`Wire::write`] wrote.
    ///
    /// # Errors
    ///
    /// An unknown name, data that does not fit.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// A parameter, to be shown or evaluated.
pub trait Part {
    /// The value as data.
    fn datum(&self) -> Datum;

    /// `Debug`.
    ///
    /// # Errors
    ///
    /// Those of the formatter.
    fn show(&self, f: &mut Formatter<'_>) -> std::fmt::Result;
}

impl<T: Debug + Serialize> Part for T {
    fn datum(&self) -> Datum {
        super::datum(self)
    }

    fn show(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        Debug::fmt(self, f)
    }
}

/// A parameter whose `#[serde(with = ..)]` writes it, and the data that it is written as.
pub struct Written<'a, T>(pub &'a T, pub &'a dyn Fn() -> Datum);

impl<T: Debug> Part for Written<'_, T> {
    fn datum(&self) -> Datum {
        self.1()
    }

    fn show(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        Debug::fmt(self.0, f)
    }
}

/// `deposited(amount: 50)`
///
/// # Errors
///
/// Those of the formatter.
pub fn display<T: Wire>(value: &T, f: &mut Formatter<'_>) -> std::fmt::Result {
    f.write_str(value.name())?;
    let mut result = Ok(());
    let mut first = true;
    value.parts(&mut |name, part| {
        if result.is_ok() {
            let before = if first { "(" } else { ", " };
            result = write!(f, "{before}{name}: ").and_then(|()| part.show(f));
        }
        first = false;
    });
    result?;
    f.write_str(if first { "()" } else { ")" })
}

/// Names and values, in declared order.
pub fn arguments<T: Wire>(value: &T) -> Vec<(&'static str, Datum)> {
    let mut arguments = Vec::new();
    value.parts(&mut |name, part| arguments.push((name, part.datum())));
    arguments
}

/// The data alone, as JSON.
///
/// # Errors
///
/// Where a field's own serialisation fails.
pub fn encode<T: Wire>(value: &T) -> serde_json::Result<String> {
    serde_json::to_string(&data::Data(value))
}

/// Makes the next schema version of the data.
pub type Upcast = fn(Value) -> Result<Value, String>;

/// How one event is read: its names, present one first, its present schema version, and how each older one becomes the next.
#[derive(Debug)]
pub struct Versions {
    /// The present name, then the aliases.
    pub names: &'static [&'static str],
    /// The present schema version.
    pub version: u32,
    /// From each older version to the next.
    pub upcasts: &'static [(u32, Upcast)],
}

/// Reads the data of the event `name` of this or an older schema version.
///
/// # Errors
///
/// An unknown name, an unknown version, data that does not fit.
pub fn decode<T: Wire>(
    events: &[Versions],
    name: &str,
    schema_version: u32,
    data: &str,
) -> Result<T, Undecodable> {
    let event = events
        .iter()
        .find(|event| event.names.contains(&name))
        .ok_or(Undecodable::UnknownType)?;
    if schema_version == event.version {
        let mut deserializer = serde_json::Deserializer::from_str(data);
        let read = tagged::read(event.names[0], &mut deserializer);
        return read
            .and_then(|read| deserializer.end().map(|()| read))
            .map_err(|error| Undecodable::Data(error.to_string()));
    }
    if schema_version > event.version {
        return Err(Undecodable::UnknownVersion {
            newest: event.version,
        });
    }
    if schema_version == 0 {
        return Err(Undecodable::Data("schema versions begin at 1".to_owned()));
    }
    let mut value: Value =
        serde_json::from_str(data).map_err(|error| Undecodable::Data(error.to_string()))?;
    for (from, upcast) in event.upcasts {
        if *from >= schema_version {
            value = upcast(value).map_err(|error| {
                Undecodable::Data(format!(
                    "the upcaster from schema version {from} says: {error}"
                ))
            })?;
        }
    }
    tagged::read(event.names[0], value).map_err(|error| Undecodable::Data(error.to_string()))
}
