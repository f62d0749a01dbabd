use super::value::{article, is_variant, last};
use super::{Phrase, Words, both, only, phrase};
use crate::block::{name, text};
use crate::names::words;
use lawful::model::{Arm, BinaryOp, Expr, Literal, Pattern, UnaryOp};

impl Words<'_> {
    /// What holds where the expression is true: `balance is at least amount`.
    pub(super) fn condition(&self, expr: &Expr) -> Option<Phrase> {
        Some(match expr {
            Expr::Binary {
                op: op @ (BinaryOp::And | BinaryOp::Or),
                sides,
            } => self.logic(*op, sides)?,
            Expr::Binary { op, sides } => self.comparison(*op, sides)?,
            Expr::Unary {
                op: UnaryOp::Not,
                of,
            } => self.denied(only(of)?)?,
            Expr::Literal(Literal::Bool(true)) => vec![text("always")],
            Expr::Literal(Literal::Bool(false)) => vec![text("never")],
            Expr::Field(_) | Expr::Parameter(_) | Expr::Local(_) | Expr::Access { .. } => {
                phrase!(self.value(expr)?, " is true")
            }
            Expr::Method {
                name,
                of,
                arguments,
            } => self.question(name, only(of)?, arguments)?,
            Expr::Let { pattern, of, guard } => {
                let fits = phrase!(self.value(only(of)?)?, " is ", case(pattern)?);
                match &**guard {
                    [] => fits,
                    [guard] => phrase!(fits, " and ", self.condition(guard)?),
                    _ => return None,
                }
            }
            Expr::Match { of, arms } => self.choice(only(of)?, arms)?,
            Expr::Rule { name, arguments } if arguments.is_empty() => {
                let rule = self.aggregate?.rule(name)?;
                if rule.sentence.is_empty() {
                    return None;
                }
                vec![text(rule.sentence.clone())]
            }
            Expr::Block {
                statements,
                value: true,
            } => self.condition(only(statements)?)?,
            _ => return None,
        })
    }

    /// What all has to hold, one by one.
    pub(super) fn conditions(&self, expr: &Expr) -> Option<Vec<Phrase>> {
        match expr {
            Expr::Binary {
                op: BinaryOp::And,
                sides,
            } => {
                let (left, right) = both(sides)?;
                let mut all = self.conditions(left)?;
                all.extend(self.conditions(right)?);
                Some(all)
            }
            Expr::Block {
                statements,
                value: true,
            } => self.conditions(only(statements)?),
            expr => Some(vec![self.condition(expr)?]),
        }
    }

    fn logic(&self, op: BinaryOp, sides: &[Expr]) -> Option<Phrase> {
        let word = if op == BinaryOp::And { " and " } else { " or " };
        let (left, right) = both(sides)?;
        Some(phrase!(
            self.beside(op, left)?,
            word,
            self.beside(op, right)?
        ))
    }

    /// A side of `and` or `or`, in parentheses where it is the other of the two.
    fn beside(&self, op: BinaryOp, side: &Expr) -> Option<Phrase> {
        let said = self.condition(side)?;
        let other = match side {
            Expr::Binary { op: inner, .. } => {
                matches!(inner, BinaryOp::And | BinaryOp::Or) && *inner != op
            }
            Expr::Method { arguments, .. } => matches!(&**arguments, [Expr::Closure { .. }]),
            _ => false,
        };
        Some(if other { phrase!("(", said, ")") } else { said })
    }

    fn comparison(&self, op: BinaryOp, sides: &[Expr]) -> Option<Phrase> {
        let (left, right) = both(sides)?;
        // Numbers stand on the right: `amount is more than 0`.
        let turned = is_fixed(left) && !is_fixed(right);
        let (left, right, op) = if turned {
            (right, left, turned_round(op)?)
        } else {
            (left, right, op)
        };
        if op == BinaryOp::Eq
            && let (Expr::State, Expr::Parameter(before)) = (left, right)
            && self.is_before(before)
        {
            return Some(vec![text("it is as it was")]);
        }
        Some(phrase!(
            self.compared(left)?,
            word(op)?,
            self.compared(right)?
        ))
    }

    fn denied(&self, expr: &Expr) -> Option<Phrase> {
        Some(match expr {
            Expr::Binary { op, sides } => {
                if let Some(op) = opposite(*op) {
                    self.comparison(op, sides)?
                } else {
                    phrase!("it is not so that ", self.condition(expr)?)
                }
            }
            Expr::Unary {
                op: UnaryOp::Not,
                of,
            } => self.condition(only(of)?)?,
            Expr::Field(_) | Expr::Parameter(_) | Expr::Local(_) | Expr::Access { .. } => {
                phrase!(self.value(expr)?, " is false")
            }
            Expr::Let { pattern, of, guard } if guard.is_empty() => {
                phrase!(self.value(only(of)?)?, " is not ", case(pattern)?)
            }
            Expr::Method {
                name,
                of,
                arguments,
            } => self.no(name, only(of)?, arguments)?,
            _ => phrase!("not: ", self.condition(expr)?),
        })
    }

    /// `match self { Order::Placed { total } => total > 0, _ => true }`: one case that says something, and the rest.
    fn choice(&self, of: &Expr, arms: &[Arm]) -> Option<Phrase> {
        let [said, rest] = arms else {
            return None;
        };
        let is_plain = said.guard.is_empty() && rest.guard.is_empty();
        if !is_plain || rest.pattern != Pattern::Wild {
            return None;
        }
        let fits = phrase!(self.value(of)?, " is ", case(&said.pattern)?);
        let holds = self.condition(only(&said.body)?)?;
        match only(&rest.body)? {
            Expr::Literal(Literal::Bool(true)) => Some(phrase!("if ", fits, ", then ", holds)),
            Expr::Literal(Literal::Bool(false)) => Some(phrase!(fits, ", and ", holds)),
            _ => None,
        }
    }

    /// A method that answers yes or no, where it answers yes.
    fn question(&self, method: &str, of: &Expr, arguments: &[Expr]) -> Option<Phrase> {
        Some(match (method, arguments) {
            ("is_some", []) => phrase!(self.value(of)?, " is set"),
            ("is_none", []) => phrase!(self.value(of)?, " is not set"),
            ("is_empty", []) => phrase!(self.value(of)?, " is empty"),
            ("contains", [element]) => match of {
                Expr::Range {
                    from,
                    to,
                    inclusive: true,
                } => phrase!(
                    self.value(element)?,
                    " is between ",
                    self.value(only(from)?)?,
                    " and ",
                    self.value(only(to)?)?
                ),
                of => phrase!(self.value(of)?, " contains ", self.value(element)?),
            },
            ("contains_key", [key]) => {
                phrase!(self.value(of)?, " has an entry for ", self.value(key)?)
            }
            ("starts_with", [with]) => phrase!(self.value(of)?, " starts with ", self.value(with)?),
            ("ends_with", [with]) => phrase!(self.value(of)?, " ends with ", self.value(with)?),
            ("any", [each]) => {
                let (element, holds) = self.each(each)?;
                phrase!(
                    "there is ",
                    article(element),
                    " ",
                    name(words(element)),
                    " in ",
                    self.value(of)?,
                    " for which ",
                    holds
                )
            }
            ("all", [each]) => {
                let (element, holds) = self.each(each)?;
                phrase!(
                    "for every ",
                    name(words(element)),
                    " in ",
                    self.value(of)?,
                    ", ",
                    holds
                )
            }
            ("is_some_and", [each]) => {
                let (_, holds) = self.each(each)?;
                phrase!(self.value(of)?, " is set, and ", holds)
            }
            ("is_none_or", [each]) => {
                let (_, holds) = self.each(each)?;
                phrase!(self.value(of)?, " is not set, or ", holds)
            }
            _ => return None,
        })
    }

    /// The same where it answers no.
    fn no(&self, method: &str, of: &Expr, arguments: &[Expr]) -> Option<Phrase> {
        Some(match (method, arguments) {
            ("is_some", []) => phrase!(self.value(of)?, " is not set"),
            ("is_none", []) => phrase!(self.value(of)?, " is set"),
            ("is_empty", []) => phrase!(self.value(of)?, " is not empty"),
            ("contains", [element]) if !matches!(of, Expr::Range { .. }) => {
                phrase!(self.value(of)?, " does not contain ", self.value(element)?)
            }
            ("contains_key", [key]) => {
                phrase!(self.value(of)?, " has no entry for ", self.value(key)?)
            }
            ("any", [each]) => {
                let (element, holds) = self.each(each)?;
                phrase!(
                    "there is no ",
                    name(words(element)),
                    " in ",
                    self.value(of)?,
                    " for which ",
                    holds
                )
            }
            _ => phrase!("it is not so that ", self.question(method, of, arguments)?),
        })
    }

    /// What a closure calls its element, and what it says of it.
    fn each<'e>(&self, closure: &'e Expr) -> Option<(&'e str, Phrase)> {
        let Expr::Closure { parameters, body } = closure else {
            return None;
        };
        match (&**parameters, &**body) {
            ([Pattern::Bind(element, inner)], [body]) if inner.is_empty() => {
                Some((element, self.condition(body)?))
            }
            _ => None,
        }
    }
}

