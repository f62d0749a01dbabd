//! The value of an expression, as a term of SMT-LIB.

use super::sort::{Sort, Sorts, TEXT, last, number, selector, unknown};
use super::term::{
    Check, Names, State, Term, Translated, Value, all, choice, early_return, field, leaves_early,
    malformed, negated, one,
};
use super::{Reason, method};
use lawful::model::{AggregateModel, Expr, Literal, Parameter, Pattern};
use lawful::{Datum, IntType};
use std::rc::Rc;

/// How deep rules and helpers may call one another.
const DEEPEST: usize = 16;

/// How long a term may become: each step of an update repeats what it builds on.
const LONGEST: usize = 100_000;

/// Translates the trees of one aggregate.
pub(super) struct Translator<'m> {
    pub(super) model: &'m AggregateModel,
    pub(super) sorts: Sorts<'m>,
    /// Texts that occur, each a constant of its own.
    pub(super) texts: Vec<String>,
    /// Options that occur in terms.
    pub(super) made: Vec<Sort>,
    pub(super) checks: Vec<Check>,
    pub(super) path: Vec<Rc<str>>,
    depth: usize,
}

impl<'m> Translator<'m> {
    pub(super) fn new(model: &'m AggregateModel, sorts: Sorts<'m>) -> Self {
        Translator {
            model,
            sorts,
            texts: Vec::new(),
            made: Vec::new(),
            checks: Vec::new(),
            path: Vec::new(),
            depth: 0,
        }
    }

    /// The term of an expression.
    pub(super) fn term(&mut self, expr: &Expr, names: &Names) -> Translated<Term> {
        let term = self.value(expr, names)?.term()?;
        if term.text.len() > LONGEST {
            return Err(unknown("it becomes too long"));
        }
        Ok(term)
    }

    /// The term of a condition.
    pub(super) fn truth(&mut self, expr: &Expr, names: &Names) -> Translated<Rc<str>> {
        Ok(self.term(expr, names)?.into_sort(&Sort::Bool)?.text)
    }

    /// Evaluates something where a condition holds.
    pub(super) fn under<T>(
        &mut self,
        condition: impl Into<Rc<str>>,
        within: impl FnOnce(&mut Self) -> Translated<T>,
    ) -> Translated<T> {
        self.path.push(condition.into());
        let found = within(self);
        self.path.pop();
        found
    }

