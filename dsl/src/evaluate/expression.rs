//! One expression at a time.

use super::calls::{DECIDING, EVENT, RULE, settled};
use super::machine::{Machine, Stop};
use super::methods::{RANGE, RANGE_INCLUSIVE, items_of};
use super::pattern::{is_none, last_segment, literal};
use super::value::{Places, Value};
use super::{EvaluateError, number};
use crate::Datum;
use crate::datum::same_name;
use crate::model::{Arm, BinaryOp, Expr, Pattern, Text, UnaryOp};

impl<'m> Machine<'m> {
    /// The value of an expression.
    #[allow(clippy::too_many_lines, reason = "an arm for each kind of expression")]
    pub(super) fn eval(&mut self, expr: &'m Expr) -> Result<Value, Stop> {
        Ok(match expr {
            Expr::Literal(of) => literal(of)?.into(),
            Expr::Constant(path, _) if is_none(path) => Datum::NONE.into(),
            Expr::Constant(path, constant) => {
                let datum = constant.get();
                match datum.why_unserialisable() {
                    None => datum.into(),
                    Some(why) => {
                        return Err(mismatch(format!("`{path}` cannot be evaluated: {why}")));
                    }
                }
            }
            Expr::Field(name) => self.field_place(name)?.own(),
            Expr::State => self.whole(),
            Expr::Parameter(name) => self.look_up(name, true)?,
            Expr::Local(name) => self.look_up(name, false)?,
            Expr::Access { of, field } => {
                let of = self.one(of)?;
                accessed(&settled(of), field)?
            }
            Expr::Borrow(of) => match of.as_ref() {
                [of] => self.place(of)?,
                _ => return Err(malformed("a borrow")),
            },
            Expr::Unary { op, of } => {
                let of = self.one(of)?.datum;
                match op {
                    UnaryOp::Not => number::not(&of)?,
                    UnaryOp::Neg => number::negative(&of)?,
                }
                .into()
            }
            Expr::Binary { op, sides } => self.binary(*op, sides)?.into(),
            Expr::Cast { of, ty } => number::cast(&self.one(of)?.datum, ty)?.into(),
            Expr::If { parts } => self.branch(parts)?,
            Expr::Let { .. } => {
                let start = self.open();
                let fits = self.condition(expr)?;
                self.forget(start);
                Datum::Bool(fits).into()
            }
            Expr::Match { of, arms } => self.matched(of, arms)?,
            Expr::Method {
                name,
                of,
                arguments,
            } => match of.as_ref() {
                [of] => self.method(name, of, arguments)?,
                _ => return Err(malformed("a method call")),
            },
            Expr::Closure { .. } => {
                return Err(mismatch(
                    "a closure stands alone: expected it as the argument of a method".to_owned(),
                ));
            }
            Expr::Rule { .. } | Expr::Helper { .. } => self.call_named(expr, None)?,
            Expr::Of { state, call } => {
                let state = settled(self.one(state)?).datum;
                match call.as_ref() {
                    [call] => self.call_named(call, Some(state))?,
                    _ => return Err(malformed("a call")),
                }
            }
            Expr::Function { path, arguments } => self.function(path, arguments)?,
            Expr::Construct {
                path,
                fields,
                values,
                base,
            } => self.construct(path, fields, values, base)?,
            Expr::Tuple(items) => Value::tuple(self.each(items)?),
            Expr::Array(items) => Value::list(self.each(items)?),
            Expr::Range {
                from,
                to,
                inclusive,
            } => self.range(from, to, *inclusive)?,
            Expr::Block { statements, value } => self.block(statements, *value)?,
            Expr::Bind { pattern, parts } => self.let_else(pattern, parts)?,
            Expr::Assign { op, sides } => self.assign(*op, sides)?,
            Expr::For { pattern, parts } => self.repeat(pattern, parts)?,
            Expr::Return(of) => {
                let value = match of.as_ref() {
                    [of] => self.eval(of)?,
                    _ => Value::unit(),
                };
                return Err(Stop::Return(Box::new(value)));
            }
            Expr::Try(of) => {
                let of = self.one(of)?;
                return tried(of);
            }
            Expr::Event {
                name,
                fields,
                values,
            } => self.marked(EVENT, name, fields, values)?,
            Expr::Deciding => Datum::structure(
                DECIDING,
                vec![
                    ("state".to_owned(), self.state.clone()),
                    ("events".to_owned(), Datum::List(Vec::new())),
                ],
            )
            .into(),
            Expr::Emit(sides) => match sides.as_ref() {
                [deciding, event] => {
                    let event = self.eval(event)?.datum;
                    let deciding = self.place(deciding)?;
                    let next = self.emitted(deciding.datum, event)?;
                    self.write(&deciding.places, next)?;
                    Value::unit()
                }
                _ => return Err(malformed("`emit`")),
            },
            Expr::Broken(name) => self.marked(RULE, name, &[], &[])?,
            Expr::Opaque(text) => return Err(EvaluateError::Opaque(text.to_string()).into()),
        })
    }

