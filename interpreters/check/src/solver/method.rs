//! Methods of the standard library that a solver can follow.

use super::Reason;
use super::sort::{Sort, TEXT, unknown};
use super::term::{Names, Term, Translated, Value, alike, all, bounds, choice, negated};
use super::translate::Translator;
use lawful::IntType;
use lawful::model::{BinaryOp, Expr, Pattern};

/// `of.name(arguments)`.
pub(super) fn call(
    this: &mut Translator<'_>,
    name: &str,
    of: &Expr,
    arguments: &[Expr],
    expr: &Expr,
    names: &Names,
) -> Translated<Term> {
    if counts(name) {
        return Err(Reason(format!(
            "`{expr}` counts or goes through elements, which has no decidable first-order form: keep the count in a field"
        )));
    }
    let of = this.term(of, names)?;
    match (name, &of.sort, arguments) {
        (
            "clone" | "cloned" | "copied" | "as_ref" | "as_deref" | "as_str" | "to_owned"
            | "to_string" | "into" | "as_mut",
            _,
            [],
        ) => Ok(of),
        ("is_some", Sort::Option(inner), []) => Ok(Term::truth(inner.is_some(&of.text))),
        ("is_none", Sort::Option(inner), []) => Ok(Term::truth(inner.is_none(&of.text))),
        ("is_some_and" | "is_none_or" | "map_or", Sort::Option(inner), arguments) => {
            let is_some = inner.is_some(&of.text);
            let inside = Term::new(inner.inside(&of.text), (**inner).clone());
            let (otherwise, closure) = match (name, arguments) {
                ("is_some_and", [closure]) => (Term::truth("false"), closure),
                ("is_none_or", [closure]) => (Term::truth("true"), closure),
                ("map_or", [otherwise, closure]) => (this.term(otherwise, names)?, closure),
                _ => return Err(Reason(format!("`{expr}` is malformed"))),
            };
            let then = this.under(is_some.clone(), |this| apply(this, closure, inside, names))?;
            choice(&is_some, then, otherwise)
        }
        ("unwrap_or", Sort::Option(inner), [otherwise]) => {
            let otherwise = this.term(otherwise, names)?;
            let is_some = inner.is_some(&of.text);
            let inside = Term::new(inner.inside(&of.text), (**inner).clone());
            choice(&is_some, inside, otherwise)
        }
        ("unwrap_or_default", Sort::Option(inner), []) => {
            let otherwise = default(&of, inner)?;
            let is_some = inner.is_some(&of.text);
            let inside = Term::new(inner.inside(&of.text), (**inner).clone());
            choice(&is_some, inside, otherwise)
        }
        ("is_empty", Sort::Plain(text), []) if text == TEXT => {
            let empty = this.text("");
            Ok(Term::truth(format!("(= {} {})", of.text, empty.text)))
        }
        ("eq" | "ne", _, [other]) => {
            let other = this.term(other, names)?;
            let op = if name == "eq" {
                BinaryOp::Eq
            } else {
                BinaryOp::Ne
            };
            this.operate(op, of, other, expr)
        }
        ("get", Sort::Map(_, value), [key]) => {
            let text = selected(this, &of, key, names)?;
            Ok(Term::new(text, Sort::Option(value.clone())))
        }
        ("contains_key", Sort::Map(_, value), [key]) => {
            let text = selected(this, &of, key, names)?;
            Ok(Term::truth(value.is_some(&text)))
        }
        ("contains", Sort::Set(_), [key]) => Ok(Term::truth(selected(this, &of, key, names)?)),
        ("min" | "max", Sort::Int(_) | Sort::Timestamp, [other]) => {
            let (one, two) = alike(of, this.term(other, names)?)?;
            let word = if name == "min" { "<=" } else { ">=" };
            let first = format!("({word} {} {})", one.text, two.text);
            choice(&first, one, two)
        }
        ("abs", Sort::Int(_), []) => {
            let text = format!("(ite (<= 0 {0}) {0} (- {0}))", of.text);
            this.checked(Term::new(text, of.sort), expr)
        }
        (
            "saturating_add" | "saturating_sub" | "saturating_mul" | "checked_add" | "checked_sub"
            | "checked_mul",
            Sort::Int(_),
            [other],
        ) => bounded(this, name, of, other, names),
        (_, sort, _) => Err(Reason(format!("`{name}` of a `{sort}` has no counterpart"))),
    }
}

/// Methods whose answer depends on how many elements there are, or on all of them.
fn counts(name: &str) -> bool {
    matches!(
        name,
        "len"
            | "count"
            | "sum"
            | "iter"
            | "values"
            | "keys"
            | "any"
            | "all"
            | "iter_mut"
            | "first"
            | "last"
            | "chars"
    )
}

fn apply(
    this: &mut Translator<'_>,
    closure: &Expr,
    argument: Term,
    names: &Names,
) -> Translated<Term> {
    let Expr::Closure { parameters, body } = closure else {
        return Err(unknown("a function is passed by its name"));
    };
    match (&parameters[..], &body[..]) {
        ([Pattern::Bind(name, inner)], [body]) if inner.is_empty() => {
            let names = names.with([(name.to_string(), Value::Term(argument))]);
            this.term(body, &names)
        }
        ([Pattern::Wild], [body]) => this.term(body, names),
        _ => Err(unknown("a closure takes its argument apart")),
    }
}

fn default(of: &Term, inner: &Sort) -> Translated<Term> {
    match inner {
        Sort::Bool => Ok(Term::truth("false")),
        Sort::Int(_) => Ok(Term::new("0", inner.clone())),
        sort => Err(Reason(format!(
            "the default of the `{sort}` in `{}` is not known",
            of.text
        ))),
    }
}

/// What a map or set holds at a key.
fn selected(this: &mut Translator<'_>, of: &Term, key: &Expr, names: &Names) -> Translated<String> {
    let (Sort::Map(wanted, _) | Sort::Set(wanted)) = &of.sort else {
        return Err(unknown("a key of something that is no map"));
    };
    let key = this.term(key, names)?.into_sort(wanted)?;
    Ok(format!("(select {} {})", of.text, key.text))
}

/// Arithmetic that cannot overflow.
fn bounded(
    this: &mut Translator<'_>,
    name: &str,
    of: Term,
    other: &Expr,
    names: &Names,
) -> Translated<Term> {
    let (one, two) = alike(of, this.term(other, names)?)?;
    let Sort::Int(width) = one.sort else {
        return Err(unknown("arithmetic without whole numbers"));
    };
    if width == IntType::Literal {
        return Err(unknown("arithmetic with literals alone"));
    }
    let word = match name.rsplit('_').next() {
        Some("add") => "+",
        Some("sub") => "-",
        _ => "*",
    };
    let exact = Term::new(format!("({word} {} {})", one.text, two.text), one.sort);
    let (least, most) = bounds(width);
    let low = format!("(< {} {})", exact.text, least.text);
    let high = format!("(< {} {})", most.text, exact.text);
    if name.starts_with("saturating") {
        let capped = choice(&high, most, exact)?;
        return choice(&low, least, capped);
    }
    let fits = all([negated(&low), negated(&high)]);
    let some = this.some(exact)?;
    choice(&fits, some, Term::new("None", Sort::None))
}
