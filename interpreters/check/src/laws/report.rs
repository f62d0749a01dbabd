use crate::{Evidence, Exploration};
use lawful::Aggregate;
use std::fmt::{Display, Formatter};

/// What became of one law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawResult {
    law: &'static str,
    kept: usize,
    unseen: Vec<String>,
    broken: Option<String>,
}

impl LawResult {
    pub(super) fn new(law: &'static str) -> Self {
        LawResult {
            law,
            kept: 0,
            unseen: Vec::new(),
            broken: None,
        }
    }

    pub(super) fn keep(&mut self) {
        self.kept += 1;
    }

    pub(super) fn miss(&mut self, what: String) {
        if !self.unseen.contains(&what) {
            self.unseen.push(what);
        }
    }

    pub(super) fn break_by(&mut self, how: String) {
        self.broken.get_or_insert(how);
    }

    /// The law, as a sentence.
    #[must_use]
    pub fn law(&self) -> &str {
        self.law
    }

    /// In how many instances it was kept.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.kept
    }

    /// What it could not look at: code that was not understood.
    #[must_use]
    pub fn unseen(&self) -> &[String] {
        &self.unseen
    }

    /// How it is broken, with the story that shows it.
    #[must_use]
    pub fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    pub(super) fn is_broken(&self) -> bool {
        self.broken.is_some()
    }
}

/// What became of every law of an aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawReport {
    aggregate: String,
    evidence: Evidence,
    results: Vec<LawResult>,
    accepted: Vec<(String, usize, usize)>,
}

impl LawReport {
    pub(super) fn new<A: Aggregate>(exploration: &Exploration<A>, results: Vec<LawResult>) -> Self {
        let commands = exploration.coverage().commands().iter();
        LawReport {
            aggregate: A::model().name.to_string(),
            evidence: exploration.evidence(),
            results,
            accepted: commands
                .map(|command| {
                    let accepted = command.accepted + command.nothing;
                    (command.name.clone(), accepted, command.tried)
                })
                .collect(),
        }
    }

    pub(super) fn of<A: Aggregate>(evidence: Evidence, results: Vec<LawResult>) -> Self {
        LawReport {
            aggregate: A::model().name.to_string(),
            evidence,
            results,
            accepted: Vec::new(),
        }
    }

    /// Whether no law is broken, as far as the evidence goes.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.results.iter().all(|result| !result.is_broken())
    }

    /// Each law.
    #[must_use]
    pub fn results(&self) -> &[LawResult] {
        &self.results
    }

    /// How far they were looked at.
    #[must_use]
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }
}

impl Display for LawReport {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "laws of {}: {}", self.aggregate, self.evidence)?;
        let accepted: Vec<_> = self
            .accepted
            .iter()
            .map(|(name, accepted, tried)| format!("{name} {accepted} of {tried}"))
            .collect();
        if !accepted.is_empty() {
            write!(f, "\n  accepted: {}", accepted.join(", "))?;
        }
        for result in &self.results {
            match &result.broken {
                None => write!(f, "\n  kept {:>6}  {}", result.kept, result.law)?,
                Some(how) => {
                    write!(f, "\n  BROKEN       {}", result.law)?;
                    for line in how.lines() {
                        write!(f, "\n      {line}")?;
                    }
                }
            }
            for unseen in &result.unseen {
                write!(f, "\n      not seen: {unseen}")?;
            }
        }
        Ok(())
    }
}

/// How a state was reached, and the command that is tried in it.
pub(super) fn story<A: Aggregate>(
    exploration: &Exploration<A>,
    state: usize,
    command: Option<usize>,
) -> String {
    let events: Vec<_> = exploration
        .history(state)
        .iter()
        .map(ToString::to_string)
        .collect();
    let given = if events.is_empty() {
        "nothing".to_owned()
    } else {
        events.join("\n       ")
    };
    let mut story = format!("given  {given}\n       = {:?}", exploration.states()[state]);
    if let Some(command) = command {
        story.push_str("\nwhen   ");
        story.push_str(&exploration.commands()[command].to_string());
    }
    story
}
