use lawful::Payload;
use lawful::log::Undecodable;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The events with which the suite fills a log: two aggregates, two schema versions, and what another release may have left behind.
#[derive(Debug, Clone, PartialEq)]
pub enum Sample {
    /// `note.noted`, schema version 2.
    Noted {
        /// Any text.
        text: String,
    },
    /// `note.noted` in schema version 1, as an older release wrote it. It is read as [`Sample::Noted`].
    Older {
        /// Any text.
        text: String,
    },
    /// `tally.counted`, schema version 1.
    Counted {
        /// Any number.
        number: u64,
    },
    /// An event that can be written and not be read, or not be written at all.
    Foreign(Foreign),
}

/// What can be wrong with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// `tally.forgotten`: no such event is declared.
    Type,
    /// `ghost.appeared`: no such aggregate is declared. It belongs into a stream of the aggregate `ghost`.
    Aggregate,
    /// `note.noted` in schema version 3, which the declaration does not know.
    Version,
    /// `tally.counted` with data that does not fit.
    Data,
    /// An event that cannot be written as JSON.
    Unencodable,
}

impl Foreign {
    /// All that can be written and not be read.
    pub const UNREADABLE: [Foreign; 4] = [
        Foreign::Type,
        Foreign::Aggregate,
        Foreign::Version,
        Foreign::Data,
    ];
}

impl Sample {
    /// A note.
    #[must_use]
    pub fn noted(text: impl Into<String>) -> Self {
        Sample::Noted { text: text.into() }
    }

    /// A count.
    #[must_use]
    pub const fn counted(number: u64) -> Self {
        Sample::Counted { number }
    }

    /// Its type as stores write it: `note.noted`.
    #[must_use]
    pub fn event_type(&self) -> String {
        format!("{}.{}", self.aggregate(), self.name())
    }
}

impl Payload for Sample {
    const AGGREGATES: &'static [&'static str] = &["note", "tally"];

    fn aggregate(&self) -> &'static str {
        match self {
            Sample::Noted { .. } | Sample::Older { .. } | Sample::Foreign(Foreign::Version) => {
                "note"
            }
            Sample::Foreign(Foreign::Aggregate) => "ghost",
            Sample::Counted { .. } | Sample::Foreign(_) => "tally",
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Sample::Noted { .. } | Sample::Older { .. } | Sample::Foreign(Foreign::Version) => {
                "noted"
            }
            Sample::Foreign(Foreign::Type) => "forgotten",
            Sample::Foreign(Foreign::Aggregate) => "appeared",
            Sample::Counted { .. } | Sample::Foreign(Foreign::Data | Foreign::Unencodable) => {
                "counted"
            }
        }
    }

    fn schema_version(&self) -> u32 {
        match self {
            Sample::Foreign(Foreign::Version) => 3,
            Sample::Noted { .. } => 2,
            Sample::Older { .. } | Sample::Counted { .. } | Sample::Foreign(_) => 1,
        }
    }

    fn encode(&self) -> serde_json::Result<String> {
        match self {
            Sample::Noted { text } => serde_json::to_string(&json!({ "text": text })),
            Sample::Older { text } => serde_json::to_string(&json!({ "note": text })),
            Sample::Counted { number } => serde_json::to_string(&json!({ "number": number })),
            Sample::Foreign(Foreign::Data) => Ok(r#"{"number":"many"}"#.to_owned()),
            // JSON has no keys but texts.
            Sample::Foreign(Foreign::Unencodable) => {
                serde_json::to_string(&BTreeMap::from([((0, 0), 0)]))
            }
            Sample::Foreign(_) => Ok("{}".to_owned()),
        }
    }

    fn decode(
        aggregate: &str,
        name: &str,
        schema_version: u32,
        data: &str,
    ) -> Result<Self, Undecodable> {
        let value: Value =
            serde_json::from_str(data).map_err(|error| Undecodable::Data(error.to_string()))?;
        let text = |field: &str| match &value[field] {
            Value::String(text) => Ok(text.clone()),
            other => Err(Undecodable::Data(format!(
                "field `{field}` is `{other}`, expected a text"
            ))),
        };
        match (aggregate, name, schema_version) {
            ("note", "noted", 1) => Ok(Sample::Noted {
                text: text("note")?,
            }),
            ("note", "noted", 2) => Ok(Sample::Noted {
                text: text("text")?,
            }),
            ("note", "noted", _) => Err(Undecodable::UnknownVersion { newest: 2 }),
            ("tally", "counted", 1) => match value["number"].as_u64() {
                Some(number) => Ok(Sample::Counted { number }),
                None => Err(Undecodable::Data(format!(
                    "field `number` is `{}`, expected a number",
                    value["number"]
                ))),
            },
            ("tally", "counted", _) => Err(Undecodable::UnknownVersion { newest: 1 }),
            _ => Err(Undecodable::UnknownType),
        }
    }
}
