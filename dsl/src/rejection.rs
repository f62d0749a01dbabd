use crate::model::Text;
use crate::{Rule, RuleName};
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::fmt::{Debug, Display, Formatter};

/// The domain saying no: which command, and every rule that is broken, with the values it saw.
///
/// ```text
/// withdraw rejected: the balance covers the amount
///   balance >= amount, where balance = 30, amount = 50
/// ```
///
/// In JSON: `{"command": .., "broken": [{"rule", "sentence", "expected", "expression", "values": {..}}]}`. The aggregate's name is not
/// written, and a rejection that was read back answers [`Rejection::broke`] by the rule's name alone.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rejection(Box<Inner>);

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inner {
    #[serde(skip)]
    aggregate: Option<Text>,
    command: Text,
    broken: Vec<Broken>,
}

/// A rule whose value is not the expected one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Unordered")]
pub struct Broken {
    pub(crate) rule: Text,
    pub(crate) sentence: Text,
    pub(crate) expected: bool,
    pub(crate) expression: Text,
    pub(crate) values: Values,
}

/// A broken rule as JSON holds it, which may have sorted the values by name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unordered {
    rule: Text,
    sentence: Text,
    expected: bool,
    expression: Text,
    values: Values,
}

/// Names and values, in the order in which the names stand in the expression.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Values(pub(crate) Vec<(String, Value)>);

impl Rejection {
    /// For interpreters and generated code: `command` of `aggregate` breaks these rules, in declared order.
    #[must_use]
    pub fn new(aggregate: impl Into<Text>, command: impl Into<Text>, broken: Vec<Broken>) -> Self {
        Rejection(Box::new(Inner {
            aggregate: Some(aggregate.into()),
            command: command.into(),
            broken,
        }))
    }

    /// The command that was refused, in snake case: `withdraw`.
    #[must_use]
    pub fn command(&self) -> &str {
        &self.0.command
    }

    /// The aggregate that refused; `None` after a rejection was read back.
    #[must_use]
    pub fn aggregate(&self) -> Option<&str> {
        self.0.aggregate.as_deref()
    }

    /// Every broken rule, in declared order; the first is the primary one.
    #[must_use]
    pub fn broken(&self) -> &[Broken] {
        &self.0.broken
    }

    /// Whether this rule is among the broken ones.
    #[must_use]
    #[allow(
        clippy::needless_pass_by_value,
        reason = "it reads better: `rejection.broke(AccountRule::Covers)`"
    )]
    pub fn broke(&self, rule: impl RuleName) -> bool {
        let owned = match (rule.owner(), self.aggregate()) {
            (Some(owner), Some(aggregate)) => owner == aggregate,
            _ => true,
        };
        owned
            && self
                .0
                .broken
                .iter()
                .any(|broken| broken.rule == rule.rule_name())
    }
}

impl<R: Rule> RuleName for R {
    fn owner(&self) -> Option<&str> {
        Some(self.aggregate())
    }

    fn rule_name(&self) -> &str {
        self.name()
    }
}

impl PartialEq for Rejection {
    fn eq(&self, other: &Self) -> bool {
        self.0.command == other.0.command && self.0.broken == other.0.broken
    }
}

impl Display for Rejection {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rejected: ", self.0.command)?;
        for (index, broken) in self.0.broken.iter().enumerate() {
            if index > 0 {
                f.write_str("\n  ")?;
            }
            if !broken.expected {
                f.write_str("not: ")?;
            }
            write!(f, "{}\n  {broken}", broken.sentence)?;
        }
        Ok(())
    }
}

impl Debug for Rejection {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rejection")
            .field("command", &self.0.command)
            .field("broken", &self.0.broken)
            .finish()
    }
}

impl std::error::Error for Rejection {}

impl From<Unordered> for Broken {
    fn from(read: Unordered) -> Self {
        Broken::new(
            read.rule,
            read.sentence,
            read.expected,
            read.expression,
            read.values.0,
        )
    }
}

impl Broken {
    /// For interpreters and generated code: a rule by name, its sentence, the value that was asked for, what the rule says and what the
    /// names in it stood for.
    ///
    /// The values are put in the order in which their names stand in the expression; of two values of one name, the first counts.
    #[must_use]
    pub fn new(
        rule: impl Into<Text>,
        sentence: impl Into<Text>,
        expected: bool,
        expression: impl Into<Text>,
        mut values: Vec<(String, Value)>,
    ) -> Self {
        let expression = expression.into();
        values.sort_by_cached_key(|(name, _)| (place(&expression, name), name.clone()));
        values.dedup_by(|later, earlier| later.0 == earlier.0);
        Broken {
            rule: rule.into(),
            sentence: sentence.into(),
            expected,
            expression,
            values: Values(values),
        }
    }

    /// The rule's name; displays in snake case.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// The author's sentence, true when the rule is kept.
    #[must_use]
    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    /// The value that was asked for: `false` under a `not`.
    #[must_use]
    pub fn expected(&self) -> bool {
        self.expected
    }

    /// What the rule says: `balance >= amount`.
    #[must_use]
    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// What the names in the expression stood for.
    #[must_use]
    pub fn values(&self) -> &[(String, Value)] {
        &self.values.0
    }
}

impl Display for Broken {
    /// `balance >= amount, where balance = 30, amount = 50`
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.expression)?;
        for (index, (name, value)) in self.values.0.iter().enumerate() {
            f.write_str(if index == 0 { ", where " } else { ", " })?;
            match value {
                Value::Null => write!(f, "{name} = none")?,
                value => write!(f, "{name} = {value}")?,
            }
        }
        Ok(())
    }
}

/// Where a name stands in an expression, as a word of its own; after everything else where it does not.
fn place(expression: &str, name: &str) -> usize {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    expression
        .match_indices(name)
        .map(|(place, _)| place)
        .find(|place| {
            let (before, after) = (&expression[..*place], &expression[place + name.len()..]);
            // `..x` ends a range, `self.x` is another name than `x`.
            let is_field = before.ends_with('.') && !before.ends_with("..");
            let goes_on = name.ends_with(is_part) && after.starts_with(is_part);
            !is_field && !before.ends_with(is_part) && !goes_on
        })
        .unwrap_or(usize::MAX)
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Values;

            fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
                f.write_str("the values of a broken rule by name")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Values, M::Error> {
                let mut values = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    values.push(entry);
                }
                Ok(Values(values))
            }
        }
        deserializer.deserialize_map(Names)
    }
}
