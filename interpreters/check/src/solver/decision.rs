//! What a command requires and records.

use super::Reason;
use super::sort::{last, unknown};
use super::term::{Names, State, Translated, Value, all, early_return, malformed, negated, one};
use super::translate::Translator;
use lawful::model::{Expr, Guard, RuleRef};
use std::rc::Rc;

/// One way through the body of a command.
#[derive(Debug, Clone)]
pub(super) struct Path {
    /// What holds on this way.
    pub(super) conditions: Vec<Rc<str>>,
    /// The events, with the values of their parameters in declared order.
    pub(super) events: Vec<(String, Vec<Value>)>,
}

/// How many ways through a body are followed.
const MOST: usize = 32;

impl Translator<'_> {
    /// Whether a guard holds.
    pub(super) fn guard(&mut self, guard: &Guard, names: &Names) -> Translated<Rc<str>> {
        match guard {
            Guard::Rule { rule, arguments } => {
                let rule = match rule {
                    RuleRef::Own(name) => self.model.rule(name),
                    RuleRef::Free(_, rule) => Some(rule.get()),
                };
                let Some(rule) = rule else {
                    return Err(unknown("it names an unknown rule"));
                };
                let given = arguments
                    .iter()
                    .map(|argument| self.value(argument, names))
                    .collect::<Translated<Vec<_>>>()?;
                let value = self.call(&rule.body, &rule.parameters, given, &names.state)?;
                Ok(value.term()?.text)
            }
            Guard::Not(guards) => Ok(negated(&self.guards(guards, names)?)),
            Guard::All(guards) | Guard::Then(guards) => self.guards(guards, names),
            Guard::Any(guards) => {
                let any = guards.iter().map(|guard| self.guard(guard, names));
                let any = any.collect::<Translated<Vec<_>>>()?;
                Ok(format!("(or {})", any.join(" ")).into())
            }
        }
    }

    /// Whether all guards hold.
    pub(super) fn guards(&mut self, guards: &[Guard], names: &Names) -> Translated<Rc<str>> {
        let each = guards.iter().map(|guard| self.guard(guard, names));
        Ok(all(each.collect::<Translated<Vec<_>>>()?))
    }

    /// The ways through a body on which the command is accepted.
    pub(super) fn paths(&mut self, body: &Expr, names: &Names) -> Translated<Vec<Path>> {
        let paths = self.ways(body, names)?;
        if paths.len() > MOST {
            return Err(Reason(format!(
                "more than {MOST} ways lead through its body"
            )));
        }
        Ok(paths)
    }

    fn ways(&mut self, body: &Expr, names: &Names) -> Translated<Vec<Path>> {
        let nothing = || Path {
            conditions: Vec::new(),
            events: Vec::new(),
        };
        match body {
            Expr::Event {
                name,
                fields,
                values,
            } => {
                let Some(event) = self.model.event(name) else {
                    return Err(malformed(body));
                };
                let mut given = Vec::new();
                for parameter in event.parameters.iter() {
                    let place = fields.iter().position(|field| *field == parameter.name);
                    let Some(value) = place.and_then(|place| values.get(place)) else {
                        return Err(malformed(body));
                    };
                    let sort = self.sorts.of(&parameter.ty);
                    given.push(Value::Term(self.term(value, names)?.into_sort(&sort)?));
                }
                Ok(vec![Path {
                    events: vec![(name.to_string(), given)],
                    ..nothing()
                }])
            }
            Expr::Array(items) => {
                let mut all = vec![nothing()];
                for item in items.iter() {
                    let further = self.ways(item, names)?;
                    let longer = all.iter().flat_map(|before: &Path| {
                        further.iter().map(|after| Path {
                            conditions: [&before.conditions[..], &after.conditions].concat(),
                            events: [&before.events[..], &after.events].concat(),
                        })
                    });
                    all = longer.collect();
                }
                Ok(all)
            }
            Expr::Construct { path, values, .. } => match (last(path), &values[..]) {
                ("Some" | "Ok", [inner]) => self.ways(inner, names),
                // The body refuses.
                ("Err", [_]) => Ok(Vec::new()),
                ("None", []) => Ok(vec![nothing()]),
                _ => Err(malformed(body)),
            },
            Expr::Constant(path, _) if last(path) == "None" => Ok(vec![nothing()]),
            Expr::Function { path, arguments }
                if last(path) == "new" && path.contains("Vec") && arguments.is_empty() =>
            {
                Ok(vec![nothing()])
            }
            Expr::Return(of) => self.ways(one(of)?, names),
            Expr::If { parts } => match &parts[..] {
                [condition, then, otherwise] => {
                    let (condition, bound) = self.condition(condition, names)?;
                    let inner = names.with(bound);
                    let mut paths = self.ways_under(&condition, then, &inner)?;
                    paths.extend(self.ways_under(&negated(&condition), otherwise, names)?);
                    Ok(paths)
                }
                _ => Err(malformed(body)),
            },
            Expr::Match { of, arms } => {
                let of = self.value(one(of)?, names)?;
                let (mut before, mut paths): (Vec<Rc<str>>, Vec<Path>) = (Vec::new(), Vec::new());
                for arm in arms.iter() {
                    let (mut fits, bound) = self.fits(&arm.pattern, &of)?;
                    let inner = names.with(bound);
                    if let [guard] = &arm.guard[..] {
                        fits = all([fits, self.truth(guard, &inner)?]);
                    }
                    let others = before.iter().map(|fits| negated(fits));
                    let here = all(others.chain([fits.clone()]));
                    paths.extend(self.ways_under(&here, one(&arm.body)?, &inner)?);
                    before.push(fits);
                }
                Ok(paths)
            }
            Expr::Block {
                statements,
                value: true,
            } => self.body(statements, names),
            Expr::Deciding | Expr::Emit(_) => Err(unknown("its body decides event by event")),
            Expr::Opaque(_) => Err(unknown("its body holds code that was not understood")),
            other => Err(Reason(format!("its body's `{other}` has no counterpart"))),
        }
    }

    fn ways_under(
        &mut self,
        condition: &Rc<str>,
        body: &Expr,
        names: &Names,
    ) -> Translated<Vec<Path>> {
        let paths = self.under(condition.clone(), |this| this.ways(body, names))?;
        let under = paths.into_iter().map(|mut path| {
            path.conditions.insert(0, condition.clone());
            path
        });
        Ok(under.collect())
    }

    fn body(&mut self, statements: &[Expr], names: &Names) -> Translated<Vec<Path>> {
        match statements {
            [] => Err(unknown("its body is empty")),
            [body] => self.ways(body, names),
            [first, rest @ ..] => {
                if let Some((condition, returned)) = early_return(first) {
                    let (condition, bound) = self.condition(condition, names)?;
                    let inner = names.with(bound);
                    let mut paths = self.ways_under(&condition, returned, &inner)?;
                    let not = negated(&condition);
                    let later = self.under(not.clone(), |this| this.body(rest, names))?;
                    paths.extend(later.into_iter().map(|mut path| {
                        path.conditions.insert(0, not.clone());
                        path
                    }));
                    return Ok(paths);
                }
                if let Expr::Bind { parts, .. } = first
                    && matches!(parts.first(), Some(Expr::Deciding))
                {
                    return Err(unknown("its body decides event by event"));
                }
                let mut names = names.clone();
                self.bind(first, &mut names)?;
                self.body(rest, &names)
            }
        }
    }

    /// The state after the events of a way.
    pub(super) fn after(&mut self, path: &Path, before: &State) -> Translated<State> {
        let mut state = before.clone();
        for (name, values) in &path.events {
            let Some(event) = self.model.event(name) else {
                return Err(unknown("it records an unknown event"));
            };
            let parameters = event.parameters.iter();
            let parameters = parameters.map(|parameter| parameter.name.to_string());
            let names = Names {
                state,
                bound: parameters.zip(values.iter().cloned()).collect(),
            };
            state = self.update(&event.update, &names)?;
        }
        Ok(state)
    }
}
