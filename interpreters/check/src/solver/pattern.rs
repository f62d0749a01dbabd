//! Conditions and patterns, and the names that they bind.

use super::Reason;
use super::sort::{Sort, last, selector, unknown};
use super::term::{Names, State, Term, Translated, Value, alike, all, malformed, one};
use super::translate::Translator;
use lawful::model::{BinaryOp, Expr, Pattern};
use std::rc::Rc;

/// A condition, and what names stand for where it holds.
pub(super) type Binding = (Rc<str>, Vec<(String, Value)>);

/// The parts of a value, by the names of its fields.
type Parts = Vec<(String, Term)>;

impl Translator<'_> {
    /// A condition, and what it binds where it holds.
    pub(super) fn condition(&mut self, expr: &Expr, names: &Names) -> Translated<Binding> {
        match expr {
            Expr::Let { pattern, of, guard } => {
                let of = self.value(one(of)?, names)?;
                let (fits, bound) = self.fits(pattern, &of)?;
                let [guard] = &guard[..] else {
                    return Ok((fits, bound));
                };
                let inner = names.with(bound.clone());
                let guard = self.under(fits.clone(), |this| this.truth(guard, &inner))?;
                Ok((all([fits, guard]), bound))
            }
            Expr::Binary {
                op: BinaryOp::And,
                sides,
            } => {
                let [left, right] = &sides[..] else {
                    return Err(malformed(expr));
                };
                let (one, mut bound) = self.condition(left, names)?;
                let inner = names.with(bound.clone());
                let (two, further) =
                    self.under(one.clone(), |this| this.condition(right, &inner))?;
                bound.extend(further);
                Ok((all([one, two]), bound))
            }
            other => Ok((self.truth(other, names)?, Vec::new())),
        }
    }

    /// Whether a pattern fits a value, and what it binds then.
    pub(super) fn fits(&mut self, pattern: &Pattern, of: &Value) -> Translated<Binding> {
        let always: Rc<str> = "true".into();
        let is = |this: &mut Self, one: Term| -> Translated<Rc<str>> {
            let of = of.clone().term()?;
            let (of, one) = alike(of, one)?;
            if !this.sorts.is_exact(&of.sort) {
                return Err(unknown("a pattern compares what floats may be in"));
            }
            Ok(format!("(= {} {})", of.text, one.text).into())
        };
        Ok(match pattern {
            Pattern::Wild => (always, Vec::new()),
            Pattern::Bind(name, inner) => {
                let (fits, mut bound) = match &inner[..] {
                    [inner] => self.fits(inner, of)?,
                    _ => (always, Vec::new()),
                };
                bound.push((name.to_string(), of.clone()));
                (fits, bound)
            }
            Pattern::Literal(literal) => {
                let literal = self.literal(literal)?;
                (is(self, literal)?, Vec::new())
            }
            Pattern::Constant(path, constant) => {
                let constant = self.constant(path, &constant.get())?;
                (is(self, constant)?, Vec::new())
            }
            Pattern::Construct {
                path,
                fields,
                patterns,
            } => {
                let of = of.clone().term()?;
                let (tester, parts) = self.parts(path, &of)?;
                let (mut conditions, mut bound) = (vec![tester], Vec::new());
                for (name, pattern) in fields.iter().zip(patterns.iter()) {
                    let part = parts.iter().find(|(known, _)| known == name);
                    let Some((_, part)) = part else {
                        return Err(Reason(format!("`{path}` has no field `{name}`")));
                    };
                    let (fits, further) = self.fits(pattern, &Value::Term(part.clone()))?;
                    conditions.push(fits);
                    bound.extend(further);
                }
                (all(conditions), bound)
            }
            Pattern::Any(patterns) => {
                let mut either = Vec::new();
                for pattern in patterns.iter() {
                    let (fits, bound) = self.fits(pattern, of)?;
                    if !bound.is_empty() {
                        return Err(unknown("alternatives of a pattern bind names"));
                    }
                    either.push(fits);
                }
                (format!("(or {})", either.join(" ")).into(), Vec::new())
            }
            Pattern::Range {
                from,
                to,
                inclusive,
            } => {
                let of = of.clone().term()?;
                let nothing = Names {
                    state: State::Fields(Vec::new()),
                    bound: Vec::new(),
                };
                let mut both = Vec::new();
                if let [from] = &from[..] {
                    both.push(format!(
                        "(<= {} {})",
                        self.term(from, &nothing)?.text,
                        of.text
                    ));
                }
                if let [to] = &to[..] {
                    let word = if *inclusive { "<=" } else { "<" };
                    both.push(format!(
                        "({word} {} {})",
                        of.text,
                        self.term(to, &nothing)?.text
                    ));
                }
                (all(both.into_iter().map(Rc::from)), Vec::new())
            }
            other => return Err(Reason(format!("the pattern `{other}` has no counterpart"))),
        })
    }

    /// Whether a value was made by this constructor, and its parts.
    fn parts(&mut self, path: &str, of: &Term) -> Translated<(Rc<str>, Parts)> {
        match (last(path), &of.sort) {
            ("Some", Sort::Option(inner)) => {
                let part = Term::new(inner.inside(&of.text), (**inner).clone());
                let parts = vec![("0".to_owned(), part)];
                return Ok((inner.is_some(&of.text).into(), parts));
            }
            ("None", Sort::Option(inner)) => {
                return Ok((inner.is_none(&of.text).into(), Vec::new()));
            }
            _ => {}
        }
        let Some((constructor, _, fields)) = self.sorts.constructor(path) else {
            return Err(Reason(format!("`{path}` is not a declared type")));
        };
        let parts = fields.iter().map(|field| {
            let text = format!("({} {})", selector(&constructor, &field.name), of.text);
            let part = Term::new(text, self.sorts.of(&field.ty));
            (field.name.to_string(), part)
        });
        let parts = parts.collect();
        Ok((format!("((_ is {constructor}) {})", of.text).into(), parts))
    }
}
