use super::Datum;
use crate::Timestamp;
use std::fmt::{Display, Formatter};
use uuid::Uuid;

impl Display for Datum {
    /// As Rust would write it: `30`, `"Ada"`, `none`, `LineItem { quantity: 2 }`.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Datum::Bool(value) => write!(f, "{value}"),
            Datum::Int(_, value) => write!(f, "{value}"),
            Datum::Float(value) => write!(f, "{value:?}"),
            Datum::Char(value) => write!(f, "{value:?}"),
            Datum::Str(text) => write!(f, "{text:?}"),
            Datum::Bytes(bytes) => match Uuid::from_slice(bytes) {
                // A plain UUID serialises as its bytes, and nothing else of this length does.
                Ok(uuid) => write!(f, "{uuid}"),
                Err(_) => write!(f, "{bytes:?}"),
            },
            Datum::Option(None) => f.write_str("none"),
            Datum::Option(Some(inner)) => write!(f, "some({inner})"),
            Datum::List(items) => listed(f, "[", items.iter(), "]"),
            Datum::Tuple(items) if items.len() == 1 => write!(f, "({},)", items[0]),
            Datum::Tuple(items) => listed(f, "(", items.iter(), ")"),
            Datum::Map(entries) => {
                f.write_str("{")?;
                for (place, (key, value)) in entries.iter().enumerate() {
                    let comma = if place == 0 { "" } else { ", " };
                    write!(f, "{comma}{key}: {value}")?;
                }
                f.write_str("}")
            }
            Datum::Struct { .. } if self.is_the_default() => f.write_str("default"),
            Datum::Struct { name, fields } | Datum::Variant { name, fields, .. } => {
                f.write_str(name)?;
                fielded(f, fields)
            }
            Datum::Id(uuid) => write!(f, "{uuid}"),
            Datum::Timestamp(micros) => write!(f, "{}", Timestamp::from_micros(*micros)),
            Datum::Duration(time) => write!(f, "{time:?}"),
        }
    }
}

fn listed<'d>(
    f: &mut Formatter<'_>,
    open: &str,
    items: impl Iterator<Item = &'d Datum>,
    close: &str,
) -> std::fmt::Result {
    f.write_str(open)?;
    for (place, item) in items.enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        write!(f, "{comma}{item}")?;
    }
    f.write_str(close)
}

fn fielded(f: &mut Formatter<'_>, fields: &[(String, Datum)]) -> std::fmt::Result {
    match fields {
        [] => Ok(()),
        [(name, _), ..] if name == "0" => listed(f, "(", fields.iter().map(|(_, item)| item), ")"),
        fields => {
            f.write_str(" {")?;
            for (place, (name, value)) in fields.iter().enumerate() {
                let comma = if place == 0 { "" } else { "," };
                write!(f, "{comma} {name}: {value}")?;
            }
            f.write_str(" }")
        }
    }
}
