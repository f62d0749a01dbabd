//! Reads the values of a counterexample.

use super::obligation::{Obligation, Place, Variable};
use super::sort::{Sort, Sorts, constructor};
use crate::interpreted::Call;
use lawful::{Datum, Uuid};
use std::collections::BTreeMap;

/// What SMT-LIB is written in.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    Word(String),
    List(Vec<Node>),
}

/// The state and the command that a solver found; `None` where they cannot be read.
pub(super) fn read(
    text: &str,
    obligation: &Obligation,
    sorts: &Sorts<'_>,
    state_name: &str,
) -> Option<(Datum, Call)> {
    let node = parse(text)?;
    let Node::List(pairs) = node else {
        return None;
    };
    let mut values = BTreeMap::new();
    for pair in pairs {
        let Node::List(pair) = pair else {
            return None;
        };
        let [Node::Word(name), value] = &pair[..] else {
            return None;
        };
        values.insert(name.trim_matches('|').to_owned(), value.clone());
    }
    let mut reader = Reader {
        sorts,
        plain: BTreeMap::new(),
    };
    for (place, text) in obligation.texts.iter().enumerate() {
        if let Some(Node::Word(word)) = values.get(&format!("text.{place}")) {
            reader.plain.insert(word.clone(), Datum::Str(text.clone()));
        }
    }
    let (mut fields, mut whole, mut arguments) = (Vec::new(), None, Vec::new());
    for Variable {
        symbol,
        sort,
        place,
    } in &obligation.variables
    {
        let value = reader.datum(values.get(symbol)?, sort)?;
        match place {
            Place::Field(name) => fields.push((name.clone(), value)),
            Place::State => whole = Some(value),
            Place::Parameter(name) => arguments.push((name.clone(), value)),
        }
    }
    let state = whole.unwrap_or_else(|| Datum::Struct {
        name: state_name.to_owned(),
        fields,
    });
    let name = obligation.command.clone();
    Some((state, Call { name, arguments }))
}

struct Reader<'s, 'm> {
    sorts: &'s Sorts<'m>,
    /// What the solver's own names for texts and ids stand for.
    plain: BTreeMap<String, Datum>,
}

impl Reader<'_, '_> {
    fn datum(&mut self, node: &Node, sort: &Sort) -> Option<Datum> {
        Some(match sort {
            Sort::Bool => Datum::Bool(word(node)? == "true"),
            Sort::Int(width) => Datum::Int(*width, int(node)?),
            Sort::Timestamp => Datum::Timestamp(i64::try_from(int(node)?).ok()?),
            Sort::Plain(name) => self.plain(word(node)?, name)?,
            Sort::Option(of) => match constructed(node)? {
                (word, []) if word == of.none() => Datum::Option(None),
                (word, [inner]) if word.starts_with("Some.") => {
                    Datum::Option(Some(Box::new(self.datum(inner, of)?)))
                }
                _ => return None,
            },
            Sort::Declared(name) => self.declared(node, name)?,
            Sort::Set(of) => {
                let mut items = Vec::new();
                for (key, value) in stored(node)? {
                    if word(value)? == "true" {
                        items.push(self.datum(key, of)?);
                    }
                }
                items.sort_by(Datum::compare);
                Datum::List(items)
            }
            Sort::Map(key, value) => {
                let mut entries = Vec::new();
                for (at, held) in stored(node)? {
                    if let (word, [inner]) = constructed(held)?
                        && word.starts_with("Some.")
                    {
                        entries.push((self.datum(at, key)?, self.datum(inner, value)?));
                    }
                }
                entries.sort_by(|one, two| one.0.compare(&two.0));
                Datum::Map(entries)
            }
            Sort::None => return None,
        })
    }

