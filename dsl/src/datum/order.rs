use super::{Datum, same_name};
use std::cmp::Ordering;

impl Datum {
    /// The order of two values of one type: that of their derived `Ord`, by which sorted maps and sets iterate.
    ///
    /// Floats compare by `total_cmp`; values of different types have some order.
    #[must_use]
    pub fn compare(&self, other: &Datum) -> Ordering {
        match (self, other) {
            (Datum::Bool(one), Datum::Bool(two)) => one.cmp(two),
            (Datum::Int(_, one), Datum::Int(_, two)) => one.cmp(two),
            (Datum::Float(one), Datum::Float(two)) => one.total_cmp(two),
            (Datum::Char(one), Datum::Char(two)) => one.cmp(two),
            (Datum::Str(one), Datum::Str(two)) => one.cmp(two),
            (Datum::Bytes(one), Datum::Bytes(two)) => one.cmp(two),
            (Datum::Option(one), Datum::Option(two)) => match (one, two) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) => Ordering::Less,
                (Some(_), None) => Ordering::Greater,
                (Some(one), Some(two)) => one.compare(two),
            },
            (Datum::List(one) | Datum::Tuple(one), Datum::List(two) | Datum::Tuple(two)) => {
                in_order(one.iter(), two.iter(), Datum::compare)
            }
            (Datum::Map(one), Datum::Map(two)) => in_order(one.iter(), two.iter(), |one, two| {
                one.0.compare(&two.0).then_with(|| one.1.compare(&two.1))
            }),
            (Datum::Struct { fields: one, .. }, Datum::Struct { fields: two, .. }) => {
                in_fields(one, two)
            }
            (
                Datum::Variant {
                    index: one,
                    name,
                    fields,
                    ..
                },
                Datum::Variant {
                    index: two,
                    name: other,
                    fields: others,
                    ..
                },
            ) => {
                if same_name(name, other) {
                    in_fields(fields, others)
                } else {
                    one.cmp(two).then_with(|| name.cmp(other))
                }
            }
            (Datum::Id(one), Datum::Id(two)) => one.cmp(two),
            (Datum::Timestamp(one), Datum::Timestamp(two)) => one.cmp(two),
            (Datum::Duration(one), Datum::Duration(two)) => one.cmp(two),
            (one, two) => one.rank().cmp(&two.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Datum::Bool(_) => 0,
            Datum::Int(..) => 1,
            Datum::Float(_) => 2,
            Datum::Char(_) => 3,
            Datum::Str(_) => 4,
            Datum::Bytes(_) => 5,
            Datum::Option(_) => 6,
            Datum::List(_) | Datum::Tuple(_) => 7,
            Datum::Map(_) => 8,
            Datum::Struct { .. } => 9,
            Datum::Variant { .. } => 10,
            Datum::Id(_) => 11,
            Datum::Timestamp(_) => 12,
            Datum::Duration(_) => 13,
        }
    }

    /// Whether this is what `Default` gives for a type of this kind, as far as the kind tells.
    fn looks_default(&self) -> bool {
        match self {
            Datum::Bool(value) => !value,
            Datum::Int(_, value) => *value == 0,
            Datum::Float(value) => *value == 0.0,
            Datum::Char(value) => *value == '\0',
            Datum::Str(text) => text.is_empty(),
            Datum::Bytes(bytes) => bytes.is_empty(),
            Datum::Option(inner) => inner.is_none(),
            Datum::List(items) => items.is_empty(),
            Datum::Tuple(items) => items.iter().all(Datum::looks_default),
            Datum::Map(entries) => entries.is_empty(),
            Datum::Struct { fields, .. } => fields.iter().all(|(_, value)| value.looks_default()),
            Datum::Variant { fields, .. } => fields.is_empty(),
            Datum::Id(_) => false,
            Datum::Timestamp(micros) => *micros == 0,
            Datum::Duration(time) => time.is_zero(),
        }
    }
}

fn in_order<T>(
    mut one: impl Iterator<Item = T>,
    mut two: impl Iterator<Item = T>,
    compare: impl Fn(T, T) -> Ordering,
) -> Ordering {
    loop {
        match (one.next(), two.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(one), Some(two)) => match compare(one, two) {
                Ordering::Equal => {}
                other => return other,
            },
        }
    }
}

fn in_fields(one: &[(String, Datum)], two: &[(String, Datum)]) -> Ordering {
    in_order(one.iter(), two.iter(), |one, two| one.1.compare(&two.1))
}

impl PartialEq for Datum {
    fn eq(&self, other: &Datum) -> bool {
        if self.is_the_default() || other.is_the_default() {
            return self.looks_default() && other.looks_default();
        }
        match (self, other) {
            (Datum::Bool(one), Datum::Bool(two)) => one == two,
            (Datum::Int(_, one), Datum::Int(_, two)) => one == two,
            (Datum::Float(one), Datum::Float(two)) => one == two,
            (Datum::Char(one), Datum::Char(two)) => one == two,
            (Datum::Str(one), Datum::Str(two)) => one == two,
            (Datum::Bytes(one), Datum::Bytes(two)) => one == two,
            (Datum::Option(one), Datum::Option(two)) => one == two,
            (Datum::List(one) | Datum::Tuple(one), Datum::List(two) | Datum::Tuple(two)) => {
                one == two
            }
            (Datum::Map(one), Datum::Map(two)) => {
                // A hashed map iterates in any order.
                one == two || one.len() == two.len() && one.iter().all(|entry| two.contains(entry))
            }
            (
                Datum::Struct { name, fields },
                Datum::Struct {
                    name: other,
                    fields: others,
                },
            ) => same_type(name, other) && same_fields(fields, others),
            (
                Datum::Variant {
                    of, name, fields, ..
                },
                Datum::Variant {
                    of: owner,
                    name: other,
                    fields: others,
                    ..
                },
            ) => same_type(of, owner) && same_name(name, other) && same_fields(fields, others),
            (Datum::Id(one), Datum::Id(two)) => one == two,
            (Datum::Timestamp(one), Datum::Timestamp(two)) => one == two,
            (Datum::Duration(one), Datum::Duration(two)) => one == two,
            _ => false,
        }
    }
}

/// A tree that constructs a value may not know what the type is called; then the name is empty.
fn same_type(one: &str, two: &str) -> bool {
    one.is_empty() || two.is_empty() || same_name(one, two)
}

fn same_fields(one: &[(String, Datum)], two: &[(String, Datum)]) -> bool {
    one.len() == two.len()
        && one.iter().zip(two).all(|(field, other)| {
            let twin = if same_name(&field.0, &other.0) {
                Some(other)
            } else {
                two.iter().find(|other| same_name(&field.0, &other.0))
            };
            twin.is_some_and(|twin| field.1 == twin.1)
        })
}
