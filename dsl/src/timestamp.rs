use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt::{Debug, Display, Formatter};
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::str::FromStr;
use std::time::Duration;

/// A moment, in microseconds since 1970-01-01T00:00:00Z; RFC 3339 in JSON: `2026-03-01T00:00:00Z`.
///
/// It holds the years -9999 to 9999. Arithmetic is total: it ends at the first and last moment instead of overflowing, and the time
/// from a later to an earlier moment is zero.
///
/// ```
/// # use lawful::Timestamp;
/// # use std::time::Duration;
/// let noon: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
/// assert_eq!((noon + Duration::from_secs(60)).to_string(), "2026-03-01T12:01:00Z");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The first moment.
    pub const MIN: Timestamp = Timestamp(-377_705_023_201_000_000);
    /// The last moment.
    pub const MAX: Timestamp = Timestamp(253_402_207_200_999_999);

    /// The moment this many microseconds after 1970-01-01T00:00:00Z, or the first or last moment.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        if micros < Self::MIN.0 {
            Self::MIN
        } else if micros > Self::MAX.0 {
            Self::MAX
        } else {
            Timestamp(micros)
        }
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The time from `earlier` to this moment; zero if it is not earlier.
    #[must_use]
    pub fn saturating_duration_since(self, earlier: Timestamp) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    fn moved(self, by: Duration, forward: bool) -> Self {
        let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        Self::from_micros(if forward {
            self.0.saturating_add(by)
        } else {
            self.0.saturating_sub(by)
        })
    }
}

impl Add<Duration> for Timestamp {
    type Output = Timestamp;

    fn add(self, by: Duration) -> Timestamp {
        self.moved(by, true)
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Timestamp;

    fn sub(self, by: Duration) -> Timestamp {
        self.moved(by, false)
    }
}

impl Sub for Timestamp {
    type Output = Duration;

    fn sub(self, earlier: Timestamp) -> Duration {
        self.saturating_duration_since(earlier)
    }
}

impl AddAssign<Duration> for Timestamp {
    fn add_assign(&mut self, by: Duration) {
        *self = *self + by;
    }
}

impl SubAssign<Duration> for Timestamp {
    fn sub_assign(&mut self, by: Duration) {
        *self = *self - by;
    }
}

impl Display for Timestamp {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        // `jiff::Timestamp::from_microsecond` refuses the last second of its own range.
        let nanos = i32::try_from(self.0 % 1_000_000 * 1_000).unwrap_or(0);
        match jiff::Timestamp::new(self.0 / 1_000_000, nanos) {
            Ok(moment) => Display::fmt(&moment, f),
            Err(_) => write!(f, "{} microseconds", self.0),
        }
    }
}

impl Debug for Timestamp {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = NotATimestamp;

    fn from_str(text: &str) -> Result<Self, NotATimestamp> {
        match text.parse::<jiff::Timestamp>() {
            Ok(moment) => Ok(Timestamp(moment.as_microsecond())),
            Err(_) => Err(NotATimestamp(text.to_owned())),
        }
    }
}

/// A text that is no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a moment: expected RFC 3339 with an offset, such as `2026-03-01T00:00:00Z`")]
pub struct NotATimestamp(String);

/// How a timestamp announces itself to a serializer that wants to know it from a plain number.
pub(crate) const TIMESTAMP: &str = "$lawful::Timestamp";

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_newtype_struct(TIMESTAMP, &self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
            text.parse().map_err(serde::de::Error::custom)
        } else {
            deserializer.deserialize_newtype_struct(TIMESTAMP, Announced)
        }
    }
}

/// Reads a timestamp from a form that is not for people, and tells whoever makes values up that it is one.
struct Announced;

impl<'de> Visitor<'de> for Announced {
    type Value = Timestamp;

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("a moment in microseconds")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(inner).map(Timestamp::from_micros)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}
