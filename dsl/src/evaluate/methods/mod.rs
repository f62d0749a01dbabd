//! Methods and functions of the standard library, by the kind of value they are called on.

mod collect;
mod function;
mod general;
mod list;
mod map;
mod number;
mod option;
mod sequence;
mod text;
mod time;

pub(super) use collect::{to_map, to_set, to_text};

use super::EvaluateError;
use super::calls::settled;
use super::expression::{malformed, mismatch};
use super::machine::{Machine, Stop};
use super::value::Value;
use crate::Datum;
use crate::model::{Expr, Pattern};

/// How `from..to` stands in an evaluation, as the name of a struct of `from` and `to`.
pub(super) const RANGE: &str = "$range";
/// How `from..=to` stands in an evaluation.
pub(super) const RANGE_INCLUSIVE: &str = "$range_inclusive";
/// How `map.entry(key)` stands in an evaluation, as the name of a struct of `map` and `key`.
pub(super) const ENTRY: &str = "$entry";

/// The longest range that is walked through.
const LONGEST: i128 = 1_000_000;

/// A call of a method: what it is called on, and its arguments as they stand.
pub(super) struct Call<'m> {
    pub(super) name: &'m str,
    /// What stands behind `::<` in the name: `collect::<BTreeSet<_>>`.
    pub(super) turbofish: Option<&'m str>,
    pub(super) of: Value,
    pub(super) arguments: &'m [Expr],
}

/// What a method makes of its call; `None` where it knows no method of that name.
type Answer = Result<Option<Value>, Stop>;

impl<'m> Machine<'m> {
    /// `of.name(arguments)`.
    pub(super) fn method(
        &mut self,
        name: &'m str,
        of: &'m Expr,
        arguments: &'m [Expr],
    ) -> Result<Value, Stop> {
        let (name, turbofish) = match name.split_once("::<") {
            Some((name, rest)) => (name, Some(rest.strip_suffix('>').unwrap_or(rest))),
            None => (name, None),
        };
        if name == "next" && arguments.is_empty() {
            return self.next_item(of);
        }
        let of = if changes(name) {
            self.place(of)?
        } else {
            self.eval(of)?
        };
        if name == "emit" {
            return self.emit(of, arguments);
        }
        let is_deciding =
            matches!(&of.datum, Datum::Struct { name, .. } if name == super::calls::DECIDING);
        let mut of = settled(of);
        of.datum = self.known(&of);
        let call = Call {
            name,
            turbofish,
            of,
            arguments,
        };
        if let Some(value) = self.dispatch(&call)? {
            return Ok(value);
        }
        if is_deciding
            || matches!(&call.of.datum, Datum::Struct { name, .. } if *name == self.model().state.name)
        {
            let arguments = self.each(arguments)?;
            let present = std::mem::replace(&mut self.state, call.of.datum);
            let answer = self.call_by_name(name, false, arguments);
            self.state = present;
            return Ok(answer?);
        }
        Err(mismatch(format!(
            "the method `{name}` of `{}` is not known to the evaluator",
            call.of.datum
        )))
    }

    fn dispatch(&mut self, call: &Call<'m>) -> Answer {
        let special = match &call.of.datum {
            Datum::Option(_) => self.on_option(call)?,
            Datum::Variant { of, .. } if of == "Result" => self.on_result(call)?,
            Datum::Variant { of, .. } if of == "Ordering" => self.on_ordering(call)?,
            Datum::Int(..) => self.on_int(call)?,
            Datum::Float(_) => self.on_float(call)?,
            Datum::Bool(_) => self.on_bool(call)?,
            Datum::Char(_) => self.on_char(call)?,
            Datum::Str(_) => self.on_text(call)?,
            Datum::Map(_) => self.on_map(call)?,
            Datum::Timestamp(_) | Datum::Duration(_) => self.on_time(call)?,
            Datum::List(_) | Datum::Tuple(_) => self.on_list(call)?,
            Datum::Struct { name, .. } if name == ENTRY => self.on_entry(call)?,
            Datum::Struct { name, .. } if name.starts_with(RANGE) => self.on_range(call)?,
            Datum::Struct { .. } if call.of.datum.is_the_default() => self.on_default(call)?,
            _ => None,
        };
        match special {
            Some(value) => Ok(Some(value)),
            None => match self.on_any(call)? {
                Some(value) => Ok(Some(value)),
                None => match self.on_sequence(call)? {
                    Some(value) => Ok(Some(value)),
                    None => self.on_transposed(call),
                },
            },
        }
    }