    /// An expression as a place, so that what is written there changes the state or a name.
    pub(super) fn place(&mut self, expr: &'m Expr) -> Result<Value, Stop> {
        Ok(match expr {
            Expr::Field(name) => self.field_place(name)?,
            Expr::Parameter(name) => self.name_place(name, true)?,
            Expr::Local(name) => self.name_place(name, false)?,
            Expr::Access { of, field } => match of.as_ref() {
                [of] => {
                    let of = self.place(of)?;
                    accessed(&settled(of), field)?
                }
                _ => return Err(malformed("an access")),
            },
            Expr::Borrow(of) => match of.as_ref() {
                [of] => self.place(of)?,
                _ => return Err(malformed("a borrow")),
            },
            other => self.eval(other)?,
        })
    }

    /// The value of a list that holds exactly one expression.
    pub(super) fn one(&mut self, of: &'m [Expr]) -> Result<Value, Stop> {
        match of {
            [of] => self.eval(of),
            _ => Err(malformed("an expression")),
        }
    }

    /// The values of several expressions, in order.
    pub(super) fn each(&mut self, of: &'m [Expr]) -> Result<Vec<Value>, Stop> {
        of.iter().map(|of| self.eval(of)).collect()
    }

    /// Whether a condition holds; the names of a `let` in it stay bound.
    pub(super) fn condition(&mut self, expr: &'m Expr) -> Result<bool, Stop> {
        match expr {
            Expr::Binary {
                op: BinaryOp::And,
                sides,
            } => match sides.as_ref() {
                [one, two] => Ok(self.condition(one)? && self.condition(two)?),
                _ => Err(malformed("`&&`")),
            },
            Expr::Let { pattern, of, guard } => {
                let of = self.one(of)?;
                if !self.fits(pattern, &of)? {
                    return Ok(false);
                }
                match guard.as_ref() {
                    [guard] => self.condition(guard),
                    _ => Ok(true),
                }
            }
            other => match self.eval(other)?.datum {
                Datum::Bool(value) => Ok(value),
                other => Err(mismatch(format!(
                    "a condition evaluates to `{other}`: expected `true` or `false`"
                ))),
            },
        }
    }

    fn binary(&mut self, op: BinaryOp, sides: &'m [Expr]) -> Result<Datum, Stop> {
        let [one, two] = sides else {
            return Err(malformed("an operator"));
        };
        match op {
            BinaryOp::And | BinaryOp::Or => {
                let start = self.open();
                let left = self.condition(one)?;
                let value = if left == (op == BinaryOp::And) {
                    self.condition(two)?
                } else {
                    left
                };
                self.forget(start);
                Ok(Datum::Bool(value))
            }
            op => {
                let one = self.eval(one)?.datum;
                let two = self.eval(two)?.datum;
                Ok(number::binary(op, &one, &two)?)
            }
        }
    }

    fn branch(&mut self, parts: &'m [Expr]) -> Result<Value, Stop> {
        let (condition, then, otherwise) = match parts {
            [condition, then] => (condition, then, None),
            [condition, then, otherwise] => (condition, then, Some(otherwise)),
            _ => return Err(malformed("`if`")),
        };
        let start = self.open();
        if self.condition(condition)? {
            let mut value = self.eval(then)?;
            self.close(start, &mut value);
            return Ok(value);
        }
        self.forget(start);
        otherwise.map_or_else(|| Ok(Value::unit()), |otherwise| self.scoped(otherwise))
    }

