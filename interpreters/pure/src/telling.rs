use crate::story::{Given, Outcome, Story};
use lawful::{Aggregate, Broken};
use std::fmt::{Display, Formatter, Result};

/// The width of `given  `, `when   `, `then   `.
const MARGIN: &str = "       ";

impl<A: Aggregate> Display for Given<A> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        tell_events(f, "given  ", &self.events, &self.state)
    }
}

impl<A: Aggregate> Display for Story<A> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.given.fmt(f)?;
        for turn in &self.turns {
            f.write_str("\nwhen   ")?;
            indent(f, &turn.command)?;
            f.write_str("\n")?;
            match &turn.outcome {
                Outcome::Accepted(events) => tell_events(f, "then   ", events, &turn.state)?,
                Outcome::Rejected(rejection) => {
                    f.write_str("then   rejected")?;
                    for broken in rejection.broken() {
                        tell_broken(f, broken)?;
                    }
                }
                Outcome::Defect(text) => {
                    f.write_str("then   defect: ")?;
                    indent(f, text)?;
                }
            }
        }
        Ok(())
    }
}

impl<A: Aggregate> Story<A> {
    /// The story, and what was expected instead.
    pub(crate) fn against(&self, expected: &str) -> String {
        let expected = expected.replace('\n', &format!("\n{MARGIN}"));
        format!("the story goes another way\n\n{self}\nbut expected\n{MARGIN}{expected}\n")
    }
}

fn tell_events<A: Aggregate>(
    f: &mut Formatter<'_>,
    margin: &str,
    events: &[A::Event],
    state: &A,
) -> Result {
    f.write_str(margin)?;
    if events.is_empty() {
        return f.write_str("nothing");
    }
    for event in events {
        indent(f, event)?;
        write!(f, "\n{MARGIN}")?;
    }
    f.write_str("= ")?;
    indent(f, format_args!("{state:?}"))
}

fn tell_broken(f: &mut Formatter<'_>, broken: &Broken) -> Result {
    let not = if broken.expected() { "" } else { "not: " };
    write!(
        f,
        "\n{MARGIN}{}: {not}{}\n",
        broken.rule(),
        broken.sentence()
    )?;
    write!(f, "{MARGIN}  ")?;
    let told = broken.to_string();
    f.write_str(&told.replace('\n', &format!("\n{MARGIN}  ")))
}

/// Writes what may have several lines, all behind the margin.
fn indent(f: &mut Formatter<'_>, what: impl Display) -> Result {
    let told = what.to_string();
    f.write_str(&told.replace('\n', &format!("\n{MARGIN}")))
}
