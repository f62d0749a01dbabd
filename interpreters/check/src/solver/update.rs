//! What an event makes of a state.

use super::Reason;
use super::sort::{Sort, selector, unknown};
use super::term::{
    Names, State, Term, Translated, Value, choice, field, leaves_early, malformed, negated, one,
};
use super::translate::Translator;
use lawful::model::Expr;

impl Translator<'_> {
    /// The state after an update.
    pub(super) fn update(&mut self, expr: &Expr, names: &Names) -> Translated<State> {
        match expr {
            Expr::Block { statements, .. } => {
                let mut names = names.clone();
                for statement in statements.iter() {
                    if matches!(statement, Expr::Bind { .. }) {
                        self.bind(statement, &mut names)?;
                    } else {
                        names.state = self.update(statement, &names)?;
                    }
                }
                Ok(names.state)
            }
            Expr::Tuple(items) if items.is_empty() => Ok(names.state.clone()),
            Expr::If { parts } => {
                let (condition, then, otherwise) = match &parts[..] {
                    [condition, then] => (condition, then, None),
                    [condition, then, otherwise] => (condition, then, Some(otherwise)),
                    _ => return Err(malformed(expr)),
                };
                refuse_places(condition)?;
                let (condition, bound) = self.condition(condition, names)?;
                let inner = names.with(bound);
                let then = self.under(condition.clone(), |this| this.update(then, &inner))?;
                let otherwise = match otherwise {
                    Some(otherwise) => {
                        self.under(negated(&condition), |this| this.update(otherwise, names))?
                    }
                    None => names.state.clone(),
                };
                merged(&condition, then, otherwise)
            }
            Expr::Match { of, arms } => {
                let of = self.value(one(of)?, names)?;
                let mut taken = Vec::new();
                for arm in arms.iter() {
                    if !arm.guard.is_empty() {
                        return Err(unknown("an update matches with a guard"));
                    }
                    let (fits, bound) = self.fits(&arm.pattern, &of)?;
                    let inner = names.with(bound);
                    let body = one(&arm.body)?;
                    let after = self.under(fits.clone(), |this| this.update(body, &inner))?;
                    taken.push((fits, after));
                }
                let Some((_, mut after)) = taken.pop() else {
                    return Err(malformed(expr));
                };
                for (fits, state) in taken.into_iter().rev() {
                    after = merged(&fits, state, after)?;
                }
                Ok(after)
            }
            Expr::Assign { op, sides } => {
                let [place, value] = &sides[..] else {
                    return Err(malformed(expr));
                };
                if leaves_early(value) {
                    return Err(malformed(expr));
                }
                let mut value = self.value(value, names)?;
                if let Some(op) = op {
                    let before = self.term(place, names)?;
                    let (op, value_of) = (*op, value.term()?);
                    value = Value::Term(self.operate(
                        op,
                        before,
                        value_of,
                        &shown(op, place, sides),
                    )?);
                }
                self.assign(place, value, names)
            }
            Expr::Method {
                name,
                of,
                arguments,
            } => self.change(name, one(of)?, arguments, expr, names),
            Expr::Helper { name, arguments } => {
                let Some(helper) = self.model.helper(name) else {
                    return Err(malformed(expr));
                };
                let given: Vec<_> = arguments
                    .iter()
                    .map(|argument| self.value(argument, names))
                    .collect::<Translated<_>>()?;
                let parameters = helper.parameters.iter();
                let parameters = parameters.map(|parameter| parameter.name.to_string());
                let names = Names {
                    state: names.state.clone(),
                    bound: parameters.zip(given).collect(),
                };
                self.update(&helper.body, &names)
            }
            other => Err(Reason(format!("the update `{other}` has no counterpart"))),
        }
    }

    fn assign(&mut self, place: &Expr, value: Value, names: &Names) -> Translated<State> {
        match place {
            Expr::State => match (&names.state, value) {
                (State::Whole(before), value) => {
                    Ok(State::Whole(value.term()?.into_sort(&before.sort)?))
                }
                (State::Fields(_), Value::State(state)) => Ok(state),
                _ => Err(unknown("the state is replaced as a whole")),
            },
            Expr::Field(name) => with_field(&names.state, name, value.term()?),
            Expr::Access { of, field: name } => {
                // A part of a struct in a field: the field is made anew.
                let of = one(of)?;
                let before = self.term(of, names)?;
                let Sort::Declared(ty) = &before.sort else {
                    return Err(Reason(format!("the place `{place}` has no counterpart")));
                };
                let Some((constructor, _, fields)) = self.sorts.constructor(ty) else {
                    return Err(Reason(format!("the place `{place}` has no counterpart")));
                };
                let value = value.term()?;
                let mut text = format!("({constructor}");
                for field in fields {
                    text.push(' ');
                    if field.name == *name {
                        text.push_str(&value.clone().into_sort(&self.sorts.of(&field.ty))?.text);
                    } else {
                        let part = selector(&constructor, &field.name);
                        text.push_str(&["(", &part, " ", &before.text, ")"].concat());
                    }
                }
                text.push(')');
                self.assign(of, Value::Term(Term::new(text, before.sort.clone())), names)
            }
            other => Err(Reason(format!("the place `{other}` has no counterpart"))),
        }
    }

    /// A method that changes what it is called on.
    fn change(
        &mut self,
        name: &str,
        of: &Expr,
        arguments: &[Expr],
        expr: &Expr,
        names: &Names,
    ) -> Translated<State> {
        let Expr::Field(place) = of else {
            return Err(Reason(format!("the update `{expr}` has no counterpart")));
        };
        let before = field(&names.state, place)?;
        let text = match (name, &before.sort, arguments) {
            ("insert", Sort::Map(key, value), [at, new]) => {
                let at = self.term(at, names)?.into_sort(key)?;
                let new = self.term(new, names)?.into_sort(value)?;
                format!(
                    "(store {} {} {})",
                    before.text,
                    at.text,
                    value.some(&new.text)
                )
            }
            ("remove", Sort::Map(key, value), [at]) => {
                let at = self.term(at, names)?.into_sort(key)?;
                format!("(store {} {} {})", before.text, at.text, value.none())
            }
            ("insert" | "remove", Sort::Set(key), [at]) => {
                let at = self.term(at, names)?.into_sort(key)?;
                format!("(store {} {} {})", before.text, at.text, name == "insert")
            }
            ("clear", Sort::Set(_), []) => format!("((as const {}) false)", before.sort),
            ("clear", Sort::Map(_, value), []) => {
                format!("((as const {}) {})", before.sort, value.none())
            }
            ("take", Sort::Option(of), []) => of.none(),
            (_, sort, _) => {
                return Err(Reason(format!(
                    "the update `{expr}` of a `{sort}` has no counterpart"
                )));
            }
        };
        with_field(&names.state, place, Term::new(text, before.sort))
    }
}

