//! What the types of a model are to a solver.

use super::Reason;
use lawful::model::{AggregateModel, Field, StateModel};
use lawful::{Datum, IntType};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Formatter};

/// What a solver takes a type for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Sort {
    Bool,
    /// A whole number of this width; a literal has none yet.
    Int(IntType),
    /// Moments are whole numbers that are only compared.
    Timestamp,
    /// Something that is only compared for equality: texts, ids, foreign types.
    Plain(String),
    Option(Box<Sort>),
    /// `None` before it is known of what.
    None,
    /// A declared struct or enum.
    Declared(String),
    Map(Box<Sort>, Box<Sort>),
    Set(Box<Sort>),
}

/// The name of the sort of texts.
pub(super) const TEXT: &str = "Text";

/// The types of one aggregate.
pub(super) struct Sorts<'m> {
    model: &'m AggregateModel,
    shapes: Vec<&'m StateModel>,
    /// What `type Cents = i64` stands for, learnt from values.
    aliases: BTreeMap<String, Sort>,
    /// Whether there are floats somewhere, which are not always equal to themselves.
    floats: bool,
}

impl<'m> Sorts<'m> {
    pub(super) fn new(model: &'m AggregateModel) -> Self {
        let mut shapes = model.state.all_values();
        if !model.state.variants.is_empty() {
            shapes.insert(0, &model.state);
        }
        let mut sorts = Sorts {
            model,
            shapes,
            aliases: BTreeMap::new(),
            floats: has_float(&model.initial.get()),
        };
        let shapes = model.state.all_values();
        sorts.floats |= shapes.into_iter().chain([&model.state]).any(names_floats);
        if let Datum::Struct { fields, .. } = model.initial.get() {
            for field in model.state.fields.iter() {
                if let Some((_, value)) = fields.iter().find(|(name, _)| *name == *field.name) {
                    sorts.learn(&field.ty, value);
                }
            }
        }
        sorts
    }

    /// Learns what the name of a type stands for from a value of it.
    pub(super) fn learn(&mut self, ty: &str, value: &Datum) {
        self.floats |= has_float(value);
        let (name, arguments) = parse(ty);
        if let (Datum::Option(Some(inner)), [of]) = (value, arguments.as_slice()) {
            return self.learn(of, inner);
        }
        let sort = match value {
            Datum::Int(width, _) if *width != IntType::Literal => Sort::Int(*width),
            Datum::Bool(_) => Sort::Bool,
            Datum::Str(_) => Sort::Plain(TEXT.to_owned()),
            _ => return,
        };
        if arguments.is_empty() && IntType::parse(&name).is_none() && self.shape(&name).is_none() {
            self.aliases.insert(name, sort);
        }
    }

    pub(super) fn of(&self, ty: &str) -> Sort {
        let (name, arguments) = parse(ty);
        let argument =
            |place: usize| Box::new(arguments.get(place).map_or(Sort::None, |ty| self.of(ty)));
        if let Some(width) = IntType::parse(&name) {
            return Sort::Int(width);
        }
        match (name.as_str(), arguments.len()) {
            ("bool", 0) => Sort::Bool,
            ("String" | "str", 0) => Sort::Plain(TEXT.to_owned()),
            ("Timestamp", 0) => Sort::Timestamp,
            ("Option", 1) => Sort::Option(argument(0)),
            ("Box" | "Arc" | "Rc", 1) => *argument(0),
            ("BTreeMap" | "HashMap" | "IndexMap", 2) => Sort::Map(argument(0), argument(1)),
            ("BTreeSet" | "HashSet" | "IndexSet", 1) => Sort::Set(argument(0)),
            (_, 0) if self.shape(&name).is_some() => Sort::Declared(name),
            (_, 0) if self.aliases.contains_key(&name) => self.aliases[&name].clone(),
            _ => Sort::Plain(symbol(ty)),
        }
    }

    /// Whether a value of this sort is equal to what is the same: everything is, where no float can be in it.
    pub(super) fn is_exact(&self, sort: &Sort) -> bool {
        match sort {
            Sort::Bool | Sort::Int(_) | Sort::Timestamp | Sort::None => true,
            Sort::Option(of) => self.is_exact(of),
            Sort::Plain(name) if name == TEXT || name.starts_with("Id.") => true,
            _ => !self.floats,
        }
    }