    fn matched(&mut self, of: &'m [Expr], arms: &'m [Arm]) -> Result<Value, Stop> {
        let of = self.one(of)?;
        for arm in arms {
            let start = self.open();
            if self.fits(&arm.pattern, &of)?
                && match arm.guard.as_ref() {
                    [guard] => self.condition(guard)?,
                    _ => true,
                }
            {
                let mut value = self.one(&arm.body)?;
                self.close(start, &mut value);
                return Ok(value);
            }
            self.forget(start);
        }
        Err(mismatch(format!("no arm of a `match` fits `{}`", of.datum)))
    }

    fn block(&mut self, statements: &'m [Expr], has_value: bool) -> Result<Value, Stop> {
        let start = self.open();
        let mut last = Value::unit();
        for statement in statements {
            last = self.eval(statement)?;
        }
        if !has_value {
            last = Value::unit();
        }
        self.close(start, &mut last);
        Ok(last)
    }

    fn let_else(&mut self, pattern: &'m Pattern, parts: &'m [Expr]) -> Result<Value, Stop> {
        let (value, otherwise) = match parts {
            [value] => (value, None),
            [value, otherwise] => (value, Some(otherwise)),
            _ => return Err(malformed("`let`")),
        };
        let value = self.eval(value)?;
        let start = self.open();
        if self.fits(pattern, &value)? {
            return Ok(Value::unit());
        }
        self.forget(start);
        if let Some(otherwise) = otherwise {
            self.scoped(otherwise)?;
        }
        Err(mismatch(format!(
            "a `let` does not fit `{}`, and nothing else is said",
            value.datum
        )))
    }

    fn assign(&mut self, op: Option<BinaryOp>, sides: &'m [Expr]) -> Result<Value, Stop> {
        let [place, value] = sides else {
            return Err(malformed("an assignment"));
        };
        let value = self.eval(value)?;
        let place = self.place(place)?;
        let new = match op {
            None => value.datum,
            Some(op) => number::binary(op, &self.known(&place), &value.datum)?,
        };
        self.write(&place.places, new)?;
        Ok(Value::unit())
    }

    /// The value at a place, where a default of unknown type becomes that of the place's type.
    pub(super) fn known(&self, value: &Value) -> Datum {
        let mut datum = value.datum.clone();
        if datum.is_the_default()
            && let Some(ty) = self.type_of(&value.places)
        {
            self.shapes.adopt(&mut datum, &ty);
        }
        datum
    }

    fn repeat(&mut self, pattern: &'m Pattern, parts: &'m [Expr]) -> Result<Value, Stop> {
        let [over, body] = parts else {
            return Err(malformed("`for`"));
        };
        let over = self.eval(over)?;
        for item in items_of(&over)? {
            let start = self.open();
            if !self.fits(pattern, &item)? {
                return Err(mismatch(format!(
                    "the pattern of a `for` does not fit `{}`",
                    item.datum
                )));
            }
            self.eval(body)?;
            self.forget(start);
        }
        Ok(Value::unit())
    }

    fn range(&mut self, from: &'m [Expr], to: &'m [Expr], inclusive: bool) -> Result<Value, Stop> {
        let mut fields = Vec::new();
        for (name, end) in [("from", from), ("to", to)] {
            if let [end] = end {
                fields.push((name.to_owned(), self.eval(end)?.datum));
            }
        }
        let name = if inclusive { RANGE_INCLUSIVE } else { RANGE };
        Ok(Datum::structure(name, fields).into())
    }

    fn marked(
        &mut self,
        of: &str,
        name: &str,
        fields: &'m [Text],
        values: &'m [Expr],
    ) -> Result<Value, Stop> {
        let values = self.each(values)?;
        Ok(Datum::Variant {
            of: of.to_owned(),
            index: 0,
            name: name.to_owned(),
            fields: fields
                .iter()
                .zip(values)
                .map(|(name, value)| (name.to_string(), value.datum))
                .collect(),
        }
        .into())
    }

    fn construct(
        &mut self,
        path: &str,
        fields: &'m [Text],
        values: &'m [Expr],
        base: &'m [Expr],
    ) -> Result<Value, Stop> {
        let values = self.each(values)?;
        let base = match base {
            [base] => Some(self.eval(base)?.datum),
            _ => None,
        };
        let names = fields.iter().map(ToString::to_string).collect();
        Ok(self.constructed(path, names, values, base))
    }

