use lawful::{Aggregate, Events, Rejection, RuleName};
use std::any::Any;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What happened before: the beginning of a [`Story`].
#[derive(Debug, Clone)]
pub struct Given<A: Aggregate> {
    pub(crate) events: Vec<A::Event>,
    pub(crate) state: A,
}

/// Commands that were decided one after the other, by the compiled rules, and what became of each.
///
/// [`Display`](std::fmt::Display) tells it, and is made for `insta::assert_snapshot!`. An assertion that fails panics with the whole story.
#[derive(Debug, Clone)]
pub struct Story<A: Aggregate> {
    pub(crate) given: Given<A>,
    pub(crate) turns: Vec<Turn<A>>,
}

/// One command, what became of it, and the state after it.
#[derive(Debug, Clone)]
pub(crate) struct Turn<A: Aggregate> {
    pub(crate) command: A::Command,
    pub(crate) outcome: Outcome<A>,
    pub(crate) state: A,
}

#[derive(Debug, Clone)]
pub(crate) enum Outcome<A: Aggregate> {
    Accepted(Events<A::Event>),
    Rejected(Rejection),
    /// A panic in user code.
    Defect(String),
}

/// Begins a story with the events that happened before; `[]` where nothing did.
///
/// # Panics
///
/// Where an event's update panics: no log could hold such a history.
#[track_caller]
#[must_use = "a story needs a command: `.when(..)`"]
pub fn given<A: Aggregate>(events: impl IntoIterator<Item = A::Event>) -> Given<A> {
    let events: Vec<_> = events.into_iter().collect();
    let mut state = A::default();
    for event in &events {
        if let Err(text) = caught(|| state.evolve(event)) {
            panic!("the event `{event}` that is given panicked: {text}");
        }
    }
    Given { events, state }
}

impl<A: Aggregate> Given<A> {
    /// Decides a command.
    #[must_use = "a story proves nothing without an assertion or a snapshot"]
    pub fn when(self, command: A::Command) -> Story<A> {
        let story = Story {
            given: self,
            turns: Vec::new(),
        };
        story.when(command)
    }
}

impl<A: Aggregate> Story<A> {
    /// Decides a further command on the state that the story has reached.
    #[must_use = "a story proves nothing without an assertion or a snapshot"]
    pub fn when(mut self, command: A::Command) -> Self {
        let before = self.state();
        let decided = caught(|| {
            let events = before.decide(&command)?;
            let mut after = before.clone();
            for event in &events {
                after.evolve(event);
            }
            Ok((events, after))
        });
        let (outcome, state) = match decided {
            Ok(Ok((events, after))) => (Outcome::Accepted(events), after),
            Ok(Err(rejection)) => (Outcome::Rejected(rejection), before.clone()),
            Err(text) => (Outcome::Defect(text), before.clone()),
        };
        self.turns.push(Turn {
            command,
            outcome,
            state,
        });
        self
    }

    /// The last command is accepted and records exactly these events.
    ///
    /// # Panics
    ///
    /// Where it does not, with the whole story.
    #[track_caller]
    #[allow(
        clippy::return_self_not_must_use,
        reason = "an assertion may end a story"
    )]
    pub fn then(self, events: impl IntoIterator<Item = A::Event>) -> Self {
        let expected: Vec<_> = events.into_iter().collect();
        if self.accepted().is_none_or(|events| **events != *expected) {
            let lines: Vec<_> = expected.iter().map(ToString::to_string).collect();
            self.fail(&if lines.is_empty() {
                "nothing".to_owned()
            } else {
                lines.join("\n")
            });
        }
        self
    }

    /// The last command is accepted and records nothing.
    ///
    /// # Panics
    ///
    /// Where it does not, with the whole story.
    #[track_caller]
    #[allow(
        clippy::return_self_not_must_use,
        reason = "an assertion may end a story"
    )]
    pub fn then_nothing(self) -> Self {
        self.then([])
    }

    /// The last command is rejected, and this rule is the first that it breaks.
    ///
    /// # Panics
    ///
    /// Where it is not, with the whole story.
    #[track_caller]
    #[allow(
        clippy::needless_pass_by_value,
        clippy::return_self_not_must_use,
        reason = "a rule is named, not lent; an assertion may end a story"
    )]
    pub fn then_rejected(self, rule: impl RuleName) -> Self {
        let foremost = self.rejection().is_some_and(|rejection| {
            let first = rejection.broken().first();
            let owned = rule
                .owner()
                .is_none_or(|owner| rejection.aggregate().is_none_or(|own| own == owner));
            owned && first.is_some_and(|first| first.rule() == rule.rule_name())
        });
        if !foremost {
            let expected = match rule.owner() {
                Some(owner) if owner != <A as Aggregate>::NAME => {
                    format!(
                        "rejected by `{}`, a rule of `{owner}`, which `{}` can never break",
                        rule.rule_name(),
                        <A as Aggregate>::NAME
                    )
                }
                _ => format!("rejected, first of all by `{}`", rule.rule_name()),
            };
            self.fail(&expected);
        }
        self
    }

    /// The state after the last command is as `check` says: it returns a `bool`, or asserts for itself and returns nothing.
    ///
    /// # Panics
    ///
    /// Where it is not, with the whole story.
    #[track_caller]
    #[allow(
        clippy::return_self_not_must_use,
        reason = "an assertion may end a story"
    )]
    pub fn then_state<R: Holds>(self, check: impl FnOnce(&A) -> R) -> Self {
        match caught(|| check(self.state()).holds()) {
            Ok(true) => self,
            Ok(false) => self.fail("another state"),
            Err(text) => self.fail(&format!("another state: {text}")),
        }
    }

    /// The events of the last command, if it was accepted.
    #[must_use]
    pub fn accepted(&self) -> Option<&Events<A::Event>> {
        match &self.turns.last()?.outcome {
            Outcome::Accepted(events) => Some(events),
            _ => None,
        }
    }

    /// The rejection of the last command, if it was rejected.
    #[must_use]
    pub fn rejection(&self) -> Option<&Rejection> {
        match &self.turns.last()?.outcome {
            Outcome::Rejected(rejection) => Some(rejection),
            _ => None,
        }
    }

    /// The state that the story has reached.
    #[must_use]
    pub fn state(&self) -> &A {
        self.turns
            .last()
            .map_or(&self.given.state, |turn| &turn.state)
    }

    /// The events that were given.
    #[must_use]
    pub fn history(&self) -> &[A::Event] {
        &self.given.events
    }

    /// The commands that were decided, in order.
    pub fn commands(&self) -> impl Iterator<Item = &A::Command> {
        self.turns.iter().map(|turn| &turn.command)
    }

    #[track_caller]
    fn fail(&self, expected: &str) -> ! {
        panic!("{}", self.against(expected))
    }
}

/// What a check of a state may return: `bool`, or nothing where it asserts for itself.
#[diagnostic::on_unimplemented(
    message = "a check of a state returns `bool` or nothing, not `{Self}`",
    note = "write `|state| state.balance == 30`, or `|state| assert_eq!(state.balance, 30)`"
)]
pub trait Holds {
    /// Whether the state is as it should be.
    fn holds(self) -> bool;
}

impl Holds for bool {
    fn holds(self) -> bool {
        self
    }
}

impl Holds for () {
    fn holds(self) -> bool {
        true
    }
}

/// Runs user code; what it worked on is not used again when it panics.
fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| text(&*payload))
}

fn text(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "a panic without a text".to_owned())
}
