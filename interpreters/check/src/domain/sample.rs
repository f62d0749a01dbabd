//! A value of the model, read as what it was made from.

use lawful::{Datum, Uuid};
use serde::de::value::{Error, SeqDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

/// How an id announces itself.
pub(super) const ID: &str = "$lawful::Id";

/// How a moment announces itself.
pub(super) const TIMESTAMP: &str = "$lawful::Timestamp";

/// A value of the model.
#[derive(Clone, Copy)]
pub(super) struct Sample<'a>(pub(super) &'a Datum);

impl<'de> Deserializer<'de> for Sample<'_> {
    type Error = Error;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Datum::Bool(value) => visitor.visit_bool(*value),
            Datum::Int(_, value) => match (i64::try_from(*value), u64::try_from(*value)) {
                (Ok(value), _) => visitor.visit_i64(value),
                (_, Ok(value)) => visitor.visit_u64(value),
                _ => visitor.visit_i128(*value),
            },
            Datum::Float(value) => visitor.visit_f64(*value),
            Datum::Char(value) => visitor.visit_char(*value),
            Datum::Str(text) => visitor.visit_str(text),
            Datum::Bytes(bytes) => visitor.visit_bytes(bytes),
            Datum::Option(None) => visitor.visit_none(),
            Datum::Option(Some(inner)) => visitor.visit_some(Sample(inner)),
            Datum::Tuple(items) if items.is_empty() => visitor.visit_unit(),
            Datum::List(items) | Datum::Tuple(items) => visitor.visit_seq(Items(items.iter())),
            Datum::Map(entries) => visitor.visit_map(Entries(
                entries.iter().map(|(key, value)| (Sample(key), value)),
                None,
            )),
            Datum::Struct { fields, .. } if fields.is_empty() => visitor.visit_unit(),
            Datum::Struct { fields, .. } => inside(fields, visitor),
            Datum::Variant { .. } => visitor.visit_enum(self),
            Datum::Id(id) => visitor.visit_newtype_struct(IdBytes(*id)),
            Datum::Timestamp(micros) => visitor.visit_newtype_struct(micros.into_deserializer()),
            Datum::Duration(duration) => {
                let parts = [duration.as_secs(), duration.subsec_nanos().into()];
                visitor.visit_seq(SeqDeserializer::new(parts.into_iter()))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Datum::Option(_) => self.deserialize_any(visitor),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Datum::Struct { fields, .. } => match fields.as_slice() {
                [(_, inner)] => visitor.visit_newtype_struct(Sample(inner)),
                _ => self.deserialize_any(visitor),
            },
            Datum::Id(_) | Datum::Timestamp(_) => self.deserialize_any(visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map
        struct enum identifier ignored_any
    }
}

/// Fields by name, or in order where they have none.
fn inside<'de, V: Visitor<'de>>(fields: &[(String, Datum)], visitor: V) -> Result<V::Value, Error> {
    // What serde leaves out of a value is not in its data either.
    let is_there = |field: &&(String, Datum)| !matches!(&field.1, Datum::Struct { name, .. } if name == "$default");
    match fields {
        [(name, _), ..] if name == "0" => {
            let items: Vec<_> = fields.iter().map(|(_, value)| value.clone()).collect();
            visitor.visit_seq(Items(items.iter()))
        }
        fields => visitor.visit_map(Entries(
            fields
                .iter()
                .filter(is_there)
                .map(|(name, value)| (name.as_str(), value)),
            None,
        )),
    }
}

struct Items<I>(I);

impl<'de, 'a, I: Iterator<Item = &'a Datum>> SeqAccess<'de> for Items<I> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        let item = self.0.next();
        item.map(|item| seed.deserialize(Sample(item))).transpose()
    }
}

struct Entries<'a, I>(I, Option<&'a Datum>);

impl<'de, 'a, K, I> MapAccess<'de> for Entries<'a, I>
where
    K: IntoDeserializer<'de, Error>,
    I: Iterator<Item = (K, &'a Datum)>,
{
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        let Some((key, value)) = self.0.next() else {
            return Ok(None);
        };
        self.1 = Some(value);
        seed.deserialize(key.into_deserializer()).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        match self.1.take() {
            Some(value) => seed.deserialize(Sample(value)),
            None => seed.deserialize(Sample(&Datum::UNIT)),
        }
    }
}

impl IntoDeserializer<'_, Error> for Sample<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de, 'a> EnumAccess<'de> for Sample<'a> {
    type Error = Error;
    type Variant = Sample<'a>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Sample<'a>), Error> {
        let name = match self.0 {
            Datum::Variant { name, .. } => name.as_str(),
            _ => "",
        };
        let name: serde::de::value::StrDeserializer<'_, Error> = name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl Sample<'_> {
    fn fields(&self) -> &[(String, Datum)] {
        match self.0 {
            Datum::Variant { fields, .. } => fields,
            _ => &[],
        }
    }
}

impl<'de> VariantAccess<'de> for Sample<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        match self.fields() {
            [(_, inner), ..] => seed.deserialize(Sample(inner)),
            [] => seed.deserialize(Sample(&Datum::UNIT)),
        }
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        inside(self.fields(), visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        inside(self.fields(), visitor)
    }
}

/// An id, as the sixteen bytes that a UUID is read from.
pub(super) struct IdBytes(pub(super) Uuid);

impl<'de> Deserializer<'de> for IdBytes {
    type Error = Error;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bytes(self.0.as_bytes())
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}
