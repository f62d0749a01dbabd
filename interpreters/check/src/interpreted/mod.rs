//! Runs a model alone, without the code that it was declared with: one that was read back, or one that was changed on purpose.

mod call;
mod table;
mod witness;

pub use call::Call;
pub use witness::{Outcome, Witness};

pub(crate) use table::{Step, Table};

use lawful::model::{AggregateModel, RuleKind};
use lawful::{Aggregate, Datum, Decided, EvaluateError};
use std::borrow::Cow;

/// An aggregate that runs from its trees, over states that are data.
///
/// ```
/// use bank::{Account, AccountCommand};
/// use lawful::{Aggregate, model::AggregateModel};
/// use lawful_check::interpreted::{Call, Interpreted};
///
/// let written = serde_json::to_string(Account::model())?;
/// let account = Interpreted::new(AggregateModel::from_json(&written)?);
/// let open = Call::of_command(&AccountCommand::open("Ada"));
/// let events = account.decide(account.initial(), &open)?.expect("nobody opened it yet");
/// let state = account.evolve(account.initial(), &events[0])?;
/// assert_eq!(state.to_string(), r#"Account { owner: some("Ada"), balance: 0 }"#);
/// let refusal = account.decide(&state, &open)?.expect_err("it is open now");
/// assert_eq!(refusal.rules, [("is_open".to_owned(), false)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Interpreted {
    model: Cow<'static, AggregateModel>,
    /// The same without invariants, to see what they hold back.
    bare: AggregateModel,
    initial: Datum,
    judge: Option<Cow<'static, AggregateModel>>,
}

/// Why a command was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Each rule that is broken, in declared order, and the value that was asked for.
    pub rules: Vec<(String, bool)>,
    /// Whether the rules accept the command, and only invariants hold it back.
    pub held_back: bool,
}

/// The events of a command, or why it was refused.
pub type Answer = Result<Vec<Call>, Refusal>;

impl Interpreted {
    /// Runs this model.
    #[must_use]
    pub fn new(model: AggregateModel) -> Self {
        Self::over(Cow::Owned(model))
    }

    /// Runs the model of an aggregate.
    #[must_use]
    pub fn of<A: Aggregate>() -> Self {
        Self::over(Cow::Borrowed(A::model()))
    }

    fn over(model: Cow<'static, AggregateModel>) -> Self {
        let mut bare = AggregateModel::clone(&model);
        bare.invariants = Cow::Borrowed(&[]);
        Interpreted {
            initial: model.initial.get(),
            bare,
            model,
            judge: None,
        }
    }

    /// Lets the invariants of another model decide, so that a change cannot hide from them.
    pub(crate) fn judged_by(mut self, judge: &Interpreted) -> Self {
        self.judge = Some(judge.model.clone());
        self
    }

    /// What is run.
    #[must_use]
    pub fn model(&self) -> &AggregateModel {
        &self.model
    }

    /// The state before anything happened.
    #[must_use]
    pub fn initial(&self) -> &Datum {
        &self.initial
    }

    /// Decides a command, invariants included.
    ///
    /// # Errors
    ///
    /// Where a tree cannot be evaluated: it overflows, it holds code that was not understood, or the model has no such command.
    pub fn decide(&self, state: &Datum, command: &Call) -> Result<Answer, EvaluateError> {
        let decided = lawful::decide(
            &self.bare,
            &self.initial,
            state,
            &command.name,
            &command.borrowed(),
        )?;
        let events = match decided {
            Decided::Rejected(rules) => {
                let held_back = false;
                return Ok(Err(Refusal { rules, held_back }));
            }
            Decided::Accepted(events) => events,
        };
        let events: Vec<Call> = events
            .into_iter()
            .map(|(name, arguments)| Call { name, arguments })
            .collect();
        let judge = self.judge.as_deref().unwrap_or(&self.model);
        if events.is_empty() || judge.invariants.is_empty() {
            return Ok(Ok(events));
        }
        let after = self.fold(state, &events)?;
        let rules = self.broken_by(judge, state, &after)?;
        if rules.is_empty() {
            return Ok(Ok(events));
        }
        Ok(Err(Refusal {
            rules: rules.into_iter().map(|rule| (rule, true)).collect(),
            held_back: true,
        }))
    }

    /// The state after an event.
    ///
    /// # Errors
    ///
    /// Where a tree cannot be evaluated, or the model has no such event.
    pub fn evolve(&self, state: &Datum, event: &Call) -> Result<Datum, EvaluateError> {
        lawful::evolve(&self.model, state, &event.name, &event.borrowed())
    }

    /// The state after several events.
    ///
    /// # Errors
    ///
    /// As [`Interpreted::evolve`].
    pub fn fold(&self, state: &Datum, events: &[Call]) -> Result<Datum, EvaluateError> {
        events
            .iter()
            .try_fold(state.clone(), |state, event| self.evolve(&state, event))
    }

    /// The invariants that a step would break, by name. One that the state before broke already does not count, unless that is the
    /// state before anything happened.
    ///
    /// # Errors
    ///
    /// Where a tree cannot be evaluated.
    pub fn broken(&self, before: &Datum, after: &Datum) -> Result<Vec<String>, EvaluateError> {
        self.broken_by(&self.model, before, after)
    }

    fn broken_by(
        &self,
        judge: &AggregateModel,
        before: &Datum,
        after: &Datum,
    ) -> Result<Vec<String>, EvaluateError> {
        let mut broken = Vec::new();
        for invariant in judge.invariants.iter() {
            let holds = |state: &Datum, arguments: &[(&str, Datum)]| {
                lawful::holds(judge, &invariant.name, state, arguments)
            };
            let kept = match (invariant.kind, invariant.parameters.first()) {
                (RuleKind::Step, Some(named)) => holds(after, &[(&*named.name, before.clone())])?,
                _ => holds(after, &[])? || (*before != self.initial && !holds(before, &[])?),
            };
            if !kept {
                broken.push(invariant.name.to_string());
            }
        }
        Ok(broken)
    }
}
