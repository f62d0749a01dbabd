use super::{Datum, IntType};
use crate::id::ID;
use crate::timestamp::TIMESTAMP;
use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use std::time::Duration;
use uuid::Uuid;

type Error = serde_json::Error;

impl Datum {
    /// The value of anything that serialises.
    ///
    /// The serialiser is not human readable, so ids, moments and durations stay what they are. A field that serde leaves out
    /// (`skip_serializing_if`) is kept as the default of its type.
    ///
    /// # Errors
    ///
    /// Where the value's own serialisation fails, and for a `u128` beyond `i128::MAX`.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Datum, serde_json::Error> {
        value.serialize(Reader)
    }
}

/// Reads a value as a [`Datum`].
struct Reader;

impl Serializer for Reader {
    type Ok = Datum;
    type Error = Error;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Fields;
    type SerializeTupleVariant = Fields;
    type SerializeMap = Entries;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Fields;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, v: bool) -> Result<Datum, Error> {
        Ok(Datum::Bool(v))
    }

    fn serialize_i8(self, v: i8) -> Result<Datum, Error> {
        Ok(Datum::Int(IntType::I8, v.into()))
    }

    fn serialize_i16(self, v: i16) -> Result<Datum, Error> {
        Ok(Datum::Int(IntType::I16, v.into()))
    }

    fn serialize_i32(self, v: i32) -> Result<Datum, Error> {
        Ok(Datum::Int(IntType::I32, v.into()))
    }

    fn serialize_i64(self, v: i64) -> Result<Datum, Error> {
        Ok(Datum::Int(IntType::I64, v.into()))
    }

    fn serialize_i128(self, v: i128) -> Result<Datum, Error> {
        Ok(Datum::Int(IntType::I128, v))
    }

    fn serialize_u8(self, v: u8) -> Result<Datum, Error> {
        Ok(Datum::Int(IntType::U8, v.into()))
    }

    fn serialize_u16(self, v: u16) -> Result<Datum, Error> {
        Ok(Datum::Int(IntType::U16, v.into()))
    }

    fn serialize_u32(self, v: u32) -> Result<Datum, Error> {
        Ok(Datum::Int(IntType::U32, v.into()))
    }

    fn serialize_u64(self, v: u64) -> Result<Datum, Error> {
        Ok(Datum::Int(IntType::U64, v.into()))
    }

    fn serialize_u128(self, v: u128) -> Result<Datum, Error> {
        match i128::try_from(v) {
            Ok(v) => Ok(Datum::Int(IntType::U128, v)),
            Err(_) => Err(Error::custom(format_args!(
                "`{v}` is too large: whole numbers up to `{}` are supported",
                i128::MAX
            ))),
        }
    }

    fn serialize_f32(self, v: f32) -> Result<Datum, Error> {
        Ok(Datum::Float(v.into()))
    }

    fn serialize_f64(self, v: f64) -> Result<Datum, Error> {
        Ok(Datum::Float(v))
    }

    fn serialize_char(self, v: char) -> Result<Datum, Error> {
        Ok(Datum::Char(v))
    }

    fn serialize_str(self, v: &str) -> Result<Datum, Error> {
        Ok(Datum::Str(v.to_owned()))
    }

    fn serialize_bytes(self, v: &[u8]) -> Result<Datum, Error> {
        Ok(Datum::Bytes(v.to_vec()))
    }

    fn serialize_none(self) -> Result<Datum, Error> {
        Ok(Datum::Option(None))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Datum, Error> {
        Ok(Datum::Option(Some(Box::new(Datum::of(value)?))))
    }

    fn serialize_unit(self) -> Result<Datum, Error> {
        Ok(Datum::UNIT)
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<Datum, Error> {
        Ok(Datum::structure(name, Vec::new()))
    }

    fn serialize_unit_variant(
        self,
        of: &'static str,
        index: u32,
        name: &'static str,
    ) -> Result<Datum, Error> {
        self.serialize_struct_variant(of, index, name, 0)
            .map(Fields::finish)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<Datum, Error> {
        let inner = Datum::of(value)?;
        Ok(match (name, inner) {
            (ID, Datum::Bytes(bytes)) => {
                Datum::Id(Uuid::from_slice(&bytes).map_err(Error::custom)?)
            }
            (TIMESTAMP, Datum::Int(_, micros)) => {
                Datum::Timestamp(i64::try_from(micros).map_err(Error::custom)?)
            }
            (_, inner) => Datum::structure(name, vec![("0".to_owned(), inner)]),
        })
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        of: &'static str,
        index: u32,
        name: &'static str,
        value: &T,
    ) -> Result<Datum, Error> {
        let mut fields = self.serialize_tuple_variant(of, index, name, 1)?;
        fields.add("0", value)?;
        Ok(fields.finish())
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Items, Error> {
        Ok(Items {
            items: Vec::with_capacity(len.unwrap_or(0)),
            fixed: false,
        })
    }

    fn serialize_tuple(self, len: usize) -> Result<Items, Error> {
        Ok(Items {
            items: Vec::with_capacity(len),
            fixed: true,
        })
    }

    fn serialize_tuple_struct(self, name: &'static str, len: usize) -> Result<Fields, Error> {
        self.serialize_struct(name, len)
    }

    fn serialize_tuple_variant(
        self,
        of: &'static str,
        index: u32,
        name: &'static str,
        len: usize,
    ) -> Result<Fields, Error> {
        self.serialize_struct_variant(of, index, name, len)
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Entries, Error> {
        Ok(Entries {
            entries: Vec::with_capacity(len.unwrap_or(0)),
            key: None,
        })
    }

    fn serialize_struct(self, name: &'static str, len: usize) -> Result<Fields, Error> {
        Ok(Fields {
            name,
            variant: None,
            values: Vec::with_capacity(len),
        })
    }

    fn serialize_struct_variant(
        self,
        of: &'static str,
        index: u32,
        name: &'static str,
        len: usize,
    ) -> Result<Fields, Error> {
        Ok(Fields {
            name,
            variant: Some((of, index)),
            values: Vec::with_capacity(len),
        })
    }
}

/// A sequence, set, tuple or array on its way.
struct Items {
    items: Vec<Datum>,
    fixed: bool,
}

impl Items {
    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.items.push(Datum::of(value)?);
        Ok(())
    }

    fn finish(self) -> Datum {
        if self.fixed {
            Datum::Tuple(self.items)
        } else {
            Datum::List(self.items)
        }
    }
}

impl SerializeSeq for Items {
    type Ok = Datum;
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.add(value)
    }

    fn end(self) -> Result<Datum, Error> {
        Ok(self.finish())
    }
}

impl SerializeTuple for Items {
    type Ok = Datum;
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.add(value)
    }

    fn end(self) -> Result<Datum, Error> {
        Ok(self.finish())
    }
}

/// A map on its way.
struct Entries {
    entries: Vec<(Datum, Datum)>,
    key: Option<Datum>,
}

impl SerializeMap for Entries {
    type Ok = Datum;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.key = Some(Datum::of(key)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let Some(key) = self.key.take() else {
            return Err(Error::custom("a map gave a value before its key"));
        };
        self.entries.push((key, Datum::of(value)?));
        Ok(())
    }

    fn end(self) -> Result<Datum, Error> {
        Ok(Datum::Map(self.entries))
    }
}

/// A struct or variant on its way.
struct Fields {
    name: &'static str,
    variant: Option<(&'static str, u32)>,
    values: Vec<(String, Datum)>,
}

impl Fields {
    fn add<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        self.values.push((name.to_owned(), Datum::of(value)?));
        Ok(())
    }

    fn add_next<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let name = self.values.len().to_string();
        self.add(&name, value)
    }

    fn skip(&mut self, name: &str) {
        self.values.push((name.to_owned(), Datum::the_default()));
    }

    fn finish(self) -> Datum {
        match self.variant {
            Some((of, index)) => Datum::Variant {
                of: of.to_owned(),
                index,
                name: self.name.to_owned(),
                fields: self.values,
            },
            None => self
                .duration()
                .unwrap_or_else(|| Datum::structure(self.name, self.values)),
        }
    }

    /// `std::time::Duration` serialises as a struct of this shape, and a `Duration` of another crate does not.
    fn duration(&self) -> Option<Datum> {
        match (self.name, self.values.as_slice()) {
            (
                "Duration",
                [
                    (one, Datum::Int(IntType::U64, secs)),
                    (two, Datum::Int(IntType::U32, nanos)),
                ],
            ) if one == "secs" && two == "nanos" && *nanos < 1_000_000_000 => {
                let secs = u64::try_from(*secs).ok()?;
                let nanos = u32::try_from(*nanos).ok()?;
                Some(Datum::Duration(Duration::new(secs, nanos)))
            }
            _ => None,
        }
    }
}

impl SerializeStruct for Fields {
    type Ok = Datum;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.add(name, value)
    }

    fn skip_field(&mut self, name: &'static str) -> Result<(), Error> {
        self.skip(name);
        Ok(())
    }

    fn end(self) -> Result<Datum, Error> {
        Ok(self.finish())
    }
}

impl SerializeStructVariant for Fields {
    type Ok = Datum;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.add(name, value)
    }

    fn skip_field(&mut self, name: &'static str) -> Result<(), Error> {
        self.skip(name);
        Ok(())
    }

    fn end(self) -> Result<Datum, Error> {
        Ok(self.finish())
    }
}

impl SerializeTupleStruct for Fields {
    type Ok = Datum;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.add_next(value)
    }

    fn end(self) -> Result<Datum, Error> {
        Ok(self.finish())
    }
}

impl SerializeTupleVariant for Fields {
    type Ok = Datum;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.add_next(value)
    }

    fn end(self) -> Result<Datum, Error> {
        Ok(self.finish())
    }
}
