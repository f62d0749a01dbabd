use lawful::{Command, Datum, Event};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::fmt::{Display, Formatter};

/// A command or an event as data: its name and its arguments in declared order.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// In snake case: `deposit`.
    pub name: String,
    /// Names and values.
    pub arguments: Vec<(String, Datum)>,
}

impl Call {
    /// A command of a declared aggregate.
    #[must_use]
    pub fn of_command(command: &impl Command) -> Self {
        Self::new(command.name(), command.arguments())
    }

    /// An event of a declared aggregate.
    #[must_use]
    pub fn of_event(event: &impl Event) -> Self {
        Self::new(event.name(), event.arguments())
    }

    fn new(name: &str, arguments: Vec<(&'static str, Datum)>) -> Self {
        Call {
            name: name.to_owned(),
            arguments: arguments
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        }
    }

    pub(super) fn borrowed(&self) -> Vec<(&str, Datum)> {
        self.arguments
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect()
    }
}

impl Display for Call {
    /// `deposit(amount: 50)`
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}(", self.name)?;
        for (place, (name, value)) in self.arguments.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{name}: {value}")?;
        }
        f.write_str(")")
    }
}

impl Serialize for Call {
    /// `{"type": "deposit", "data": {"amount": 50}}`
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let data: serde_json::Map<String, serde_json::Value> = self
            .arguments
            .iter()
            .map(|(name, value)| (name.clone(), value.to_json()))
            .collect();
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("type", &self.name)?;
        map.serialize_entry("data", &data)?;
        map.end()
    }
}
