use std::error::Error as StdError;
use std::fmt::{Debug, Display, Formatter};

/// The world breaking: a disk, a database, a defect in code. Never the domain saying no; that is a [`Rejection`].
///
/// [`Rejection`]: crate::Rejection
pub struct Failure(Box<Inner>);

struct Inner {
    kind: FailureKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What broke, as far as a caller can act on it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// The log or its server cannot be reached or opened; trying later may help.
    Unavailable,
    /// The log's server does not let this user in, or not do this: a wrong password, a missing right.
    Denied,
    /// Somebody else holds the log for longer than one is willing to wait.
    Locked,
    /// The log can be read but not written.
    ReadOnly,
    /// There is no space left; nothing was written.
    Full,
    /// What was opened is not a log of ours.
    NotALog,
    /// The log was written by a newer release.
    NewerSchema,
    /// The connection broke during a commit: whether it took effect is not known. Asking again with the same command id settles it.
    OutcomeUnknown,
    /// Other writers were always faster.
    Contention {
        /// How often the command was decided.
        attempts: u32,
    },
    /// The stream is not at the version that the caller asked for.
    VersionMismatch {
        /// The version asked for.
        expected: u64,
        /// The version found.
        actual: u64,
    },
    /// The same command id came with another payload.
    CommandIdReused,
    /// A recorded event cannot be decoded.
    Undecodable,
    /// A position of another log, or one that this log has not reached.
    ForeignPosition,
    /// User code panicked or overflowed; nothing was written.
    Defect,
    /// A value cannot be written as JSON.
    Unencodable,
    /// The log contradicts itself.
    Corrupt,
    /// A journal and the program that is to follow it do not match.
    Diverged,
    /// Something took longer than it was given.
    TimedOut,
    /// A compensation was refused: what a program had done is not undone.
    Uncompensated,
    /// Anything else.
    Other,
}

impl Failure {
    /// A failure of this kind. `message`: lower case, no full stop, values in backticks; what was found, what was expected, what to do.
    #[must_use]
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Failure(Box::new(Inner {
            kind,
            message: message.into(),
            source: None,
        }))
    }

    /// The same failure with its cause.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same failure with the place where it came up in front of its message.
    #[must_use]
    pub fn within(mut self, place: impl Display) -> Self {
        self.0.message = format!("{place}: {}", self.0.message);
        self
    }

    /// What broke.
    #[must_use]
    pub fn kind(&self) -> &FailureKind {
        &self.0.kind
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl Debug for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let mut out = f.debug_struct("Failure");
        out.field("kind", &self.0.kind)
            .field("message", &self.0.message);
        if let Some(source) = &self.0.source {
            out.field("source", source);
        }
        out.finish()
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
