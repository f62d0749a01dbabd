//! Terms of SMT-LIB, and what names stand for.

use super::Reason;
use super::sort::{Sort, ends, unknown};
use lawful::IntType;
use lawful::model::Expr;
use std::rc::Rc;

/// A term and its sort.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    pub(super) text: Rc<str>,
    pub(super) sort: Sort,
}

/// What an expression stands for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Term(Term),
    /// A state whole.
    State(State),
}

/// A state: a term for each field of a struct, or one term for an enum.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum State {
    Fields(Vec<(String, Term)>),
    Whole(Term),
}

/// What names stand for.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub(super) state: State,
    pub(super) bound: Vec<(String, Value)>,
}

/// Arithmetic that must stay within the ends of its type.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Check {
    /// As written: `balance + amount`.
    pub(super) shown: String,
    pub(super) width: IntType,
    /// What holds where it is evaluated.
    pub(super) path: Vec<Rc<str>>,
    pub(super) holds: String,
}

pub(super) type Translated<T> = Result<T, Reason>;

impl Term {
    pub(super) fn new(text: impl Into<Rc<str>>, sort: Sort) -> Self {
        Term {
            text: text.into(),
            sort,
        }
    }

    pub(super) fn truth(text: impl Into<Rc<str>>) -> Self {
        Term::new(text, Sort::Bool)
    }

    /// The same term where a value of this sort is wanted.
    pub(super) fn into_sort(self, sort: &Sort) -> Translated<Term> {
        match (&self.sort, sort) {
            (one, two) if one == two => Ok(self),
            (Sort::Int(IntType::Literal), Sort::Int(_)) => Ok(Term::new(self.text, sort.clone())),
            (Sort::None, Sort::Option(of)) => Ok(Term::new(of.none(), sort.clone())),
            (Sort::Option(one), Sort::Option(two))
                if **one == Sort::Int(IntType::Literal) && matches!(**two, Sort::Int(_)) =>
            {
                Ok(Term::new(self.text, sort.clone()))
            }
            // Whole numbers of two widths meet only where a conversion was not kept.
            (Sort::Int(_), Sort::Int(_)) => Ok(self),
            (one, two) => Err(Reason(format!(
                "`{}` is a `{one}` where a `{two}` is expected",
                self.text
            ))),
        }
    }
}

impl Value {
    pub(super) fn term(self) -> Translated<Term> {
        match self {
            Value::Term(term) | Value::State(State::Whole(term)) => Ok(term),
            Value::State(State::Fields(_)) => Err(unknown("it uses the state whole")),
        }
    }
}

impl Names {
    pub(super) fn get(&self, name: &str) -> Translated<Value> {
        let found = self.bound.iter().rev().find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.clone())
            .ok_or_else(|| Reason(format!("the name `{name}` is not bound to a value")))
    }

    pub(super) fn with(&self, bound: impl IntoIterator<Item = (String, Value)>) -> Names {
        let mut names = self.clone();
        names.bound.extend(bound);
        names
    }
}

/// `if condition { return value; }`: the condition and the value.
pub(super) fn early_return(statement: &Expr) -> Option<(&Expr, &Expr)> {
    let Expr::If { parts } = statement else {
        return None;
    };
    let [condition, then] = &parts[..] else {
        return None;
    };
    let then = match then {
        Expr::Block { statements, .. } => match &statements[..] {
            [then] => then,
            _ => return None,
        },
        then => then,
    };
    match then {
        Expr::Return(of) => match &of[..] {
            [of] if !leaves_early(of) => Some((condition, of)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether an expression may leave the body that it stands in.
pub(super) fn leaves_early(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |expr| found |= matches!(expr, Expr::Return(_) | Expr::Try(_)));
    found
}

/// A field of a state.
pub(super) fn field(state: &State, name: &str) -> Translated<Term> {
    if let State::Fields(fields) = state
        && let Some((_, term)) = fields.iter().find(|(known, _)| known == name)
    {
        return Ok(term.clone());
    }
    Err(Reason(format!("the state has no field `{name}`")))
}

/// Both terms in the sort of the one that knows it.
pub(super) fn alike(one: Term, two: Term) -> Translated<(Term, Term)> {
    let knows = |sort: &Sort| match sort {
        Sort::None | Sort::Int(IntType::Literal) => false,
        Sort::Option(of) => **of != Sort::Int(IntType::Literal),
        _ => true,
    };
    if knows(&one.sort) {
        let two = two.into_sort(&one.sort)?;
        Ok((one, two))
    } else {
        let one = one.into_sort(&two.sort)?;
        Ok((one, two))
    }
}

/// One of two terms.
pub(super) fn choice(condition: &str, then: Term, otherwise: Term) -> Translated<Term> {
    let (then, otherwise) = alike(then, otherwise)?;
    if then == otherwise {
        return Ok(then);
    }
    let text = format!("(ite {condition} {} {})", then.text, otherwise.text);
    Ok(Term::new(text, then.sort))
}

pub(super) fn negated(condition: &str) -> Rc<str> {
    match condition {
        "true" => "false".into(),
        "false" => "true".into(),
        condition => format!("(not {condition})").into(),
    }
}

/// All of these conditions.
pub(super) fn all(conditions: impl IntoIterator<Item = Rc<str>>) -> Rc<str> {
    let mut kept: Vec<Rc<str>> = conditions.into_iter().collect();
    kept.retain(|condition| &**condition != "true");
    match &kept[..] {
        [] => "true".into(),
        [one] => one.clone(),
        kept => format!("(and {})", kept.join(" ")).into(),
    }
}

pub(super) fn one(of: &[Expr]) -> Translated<&Expr> {
    match of {
        [of] => Ok(of),
        _ => Err(unknown("a tree is malformed")),
    }
}

pub(super) fn malformed(expr: &Expr) -> Reason {
    Reason(format!("`{expr}` is malformed"))
}

/// The least and the greatest value of a width, as terms.
pub(super) fn bounds(width: IntType) -> (Term, Term) {
    let (least, most) = ends(width);
    let sort = Sort::Int(width);
    (Term::new(least, sort.clone()), Term::new(most, sort))
}
