use lawful::{Id, Uuid};
use std::fmt::{Debug, Display, Formatter};

/// Which process. Made from a UUID, an [`Id`], a number or a text, so that the key that a caller has anyway will do; of what an event
/// starts, the event's id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProcessId(Uuid);

/// The namespace of process ids made from texts, a random UUID that must never change.
const TEXTS: Uuid = Uuid::from_u128(0x7a1c_20f4_93be_4d58_8e66_0f5d_b1c2_3a97);

impl ProcessId {
    /// The UUID.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl Debug for ProcessId {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        Display::fmt(&self.0, f)
    }
}

impl Display for ProcessId {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        Display::fmt(&self.0, f)
    }
}

impl From<Uuid> for ProcessId {
    fn from(uuid: Uuid) -> Self {
        ProcessId(uuid)
    }
}

impl<T: ?Sized> From<Id<T>> for ProcessId {
    fn from(id: Id<T>) -> Self {
        ProcessId(id.uuid())
    }
}

impl From<u128> for ProcessId {
    fn from(number: u128) -> Self {
        ProcessId(Uuid::from_u128(number))
    }
}

impl From<&str> for ProcessId {
    fn from(text: &str) -> Self {
        ProcessId(Uuid::parse_str(text).unwrap_or_else(|_| Uuid::new_v5(&TEXTS, text.as_bytes())))
    }
}

impl From<String> for ProcessId {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}