    /// `iterator.next()`: a name that holds an iterator then holds what is left of it.
    fn next_item(&mut self, of: &'m Expr) -> Result<Value, Stop> {
        // The places of its items, not those of the name, which holds fewer items afterwards.
        let iterator = match of {
            Expr::Local(name) => self.held(name)?,
            of => self.eval(of)?,
        };
        let mut items = items_of(&iterator)?.into_iter();
        let first = items.next();
        if let Expr::Local(name) = of {
            self.rebind(name, Value::list(items.collect()));
        }
        Ok(Value::option(first))
    }

    /// A method of what `collect::<Option<Vec<_>>>()` gives: the tree does not keep what is collected into, so it stands as the list.
    fn on_transposed(&mut self, call: &Call<'m>) -> Answer {
        let Some(of) = transposed(
            &call.of,
            call.name.contains("ok") || call.name.contains("err"),
        ) else {
            return Ok(None);
        };
        let call = Call { of, ..*call };
        match call.of.datum {
            Datum::Option(_) => self.on_option(&call),
            _ => self.on_result(&call),
        }
    }

    fn emit(&mut self, of: Value, arguments: &'m [Expr]) -> Result<Value, Stop> {
        let event = self.one(arguments)?.datum;
        let next = self.emitted(of.datum, event)?;
        self.write(&of.places, next)?;
        Ok(Value::unit())
    }

    /// A default of a type that is not known becomes what its first method is of.
    fn on_default(&mut self, call: &Call<'m>) -> Answer {
        let kind = match (call.name, call.arguments.len()) {
            ("push_str", 1) => Datum::Str(String::new()),
            ("push" | "push_back" | "push_front" | "extend" | "append" | "retain", 1)
            | ("iter" | "iter_mut" | "len" | "is_empty" | "into_iter", 0) => {
                Datum::List(Vec::new())
            }
            ("insert", 1) => Datum::List(Vec::new()),
            ("insert", 2) | ("entry", 1) | ("keys" | "values" | "values_mut", 0) => {
                Datum::Map(Vec::new())
            }
            ("is_some" | "is_none" | "get_or_insert", _) => Datum::NONE,
            _ => return Ok(None),
        };
        let call = Call {
            of: Value {
                datum: kind,
                places: call.of.places.clone(),
            },
            ..*call
        };
        self.dispatch(&call)
    }

    /// Writes back what a method changed. A value that stands nowhere is a temporary one, and its change is lost, as in Rust.
    fn put_back(&mut self, of: &Value, new: Datum) -> Result<(), Stop> {
        if of.stands() {
            self.write(&of.places, new)?;
        }
        Ok(())
    }

    /// The value of an argument.
    fn argument(&mut self, call: &Call<'m>, index: usize) -> Result<Value, Stop> {
        match call.arguments.get(index) {
            Some(argument) => self.eval(argument),
            None => Err(malformed(&format!("the call of `{}`", call.name))),
        }
    }

    /// What a closure, or a function named by its path, gives for these values.
    fn apply(&mut self, call: &Call<'m>, index: usize, values: Vec<Value>) -> Result<Value, Stop> {
        let Some(callable) = call.arguments.get(index) else {
            return Err(malformed(&format!("the call of `{}`", call.name)));
        };
        self.apply_to(callable, values)
    }