/// How `place += value` is shown: `place + value`.
fn shown(op: lawful::model::BinaryOp, place: &Expr, sides: &lawful::model::List<Expr>) -> Expr {
    let value = sides.get(1).unwrap_or(place).clone();
    Expr::Binary {
        op,
        sides: std::borrow::Cow::Owned(vec![place.clone(), value]),
    }
}

/// Names that stand for places would be changed through, which terms cannot follow.
fn refuse_places(condition: &Expr) -> Translated<()> {
    let mut places = false;
    condition.walk(&mut |expr| {
        places |= matches!(expr, Expr::Method { name, .. } if matches!(&**name, "get_mut" | "as_mut" | "entry" | "iter_mut"));
        places |= matches!(expr, Expr::Borrow(_));
    });
    if places {
        return Err(Reason(format!(
            "`{condition}` binds a name to a place that is changed"
        )));
    }
    Ok(())
}

fn with_field(state: &State, name: &str, value: Term) -> Translated<State> {
    let State::Fields(fields) = state else {
        return Err(Reason(format!("the state has no field `{name}`")));
    };
    let mut fields = fields.clone();
    let Some((_, slot)) = fields.iter_mut().find(|(known, _)| known == name) else {
        return Err(Reason(format!("the state has no field `{name}`")));
    };
    *slot = value.into_sort(&slot.sort)?;
    Ok(State::Fields(fields))
}

/// One of two states.
fn merged(condition: &str, then: State, otherwise: State) -> Translated<State> {
    match (then, otherwise) {
        (State::Whole(then), State::Whole(otherwise)) => {
            Ok(State::Whole(choice(condition, then, otherwise)?))
        }
        (State::Fields(then), State::Fields(otherwise)) => then
            .into_iter()
            .zip(otherwise)
            .map(|((name, then), (_, otherwise))| Ok((name, choice(condition, then, otherwise)?)))
            .collect::<Translated<_>>()
            .map(State::Fields),
        _ => Err(unknown("two states have different forms")),
    }
}
