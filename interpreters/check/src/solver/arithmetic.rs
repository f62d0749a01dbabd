//! Operators, and what must be true for them not to overflow.

use super::Reason;
use super::sort::{Sort, in_range};
use super::term::{Check, Names, Term, Translated, alike, negated};
use super::translate::Translator;
use lawful::IntType;
use lawful::model::{BinaryOp, Expr, UnaryOp};
use std::rc::Rc;

impl Translator<'_> {
    pub(super) fn unary(
        &mut self,
        op: UnaryOp,
        of: &Expr,
        expr: &Expr,
        names: &Names,
    ) -> Translated<Term> {
        match op {
            UnaryOp::Not => Ok(Term::truth(negated(&self.truth(of, names)?))),
            UnaryOp::Neg => {
                let of = self.term(of, names)?;
                let text = format!("(- {})", of.text);
                self.checked(Term::new(text, of.sort), expr)
            }
        }
    }

    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        expr: &Expr,
        names: &Names,
    ) -> Translated<Term> {
        if matches!(op, BinaryOp::And | BinaryOp::Or) {
            let (one, bound) = self.condition(left, names)?;
            let path = if op == BinaryOp::And {
                one.clone()
            } else {
                negated(&one)
            };
            let inner = names.with(bound);
            let two = self.under(path, |this| this.truth(right, &inner))?;
            let word = if op == BinaryOp::And { "and" } else { "or" };
            return Ok(Term::truth(format!("({word} {one} {two})")));
        }
        let (one, two) = (self.term(left, names)?, self.term(right, names)?);
        self.operate(op, one, two, expr)
    }

    /// An operator with two values; `expr` is how it is shown.
    pub(super) fn operate(
        &mut self,
        op: BinaryOp,
        one: Term,
        two: Term,
        expr: &Expr,
    ) -> Translated<Term> {
        let word = match op {
            BinaryOp::Eq | BinaryOp::Ne => {
                let (one, two) = alike(one, two)?;
                if !self.sorts.is_exact(&one.sort) {
                    return Err(Reason(format!("`{expr}` compares what floats may be in")));
                }
                let equal: Rc<str> = format!("(= {} {})", one.text, two.text).into();
                let text = if op == BinaryOp::Eq {
                    equal
                } else {
                    negated(&equal)
                };
                return Ok(Term::truth(text));
            }
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Gt => ">",
            BinaryOp::Ge => ">=",
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div | BinaryOp::Rem => return divided(op, one, &two, expr),
            _ => return Err(Reason(format!("`{expr}` works on bits or truths"))),
        };
        let (one, two) = alike(one, two)?;
        let text = format!("({word} {} {})", one.text, two.text);
        let compares = matches!(
            op,
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge
        );
        match one.sort {
            Sort::Int(_) | Sort::Timestamp if compares => Ok(Term::truth(text)),
            Sort::Int(_) => self.checked(Term::new(text, one.sort), expr),
            sort => Err(Reason(format!("`{expr}` calculates with a `{sort}`"))),
        }
    }

    /// Notes that arithmetic must stay within its type.
    pub(super) fn checked(&mut self, term: Term, expr: &Expr) -> Translated<Term> {
        let Sort::Int(width) = term.sort else {
            return Err(Reason(format!(
                "`{expr}` calculates with a `{}`",
                term.sort
            )));
        };
        if width != IntType::Literal {
            let check = Check {
                shown: expr.to_string(),
                width,
                path: self.path.clone(),
                holds: in_range(&term.text, width),
            };
            if !self.checks.contains(&check) {
                self.checks.push(check);
            }
        }
        Ok(term)
    }

    pub(super) fn cast(&mut self, of: &Expr, ty: &str, names: &Names) -> Translated<Term> {
        let term = self.term(of, names)?;
        match (&term.sort, self.sorts.of(ty)) {
            (Sort::Int(from), Sort::Int(to))
                if *from == IntType::Literal
                    || to.min() <= from.min() && from.max() <= to.max() =>
            {
                Ok(Term::new(term.text, Sort::Int(to)))
            }
            _ => Err(Reason(format!("`as {ty}` may lose a part of the number"))),
        }
    }
}

/// Division by a literal, rounded towards zero as in Rust.
fn divided(op: BinaryOp, one: Term, two: &Term, expr: &Expr) -> Translated<Term> {
    let by = two.text.parse::<u64>().unwrap_or(0);
    if by == 0 || !matches!(one.sort, Sort::Int(_)) {
        return Err(Reason(format!(
            "`{expr}` divides by more than a positive literal"
        )));
    }
    let word = if op == BinaryOp::Div { "div" } else { "mod" };
    let up = format!("({word} {} {by})", one.text);
    let down = format!("(- ({word} (- {}) {by}))", one.text);
    let text = format!("(ite (<= 0 {}) {up} {down})", one.text);
    Ok(Term::new(text, one.sort))
}