    /// A value of a struct or variant, by the path of its constructor.
    pub(super) fn constructed(
        &self,
        path: &str,
        names: Vec<String>,
        mut values: Vec<Value>,
        base: Option<Datum>,
    ) -> Value {
        match (last_segment(path), values.len()) {
            ("Some", 1) => return Value::some(values.remove(0)),
            ("None", 0) => return Datum::NONE.into(),
            ("Ok", 1) => return Value::one_part(values.remove(0), Datum::ok),
            ("Err", 1) => return Value::one_part(values.remove(0), Datum::err),
            _ => {}
        }
        let mut fields: Vec<_> = names
            .into_iter()
            .zip(values)
            .map(|(name, value)| (name, value.datum))
            .collect();
        if let Some(Datum::Struct { fields: rest, .. }) = base {
            for (name, value) in rest {
                if !fields.iter().any(|(given, _)| same_name(given, &name)) {
                    fields.push((name, value));
                }
            }
        }
        let declared = match self.shapes.variant(path) {
            Some((.., declared)) => Some(declared),
            None => self
                .shapes
                .shape(last_segment(path))
                .map(|shape| shape.fields.as_ref()),
        };
        if let Some(declared) = declared {
            let place = |name: &str| {
                declared
                    .iter()
                    .position(|field| same_name(&field.name, name))
            };
            fields.sort_by_key(|(name, _)| place(name));
        }
        let (owner, mut datum) = self.owned(path, fields);
        let ty = super::shape::Type::parse(&owner);
        self.shapes.adopt(&mut datum, &ty);
        datum.into()
    }

    /// A struct or variant, and the name of its type.
    fn owned(&self, path: &str, fields: Vec<(String, Datum)>) -> (String, Datum) {
        if let Some((of, index, name, _)) = self.shapes.variant(path) {
            let datum = Datum::Variant {
                of: of.to_owned(),
                index,
                name: name.to_owned(),
                fields,
            };
            return (of.to_owned(), datum);
        }
        let last = last_segment(path);
        if let Some(shape) = self.shapes.shape(last) {
            let name = shape.name.to_string();
            return (name.clone(), Datum::structure(name, fields));
        }
        let owner = path
            .rsplit_once("::")
            .map(|(before, _)| last_segment(before));
        match owner {
            // Undeclared: a type's name begins with a capital, a module's does not.
            Some(owner) if owner.starts_with(char::is_uppercase) => {
                let datum = Datum::Variant {
                    of: owner.to_owned(),
                    index: u32::MAX,
                    name: last.to_owned(),
                    fields,
                };
                (owner.to_owned(), datum)
            }
            _ => (last.to_owned(), Datum::structure(last, fields)),
        }
    }
}

fn accessed(of: &Value, field: &str) -> Result<Value, Stop> {
    of.field(field)
        .ok_or_else(|| mismatch(format!("`{}` has no field `{field}`", of.datum)))
}

/// `of?`.
fn tried(of: Value) -> Result<Value, Stop> {
    match &of.datum {
        Datum::Option(Some(_)) => of.part(0).ok_or_else(|| malformed("`?`")),
        Datum::Option(None) => Err(Stop::Return(Box::new(Datum::NONE.into()))),
        Datum::Variant {
            of: owner, name, ..
        } if owner == "Result" && name == "Ok" => of.part(0).ok_or_else(|| malformed("`?`")),
        Datum::Variant { of: owner, .. } if owner == "Result" => Err(Stop::Return(Box::new(of))),
        Datum::List(_) => match super::methods::transposed(&of, false) {
            Some(of) => tried(of),
            None => Err(mismatch("`?` meets a list".to_owned())),
        },
        other => Err(mismatch(format!(
            "`?` meets `{other}`: expected an `Option` or a `Result`"
        ))),
    }
}

pub(super) fn mismatch(message: String) -> Stop {
    EvaluateError::Mismatch(message).into()
}

pub(super) fn malformed(what: &str) -> Stop {
    mismatch(format!("{what} of the tree has a wrong number of parts"))
}

impl Value {
    /// Whether a change of it goes anywhere.
    pub(super) fn stands(&self) -> bool {
        !matches!(self.places, Places::None)
    }
}
