use schemars::Schema;
use serde_json::Value;

/// A variant whose fields may all be missing may be written without `data`.
#[must_use]
pub fn data_is_optional(mut schema: Schema) -> Schema {
    let variants = schema.get_mut("oneOf").and_then(Value::as_array_mut);
    for variant in variants.into_iter().flatten() {
        let needed = variant.pointer("/properties/data/required");
        if needed.and_then(Value::as_array).is_none_or(Vec::is_empty) {
            if let Some(required) = variant.get_mut("required").and_then(Value::as_array_mut) {
                required.retain(|name| name != "data");
            }
        }
    }
    schema
}
