//! Values as Rust source.

use lawful::Datum;
use lawful::model::{AggregateModel, Field, Parameter, StateModel};

/// A constructor with its arguments: `AccountEvent::deposited(50)`. `debug` tells the variant.
pub(super) fn call(
    model: &AggregateModel,
    what: &str,
    debug: &str,
    parameters: &[Parameter],
    arguments: &[(&str, Datum)],
) -> String {
    let variant: String = debug
        .chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect();
    let values: Vec<_> = arguments
        .iter()
        .enumerate()
        .map(|(place, (_, value))| {
            let ty = parameters.get(place).map_or("", |parameter| &*parameter.ty);
            written(model, value, ty)
        })
        .collect();
    format!(
        "{}{what}::{}({})",
        model.state.name,
        snake(&variant),
        values.join(", ")
    )
}

/// A value of the type `ty`, as far as the text of a type tells it.
pub(super) fn written(model: &AggregateModel, value: &Datum, ty: &str) -> String {
    let inner = |place: usize| argument(ty, place);
    match value {
        Datum::Bool(value) => value.to_string(),
        Datum::Int(_, value) => value.to_string(),
        Datum::Float(value) => format!("{value:?}"),
        Datum::Char(value) => format!("{value:?}"),
        Datum::Str(text) if is(ty, "Uuid") => format!("{text:?}.parse().unwrap()"),
        Datum::Str(text) => format!("{text:?}.to_owned()"),
        Datum::Bytes(bytes) if bytes.len() == 16 => format!("lawful::Uuid::from_bytes({bytes:?})"),
        Datum::Bytes(bytes) => format!("vec!{bytes:?}"),
        Datum::Option(None) => "None".to_owned(),
        Datum::Option(Some(value)) => format!("Some({})", written(model, value, &inner(0))),
        Datum::List(items) => {
            let items = list(model, items, |_| inner(0));
            if is(ty, "Vec") || ty.is_empty() {
                format!("vec![{items}]")
            } else {
                format!("{}::from([{items}])", path(ty))
            }
        }
        Datum::Tuple(items) if ty.starts_with('[') => {
            let item = ty.trim_start_matches('[').split(';').next().unwrap_or("");
            format!("[{}]", list(model, items, |_| item.trim().to_owned()))
        }
        Datum::Tuple(items) => {
            let comma = if items.len() == 1 { "," } else { "" };
            format!("({}{comma})", list(model, items, inner))
        }
        Datum::Map(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .map(|(key, value)| {
                    format!(
                        "({}, {})",
                        written(model, key, &inner(0)),
                        written(model, value, &inner(1))
                    )
                })
                .collect();
            format!("{}::from([{}])", path(ty), entries.join(", "))
        }
        Datum::Struct { name, fields } => {
            let shape = shape(model, name);
            let declared = shape.map_or(&[][..], |shape| &shape.fields);
            format!("{name}{}", inside(model, fields, declared))
        }
        Datum::Variant {
            of,
            index,
            name,
            fields,
        } => {
            let variant = shape(model, of)
                .and_then(|shape| shape.variants.get(usize::try_from(*index).ok()?));
            let declared = variant.map_or(&[][..], |variant| &variant.fields);
            let name = variant.map_or(&**name, |variant| &variant.name);
            format!("{of}::{name}{}", inside(model, fields, declared))
        }
        Datum::Id(id) => {
            let of = inner(0);
            let of = if of.is_empty() || of == "Self" {
                "Id".to_owned()
            } else {
                format!("Id::<{of}>")
            };
            format!("{of}::from_uuid(lawful::Uuid::from_u128({}))", id.as_u128())
        }
        Datum::Timestamp(micros) => format!("Timestamp::from_micros({micros})"),
        Datum::Duration(duration) => format!(
            "Duration::new({}, {})",
            duration.as_secs(),
            duration.subsec_nanos()
        ),
    }
}

fn list(model: &AggregateModel, items: &[Datum], ty: impl Fn(usize) -> String) -> String {
    let items: Vec<_> = items
        .iter()
        .enumerate()
        .map(|(place, item)| written(model, item, &ty(place)))
        .collect();
    items.join(", ")
}

/// `{ amount: 1 }`, `(1)` or nothing. Names are the declared ones, for serde may have others.
fn inside(model: &AggregateModel, fields: &[(String, Datum)], declared: &[Field]) -> String {
    let ty = |place: usize| {
        declared
            .get(place)
            .map_or(String::new(), |field| field.ty.to_string())
    };
    match fields {
        [] => String::new(),
        [(name, _), ..] if name == "0" => {
            let values: Vec<_> = fields.iter().map(|(_, value)| value.clone()).collect();
            format!("({})", list(model, &values, ty))
        }
        fields => {
            let fields: Vec<_> = fields
                .iter()
                .enumerate()
                .map(|(place, (name, value))| {
                    let name = declared.get(place).map_or(&**name, |field| &field.name);
                    format!("{name}: {}", written(model, value, &ty(place)))
                })
                .collect();
            format!(" {{ {} }}", fields.join(", "))
        }
    }
}

fn shape<'m>(model: &'m AggregateModel, name: &str) -> Option<&'m StateModel> {
    model
        .state
        .all_values()
        .into_iter()
        .find(|shape| shape.name == name)
}

/// Whether the text of a type means the type of this name.
fn is(ty: &str, name: &str) -> bool {
    path(ty).rsplit("::").next() == Some(name)
}

fn path(ty: &str) -> &str {
    ty.split('<').next().unwrap_or(ty).trim()
}

/// The type argument at this place: of `BTreeMap<Id<Seat>, i64>`, 0 is `Id<Seat>`. Of a tuple, its part.
fn argument(ty: &str, place: usize) -> String {
    let inner = match (ty.split_once('<'), ty.strip_prefix('(')) {
        (_, Some(tuple)) => tuple.strip_suffix(')').unwrap_or(tuple),
        (Some((_, inner)), None) => inner.trim_end().strip_suffix('>').unwrap_or(inner),
        (None, None) => return String::new(),
    };
    let mut depth = 0;
    let mut parts = vec![String::new()];
    for letter in inner.chars() {
        match letter {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth -= 1,
            _ => {}
        }
        match parts.last_mut() {
            Some(part) if letter != ',' || depth > 0 => part.push(letter),
            _ => parts.push(String::new()),
        }
    }
    parts
        .get(place)
        .map_or(String::new(), |part| part.trim().to_owned())
}

/// `IsSolvent` of `is_solvent`.
pub(super) fn camel(name: &str) -> String {
    name.split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .into_iter()
                .flat_map(char::to_uppercase)
                .chain(letters)
                .collect::<Vec<_>>()
        })
        .collect()
}

/// `is_solvent` of `IsSolvent`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{argument, camel, snake};

    #[test]
    fn arguments_of_types_are_found() {
        let map = "BTreeMap<Id<Seat>, (u8, i64)>";
        assert_eq!(argument(map, 0), "Id<Seat>");
        assert_eq!(argument(map, 1), "(u8, i64)");
        assert_eq!(argument(&argument(map, 1), 1), "i64");
        assert_eq!(argument("i64", 0), "");
    }

    #[test]
    fn names_change_their_case() {
        assert_eq!(camel("is_solvent"), "IsSolvent");
        assert_eq!(snake("IsSolvent"), "is_solvent");
    }
}