    /// A text or an id: as many different ones as the solver names.
    fn plain(&mut self, word: &str, sort: &str) -> Option<Datum> {
        if let Some(known) = self.plain.get(word) {
            return Some(known.clone());
        }
        let place = self.plain.len();
        let datum = if sort == super::sort::TEXT {
            let letter = char::from(b'a' + u8::try_from(place % 26).ok()?);
            Datum::Str(letter.to_string().repeat(1 + place / 26))
        } else if sort.starts_with("Id.") {
            Datum::Id(Uuid::from_u128(place as u128 + 1))
        } else {
            return None;
        };
        self.plain.insert(word.to_owned(), datum.clone());
        Some(datum)
    }

    fn declared(&mut self, node: &Node, name: &str) -> Option<Datum> {
        let (made, parts) = constructed(node)?;
        let shape = self.sorts.shape(name)?;
        let mut each = |fields: &[lawful::model::Field]| -> Option<Vec<(String, Datum)>> {
            let fields = fields.iter().zip(parts);
            fields
                .map(|(field, part)| {
                    let value = self.datum(part, &self.sorts.of(&field.ty))?;
                    Some((field.name.to_string(), value))
                })
                .collect()
        };
        if shape.variants.is_empty() {
            return Some(Datum::Struct {
                name: name.to_owned(),
                fields: each(&shape.fields)?,
            });
        }
        let mut variants = shape.variants.iter().enumerate();
        let (index, variant) =
            variants.find(|(_, variant)| constructor(name, &variant.name) == made)?;
        Some(Datum::Variant {
            of: name.to_owned(),
            index: u32::try_from(index).ok()?,
            name: variant.name.to_string(),
            fields: each(&variant.fields)?,
        })
    }
}

/// What an array holds other than its background, the latest first.
fn stored(node: &Node) -> Option<Vec<(&Node, &Node)>> {
    let (mut entries, mut at): (Vec<(&Node, &Node)>, _) = (Vec::new(), node);
    loop {
        let Node::List(parts) = at else {
            return None;
        };
        match &parts[..] {
            [Node::Word(store), of, key, value] if store == "store" => {
                if !entries.iter().any(|(known, _)| *known == key) {
                    entries.push((key, value));
                }
                at = of;
            }
            // Everything else holds the background: it must be nothing.
            [Node::List(_), background] => {
                let empty = match constructed(background) {
                    Some((word, parts)) => {
                        parts.is_empty() && (word == "false" || word.starts_with("None."))
                    }
                    None => false,
                };
                return empty.then_some(entries);
            }
            _ => return None,
        }
    }
}

fn word(node: &Node) -> Option<&str> {
    match node {
        Node::Word(word) => Some(word),
        Node::List(_) => None,
    }
}

fn int(node: &Node) -> Option<i128> {
    match node {
        Node::Word(word) => word.parse().ok(),
        Node::List(parts) => match &parts[..] {
            [Node::Word(minus), Node::Word(word)] if minus == "-" => {
                format!("-{word}").parse().ok()
            }
            _ => None,
        },
    }
}

/// A constructor and its parts: `None.Int`, `(Some.Int 1)`, also with its sort, `(as None.Int Opt.Int)`.
fn constructed(node: &Node) -> Option<(&str, &[Node])> {
    match node {
        Node::Word(word) => Some((word.trim_matches('|'), &[])),
        Node::List(parts) => match &parts[..] {
            [Node::Word(of), Node::Word(word), _] if of == "as" => {
                Some((word.trim_matches('|'), &[]))
            }
            [first, rest @ ..] => constructed(first).map(|(word, _)| (word, rest)),
            [] => None,
        },
    }
}

/// How deeply brackets may lie within one another.
const DEEPEST: usize = 500;

fn parse(text: &str) -> Option<Node> {
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    let mut open: Vec<Vec<Node>> = Vec::new();
    for word in spaced.split_whitespace() {
        match word {
            "(" if open.len() == DEEPEST => return None,
            "(" => open.push(Vec::new()),
            ")" => {
                let list = Node::List(open.pop()?);
                match open.last_mut() {
                    Some(outer) => outer.push(list),
                    None => return Some(list),
                }
            }
            word => open.last_mut()?.push(Node::Word(word.to_owned())),
        }
    }
    None
}
