//! Bodies: rules, helpers, events and commands, called with arguments.

use super::EvaluateError;
use super::machine::{Machine, Stop};
use super::shape::Type;
use super::value::Value;
use crate::Datum;
use crate::datum::same_name;
use crate::model::{CommandModel, EventModel, Expr, HelperModel, Parameter, RuleModel};

/// Events by name, with their arguments by name.
pub(super) type Events = Vec<(String, Vec<(String, Datum)>)>;

/// How an event stands in an evaluation, as `of` of a variant.
pub(super) const EVENT: &str = "$event";
/// How a rule that a body returned stands in an evaluation, as `of` of a variant.
pub(super) const RULE: &str = "$rule";
/// How a decision on its way stands in an evaluation, as the name of a struct of `state` and `events`.
pub(super) const DECIDING: &str = "$deciding";

impl<'m> Machine<'m> {
    /// Arguments in declared order, with the types of their parameters.
    pub(super) fn arguments(
        &mut self,
        parameters: &'m [Parameter],
        given: &[(&str, Datum)],
    ) -> Result<Vec<Datum>, EvaluateError> {
        parameters
            .iter()
            .map(|parameter| {
                let (_, value) = given
                    .iter()
                    .find(|(name, _)| same_name(name, &parameter.name))
                    .ok_or_else(|| {
                        EvaluateError::Mismatch(format!(
                            "the argument `{}` is missing",
                            parameter.name
                        ))
                    })?;
                if let Some(why) = value.why_unserialisable() {
                    return Err(EvaluateError::Mismatch(format!(
                        "the argument `{}` cannot be evaluated: {why}",
                        parameter.name
                    )));
                }
                Ok(self.typed(parameter, value.clone()))
            })
            .collect()
    }

    /// An argument with the type of its parameter.
    fn typed(&mut self, parameter: &Parameter, mut value: Datum) -> Datum {
        let ty = Type::parse(&parameter.ty);
        self.shapes.learn(&ty, &value);
        self.shapes.adopt(&mut value, &ty);
        value
    }

    /// Whether a rule holds.
    pub(super) fn rule(
        &mut self,
        rule: &'m RuleModel,
        arguments: Vec<Datum>,
    ) -> Result<bool, EvaluateError> {
        let arguments = arguments.into_iter().map(Value::from).collect();
        match self
            .call(&rule.parameters, arguments, false, &rule.body)?
            .datum
        {
            Datum::Bool(value) => Ok(value),
            other => Err(EvaluateError::Mismatch(format!(
                "the rule `{}` evaluates to `{other}`: expected `true` or `false`",
                rule.name
            ))),
        }
    }

    pub(super) fn helper(
        &mut self,
        helper: &'m HelperModel,
        arguments: Vec<Value>,
    ) -> Result<Value, EvaluateError> {
        let mutable = self.mutable && helper.mutates;
        self.call(&helper.parameters, arguments, mutable, &helper.body)
    }

    /// Changes the state as an event does.
    pub(super) fn evolve(
        &mut self,
        event: &'m EventModel,
        arguments: Vec<Datum>,
    ) -> Result<(), EvaluateError> {
        let arguments = arguments.into_iter().map(Value::from).collect();
        self.call(&event.parameters, arguments, true, &event.update)?;
        Ok(())
    }

    /// What the body of a command decides: its events, or the rule that it returned.
    pub(super) fn body(
        &mut self,
        command: &'m CommandModel,
        arguments: &[Datum],
    ) -> Result<Result<Events, String>, EvaluateError> {
        let arguments = arguments.iter().cloned().map(Value::from).collect();
        let decided = self.call(&command.parameters, arguments, false, &command.body)?;
        let mut events = Vec::new();
        Ok(self.flatten(decided.datum, &mut events)?.map(|()| events))
    }

    fn flatten(
        &mut self,
        decided: Datum,
        events: &mut Events,
    ) -> Result<Result<(), String>, EvaluateError> {
        match decided {
            Datum::Variant {
                of, name, fields, ..
            } if of == EVENT => events.push(self.event_arguments(&name, &fields)?),
            Datum::Variant { of, name, .. } if of == RULE => return Ok(Err(name)),
            Datum::Variant { of, fields, .. } if of == "Result" => {
                for (_, inner) in fields {
                    if let Err(rule) = self.flatten(inner, events)? {
                        return Ok(Err(rule));
                    }
                }
            }
            Datum::Struct { name, fields } if name == DECIDING => {
                for (field, inner) in fields {
                    if field == "events" {
                        return self.flatten(inner, events);
                    }
                }
            }
            Datum::Option(None) => {}
            Datum::Option(Some(inner)) => return self.flatten(*inner, events),
            Datum::List(items) | Datum::Tuple(items) => {
                for item in items {
                    if let Err(rule) = self.flatten(item, events)? {
                        return Ok(Err(rule));
                    }
                }
            }
            other => {
                return Err(EvaluateError::Mismatch(format!(
                    "a command's body evaluates to `{other}`: expected its events, or a rule as `Err`"
                )));
            }
        }
        Ok(Ok(()))
    }

    /// An event's arguments in declared order.
    fn event_arguments(
        &mut self,
        name: &str,
        fields: &[(String, Datum)],
    ) -> Result<(String, Vec<(String, Datum)>), EvaluateError> {
        let Some(event) = self.model().event(name) else {
            return Err(super::unknown("event", name, &self.model().name));
        };
        let given: Vec<_> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        let values = self.arguments(&event.parameters, &given)?;
        let named = event.parameters.iter().zip(values);
        Ok((
            event.name.to_string(),
            named
                .map(|(parameter, value)| (parameter.name.to_string(), value))
                .collect(),
        ))
    }

