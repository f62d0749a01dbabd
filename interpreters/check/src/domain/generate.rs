//! The form that answers each question of a type with one of the possible answers.

use super::choices::Choices;
use super::error::DomainError;
use super::sample::{ID, IdBytes, Sample, TIMESTAMP};
use super::values::Values;
use lawful::model::Parameter;
use serde::de::value::{Error, StrDeserializer, U32Deserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer,
    MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fmt::{Debug, Display};

/// What is made.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Command,
    Event,
}

/// The values of one kind of command or event.
pub(super) struct Made<T> {
    pub(super) values: Vec<T>,
    /// A sentence, where there are more.
    pub(super) cut: Option<String>,
}

/// How many combinations are tried before the rest is left out.
const MOST: usize = 10_000;

/// How deeply values lie within values before those that hold none are preferred.
const DEEPEST: usize = 8;

/// Makes every value of the command or event `name`, simplest first.
pub(super) fn generate<T: DeserializeOwned + Display + Debug>(
    values: &Values,
    kind: Kind,
    name: &str,
    parameters: &[Parameter],
) -> Result<Made<T>, DomainError> {
    let source = Source {
        values,
        parameters,
        choices: RefCell::default(),
        within: Cell::new(0),
        depth: Cell::new(0),
    };
    let mut made: Vec<(Vec<usize>, T)> = Vec::new();
    let mut seen = HashSet::new();
    let mut refused: Option<(usize, String)> = None;
    let mut tried = 0;
    let mut limit = 1;
    source.choices.borrow_mut().restart(limit);
    let whole = loop {
        tried += 1;
        source.within.set(0);
        source.depth.set(0);
        match T::deserialize(Whole {
            source: &source,
            name,
        }) {
            Ok(value) => {
                if seen.insert(format!("{value:?}")) {
                    made.push((source.choices.borrow().given().collect(), value));
                }
            }
            Err(error) => {
                let within = source.within.get();
                if refused.as_ref().is_none_or(|(least, _)| *least <= within) {
                    refused = Some((within, error.to_string()));
                }
            }
        }
        if tried == MOST {
            break false;
        }
        let mut choices = source.choices.borrow_mut();
        if choices.advance() {
            continue;
        }
        // First what differs in one place from the simplest value, then in two, and so on.
        if !choices.is_limited() {
            break true;
        }
        if made.len() >= values.each {
            break false;
        }
        limit += 1;
        choices.restart(limit);
    };
    if made.is_empty() {
        let (within, why) = refused.unwrap_or_default();
        let parameter = parameters.get(within);
        return Err(DomainError {
            what: if kind == Kind::Command {
                "command"
            } else {
                "event"
            },
            of: name.to_owned(),
            name: parameter.map_or_else(String::new, |parameter| parameter.name.to_string()),
            ty: parameter.map_or_else(String::new, |parameter| parameter.ty.to_string()),
            why,
        });
    }
    made.sort_by(|(one, _), (two, _)| {
        let far = |answers: &[usize]| answers.iter().sum::<usize>();
        far(one).cmp(&far(two)).then_with(|| one.cmp(two))
    });
    let all = made.len();
    let cut = (all > values.each || !whole).then(|| {
        let more = if whole { "" } else { "more than " };
        format!(
            "`{name}` has {more}{all} values, of which the {} simplest are tried",
            all.min(values.each)
        )
    });
    made.truncate(values.each);
    Ok(Made {
        values: made.into_iter().map(|(_, value)| value).collect(),
        cut,
    })
}

struct Source<'a> {
    values: &'a Values,
    parameters: &'a [Parameter],
    choices: RefCell<Choices>,
    /// Which parameter is being made.
    within: Cell<usize>,
    depth: Cell<usize>,
}

impl Source<'_> {
    fn choose<T: Clone>(&self, answers: &[T]) -> Result<T, Error> {
        let chosen = self.choices.borrow_mut().choose(answers.len());
        chosen
            .and_then(|chosen| answers.get(chosen).cloned())
            .ok_or_else(|| Error::custom("there is no value to try"))
    }
}

/// A command or event: its type and its data.
struct Whole<'a> {
    source: &'a Source<'a>,
    name: &'a str,
}

impl<'de> Deserializer<'de> for Whole<'_> {
    type Error = Error;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(WholeParts {
            whole: self,
            place: 0,
        })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct WholeParts<'a> {
    whole: Whole<'a>,
    place: usize,
}

impl<'de> SeqAccess<'de> for WholeParts<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        self.place += 1;
        match self.place {
            1 => {
                let name: StrDeserializer<'_, Error> = self.whole.name.into_deserializer();
                seed.deserialize(name).map(Some)
            }
            2 => seed
                .deserialize(Data {
                    source: self.whole.source,
                })
                .map(Some),
            _ => Ok(None),
        }
    }
}

/// The parameters.
struct Data<'a> {
    source: &'a Source<'a>,
}

impl<'de> Deserializer<'de> for Data<'_> {
    type Error = Error;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Parameters {
            source: self.source,
            place: 0,
        })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(Parameters {
            source: self.source,
            place: 0,
        })
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit_struct newtype_struct seq
        tuple tuple_struct struct enum identifier ignored_any
    }
}

struct Parameters<'a> {
    source: &'a Source<'a>,
    place: usize,
}

impl Parameters<'_> {
    fn value<'de, S: DeserializeSeed<'de>>(&self, seed: S) -> Result<S::Value, Error> {
        self.source.within.set(self.place);
        let samples = self.source.parameters.get(self.place);
        let samples = samples.map_or(&[][..], |parameter| &parameter.samples);
        if !samples.is_empty() {
            let sample = self.source.choose(samples)?.get();
            return seed.deserialize(Sample(&sample));
        }
        seed.deserialize(Answer {
            source: self.source,
        })
    }
}