    /// What an expression stands for.
    #[allow(clippy::too_many_lines, reason = "an arm for each kind of expression")]
    pub(super) fn value(&mut self, expr: &Expr, names: &Names) -> Translated<Value> {
        let term = match expr {
            Expr::Literal(literal) => self.literal(literal)?,
            Expr::Constant(path, constant) => self.constant(path, &constant.get())?,
            Expr::Field(name) => return field(&names.state, name).map(Value::Term),
            Expr::State => return Ok(Value::State(names.state.clone())),
            Expr::Parameter(name) | Expr::Local(name) => return names.get(name),
            Expr::Access { of, field: name } => {
                return match self.value(one(of)?, names)? {
                    Value::State(state @ State::Fields(_)) => field(&state, name).map(Value::Term),
                    Value::State(State::Whole(of)) | Value::Term(of) => {
                        self.access(&of, name).map(Value::Term)
                    }
                };
            }
            Expr::Borrow(of) | Expr::Return(of) => return self.value(one(of)?, names),
            Expr::Unary { op, of } => self.unary(*op, one(of)?, expr, names)?,
            Expr::Binary { op, sides } => match &sides[..] {
                [left, right] => self.binary(*op, left, right, expr, names)?,
                _ => return Err(malformed(expr)),
            },
            Expr::Cast { of, ty } => self.cast(one(of)?, ty, names)?,
            Expr::If { parts } => match &parts[..] {
                [condition, then, otherwise] => {
                    let (condition, bound) = self.condition(condition, names)?;
                    let inner = names.with(bound);
                    let then = self.under(condition.clone(), |this| this.term(then, &inner))?;
                    let not = negated(&condition);
                    let otherwise = self.under(not, |this| this.term(otherwise, names))?;
                    choice(&condition, then, otherwise)?
                }
                _ => return Err(malformed(expr)),
            },
            Expr::Let { .. } => Term::truth(self.condition(expr, names)?.0),
            Expr::Match { of, arms } => {
                let of = self.value(one(of)?, names)?;
                let mut taken: Vec<(Rc<str>, Term)> = Vec::new();
                for arm in arms.iter() {
                    let (mut fits, bound) = self.fits(&arm.pattern, &of)?;
                    let inner = names.with(bound);
                    if let [guard] = &arm.guard[..] {
                        let guard = self.under(fits.clone(), |this| this.truth(guard, &inner))?;
                        fits = all([fits, guard]);
                    }
                    let before: Vec<_> = taken.iter().map(|(fits, _)| negated(fits)).collect();
                    let here = all(before.into_iter().chain([fits.clone()]));
                    let body = one(&arm.body)?;
                    let body = self.under(here, |this| this.term(body, &inner))?;
                    taken.push((fits, body));
                }
                // The last arm is taken where none before it fits: a `match` covers everything.
                let Some((_, mut term)) = taken.pop() else {
                    return Err(malformed(expr));
                };
                for (fits, body) in taken.into_iter().rev() {
                    term = choice(&fits, body, term)?;
                }
                term
            }
            Expr::Method {
                name,
                of,
                arguments,
            } => method::call(self, name, one(of)?, arguments, expr, names)?,
            // `i64::from(x)`
            Expr::Function { path, arguments } => match (path.rsplit_once("::"), &arguments[..]) {
                (Some((ty, "from")), [of]) if IntType::parse(ty).is_some() => {
                    self.cast(of, ty, names)?
                }
                _ => return Err(Reason(format!("`{expr}` has no counterpart"))),
            },
            Expr::Rule { name, arguments } => {
                let Some(rule) = self.model.rule(name) else {
                    return Err(malformed(expr));
                };
                let arguments = self.each(arguments, names)?;
                self.call(&rule.body, &rule.parameters, arguments, &names.state)?
                    .term()?
            }
            Expr::Helper { name, arguments } => {
                let Some(helper) = self.model.helper(name) else {
                    return Err(malformed(expr));
                };
                let arguments = self.each(arguments, names)?;
                return self.call(&helper.body, &helper.parameters, arguments, &names.state);
            }
            Expr::Of { state, call } => {
                let Value::State(state) = self.value(one(state)?, names)? else {
                    return Err(malformed(expr));
                };
                let names = Names {
                    state,
                    bound: names.bound.clone(),
                };
                return self.value(one(call)?, &names);
            }
            Expr::Construct {
                path,
                fields,
                values,
                base,
            } if base.is_empty() => self.construct(path, fields, values, names)?,
            Expr::Block {
                statements,
                value: true,
            } => {
                return self.block(statements, names);
            }
            Expr::Opaque(_) => return Err(unknown("it holds code that was not understood")),
            other => return Err(Reason(format!("`{other}` has no counterpart"))),
        };
        Ok(Value::Term(term))
    }

    /// The value of a block: `let name = value;` and `if condition { return value; }`, then its last expression.
    fn block(&mut self, statements: &[Expr], names: &Names) -> Translated<Value> {
        let (first, rest) = match statements {
            [] => return Err(unknown("a block is empty")),
            [last] => return self.value(last, names),
            [first, rest @ ..] => (first, rest),
        };
        if let Some((condition, returned)) = early_return(first) {
            let (condition, bound) = self.condition(condition, names)?;
            let inner = names.with(bound);
            let then = self.under(condition.clone(), |this| this.term(returned, &inner))?;
            let not = negated(&condition);
            let otherwise = self.under(not, |this| this.block(rest, names)?.term())?;
            return choice(&condition, then, otherwise).map(Value::Term);
        }
        let mut names = names.clone();
        self.bind(first, &mut names)?;
        self.block(rest, &names)
    }

    /// `let name = value;`
    pub(super) fn bind(&mut self, statement: &Expr, names: &mut Names) -> Translated<()> {
        match statement {
            Expr::Bind { pattern, parts } => match (pattern, &parts[..]) {
                (Pattern::Bind(name, inner), [value])
                    if inner.is_empty() && !leaves_early(value) =>
                {
                    let value = self.value(value, names)?;
                    names.bound.push((name.to_string(), value));
                    Ok(())
                }
                _ => Err(Reason(format!("`{statement}` has no counterpart"))),
            },
            _ => Err(Reason(format!(
                "`{statement}` leaves early or changes something"
            ))),
        }
    }

    fn each(&mut self, arguments: &[Expr], names: &Names) -> Translated<Vec<Value>> {
        arguments
            .iter()
            .map(|argument| self.value(argument, names))
            .collect()
    }