    pub(super) fn shape(&self, name: &str) -> Option<&'m StateModel> {
        let name = if name == "Self" {
            &*self.model.state.name
        } else {
            name
        };
        self.shapes.iter().copied().find(|shape| shape.name == name)
    }

    /// The fields of a constructor, by its path: `Status::Held`, `LineItem`, `Self::Empty`.
    pub(super) fn constructor(&self, path: &str) -> Option<(String, &'m str, &'m [Field])> {
        if let Some(shape) = self.shape(last(path))
            && shape.variants.is_empty()
        {
            return Some((constructor(&shape.name, ""), &shape.name, &shape.fields));
        }
        let (owner, variant) = path.rsplit_once("::")?;
        let shape = self.shape(last(owner))?;
        let found = shape.variants.iter().find(|known| known.name == variant)?;
        let name = constructor(&shape.name, &found.name);
        Some((name, &shape.name, &found.fields))
    }

    /// The declarations of everything that these sorts are made of.
    pub(super) fn declarations(&self, used: &[Sort]) -> Vec<String> {
        let (mut plain, mut made) = (BTreeSet::new(), Vec::new());
        for sort in used {
            self.collect(sort, &mut plain, &mut made);
        }
        let mut lines: Vec<_> = plain
            .into_iter()
            .map(|name| format!("(declare-sort {name} 0)"))
            .collect();
        // Types may hold one another, so they are declared together. Each option is a type of its own: not every solver finds out by
        // itself which one a `None` belongs to.
        let each: Vec<(String, String)> = made
            .iter()
            .filter_map(|sort| match sort {
                Sort::Option(of) => {
                    let name = of.mangled();
                    let body = format!("((None.{name}) (Some.{name} (of.{name} {of})))");
                    Some((sort.to_string(), body))
                }
                Sort::Declared(name) => Some((name.clone(), self.datatype(self.shape(name)?))),
                _ => None,
            })
            .collect();
        if !each.is_empty() {
            let names: Vec<_> = each.iter().map(|(name, _)| format!("({name} 0)")).collect();
            let bodies: Vec<_> = each.iter().map(|(_, body)| body.as_str()).collect();
            let (names, bodies) = (names.join(" "), bodies.join("\n  "));
            lines.push(format!("(declare-datatypes ({names}) (\n  {bodies}))"));
        }
        lines
    }

    fn datatype(&self, shape: &StateModel) -> String {
        let one = |variant: &str, fields: &[Field]| {
            let name = constructor(&shape.name, variant);
            let fields: Vec<_> = fields
                .iter()
                .map(|field| format!(" ({} {})", selector(&name, &field.name), self.of(&field.ty)))
                .collect();
            format!("({name}{})", fields.concat())
        };
        if shape.variants.is_empty() {
            return format!("({})", one("", &shape.fields));
        }
        let variants: Vec<_> = shape
            .variants
            .iter()
            .map(|variant| one(&variant.name, &variant.fields))
            .collect();
        format!("({})", variants.join(" "))
    }

    fn collect(&self, sort: &Sort, plain: &mut BTreeSet<String>, made: &mut Vec<Sort>) {
        match sort {
            Sort::Bool | Sort::Int(_) | Sort::Timestamp | Sort::None => {}
            Sort::Plain(name) => {
                plain.insert(name.clone());
            }
            Sort::Set(of) => self.collect(of, plain, made),
            Sort::Option(of) => {
                self.collect(of, plain, made);
                if !made
                    .iter()
                    .any(|known| known.to_string() == sort.to_string())
                {
                    made.push(sort.clone());
                }
            }
            Sort::Map(key, value) => {
                self.collect(key, plain, made);
                self.collect(&Sort::Option(value.clone()), plain, made);
            }
            Sort::Declared(name) => {
                if made.contains(sort) {
                    return;
                }
                made.push(sort.clone());
                let Some(shape) = self.shape(name) else {
                    return;
                };
                let variants = shape.variants.iter();
                let variants = variants.flat_map(|variant| variant.fields.iter());
                for field in shape.fields.iter().chain(variants) {
                    self.collect(&self.of(&field.ty), plain, made);
                }
            }
        }
    }

    /// What is known of a value because of its type: whole numbers have ends. `depth` bounds types that hold themselves.
    pub(super) fn within(&self, term: &str, sort: &Sort, depth: usize) -> Vec<String> {
        if depth == 0 {
            return Vec::new();
        }
        match sort {
            Sort::Int(width) => vec![in_range(term, *width)],
            Sort::Timestamp => vec![in_range(term, IntType::I64)],
            Sort::Option(of) => {
                let inner = self.within(&of.inside(term), of, depth - 1);
                guarded(&of.is_some(term), inner)
            }
            Sort::Declared(name) => {
                let Some(shape) = self.shape(name) else {
                    return Vec::new();
                };
                let each = |constructor: &str, fields: &[Field]| -> Vec<String> {
                    let of = |field: &Field| {
                        let part = format!("({} {term})", selector(constructor, &field.name));
                        self.within(&part, &self.of(&field.ty), depth - 1)
                    };
                    fields.iter().flat_map(of).collect()
                };
                if shape.variants.is_empty() {
                    return each(&constructor(name, ""), &shape.fields);
                }
                let of = |variant: &lawful::model::Variant| {
                    let constructor = constructor(name, &variant.name);
                    let inner = each(&constructor, &variant.fields);
                    guarded(&format!("((_ is {constructor}) {term})"), inner)
                };
                shape.variants.iter().flat_map(of).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Whether a field is of a float's type, by its text.
fn names_floats(shape: &StateModel) -> bool {
    let variants = shape.variants.iter();
    let within = variants.flat_map(|variant| variant.fields.iter());
    let mut fields = shape.fields.iter().chain(within);
    fields.any(|field| field.ty.contains("f64") || field.ty.contains("f32"))
}

fn has_float(value: &Datum) -> bool {
    match value {
        Datum::Float(_) => true,
        Datum::Option(Some(inner)) => has_float(inner),
        Datum::List(items) | Datum::Tuple(items) => items.iter().any(has_float),
        Datum::Map(entries) => entries
            .iter()
            .any(|(key, value)| has_float(key) || has_float(value)),
        Datum::Struct { fields, .. } | Datum::Variant { fields, .. } => {
            fields.iter().any(|(_, value)| has_float(value))
        }
        _ => false,
    }
}

fn guarded(condition: &str, inner: Vec<String>) -> Vec<String> {
    let each = inner.into_iter();
    each.map(|inner| format!("(=> {condition} {inner})"))
        .collect()
}

/// Options of this sort.
impl Sort {
    /// The sort as a part of a name.
    fn mangled(&self) -> String {
        match self {
            Sort::Option(of) => format!("Opt.{}", of.mangled()),
            Sort::Map(key, value) => format!("Map.{}.{}", key.mangled(), value.mangled()),
            Sort::Set(of) => format!("Set.{}", of.mangled()),
            sort => sort.to_string(),
        }
    }

    pub(super) fn none(&self) -> String {
        format!("None.{}", self.mangled())
    }

    pub(super) fn some(&self, of: &str) -> String {
        format!("(Some.{} {of})", self.mangled())
    }

    /// What is in an option that is not empty.
    pub(super) fn inside(&self, option: &str) -> String {
        format!("(of.{} {option})", self.mangled())
    }

    pub(super) fn is_some(&self, option: &str) -> String {
        format!("((_ is Some.{}) {option})", self.mangled())
    }

    pub(super) fn is_none(&self, option: &str) -> String {
        format!("((_ is None.{}) {option})", self.mangled())
    }
}

impl Display for Sort {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Sort::Bool => f.write_str("Bool"),
            Sort::Int(_) | Sort::Timestamp => f.write_str("Int"),
            Sort::Plain(name) | Sort::Declared(name) => f.write_str(name),
            Sort::Option(of) => write!(f, "Opt.{}", of.mangled()),
            Sort::None => f.write_str("Opt"),
            Sort::Map(key, value) => {
                write!(f, "(Array {key} {})", Sort::Option(value.clone()))
            }
            Sort::Set(of) => write!(f, "(Array {of} Bool)"),
        }
    }
}

/// The name of a constructor: `LineItem.new`, `Status.Held`.
pub(super) fn constructor(of: &str, variant: &str) -> String {
    let variant = if variant.is_empty() { "new" } else { variant };
    format!("{of}.{variant}")
}

pub(super) fn selector(constructor: &str, field: &str) -> String {
    format!("{constructor}.{field}")
}

/// Whether a whole number lies within the ends of its type.
pub(super) fn in_range(term: &str, width: IntType) -> String {
    let (least, most) = ends(width);
    format!("(<= {least} {term} {most})")
}

/// The ends of a type, as SMT-LIB writes them.
pub(super) fn ends(width: IntType) -> (String, String) {
    let most = match width {
        IntType::U128 => u128::MAX.to_string(),
        width => width.max().to_string(),
    };
    (number(width.min()), most)
}

/// A whole number, as SMT-LIB writes it.
pub(super) fn number(value: i128) -> String {
    if value < 0 {
        format!("(- {})", value.unsigned_abs())
    } else {
        value.to_string()
    }
}

/// The last segment of a path.
pub(super) fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// A name of letters, digits and `.` only.
pub(super) fn symbol(text: &str) -> String {
    let letters = text.chars().map(|letter| match letter {
        letter if letter.is_ascii_alphanumeric() || letter == '_' => letter,
        _ => '.',
    });
    let name: String = letters.collect();
    let name = name.trim_matches('.');
    // A name that a solver knows already, or none at all.
    match name {
        "Bool" | "Int" | "Real" | "Array" | "String" | "Opt" | "Text" | "Seq" | "List" | "" => {
            format!("Type.{name}")
        }
        name => name.to_owned(),
    }
}

/// The last segment of a type's path, and its arguments.
fn parse(ty: &str) -> (String, Vec<String>) {
    let ty = ty.trim().trim_start_matches('&').trim();
    let Some((path, inner)) = ty.split_once('<') else {
        return (last(ty).trim().to_owned(), Vec::new());
    };
    let inner = inner.trim_end().strip_suffix('>').unwrap_or(inner);
    let (mut depth, mut arguments, mut start) = (0_i32, Vec::new(), 0);
    for (place, letter) in inner.char_indices() {
        match letter {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                arguments.push(inner[start..place].trim().to_owned());
                start = place + 1;
            }
            _ => {}
        }
    }
    arguments.push(inner[start..].trim().to_owned());
    arguments.retain(|argument| !argument.is_empty());
    (last(path.trim()).to_owned(), arguments)
}

/// Why something has no counterpart.
pub(super) fn unknown(what: &str) -> Reason {
    Reason(what.to_owned())
}
