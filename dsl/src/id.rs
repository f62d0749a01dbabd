use crate::log::StreamId;
use crate::{Aggregate, Named};
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt::{Debug, Display, Formatter};
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;
use uuid::Uuid;

/// The namespace of ids made from names, a random UUID that must never change.
const NAMES: Uuid = Uuid::from_u128(0x6f6e_2b0c_9a57_4c1b_8f0e_51d2_7a33_c9e4);

/// The id of an aggregate or entity `T`: a UUID that cannot be taken for another type's.
///
/// ```
/// # use lawful::Id;
/// struct Account;
/// let id = Id::<Account>::new();
/// assert_eq!(id, id.to_string().parse().unwrap());
/// ```
pub struct Id<T: ?Sized> {
    uuid: Uuid,
    of: PhantomData<fn() -> Box<T>>,
}

impl<T: ?Sized> Id<T> {
    /// A new id (UUID version 7, so that ids sort by time). Programs ask for one instead, so that they can be repeated.
    #[must_use]
    #[allow(
        clippy::new_without_default,
        reason = "a default id would suggest that it is always the same"
    )]
    pub fn new() -> Self {
        Self::from_uuid(Uuid::now_v7())
    }

    /// The id with this UUID.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Id {
            uuid,
            of: PhantomData,
        }
    }

    /// The UUID.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }

    /// The id that belongs to a natural key (UUID version 5): the same name always gives the same id, and another one under
    /// another aggregate's name.
    #[must_use]
    pub fn from_name(name: impl AsRef<str>) -> Self
    where
        T: Named,
    {
        let kind = Uuid::new_v5(&NAMES, T::NAME.as_bytes());
        Self::from_uuid(Uuid::new_v5(&kind, name.as_ref().as_bytes()))
    }
}

impl<A: Aggregate> Id<A> {
    /// The stream of this aggregate root, for programs that wait for its events.
    #[must_use]
    pub const fn stream(self) -> StreamId {
        StreamId {
            aggregate: <A as Aggregate>::NAME,
            id: self.uuid,
        }
    }
}

impl<T: ?Sized> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Id<T> {}

impl<T: ?Sized> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}

impl<T: ?Sized> Eq for Id<T> {}

impl<T: ?Sized> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: ?Sized> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}

impl<T: ?Sized> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

impl<T: ?Sized> Debug for Id<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        Display::fmt(&self.uuid, f)
    }
}

impl<T: ?Sized> Display for Id<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        Display::fmt(&self.uuid, f)
    }
}

impl<T: ?Sized> FromStr for Id<T> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        text.parse()
            .map(Self::from_uuid)
            .map_err(|_| NotAnId(text.to_owned()))
    }
}

/// A text that is no UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an id: expected a UUID such as `67e55044-10b1-426f-9247-bb680e5fe0c8`")]
pub struct NotAnId(String);

impl<T: ?Sized> From<Id<T>> for Uuid {
    fn from(id: Id<T>) -> Uuid {
        id.uuid
    }
}

impl<T: ?Sized> From<Uuid> for Id<T> {
    fn from(uuid: Uuid) -> Self {
        Self::from_uuid(uuid)
    }
}

/// How an id announces itself to a serializer that wants to know it from a plain value.
pub(crate) const ID: &str = "$lawful::Id";

impl<T: ?Sized> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            self.uuid.serialize(serializer)
        } else {
            serializer.serialize_newtype_struct(ID, &self.uuid)
        }
    }
}

impl<'de, T: ?Sized> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
            text.parse().map_err(serde::de::Error::custom)
        } else {
            deserializer.deserialize_newtype_struct(ID, Announced(PhantomData))
        }
    }
}

/// Reads an id from a form that is not for people, and tells whoever makes values up whose id it is.
struct Announced<T: ?Sized>(PhantomData<fn() -> Box<T>>);

impl<'de, T: ?Sized> Visitor<'de> for Announced<T> {
    type Value = Id<T>;

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "the id of `{}`", std::any::type_name::<T>())
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Id<T>, D::Error> {
        Uuid::deserialize(inner).map(Id::from_uuid)
    }
}

#[cfg(feature = "schema")]
impl<T: ?Sized> schemars::JsonSchema for Id<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Uuid::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Uuid::json_schema(generator)
    }
}
