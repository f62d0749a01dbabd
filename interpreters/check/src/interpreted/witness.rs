use super::{Call, Step, Table};
use serde::Serialize;
use std::fmt::{Display, Formatter};

/// The shortest story in which two models answer differently.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Witness {
    /// What happened before.
    pub given: Vec<Call>,
    /// The command.
    pub when: Call,
    /// What the one model answers.
    pub one: Outcome,
    /// What the other model answers.
    pub other: Outcome,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// It was accepted.
    Accepted {
        /// What it records.
        events: Vec<Call>,
        /// The state after it, where that is what the story is about.
        #[serde(skip_serializing_if = "Option::is_none")]
        state: Option<String>,
    },
    /// It was refused.
    Refused {
        /// Each rule that is broken; `not covers` where a rule holds that must not.
        rules: Vec<String>,
        /// Whether only invariants hold it back.
        held_back: bool,
    },
    /// The trees cannot be evaluated; the compiled form would panic.
    Failed(String),
}

impl Outcome {
    pub(crate) fn of(step: &Step) -> Self {
        match step {
            Step::Accepted(events, _) => Outcome::Accepted {
                events: events.clone(),
                state: None,
            },
            Step::Refused(refusal) => Outcome::Refused {
                rules: refusal
                    .rules
                    .iter()
                    .map(|(rule, expected)| {
                        let not = if *expected { "" } else { "not " };
                        format!("{not}{rule}")
                    })
                    .collect(),
                held_back: refusal.held_back,
            },
            Step::Failed(why) => Outcome::Failed(why.clone()),
        }
    }

    /// The same with the state after it, if it was accepted.
    pub(crate) fn with_state(step: &Step, table: &Table<'_>) -> Self {
        match step {
            Step::Accepted(events, after) => Outcome::Accepted {
                events: events.clone(),
                state: Some(table.state(*after).to_string()),
            },
            step => Self::of(step),
        }
    }
}

/// The width of `given  `, `when   `, `then   `.
const MARGIN: usize = 7;

impl Witness {
    /// Tells the story with a word for each of the two models, each line after this many spaces.
    pub(crate) fn tell(&self, words: [&str; 2], indent: usize) -> String {
        let mut lines = Vec::new();
        let given: Vec<_> = self.given.iter().map(ToString::to_string).collect();
        let when = vec![self.when.to_string()];
        let (one, other) = (self.one.lines(), self.other.lines());
        for (word, told) in [
            ("given", given),
            ("when", when),
            (words[0], one),
            (words[1], other),
        ] {
            let told = if told.is_empty() {
                vec!["nothing".to_owned()]
            } else {
                told
            };
            for (place, line) in told.into_iter().enumerate() {
                let word = if place == 0 { word } else { "" };
                lines.push(format!("{:indent$}{word:MARGIN$}{line}", ""));
            }
        }
        lines.join("\n")
    }
}

impl Outcome {
    fn lines(&self) -> Vec<String> {
        match self {
            Outcome::Accepted { events, state } => {
                let mut lines: Vec<_> = events.iter().map(ToString::to_string).collect();
                if events.is_empty() {
                    lines.push("accepted, nothing recorded".to_owned());
                }
                lines.extend(state.iter().map(|state| format!("= {state}")));
                lines
            }
            other => vec![other.to_string()],
        }
    }
}

impl Display for Outcome {
    /// On one line: `rejected by covers`, `withdrawn(amount: 1)`.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Outcome::Accepted { .. } => f.write_str(&self.lines().join(", ")),
            Outcome::Refused { rules, held_back } => {
                let held_back = if *held_back { "the invariant " } else { "" };
                write!(f, "rejected by {held_back}{}", rules.join(", "))
            }
            Outcome::Failed(why) => write!(f, "fails: {why}"),
        }
    }
}
