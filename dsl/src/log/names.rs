use crate::Id;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::{Debug, Display, Formatter};
use std::hash::{Hash, Hasher};
use uuid::Uuid;

/// Free metadata of an event: whatever the caller wants to keep beside it.
pub type Metadata = BTreeMap<String, String>;

/// Which log a position belongs to: a random number that a log is born with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LogId(pub u64);

impl Display for LogId {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The stream of one aggregate root: `account-67e55044-10b1-426f-9247-bb680e5fe0c8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StreamId {
    /// The aggregate's name.
    pub aggregate: &'static str,
    /// Which one.
    pub id: Uuid,
}

impl Hash for StreamId {
    /// By the UUID alone: two aggregates with one UUID are rare, and a command pays for this hash.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl Display for StreamId {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.aggregate, self.id)
    }
}

/// The id of a command, unique within its stream. The same id again returns the original receipt.
///
/// It is made from a UUID, from an [`Id`], from a number, or from a text: a text that is no UUID is hashed, so that any key of a
/// caller's will do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommandId(Uuid);

/// The namespace of command ids made from texts, a random UUID that must never change.
const TEXTS: Uuid = Uuid::from_u128(0x1b7d_0d55_37b2_4f6e_9d0c_c8e1_64aa_02f7);

impl CommandId {
    /// The UUID.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// The id of an event: the `index`th (from 0) of this command in this stream. The same command always gives the same ids.
    #[must_use]
    pub fn event_id(self, stream: StreamId, index: u64) -> Uuid {
        let mut name = [0; 24];
        name[..16].copy_from_slice(self.0.as_bytes());
        name[16..].copy_from_slice(&index.to_be_bytes());
        Uuid::new_v5(
            &Uuid::new_v5(&stream.id, stream.aggregate.as_bytes()),
            &name,
        )
    }
}

impl Debug for CommandId {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        Display::fmt(&self.0, f)
    }
}

impl Display for CommandId {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        Display::fmt(&self.0, f)
    }
}

impl From<Uuid> for CommandId {
    fn from(uuid: Uuid) -> Self {
        CommandId(uuid)
    }
}

impl<T: ?Sized> From<Id<T>> for CommandId {
    fn from(id: Id<T>) -> Self {
        CommandId(id.uuid())
    }
}

impl From<u128> for CommandId {
    fn from(number: u128) -> Self {
        CommandId(Uuid::from_u128(number))
    }
}

impl From<&str> for CommandId {
    fn from(text: &str) -> Self {
        CommandId(Uuid::parse_str(text).unwrap_or_else(|_| Uuid::new_v5(&TEXTS, text.as_bytes())))
    }
}

impl From<String> for CommandId {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<CommandId> for Uuid {
    fn from(id: CommandId) -> Uuid {
        id.0
    }
}
