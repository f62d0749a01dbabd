//! What the texts of types tell about values that a tree leaves open: the default of a type, the width of a literal, whether a list is
//! a set.

use crate::datum::same_name;
use crate::model::{AggregateModel, Field, StateModel, ValueModel};
use crate::{Datum, IntType};
use std::collections::BTreeMap;
use std::time::Duration;

/// A type, read from its text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Type {
    /// The last segment of its path; empty for a tuple, `[` for an array or slice.
    pub(super) name: String,
    /// Its type arguments, or the types of a tuple.
    pub(super) arguments: Vec<Type>,
}

/// The types of an aggregate.
#[derive(Debug, Clone)]
pub(super) struct Shapes<'m> {
    state: &'m StateModel,
    all: Vec<&'m StateModel>,
    /// What `type Cents = i64` stands for, learnt from the values that are seen under that name.
    aliases: BTreeMap<String, IntType>,
}

impl Type {
    pub(super) fn parse(text: &str) -> Type {
        let text = text.trim().trim_start_matches('&').trim_start();
        let text = match text.strip_prefix('\'') {
            Some(lifetime) => lifetime.split_once(' ').map_or("", |(_, rest)| rest),
            None => text,
        };
        let text = text.strip_prefix("mut ").unwrap_or(text).trim();
        if let Some(inner) = text
            .strip_prefix('(')
            .and_then(|text| text.strip_suffix(')'))
        {
            return Type {
                name: String::new(),
                arguments: arguments(inner),
            };
        }
        if let Some(inner) = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'))
        {
            let item = inner.rsplit_once(';').map_or(inner, |(item, _)| item);
            return Type {
                name: "[".to_owned(),
                arguments: vec![Type::parse(item)],
            };
        }
        let (path, inner) = match text.split_once('<') {
            Some((path, inner)) => (path, inner.trim_end().strip_suffix('>').unwrap_or(inner)),
            None => (text, ""),
        };
        let name = path.trim().trim_end_matches("::");
        let name = name.rsplit("::").next().unwrap_or(name).trim();
        Type {
            name: name.to_owned(),
            arguments: arguments(inner),
        }
    }

    fn argument(&self, index: usize) -> Option<&Type> {
        self.arguments.get(index)
    }

    pub(super) fn is_map(&self) -> bool {
        self.name.ends_with("Map")
    }

    pub(super) fn is_set(&self) -> bool {
        self.name.ends_with("Set")
    }

    /// Whether it iterates in an order of its own instead of the order of its keys.
    pub(super) fn is_unsorted(&self) -> bool {
        self.name.starts_with("Hash") || self.name.starts_with("Index")
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(
            self.name.as_str(),
            "Vec" | "VecDeque" | "LinkedList" | "[" | "SmallVec" | "ArrayVec"
        )
    }

    fn is_box(&self) -> bool {
        matches!(
            self.name.as_str(),
            "Box" | "Rc" | "Arc" | "Cow" | "Wrapping"
        )
    }
}