impl<'de> SeqAccess<'de> for Parameters<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        if self.place >= self.source.parameters.len() {
            return Ok(None);
        }
        let value = self.value(seed)?;
        self.place += 1;
        Ok(Some(value))
    }
}

impl<'de> MapAccess<'de> for Parameters<'_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        let Some(parameter) = self.source.parameters.get(self.place) else {
            return Ok(None);
        };
        let name: StrDeserializer<'_, Error> = (*parameter.name).into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let value = self.value(seed)?;
        self.place += 1;
        Ok(value)
    }
}

/// One value within a parameter: it answers what its type asks.
#[derive(Clone, Copy)]
struct Answer<'a> {
    source: &'a Source<'a>,
}

macro_rules! whole_numbers {
    ($($method:ident $visit:ident $ty:ident;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let least = i128::try_from($ty::MIN).unwrap_or(i128::MIN);
            let most = i128::try_from($ty::MAX).unwrap_or(i128::MAX);
            let chosen = self.source.choose(&self.source.values.ints_within(least, most))?;
            visitor.$visit($ty::try_from(chosen).map_err(Error::custom)?)
        })*
    };
}

impl<'de> Deserializer<'de> for Answer<'_> {
    type Error = Error;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        // A type that takes anything is asked for the simplest of what it takes.
        match self.source.choose(&[0, 1, 2])? {
            0 => visitor.visit_i64(self.source.choose(&[0, 1])?),
            1 => self.deserialize_str(visitor),
            _ => visitor.visit_unit(),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(self.source.choose(&[false, true])?)
    }

    whole_numbers! {
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_i128 visit_i128 i128;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_u128 visit_u128 u128;
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_f64(self.source.choose(&self.source.values.floats)?)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_char(self.source.choose(&self.source.values.chars)?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.source.choose(&self.source.values.texts)?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        // UUIDs of other crates are read from sixteen bytes.
        let ids = self.source.values.ids_of("bytes");
        visitor.visit_bytes(self.source.choose(&ids)?.as_bytes())
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let answers = [Vec::new(), vec![0], vec![1]];
        visitor.visit_byte_buf(self.source.choose(&answers)?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let deep = self.source.depth.get() > DEEPEST;
        if deep || !self.source.choose(&[false, true])? {
            return visitor.visit_none();
        }
        self.deeper(|answer| visitor.visit_some(answer))
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match name {
            ID => {
                let kind = expected(&visitor);
                let id = self.source.choose(&self.source.values.ids_of(&kind))?;
                visitor.visit_newtype_struct(IdBytes(id))
            }
            TIMESTAMP => {
                let moment = self.source.choose(&self.source.values.moments)?;
                visitor.visit_newtype_struct(moment.into_deserializer())
            }
            _ => self.deeper(|answer| visitor.visit_newtype_struct(answer)),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let left = self.length()?;
        self.deeper(|answer| visitor.visit_seq(Elements { answer, left }))
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deeper(|answer| visitor.visit_seq(Elements { answer, left }))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_tuple(left, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let left = self.length()?;
        self.deeper(|answer| visitor.visit_map(Elements { answer, left }))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == "Duration" && fields == ["secs", "nanos"] {
            let chosen = self.source.choose(&self.source.values.durations)?;
            let parts = [chosen.as_secs(), chosen.subsec_nanos().into()];
            return visitor.visit_seq(serde::de::value::SeqDeserializer::new(parts.into_iter()));
        }
        // Names of older forms stand among the fields, so that only the reader knows how many there are.
        self.deserialize_tuple(fields.len(), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let places: Vec<usize> = (0..variants.len()).collect();
        if self.source.depth.get() > DEEPEST + variants.len() {
            return Err(Error::custom("values lie too deeply within one another"));
        }
        let chosen = self.source.choose(&places)?;
        self.deeper(|answer| {
            visitor.visit_enum(OneOf {
                answer,
                chosen: u32::try_from(chosen).map_err(Error::custom)?,
            })
        })
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

impl Answer<'_> {
    fn deeper<T>(self, within: impl FnOnce(Self) -> Result<T, Error>) -> Result<T, Error> {
        let depth = self.source.depth.get();
        self.source.depth.set(depth + 1);
        let value = within(self)?;
        self.source.depth.set(depth);
        Ok(value)
    }

    fn length(self) -> Result<usize, Error> {
        if self.source.depth.get() > DEEPEST {
            return Ok(0);
        }
        let lengths: Vec<usize> = (0..=self.source.values.size).collect();
        self.source.choose(&lengths)
    }
}

/// What a reader says that it expects: `the id of ..`.
fn expected<'de>(visitor: &impl Visitor<'de>) -> String {
    let expected: &dyn serde::de::Expected = visitor;
    expected.to_string()
}

struct Elements<'a> {
    answer: Answer<'a>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(self.answer).map(Some)
    }
}

impl<'de> MapAccess<'de> for Elements<'_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self.answer)
    }
}

struct OneOf<'a> {
    answer: Answer<'a>,
    chosen: u32,
}

impl<'de, 'a> EnumAccess<'de> for OneOf<'a> {
    type Error = Error;
    type Variant = Inside<'a>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Inside<'a>), Error> {
        let chosen: U32Deserializer<Error> = self.chosen.into_deserializer();
        Ok((seed.deserialize(chosen)?, Inside(self.answer)))
    }
}

struct Inside<'a>(Answer<'a>);

impl<'de> VariantAccess<'de> for Inside<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, left: usize, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_tuple(left, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_tuple(fields.len(), visitor)
    }
}
