use serde::Serialize;
use std::fmt::{Display, Formatter};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Something to know.
    Note,
    /// Probably not what was meant.
    Warning,
    /// Wrong.
    Error,
}

/// Something that a check or a law found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The check or law that found it: `relies on an invariant`.
    pub check: &'static str,
    /// What was found.
    pub message: String,
    /// What shows it, if something does: a test that fails, or a story.
    pub witness: Option<String>,
}

impl Finding {
    pub(crate) fn new(severity: Severity, check: &'static str, message: impl Into<String>) -> Self {
        Finding {
            severity,
            check,
            message: message.into(),
            witness: None,
        }
    }

    pub(crate) fn shown_by(mut self, witness: impl Display) -> Self {
        self.witness = Some(witness.to_string());
        self
    }
}

impl Display for Severity {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

impl Display for Finding {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}: {}", self.severity, self.check, self.message)?;
        for line in self.witness.iter().flat_map(|witness| witness.lines()) {
            if line.is_empty() {
                f.write_str("\n")?;
            } else {
                write!(f, "\n    {line}")?;
            }
        }
        Ok(())
    }
}