/// What something is that fits the pattern. Names that it binds are those of its parts, and need no introduction.
fn case(pattern: &Pattern) -> Option<Phrase> {
    Some(match pattern {
        Pattern::Constant(path, _) if is_variant(path) => vec![name(words(last(path)))],
        Pattern::Construct { path, patterns, .. } => {
            let is_plain = |inner: &Pattern| match inner {
                Pattern::Wild | Pattern::Rest => true,
                Pattern::Bind(_, inner) => inner.is_empty(),
                _ => false,
            };
            if !patterns.iter().all(is_plain) {
                return None;
            }
            vec![match &**path {
                "Some" => text("set"),
                "None" => text("not set"),
                path => name(words(last(path))),
            }]
        }
        Pattern::Literal(Literal::Str(value)) => vec![text(format!("“{value}”"))],
        Pattern::Literal(Literal::Int { value, .. }) => {
            vec![text(super::value::grouped(&value.to_string()))]
        }
        Pattern::Any(cases) => {
            let mut whole = phrase!("either ");
            for (index, one) in cases.iter().enumerate() {
                if index > 0 {
                    whole.push(text(" or "));
                }
                whole.extend(case(one)?);
            }
            whole
        }
        _ => return None,
    })
}

/// Whether something is a number or a constant.
fn is_fixed(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(_) | Expr::Constant(..))
}

fn word(op: BinaryOp) -> Option<&'static str> {
    Some(match op {
        BinaryOp::Eq => " is ",
        BinaryOp::Ne => " is not ",
        BinaryOp::Lt => " is less than ",
        BinaryOp::Le => " is at most ",
        BinaryOp::Gt => " is more than ",
        BinaryOp::Ge => " is at least ",
        _ => return None,
    })
}

fn turned_round(op: BinaryOp) -> Option<BinaryOp> {
    Some(match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Ge => BinaryOp::Le,
        BinaryOp::Eq | BinaryOp::Ne => op,
        _ => return None,
    })
}

fn opposite(op: BinaryOp) -> Option<BinaryOp> {
    Some(match op {
        BinaryOp::Lt => BinaryOp::Ge,
        BinaryOp::Le => BinaryOp::Gt,
        BinaryOp::Gt => BinaryOp::Le,
        BinaryOp::Ge => BinaryOp::Lt,
        BinaryOp::Eq => BinaryOp::Ne,
        BinaryOp::Ne => BinaryOp::Eq,
        _ => return None,
    })
}