/// Splits at the commas that stand outside of any brackets.
fn arguments(text: &str) -> Vec<Type> {
    let mut depth = 0_i32;
    let mut start = 0;
    let mut all = Vec::new();
    for (place, letter) in text.char_indices() {
        match letter {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                all.push(&text[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    all.push(&text[start..]);
    all.into_iter()
        .filter(|text| !text.trim().is_empty())
        .map(Type::parse)
        .collect()
}

impl<'m> Shapes<'m> {
    pub(super) fn new(model: &'m AggregateModel) -> Self {
        let mut all = vec![&model.state];
        // Shapes hold shapes; a type that holds itself must not be walked for ever.
        let mut next = 0;
        while let Some(shape) = all.get(next).copied() {
            next += 1;
            for inner in shape.values.iter().filter_map(ValueModel::get) {
                if !all.iter().any(|known| known.name == inner.name) {
                    all.push(inner);
                }
            }
        }
        Shapes {
            state: &model.state,
            all,
            aliases: BTreeMap::new(),
        }
    }

    /// The declared shape of this name.
    pub(super) fn shape(&self, name: &str) -> Option<&'m StateModel> {
        if name == "Self" {
            return Some(self.state);
        }
        self.all
            .iter()
            .copied()
            .find(|shape| same_name(&shape.name, name))
    }

    /// The type of the state.
    pub(super) fn state_type(&self) -> Type {
        Type {
            name: self.state.name.to_string(),
            arguments: Vec::new(),
        }
    }

    /// The type of the part of a value at this index.
    pub(super) fn part(&self, ty: &Type, of: &Datum, index: usize) -> Option<Type> {
        if ty.is_box() {
            return self.part(ty.argument(0)?, of, index);
        }
        match of {
            Datum::Option(_) | Datum::List(_) => ty.argument(0).cloned(),
            Datum::Tuple(_) if ty.name == "[" => ty.argument(0).cloned(),
            Datum::Tuple(_) => ty.argument(index).cloned(),
            Datum::Map(_) => ty.argument(1).cloned(),
            Datum::Struct { fields, .. } => {
                let (name, _) = fields.get(index)?;
                Some(field_type(&self.shape(&ty.name)?.fields, name, index))?
            }
            Datum::Variant { name, fields, .. } => {
                let variant = self
                    .shape(&ty.name)?
                    .variants
                    .iter()
                    .find(|variant| same_name(&variant.name, name))?;
                let (name, _) = fields.get(index)?;
                field_type(&variant.fields, name, index)
            }
            _ => None,
        }
    }

    /// Remembers what a name of a type stands for, by a value of it.
    pub(super) fn learn(&mut self, ty: &Type, datum: &Datum) {
        match datum {
            Datum::Int(width, _) if *width != IntType::Literal && ty.arguments.is_empty() => {
                if IntType::parse(&ty.name).is_none() && self.shape(&ty.name).is_none() {
                    self.aliases.insert(ty.name.clone(), *width);
                }
            }
            Datum::Map(entries) => {
                for (key, value) in entries {
                    if let [of_key, of_value, ..] = ty.arguments.as_slice() {
                        self.learn(of_key, key);
                        self.learn(of_value, value);
                    }
                }
            }
            datum => {
                let mut index = 0;
                while let Some(inner) = super::value::part(datum, index) {
                    if let Some(ty) = self.part(ty, datum, index) {
                        self.learn(&ty, inner);
                    }
                    index += 1;
                }
            }
        }
    }

    fn width(&self, ty: &Type) -> Option<IntType> {
        IntType::parse(&ty.name).or_else(|| self.aliases.get(&ty.name).copied())
    }

    /// The default of a type; `None` where its text does not tell.
    pub(super) fn default(&self, ty: &Type) -> Option<Datum> {
        if ty.is_box() {
            return self.default(ty.argument(0)?);
        }
        if let Some(width) = self.width(ty) {
            return Some(Datum::Int(width, 0));
        }
        if ty.is_map() {
            return Some(Datum::Map(Vec::new()));
        }
        if ty.is_set() || (ty.is_list() && ty.name != "[") {
            return Some(Datum::List(Vec::new()));
        }
        Some(match ty.name.as_str() {
            "bool" => Datum::Bool(false),
            "String" | "str" => Datum::Str(String::new()),
            "char" => Datum::Char('\0'),
            "f64" | "f32" => Datum::Float(0.0),
            "Option" => Datum::NONE,
            "Timestamp" => Datum::Timestamp(0),
            "Duration" => Datum::Duration(Duration::ZERO),
            "" => Datum::Tuple(
                ty.arguments
                    .iter()
                    .map(|ty| self.default(ty))
                    .collect::<Option<_>>()?,
            ),
            name => {
                let shape = self.shape(name)?;
                if !shape.variants.is_empty() {
                    return None;
                }
                let fields = shape.fields.iter().map(|field| {
                    Some((
                        field.name.to_string(),
                        self.default(&Type::parse(&field.ty))?,
                    ))
                });
                Datum::structure(shape.name.to_string(), fields.collect::<Option<_>>()?)
            }
        })
    }

    /// Gives a value what its type tells and the tree left open: widths of literals, defaults, collections that were collected into a
    /// list.
    pub(super) fn adopt(&self, datum: &mut Datum, ty: &Type) {
        if ty.is_box() {
            if let Some(inner) = ty.argument(0) {
                self.adopt(datum, inner);
            }
            return;
        }
        if datum.is_the_default()
            && let Some(default) = self.default(ty)
        {
            *datum = default;
        }
        if let Datum::List(items) = datum {
            if ty.is_map() {
                *datum = super::methods::to_map(std::mem::take(items), ty.is_unsorted());
            } else if ty.is_set() {
                *datum = Datum::List(super::methods::to_set(
                    std::mem::take(items),
                    ty.is_unsorted(),
                ));
            } else if ty.name == "[" {
                *datum = Datum::Tuple(std::mem::take(items));
            } else if ty.name == "String" {
                *datum = Datum::Str(super::methods::to_text(items));
            }
        }
        match datum {
            Datum::Int(width, value) => {
                // A literal, or a number that `into()` widens, which the tree does not keep.
                if let Some(known) = self.width(ty).filter(|known| known.holds(*value)) {
                    *width = known;
                } else if *width == IntType::Literal
                    && *value == 0
                    && let Some(zero) = self.default(ty)
                {
                    *datum = zero;
                }
            }
            Datum::Map(entries) => {
                if let [of_key, of_value, ..] = ty.arguments.as_slice() {
                    for (key, value) in entries {
                        self.adopt(key, of_key);
                        self.adopt(value, of_value);
                    }
                }
            }
            Datum::Option(None) => {}
            _ => {
                let shape = datum.clone();
                let mut index = 0;
                while let Some(inner) = super::value::part_mut(datum, index) {
                    if let Some(ty) = self.part(ty, &shape, index) {
                        self.adopt(inner, &ty);
                    }
                    index += 1;
                }
            }
        }
    }

    /// Where a path leads: the type's name, the variant's index and name, and the declared fields. The names are empty and the fields
    /// `None` where nothing was declared.
    pub(super) fn variant(&self, path: &str) -> Option<(&'m str, u32, &'m str, &'m [Field])> {
        let (before, last) = path.rsplit_once("::")?;
        let owner = before.rsplit("::").next().unwrap_or(before);
        let owner = owner.split('<').next().unwrap_or(owner).trim();
        let shape = self.shape(owner)?;
        let index = shape
            .variants
            .iter()
            .position(|variant| same_name(&variant.name, last))?;
        let variant = &shape.variants[index];
        Some((
            &shape.name,
            u32::try_from(index).unwrap_or(u32::MAX),
            &variant.name,
            &variant.fields,
        ))
    }
}

fn field_type(fields: &[Field], name: &str, index: usize) -> Option<Type> {
    fields
        .iter()
        .find(|field| same_name(&field.name, name))
        .or_else(|| fields.get(index).filter(|_| name == "0"))
        .map(|field| Type::parse(&field.ty))
}