    fn apply_to(&mut self, callable: &'m Expr, mut values: Vec<Value>) -> Result<Value, Stop> {
        match callable {
            Expr::Closure { parameters, body } => {
                let start = self.open();
                for (pattern, value) in parameters.iter().zip(&values) {
                    if !self.fits(pattern, value)? {
                        return Err(mismatch(format!(
                            "the parameter of a closure does not fit `{}`",
                            value.datum
                        )));
                    }
                }
                let mut value = match self.one(body) {
                    Err(Stop::Return(value)) => *value,
                    other => other?,
                };
                self.close(start, &mut value);
                Ok(value)
            }
            Expr::Function { path, arguments } if arguments.is_empty() => {
                Ok(self.associated(path, values)?)
            }
            Expr::Construct { path, fields, .. } if fields.is_empty() => {
                let names = (0..values.len()).map(|index| index.to_string()).collect();
                Ok(self.constructed(path, names, values, None))
            }
            Expr::Constant(path, _) => Ok(self.associated(path, values)?),
            Expr::Rule { name, arguments } | Expr::Helper { name, arguments }
                if arguments.is_empty() =>
            {
                let is_rule = matches!(callable, Expr::Rule { .. });
                Ok(self.call_by_name(name, is_rule, values)?)
            }
            Expr::Event { name, .. } => {
                let fields = self.model().event(name).map(|event| &event.parameters);
                let fields = fields.into_iter().flat_map(|parameters| parameters.iter());
                Ok(Datum::Variant {
                    of: super::calls::EVENT.to_owned(),
                    index: 0,
                    name: name.to_string(),
                    fields: fields
                        .map(|parameter| parameter.name.to_string())
                        .zip(values.drain(..).map(|value| value.datum))
                        .collect(),
                }
                .into())
            }
            other => Err(mismatch(format!(
                "`{other:?}` is called: expected a closure"
            ))),
        }
    }

    /// Whether a closure holds for these values.
    fn test(&mut self, call: &Call<'m>, index: usize, values: Vec<Value>) -> Result<bool, Stop> {
        match self.apply(call, index, values)?.datum {
            Datum::Bool(value) => Ok(value),
            other => Err(mismatch(format!(
                "the closure of `{}` evaluates to `{other}`: expected `true` or `false`",
                call.name
            ))),
        }
    }

