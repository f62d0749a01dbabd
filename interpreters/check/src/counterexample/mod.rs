//! What was found, as a test that can be pasted and fails.

mod source;

use crate::Exploration;
use lawful::model::AggregateModel;
use lawful::{Aggregate, Command, Event};
use source::{call, camel};
use std::fmt::{Display, Formatter};

/// A test in the words of the author: it fails as long as what was found is there, and passes afterwards.
///
/// It needs `use lawful_pure::given;`, and the names of the aggregate in sight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counterexample {
    name: String,
    aggregate: String,
    given: Vec<String>,
    when: String,
    then: Then,
    found: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Then {
    /// No invariant has to hold the command back.
    NotHeldBack(String),
    /// The command is accepted or rejected, but nothing panics.
    Decided,
}

impl Counterexample {
    /// The rules accept a command that only an invariant holds back.
    pub(crate) fn relies<A: Aggregate>(
        exploration: &Exploration<A>,
        state: usize,
        command: usize,
        invariant: &str,
    ) -> Self {
        let model = A::model();
        let name = exploration.commands()[command].name();
        Counterexample {
            then: Then::NotHeldBack(format!("{}Rule::{}", model.state.name, camel(invariant))),
            found: format!("only `{invariant}` holds it back, and no rule says so before"),
            ..Self::of(
                exploration,
                state,
                command,
                format!("{name}_does_not_rely_on_{invariant}"),
            )
        }
    }

    /// User code panics.
    pub(crate) fn panics<A: Aggregate>(
        exploration: &Exploration<A>,
        state: usize,
        command: usize,
        text: &str,
    ) -> Self {
        let name = exploration.commands()[command].name();
        Counterexample {
            found: format!("a panic: {}", text.lines().next().unwrap_or_default()),
            ..Self::of(
                exploration,
                state,
                command,
                format!("{name}_does_not_panic"),
            )
        }
    }

    fn of<A: Aggregate>(
        exploration: &Exploration<A>,
        state: usize,
        command: usize,
        name: String,
    ) -> Self {
        let model = A::model();
        Counterexample {
            name,
            aggregate: model.state.name.to_string(),
            given: exploration
                .history(state)
                .iter()
                .map(|happened| event(model, happened))
                .collect(),
            when: self::command(model, &exploration.commands()[command]),
            then: Then::Decided,
            found: String::new(),
        }
    }
}

/// An event as it is written in a test: `AccountEvent::deposited(50)`.
fn event<E: Event>(model: &AggregateModel, event: &E) -> String {
    let parameters = model
        .event(event.name())
        .map_or(&[][..], |event| &event.parameters);
    call(
        model,
        "Event",
        &format!("{event:?}"),
        parameters,
        &event.arguments(),
    )
}

/// A command as it is written in a test: `AccountCommand::deposit(50)`.
fn command<C: Command>(model: &AggregateModel, command: &C) -> String {
    let parameters = model
        .command(command.name())
        .map_or(&[][..], |command| &command.parameters);
    call(
        model,
        "Command",
        &format!("{command:?}"),
        parameters,
        &command.arguments(),
    )
}

/// How long a line may be.
const WIDTH: usize = 100;

/// `let story = given::<Account>([..]).when(..);`, laid out as rustfmt does it.
fn begun(aggregate: &str, given: &[String], when: &str) -> String {
    let start = format!("    let story = given::<{aggregate}>([");
    if let [] | [_] = given {
        let only = given.first().map_or("", |event| event);
        let whole = format!("{start}{only}]).when({when});");
        if whole.len() <= WIDTH {
            return whole;
        }
        let first = format!("{start}{only}])");
        if first.len() <= WIDTH {
            return format!("{first}\n        .when({when});");
        }
    }
    let events: Vec<_> = given
        .iter()
        .map(|event| format!("\n        {event},"))
        .collect();
    format!("{start}{}\n    ])\n    .when({when});", events.concat())
}

impl Display for Counterexample {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let Counterexample {
            name,
            aggregate,
            given,
            when,
            then,
            found,
        } = self;
        writeln!(f, "#[test]\nfn {name}() {{")?;
        writeln!(f, "{}", begun(aggregate, given, when))?;
        writeln!(f, "    // found: {found}")?;
        match then {
            Then::NotHeldBack(rule) => writeln!(
                f,
                "    let held_back = story.rejection().is_some_and(|it| it.broke({rule}));\n    assert!(!held_back, \"{{story}}\");"
            )?,
            Then::Decided => writeln!(
                f,
                "    assert!(story.accepted().is_some() || story.rejection().is_some(), \"{{story}}\");"
            )?,
        }
        f.write_str("}")
    }
}

#[cfg(test)]
mod tests {
    use super::begun;

    #[track_caller]
    fn check(given: &[&str], expected: &str) {
        let given: Vec<_> = given.iter().map(|&event| event.to_owned()).collect();
        assert_eq!(begun("Account", &given, "when"), expected);
    }

    #[test]
    fn lines_break_where_rustfmt_breaks_them() {
        check(&[], "    let story = given::<Account>([]).when(when);");
        check(
            &["one"],
            "    let story = given::<Account>([one]).when(when);",
        );
        check(
            &["one", "two"],
            "    let story = given::<Account>([\n        one,\n        two,\n    ])\n    .when(when);",
        );
        let long = "long".repeat(16);
        check(
            &[&long],
            &format!("    let story = given::<Account>([{long}])\n        .when(when);"),
        );
        let longer = "long".repeat(30);
        check(
            &[&longer],
            &format!(
                "    let story = given::<Account>([\n        {longer},\n    ])\n    .when(when);"
            ),
        );
    }
}
