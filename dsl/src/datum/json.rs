use super::Datum;
use serde_json::{Map, Number, Value};

impl Datum {
    /// The value in JSON, as a rejection shows it: numbers as numbers, `None` as null, ids and moments as their text, a variant
    /// without fields as its name.
    ///
    /// Whole numbers beyond 64 bits and floats that JSON does not know become texts.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Datum::Bool(value) => Value::Bool(*value),
            Datum::Int(_, value) => {
                Number::from_i128(*value).map_or_else(|| self.to_string().into(), Value::Number)
            }
            Datum::Float(value) => {
                Number::from_f64(*value).map_or_else(|| self.to_string().into(), Value::Number)
            }
            Datum::Char(value) => Value::String(value.to_string()),
            Datum::Str(text) => Value::String(text.clone()),
            Datum::Bytes(bytes) if bytes.len() == 16 => self.to_string().into(),
            Datum::Bytes(bytes) => bytes.clone().into(),
            Datum::Option(None) => Value::Null,
            Datum::Option(Some(inner)) => inner.to_json(),
            Datum::Tuple(items) if items.is_empty() => Value::Null,
            Datum::List(items) | Datum::Tuple(items) => items.iter().map(Datum::to_json).collect(),
            Datum::Map(entries) => entries
                .iter()
                .map(|(key, value)| {
                    let key = match key {
                        Datum::Str(text) => text.clone(),
                        key => key.to_string(),
                    };
                    (key, value.to_json())
                })
                .collect::<Map<_, _>>()
                .into(),
            Datum::Struct { fields, .. } if self.is_the_default() || fields.is_empty() => {
                Value::Null
            }
            Datum::Struct { fields, .. } => fields_to_json(fields),
            Datum::Variant { name, fields, .. } if fields.is_empty() => name.clone().into(),
            Datum::Variant { name, fields, .. } => {
                Map::from_iter([(name.clone(), fields_to_json(fields))]).into()
            }
            Datum::Id(_) | Datum::Timestamp(_) | Datum::Duration(_) => self.to_string().into(),
        }
    }
}

/// As serde does: one field without a name is its value, several are an array, named ones an object.
fn fields_to_json(fields: &[(String, Datum)]) -> Value {
    match fields {
        [(name, value)] if name == "0" => value.to_json(),
        [(name, _), ..] if name == "0" => fields.iter().map(|(_, value)| value.to_json()).collect(),
        fields => fields
            .iter()
            .map(|(name, value)| (name.clone(), value.to_json()))
            .collect::<Map<_, _>>()
            .into(),
    }
}