    /// The pattern of the closure at this index, if it has exactly one.
    fn closure_pattern(call: &Call<'m>, index: usize) -> Option<&'m Pattern> {
        match call.arguments.get(index) {
            Some(Expr::Closure { parameters, .. }) => match parameters.as_ref() {
                [pattern] => Some(pattern),
                _ => None,
            },
            _ => None,
        }
    }
}

/// What a value yields when it is walked through.
pub(super) fn items_of(of: &Value) -> Result<Vec<Value>, Stop> {
    match &of.datum {
        Datum::List(items) | Datum::Tuple(items) => Ok((0..items.len())
            .filter_map(|index| of.part(index))
            .collect()),
        Datum::Option(_) => Ok(of.part(0).into_iter().collect()),
        Datum::Map(entries) => Ok(entries
            .iter()
            .enumerate()
            .filter_map(|(index, (key, _))| {
                Some(Value::tuple(vec![key.clone().into(), of.part(index)?]))
            })
            .collect()),
        Datum::Struct { name, fields } if name.starts_with(RANGE) => {
            walked(name == RANGE_INCLUSIVE, fields)
        }
        datum if datum.is_the_default() => Ok(Vec::new()),
        other => Err(mismatch(format!(
            "`{other}` is walked through: expected a collection"
        ))),
    }
}

fn walked(inclusive: bool, fields: &[(String, Datum)]) -> Result<Vec<Value>, Stop> {
    let [
        (one, Datum::Int(from_type, from)),
        (two, Datum::Int(to_type, to)),
    ] = fields
    else {
        return Err(mismatch(
            "only a range between two whole numbers can be walked through".to_owned(),
        ));
    };
    let ty = super::number::common(*from_type, *to_type)
        .ok_or_else(|| mismatch(format!("`{one}` and `{two}` are of different types")))?;
    let end = if inclusive { to.saturating_add(1) } else { *to };
    if end.saturating_sub(*from) > LONGEST {
        return Err(mismatch(format!(
            "`{from}..{end}` is too long to be walked through: at most {LONGEST}"
        )));
    }
    Ok((*from..end)
        .map(|value| Datum::Int(ty, value).into())
        .collect())
}

/// A list of options as the option of a list, and a list of results as the result of one. An empty list may be either.
pub(super) fn transposed(of: &Value, empty_is_result: bool) -> Option<Value> {
    let Datum::List(items) = &of.datum else {
        return None;
    };
    let is_result = |item: &Datum| matches!(item, Datum::Variant { of, .. } if of == "Result");
    let is_option = |item: &Datum| matches!(item, Datum::Option(_));
    let results = match items.first() {
        None => empty_is_result,
        Some(_) if items.iter().all(is_result) => true,
        Some(_) if items.iter().all(is_option) => false,
        Some(_) => return None,
    };
    let mut inner = Vec::new();
    for index in 0..items.len() {
        let item = of.part(index)?;
        match &item.datum {
            Datum::Option(Some(_)) => inner.push(item.part(0)?),
            Datum::Variant { name, .. } if name == "Ok" => inner.push(item.part(0)?),
            _ => return Some(item),
        }
    }
    let list = Value::list(inner);
    Some(if results {
        Value::one_part(list, Datum::ok)
    } else {
        Value::some(list)
    })
}

/// Whether a method changes what it is called on, or gives out places in it.
fn changes(name: &str) -> bool {
    matches!(
        name,
        "append"
            | "as_deref_mut"
            | "as_mut"
            | "back_mut"
            | "clear"
            | "clone_from"
            | "dedup"
            | "dedup_by_key"
            | "drain"
            | "emit"
            | "entry"
            | "extend"
            | "extend_from_slice"
            | "fill"
            | "first_mut"
            | "front_mut"
            | "get_mut"
            | "get_or_insert"
            | "get_or_insert_default"
            | "get_or_insert_with"
            | "index"
            | "insert"
            | "insert_str"
            | "iter_mut"
            | "last_mut"
            | "make_ascii_lowercase"
            | "make_ascii_uppercase"
            | "pop"
            | "pop_back"
            | "pop_first"
            | "pop_front"
            | "pop_last"
            | "push"
            | "push_back"
            | "push_front"
            | "push_str"
            | "range_mut"
            | "remove"
            | "remove_entry"
            | "replace"
            | "resize"
            | "retain"
            | "retain_mut"
            | "reverse"
            | "rotate_left"
            | "rotate_right"
            | "sort"
            | "sort_by"
            | "sort_by_key"
            | "sort_unstable"
            | "sort_unstable_by"
            | "sort_unstable_by_key"
            | "split_off"
            | "swap"
            | "swap_remove"
            | "take"
            | "take_if"
            | "truncate"
            | "values_mut"
    )
}

/// Whether an argument is a closure or names a function.
fn is_callable(argument: Option<&Expr>) -> bool {
    match argument {
        Some(Expr::Closure { .. }) => true,
        Some(Expr::Function { arguments, .. }) => arguments.is_empty(),
        _ => false,
    }
}

/// `Some(value)` for a datum.
#[allow(
    clippy::unnecessary_wraps,
    reason = "it is the whole answer of a method"
)]
fn found(datum: impl Into<Value>) -> Answer {
    Ok(Some(datum.into()))
}

fn truth(value: bool) -> Answer {
    found(Datum::Bool(value))
}

/// An index, from a value.
fn index(value: &Datum) -> Result<usize, EvaluateError> {
    match value {
        Datum::Int(_, value) => usize::try_from(*value)
            .map_err(|_| EvaluateError::Mismatch(format!("`{value}` is not an index"))),
        other => Err(EvaluateError::Mismatch(format!(
            "`{other}` is not an index"
        ))),
    }
}
