use super::{Phrase, Words, both, only, phrase};
use crate::block::{Inline, name, text};
use crate::names::words;
use lawful::model::{BinaryOp, Expr, Pattern};

impl Words<'_> {
    /// What statements change, one after another.
    pub(super) fn changes(&self, expr: &Expr) -> Option<Vec<Phrase>> {
        match expr {
            Expr::Block { statements, .. } => {
                let mut all = Vec::new();
                for statement in statements.iter() {
                    all.extend(self.changes(statement)?);
                }
                Some(all)
            }
            Expr::Tuple(parts) if parts.is_empty() => Some(Vec::new()),
            Expr::Assign { op, sides } => Some(vec![self.assigned(*op, sides)?]),
            Expr::If { parts } => self.branch(parts),
            Expr::Method {
                name,
                of,
                arguments,
            } => Some(vec![self.done(name, only(of)?, arguments)?]),
            _ => None,
        }
    }

    fn assigned(&self, op: Option<BinaryOp>, sides: &[Expr]) -> Option<Phrase> {
        let (place, value) = both(sides)?;
        let (place, value) = (self.value(place)?, self.value(value)?);
        Some(match op {
            None => phrase!(place, " becomes ", value),
            Some(BinaryOp::Add) => phrase!(place, " goes up by ", value),
            Some(BinaryOp::Sub) => phrase!(place, " goes down by ", value),
            Some(BinaryOp::Mul) => phrase!(place, " is multiplied by ", value),
            _ => return None,
        })
    }

    fn branch(&self, parts: &[Expr]) -> Option<Vec<Phrase>> {
        let (condition, then, otherwise) = match parts {
            [condition, then] => (condition, then, None),
            [condition, then, otherwise] => (condition, then, Some(otherwise)),
            _ => return None,
        };
        let condition = self
            .found(condition)
            .or_else(|| self.condition(condition))?;
        let mut all = vec![phrase!("if ", condition, ": ", one(self.changes(then)?)?)];
        if let Some(otherwise) = otherwise {
            all.push(phrase!("otherwise: ", one(self.changes(otherwise)?)?));
        }
        Some(all)
    }

    /// `if let Some(found) = items.iter_mut().find(|found| ..)`.
    fn found(&self, condition: &Expr) -> Option<Phrase> {
        let Expr::Let { pattern, of, .. } = condition else {
            return None;
        };
        let Pattern::Construct { path, patterns, .. } = pattern else {
            return None;
        };
        let ("Some", [Pattern::Bind(bound, _)]) = (&**path, &**patterns) else {
            return None;
        };
        match only(of)? {
            Expr::Method {
                name: method,
                of,
                arguments,
            } if method == "find" => {
                let [Expr::Closure { parameters, body }] = &**arguments else {
                    return None;
                };
                let ([Pattern::Bind(element, _)], [body]) = (&**parameters, &**body) else {
                    return None;
                };
                (element == bound).then_some(())?;
                Some(phrase!(
                    "there is ",
                    super::value::article(element),
                    " ",
                    name(words(element)),
                    " in ",
                    self.value(only(of)?)?,
                    " for which ",
                    self.condition(body)?
                ))
            }
            Expr::Method {
                name: method,
                of,
                arguments,
            } if matches!(&**method, "get" | "get_mut" | "remove") => {
                let removed = if method == "remove" {
                    ", which is removed"
                } else {
                    ""
                };
                let (place, key) = (self.value(only(of)?)?, self.value(only(arguments)?)?);
                Some(phrase!(
                    place,
                    " has an entry ",
                    name(words(bound)),
                    " for ",
                    key,
                    removed
                ))
            }
            _ => None,
        }
    }

    /// A method that changes what it is called on.
    fn done(&self, method: &str, of: &Expr, arguments: &[Expr]) -> Option<Phrase> {
        let place = self.value(of)?;
        Some(match (method, arguments) {
            ("push" | "push_back" | "insert" | "push_str", [value]) => {
                phrase!(self.value(value)?, " is added to ", place)
            }
            ("insert", [key, value]) => {
                phrase!(
                    place,
                    " keeps ",
                    self.value(value)?,
                    " for ",
                    self.value(key)?
                )
            }
            ("remove", [key]) => phrase!(self.value(key)?, " is removed from ", place),
            ("clear", []) => phrase!(place, " is emptied"),
            ("extend", [values]) => phrase!(self.value(values)?, " are added to ", place),
            ("retain", [Expr::Closure { parameters, body }]) => {
                let ([Pattern::Bind(element, _)], [body]) = (&**parameters, &**body) else {
                    return None;
                };
                phrase!(
                    place,
                    " keeps only every ",
                    name(words(element)),
                    " for which ",
                    self.condition(body)?
                )
            }
            ("take", []) => phrase!(place, " is not set any more"),
            _ => return None,
        })
    }
}

/// Several changes as one phrase.
fn one(changes: Vec<Phrase>) -> Option<Phrase> {
    let mut whole: Vec<Inline> = Vec::new();
    for (index, change) in changes.into_iter().enumerate() {
        if index > 0 {
            whole.push(text(", and "));
        }
        whole.extend(change);
    }
    (!whole.is_empty()).then_some(whole)
}
