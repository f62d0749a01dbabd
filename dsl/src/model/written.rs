//! The serialised form of an aggregate, as it is committed beside the code or sent elsewhere.

use super::{
    AggregateModel, CommandModel, Constant, EventModel, HelperModel, List, RuleModel, StateModel,
    Text,
};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The format that this version writes and reads. It grows when a kind of expression is added or changes its meaning.
const FORMAT: u32 = 1;

/// Why a text is not the serialised form of an aggregate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// It was written by a newer version.
    #[error(
        "the model is written in format {found}, and this version reads up to format {known}: read it with the version of lawful that \
         wrote it"
    )]
    Newer {
        /// The format of the text.
        found: u32,
        /// The newest format that can be read.
        known: u32,
    },
    /// It is something else, or damaged.
    #[error(
        "the text is not a serialised aggregate: {0}: expected what `serde_json::to_string(Account::model())` writes"
    )]
    Damaged(String),
}

impl AggregateModel {
    /// Reads back what `serde_json` wrote of a model.
    ///
    /// The trees of a text may be nested as deep as `serde_json` allows, 128 brackets.
    ///
    /// # Errors
    ///
    /// Where a newer version wrote it, where it is damaged, and where it is something else.
    pub fn from_json(text: &str) -> Result<AggregateModel, Unreadable> {
        /// What is looked at first: the rest of a newer format would only look damaged.
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let damaged = |error: serde_json::Error| Unreadable::Damaged(error.to_string());
        let head: Head = serde_json::from_str(text).map_err(damaged)?;
        if head.format > FORMAT {
            return Err(Unreadable::Newer {
                found: head.format,
                known: FORMAT,
            });
        }
        serde_json::from_str(text).map_err(damaged)
    }
}

/// An aggregate with the number of its format, which stands first.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    format: Format,
    name: Text,
    doc: Text,
    state: StateModel,
    initial: Constant,
    rules: List<RuleModel>,
    invariants: List<RuleModel>,
    commands: List<CommandModel>,
    events: List<EventModel>,
    helpers: List<HelperModel>,
    snapshot: Option<u32>,
}

impl From<AggregateModel> for Written {
    fn from(model: AggregateModel) -> Self {
        Written {
            format: Format,
            name: model.name,
            doc: model.doc,
            state: model.state,
            initial: model.initial,
            rules: model.rules,
            invariants: model.invariants,
            commands: model.commands,
            events: model.events,
            helpers: model.helpers,
            snapshot: model.snapshot,
        }
    }
}

impl From<Written> for AggregateModel {
    fn from(written: Written) -> Self {
        AggregateModel {
            name: written.name,
            doc: written.doc,
            state: written.state,
            initial: written.initial,
            rules: written.rules,
            invariants: written.invariants,
            commands: written.commands,
            events: written.events,
            helpers: written.helpers,
            snapshot: written.snapshot,
        }
    }
}

/// The number [`FORMAT`].
struct Format;

impl Serialize for Format {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        FORMAT.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            FORMAT => Ok(Format),
            found => Err(D::Error::custom(format_args!(
                "format {found}, expected format {FORMAT}"
            ))),
        }
    }
}