    /// A body with its parameters bound.
    pub(super) fn call(
        &mut self,
        body: &Expr,
        parameters: &[Parameter],
        arguments: Vec<Value>,
        state: &State,
    ) -> Translated<Value> {
        if self.depth == DEEPEST {
            return Err(unknown("rules and helpers call one another too deeply"));
        }
        let names = parameters
            .iter()
            .map(|parameter| parameter.name.to_string());
        let names = Names {
            state: state.clone(),
            bound: names.zip(arguments).collect(),
        };
        self.depth += 1;
        let found = self.value(body, &names);
        self.depth -= 1;
        found
    }

    pub(super) fn literal(&mut self, literal: &Literal) -> Translated<Term> {
        Ok(match literal {
            Literal::Bool(value) => Term::truth(value.to_string()),
            Literal::Int { value, ty } => {
                let width = IntType::parse(ty).unwrap_or(IntType::Literal);
                Term::new(number(*value), Sort::Int(width))
            }
            Literal::Str(text) => self.text(text),
            other => return Err(Reason(format!("`{other:?}` has no counterpart"))),
        })
    }

    /// A text, as a constant that differs from every other one.
    pub(super) fn text(&mut self, text: &str) -> Term {
        let place = self.texts.iter().position(|known| known == text);
        let place = place.unwrap_or_else(|| {
            self.texts.push(text.to_owned());
            self.texts.len() - 1
        });
        Term::new(format!("text.{place}"), Sort::Plain(TEXT.to_owned()))
    }

    pub(super) fn constant(&mut self, path: &str, value: &Datum) -> Translated<Term> {
        if last(path) == "None" {
            return Ok(Term::new("None", Sort::None));
        }
        if let Some((name, of, fields)) = self.sorts.constructor(path)
            && fields.is_empty()
        {
            return Ok(Term::new(name, Sort::Declared(of.to_owned())));
        }
        Ok(match value {
            Datum::Bool(value) => Term::truth(value.to_string()),
            Datum::Int(width, value) => Term::new(number(*value), Sort::Int(*width)),
            Datum::Str(text) => self.text(text),
            Datum::Timestamp(micros) => Term::new(number((*micros).into()), Sort::Timestamp),
            _ => return Err(Reason(format!("the constant `{path}` has no counterpart"))),
        })
    }

    fn access(&mut self, of: &Term, name: &str) -> Translated<Term> {
        if let Sort::Declared(ty) = &of.sort
            && let Some((constructor, _, fields)) = self.sorts.constructor(ty)
            && let Some(field) = fields.iter().find(|field| field.name == name)
        {
            let text = format!("({} {})", selector(&constructor, name), of.text);
            return Ok(Term::new(text, self.sorts.of(&field.ty)));
        }
        Err(Reason(format!(
            "the field `{name}` of `{}` is not known",
            of.sort
        )))
    }

    fn construct(
        &mut self,
        path: &str,
        names: &[lawful::model::Text],
        values: &[Expr],
        scope: &Names,
    ) -> Translated<Term> {
        if let ("Some", [value]) = (last(path), values) {
            let value = self.term(value, scope)?;
            return self.some(value);
        }
        if let ("None", []) = (last(path), values) {
            return Ok(Term::new("None", Sort::None));
        }
        let Some((constructor, of, fields)) = self.sorts.constructor(path) else {
            return Err(Reason(format!("`{path}` is not a declared type")));
        };
        let mut text = format!("({constructor}");
        for field in fields {
            let given = names.iter().position(|name| *name == field.name);
            let Some(value) = given.and_then(|place| values.get(place)) else {
                return Err(Reason(format!("`{path}` leaves `{}` open", field.name)));
            };
            let value = self
                .term(value, scope)?
                .into_sort(&self.sorts.of(&field.ty))?;
            text.push(' ');
            text.push_str(&value.text);
        }
        text.push(')');
        if fields.is_empty() {
            text = constructor;
        }
        Ok(Term::new(text, Sort::Declared(of.to_owned())))
    }

    /// `Some(of)`.
    pub(super) fn some(&mut self, of: Term) -> Translated<Term> {
        if of.sort == Sort::None {
            return Err(unknown("an option within an option"));
        }
        let text = of.sort.some(&of.text);
        let sort = Sort::Option(Box::new(of.sort));
        self.made.push(sort.clone());
        Ok(Term::new(text, sort))
    }
}
