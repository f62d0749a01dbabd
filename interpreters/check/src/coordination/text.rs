use super::report::{Coordination, Ending, Instead, Story, Verdict};
use super::rows::{Row, name};
use std::fmt::{Display, Formatter, Result};

/// The width of `  order  `.
const MARGIN: &str = "         ";

/// Where a list of pairs goes on in the next line.
const WIDTH: usize = 110;

impl Display for Coordination {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let plural = if self.commands == 1 { "" } else { "s" };
        writeln!(
            f,
            "{}: what may happen in two places at once?\nevidence: {}; {} command{plural} tried\n",
            self.aggregate, self.evidence, self.commands
        )?;
        let rows = Row::all(&self.pairs);
        let (free, others): (Vec<&Row>, Vec<&Row>) = rows
            .iter()
            .partition(|row| row.pair.verdict == Verdict::Free);
        if !free.is_empty() {
            write!(f, "  {:<7}", Verdict::Free.mark())?;
            listed(f, &free)?;
            writeln!(
                f,
                "{MARGIN}every such run equals one in which they come one after the other"
            )?;
        }
        for row in others {
            row_in_full(f, row)?;
        }
        self.conclusion(f)
    }
}

fn listed(f: &mut Formatter<'_>, rows: &[&Row]) -> Result {
    let mut at = MARGIN.len();
    for (place, row) in rows.iter().enumerate() {
        let text = row.to_string();
        let width = text.chars().count();
        if place > 0 {
            f.write_str(";")?;
            if at + width + 2 > WIDTH {
                write!(f, "\n{MARGIN}")?;
                at = MARGIN.len();
            } else {
                f.write_str(" ")?;
            }
        }
        f.write_str(&text)?;
        at += width + 2;
    }
    f.write_str("\n")
}

fn row_in_full(f: &mut Formatter<'_>, row: &Row) -> Result {
    writeln!(f, "  {:<7}{row}", row.pair.verdict.mark())?;
    for story in &row.pair.stories {
        let other = if name(&row.pair.first) == story.overtaken() {
            &row.pair.second
        } else {
            &row.pair.first
        };
        match &story.ending {
            Ending::Broken { invariant, .. } => writeln!(f, "{MARGIN}breaks «{invariant}»")?,
            Ending::Apart { .. } => writeln!(f, "{MARGIN}replicas disagree")?,
            Ending::Overtaken {
                command, instead, ..
            } => writeln!(f, "{MARGIN}after {other}, {} {instead}", name(command))?,
        }
        story.indented(f)?;
    }
    match &row.pair.remedy {
        Some(remedy) => writeln!(f, "{MARGIN}{remedy}"),
        None => Ok(()),
    }
}

impl Display for Instead {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Instead::Refused(rules) => {
                write!(f, "would be refused («{}»)", rules.join("», «"))
            }
            Instead::Recorded(events) if events.is_empty() => f.write_str("would record nothing"),
            Instead::Recorded(events) => write!(f, "would record {}", events.join(", ")),
        }
    }
}

impl Story {
    fn overtaken(&self) -> &str {
        match &self.ending {
            Ending::Overtaken { command, .. } => name(command),
            _ => "",
        }
    }

    fn indented(&self, f: &mut Formatter<'_>) -> Result {
        for line in self.to_string().lines() {
            writeln!(f, "{MARGIN}  {line}")?;
        }
        Ok(())
    }
}

impl Display for Story {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.given_state {
            Some(state) => writeln!(f, "given  {state}")?,
            None if self.given.is_empty() => {}
            None => writeln!(f, "given  {}", self.given.join(", "))?,
        }
        writeln!(f, "here   {}", self.here.join(", "))?;
        writeln!(f, "there  {}", self.there.join(", "))?;
        match &self.ending {
            Ending::Broken { state, .. } | Ending::Overtaken { state, .. } => {
                write!(f, "then   {state}")?;
            }
            Ending::Apart { here, there } => write!(f, "then   {here}\nor     {there}")?,
        }
        if self.executed {
            Ok(())
        } else {
            f.write_str(
                "\n(a trace of the analysis: no run of four decisions in two places shows it)",
            )
        }
    }
}

impl Coordination {
    fn conclusion(&self, f: &mut Formatter<'_>) -> Result {
        let concerned = &self.one_at_a_time;
        f.write_str("\nso: ")?;
        match (concerned.commands.as_slice(), concerned.keys.as_slice()) {
            ([], _) => writeln!(f, "every command may be decided anywhere")?,
            (commands, []) => writeln!(f, "decide {} in one place at a time", commands.join(", "))?,
            (commands, keys) => writeln!(
                f,
                "decide {} in one place at a time for the same {}",
                commands.join(", "),
                keys.join(" or the same ")
            )?,
        }
        match self.stable.as_slice() {
            [] => writeln!(f, "facts to act on without asking again: none")?,
            stable => writeln!(
                f,
                "facts to act on without asking again: «{}»",
                stable.join("», «")
            )?,
        }
        let causal = self.causal.iter();
        let causal: Vec<String> = causal
            .map(|(cause, effect)| format!("{cause} → {effect}"))
            .collect();
        match causal.as_slice() {
            [] => writeln!(f, "needs causal order: none")?,
            causal => writeln!(f, "needs causal order: {}", causal.join(", "))?,
        }
        match self.never_accepted.as_slice() {
            [] => Ok(()),
            never => writeln!(
                f,
                "never accepted here, so nothing is known of: {}",
                never.join(", ")
            ),
        }
    }
}
