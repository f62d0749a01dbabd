//! Writes and reads `{"type": .., "data": ..}`, in either order.

use super::Wire;
use super::data::Data;
use serde::de::value::{MapDeserializer, StrDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::ser::{SerializeStruct, Serializer};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt::Formatter;
use std::marker::PhantomData;

const TYPE: &str = "type";
const DATA: &str = "data";

/// Writes `{"type": .., "data": ..}`.
///
/// # Errors
///
/// Where a field's own serialisation fails.
pub fn serialize<T: Wire, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut out = serializer.serialize_struct(T::WHAT, 2)?;
    out.serialize_field(TYPE, value.name())?;
    out.serialize_field(DATA, &Data(value))?;
    out.end()
}

/// Reads `{"type": .., "data": ..}`; a missing `data` means `{}`.
///
/// # Errors
///
/// An unknown type, an unknown or missing field, data that does not fit.
pub fn deserialize<'de, T: Wire, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    if deserializer.is_human_readable() {
        // A map, because a struct may also be written as a list there.
        deserializer.deserialize_map(Whole(PhantomData))
    } else {
        deserializer.deserialize_struct(T::WHAT, &[TYPE, DATA], Whole(PhantomData))
    }
}

/// Reads the data of the variant `name`.
pub(super) fn read<'de, T: Wire, D: Deserializer<'de>>(name: &str, data: D) -> Result<T, D::Error> {
    T::read(Named { name, data })
}

struct Whole<T>(PhantomData<T>);

impl<'de, T: Wire> Visitor<'de> for Whole<T> {
    type Value = T;

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} {} of `{}`, such as `{{\"type\": .., \"data\": {{..}}}}`",
            if T::WHAT == "event" { "an" } else { "a" },
            T::WHAT,
            T::OF
        )
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<T, S::Error> {
        let missing = |place, visitor: &Self| S::Error::invalid_length(place, visitor);
        let name: Cow<'_, str> = seq.next_element()?.ok_or_else(|| missing(0, &self))?;
        seq.next_element_seed(Of(&known::<T, _>(&name)?, PhantomData))?
            .ok_or_else(|| missing(1, &self))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<T, M::Error> {
        let mut name: Option<Cow<'static, str>> = None;
        let mut early: Option<Value> = None;
        let mut read: Option<T> = None;
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::Type if name.is_some() => return Err(M::Error::duplicate_field(TYPE)),
                Key::Data if early.is_some() || read.is_some() => {
                    return Err(M::Error::duplicate_field(DATA));
                }
                Key::Type => name = Some(known::<T, _>(&map.next_value::<Cow<'_, str>>()?)?),
                Key::Data => match &name {
                    Some(name) => read = Some(map.next_value_seed(Of(name, PhantomData))?),
                    None => early = Some(map.next_value()?),
                },
            }
        }
        if let Some(read) = read {
            return Ok(read);
        }
        let name = name.ok_or_else(|| M::Error::missing_field(TYPE))?;
        match early {
            Some(data) => self::read(&name, data).map_err(M::Error::custom),
            None => self::read(&name, MapDeserializer::<_, M::Error>::new(nothing())),
        }
    }
}

/// No fields at all.
fn nothing() -> std::iter::Empty<(&'static str, &'static str)> {
    std::iter::empty()
}

/// The name, if there is such a command or event.
fn known<T: Wire, E: Error>(name: &str) -> Result<Cow<'static, str>, E> {
    if let Some(known) = T::NAMES.iter().find(|known| **known == name) {
        return Ok(Cow::Borrowed(known));
    }
    let names: Vec<String> = T::NAMES.iter().map(|name| format!("`{name}`")).collect();
    Err(E::custom(format!(
        "no {} `{name}` of `{}`: expected {}",
        T::WHAT,
        T::OF,
        if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        }
    )))
}

enum Key {
    Type,
    Data,
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match &*Cow::<'de, str>::deserialize(deserializer)? {
            TYPE => Ok(Key::Type),
            DATA => Ok(Key::Data),
            other => Err(D::Error::unknown_field(other, &[TYPE, DATA])),
        }
    }
}

/// Reads the data once the name is known.
struct Of<'a, T>(&'a str, PhantomData<T>);

impl<'de, T: Wire> DeserializeSeed<'de> for Of<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        read(self.0, deserializer)
    }
}

/// What serde's form of an enum looks like to its reader: a name and the data.
struct Named<'a, D> {
    name: &'a str,
    data: D,
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Named<'_, D> {
    type Error = D::Error;

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        visitor.visit_enum(self)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_enum(self)
    }

    fn is_human_readable(&self) -> bool {
        self.data.is_human_readable()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq
        tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de, D: Deserializer<'de>> EnumAccess<'de> for Named<'_, D> {
    type Error = D::Error;
    type Variant = Inside<D>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Inside<D>), D::Error> {
        let name: StrDeserializer<'_, D::Error> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, Inside(self.data)))
    }
}

struct Inside<D>(D);

impl<'de, D: Deserializer<'de>> VariantAccess<'de> for Inside<D> {
    type Error = D::Error;

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        if self.0.is_human_readable() {
            self.0.deserialize_map(visitor)
        } else {
            self.0.deserialize_struct(DATA, fields, visitor)
        }
    }

    fn unit_variant(self) -> Result<(), D::Error> {
        Deserialize::deserialize(self.0)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, D::Error> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple(len, visitor)
    }
}
