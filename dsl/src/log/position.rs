use super::LogId;
use crate::{Failure, FailureKind};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt::{Display, Formatter};
use std::str::FromStr;

/// A place in one log. Opaque; strictly increasing in commit order; means nothing in another log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    log: LogId,
    number: u64,
}

impl Position {
    /// For logs: the place `number` of the log. 0 is before the first event.
    #[must_use]
    pub const fn new(log: LogId, number: u64) -> Self {
        Position { log, number }
    }

    /// Before the first event of the log.
    #[must_use]
    pub const fn origin(log: LogId) -> Self {
        Position { log, number: 0 }
    }

    /// The log that it belongs to.
    #[must_use]
    pub const fn log(self) -> LogId {
        self.log
    }

    /// For logs: the number, after making sure that it is one of this log's.
    ///
    /// # Errors
    ///
    /// [`FailureKind::ForeignPosition`] where it is not.
    pub fn number_in(self, log: LogId) -> Result<u64, Failure> {
        if self.log == log {
            return Ok(self.number);
        }
        let message = format!(
            "position `{self}` belongs to log `{}`, not to this log `{log}`; positions and checkpoints cannot be carried over, read this log from its origin",
            self.log
        );
        Err(Failure::new(FailureKind::ForeignPosition, message))
    }
}

impl PartialOrd for Position {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self.log == other.log).then(|| self.number.cmp(&other.number))
    }
}

impl Display for Position {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.log, self.number)
    }
}

impl FromStr for Position {
    type Err = NotAPosition;

    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        let parse = || {
            let (log, number) = text.split_once(':')?;
            Some(Position {
                log: LogId(u64::from_str_radix(log, 16).ok()?),
                number: number.parse().ok()?,
            })
        };
        parse().ok_or_else(|| NotAPosition(text.to_owned()))
    }
}

/// A text that is no position.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a position: expected one as printed on a receipt, such as `00c0ffee00c0ffee:42`"
)]
pub struct NotAPosition(String);

impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