    /// `next.emit(event)`: the decision with the event added, and the state as it leaves it.
    pub(super) fn emitted(
        &mut self,
        deciding: Datum,
        event: Datum,
    ) -> Result<Datum, EvaluateError> {
        let (
            Datum::Struct { name, mut fields },
            Datum::Variant {
                of,
                name: event,
                fields: given,
                ..
            },
        ) = (deciding, event)
        else {
            return Err(EvaluateError::Mismatch(
                "`emit` expects the decision of `self.deciding()` and an event".to_owned(),
            ));
        };
        let [(_, state), (_, Datum::List(events))] = fields.as_mut_slice() else {
            return Err(EvaluateError::Mismatch(format!(
                "`emit` expects a decision, found `{name}`"
            )));
        };
        let (event, arguments) = self.event_arguments(&event, &given)?;
        let borrowed: Vec<_> = arguments
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        *state = super::evolve(self.model(), state, &event, &borrowed)?;
        events.push(Datum::Variant {
            of,
            index: 0,
            name: event,
            fields: arguments,
        });
        Ok(Datum::Struct { name, fields })
    }

    /// Calls what a [`Expr::Rule`] or [`Expr::Helper`] names, over `state` or over the present one.
    pub(super) fn call_named(
        &mut self,
        call: &'m Expr,
        state: Option<Datum>,
    ) -> Result<Value, Stop> {
        let (Expr::Rule { name, arguments } | Expr::Helper { name, arguments }) = call else {
            return Err(EvaluateError::Mismatch(format!(
                "`{call:?}` is called: expected a rule or a helper"
            ))
            .into());
        };
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments.iter() {
            values.push(self.eval(argument)?);
        }
        // Only what is called sees the other state.
        let mutable = self.mutable && state.is_none();
        let present = state.map(|state| std::mem::replace(&mut self.state, state));
        let outer = std::mem::replace(&mut self.mutable, mutable);
        let answer = self.call_by_name(name, matches!(call, Expr::Rule { .. }), values);
        self.mutable = outer;
        if let Some(present) = present {
            self.state = present;
        }
        Ok(answer?)
    }

    pub(super) fn call_by_name(
        &mut self,
        name: &str,
        is_rule: bool,
        values: Vec<Value>,
    ) -> Result<Value, EvaluateError> {
        let model = self.model();
        match (is_rule, model.rule(name), model.helper(name)) {
            (true, Some(rule), _) | (_, Some(rule), None) => {
                let values = values.into_iter().map(|value| value.datum).collect();
                Ok(Datum::Bool(self.rule(rule, values)?).into())
            }
            (_, _, Some(helper)) => self.helper(helper, values),
            (_, None, None) => Err(super::unknown("rule or helper", name, &model.name)),
        }
    }

    /// The arguments of a guard's rule, in the terms of the command's parameters.
    pub(super) fn in_terms_of(
        &mut self,
        parameters: &'m [Parameter],
        arguments: &[Datum],
        given: &'m [Expr],
    ) -> Result<Vec<Datum>, EvaluateError> {
        given
            .iter()
            .map(|given| {
                let arguments = arguments.iter().cloned().map(Value::from).collect();
                Ok(self.call(parameters, arguments, false, given)?.datum)
            })
            .collect()
    }

    /// Evaluates a body with its parameters bound.
    pub(super) fn call(
        &mut self,
        parameters: &'m [Parameter],
        arguments: Vec<Value>,
        mutable: bool,
        body: &'m Expr,
    ) -> Result<Value, EvaluateError> {
        if parameters.len() != arguments.len() {
            return Err(EvaluateError::Mismatch(format!(
                "a call has {} arguments: expected {}",
                arguments.len(),
                parameters.len()
            )));
        }
        let caller = self.enter(mutable)?;
        for (parameter, argument) in parameters.iter().zip(arguments) {
            let typed = Value {
                datum: self.typed(parameter, argument.datum),
                places: argument.places,
            };
            self.bind(&parameter.name, true, typed);
        }
        let (mut value, error) = match self.eval(body) {
            Ok(value) => (value, None),
            Err(Stop::Return(value)) => (*value, None),
            Err(Stop::Error(error)) => (Value::unit(), Some(error)),
        };
        self.leave(&caller, &mut value);
        match error {
            None => Ok(value),
            Some(error) => Err(error),
        }
    }

    /// The value of one expression, with these names as parameters.
    pub(crate) fn value_of(
        &mut self,
        parameters: &[(String, Datum)],
        expr: &'m Expr,
    ) -> Result<Datum, EvaluateError> {
        let caller = self.enter(false)?;
        for (name, value) in parameters {
            self.bind(name, true, value.clone().into());
        }
        let outcome = self.eval(expr);
        self.leave(&caller, &mut Value::unit());
        match outcome {
            Ok(value) => Ok(value.datum),
            Err(Stop::Return(value)) => Ok(value.datum),
            Err(Stop::Error(error)) => Err(error),
        }
    }
}

/// A decision on its way stands for the state as its events leave it.
pub(super) fn settled(value: Value) -> Value {
    match &value.datum {
        Datum::Struct { name, .. } if name == DECIDING => value.field("state").unwrap_or(value),
        _ => value,
    }
}
