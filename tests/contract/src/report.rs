use crate::Rule;
use lawful::Failure;
use lawful::log::AppendError;
use std::fmt::{Display, Formatter};

/// What became of each rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report<R = Rule> {
    findings: Vec<(R, Verdict)>,
}

/// What became of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The log kept it.
    Kept,
    /// The log broke it: how that was seen.
    Broken(String),
    /// The log does not do what the rule is about: what it lacks.
    NotApplicable(String),
}

impl<R: Copy + Display> Report<R> {
    pub(crate) fn new(findings: Vec<(R, Verdict)>) -> Self {
        Report { findings }
    }

    /// Every rule with what became of it, in declared order.
    #[must_use]
    pub fn findings(&self) -> &[(R, Verdict)] {
        &self.findings
    }

    /// The rules that the log broke.
    #[must_use]
    pub fn broken(&self) -> Vec<R> {
        self.those(|verdict| matches!(verdict, Verdict::Broken(_)))
    }

    /// The rules that say nothing about this log.
    #[must_use]
    pub fn not_applicable(&self) -> Vec<R> {
        self.those(|verdict| matches!(verdict, Verdict::NotApplicable(_)))
    }

    /// Makes a test fail that found a broken rule.
    ///
    /// # Panics
    ///
    /// With the whole report, if a rule is broken.
    #[track_caller]
    pub fn assert_kept(&self) {
        assert!(self.broken().is_empty(), "the contract is broken\n{self}");
    }

    fn those(&self, wanted: impl Fn(&Verdict) -> bool) -> Vec<R> {
        self.findings
            .iter()
            .filter(|(_, verdict)| wanted(verdict))
            .map(|(rule, _)| *rule)
            .collect()
    }
}

impl<R: Copy + Display> Display for Report<R> {
    /// One line for each rule, and one more for each that is not kept.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        for (rule, verdict) in &self.findings {
            match verdict {
                Verdict::Kept => writeln!(f, "kept    {rule}")?,
                Verdict::Broken(how) => writeln!(f, "BROKEN  {rule}\n        {how}")?,
                Verdict::NotApplicable(why) => writeln!(f, "--      {rule}\n        {why}")?,
            }
        }
        write!(
            f,
            "{} rules, {} broken, {} not applicable",
            self.findings.len(),
            self.broken().len(),
            self.not_applicable().len()
        )
    }
}

/// What a rule found out; an error is anything but a kept rule.
pub(crate) type Found = Result<(), Breach>;

/// Why a rule came to an early end.
#[derive(Debug)]
pub(crate) enum Breach {
    Broken(String),
    NotApplicable(String),
}

impl Breach {
    pub(crate) fn not_applicable<T>(why: impl Into<String>) -> Result<T, Breach> {
        Err(Breach::NotApplicable(why.into()))
    }
}

impl From<Failure> for Breach {
    fn from(failure: Failure) -> Self {
        Breach::Broken(format!("the log failed: {failure}"))
    }
}

impl From<AppendError> for Breach {
    fn from(error: AppendError) -> Self {
        Breach::Broken(format!(
            "an append that had to be accepted was not: {error}"
        ))
    }
}

impl From<Found> for Verdict {
    fn from(found: Found) -> Self {
        match found {
            Ok(()) => Verdict::Kept,
            Err(Breach::Broken(how)) => Verdict::Broken(how),
            Err(Breach::NotApplicable(why)) => Verdict::NotApplicable(why),
        }
    }
}

/// Ends a rule as broken unless the condition holds.
macro_rules! must {
    ($condition:expr, $($how:tt)+) => {{
        let holds: bool = $condition;
        if !holds {
            return Err($crate::report::Breach::Broken(format!($($how)+)));
        }
    }};
}

/// Ends a rule as broken unless the values are equal.
macro_rules! must_equal {
    ($found:expr, $expected:expr, $($what:tt)+) => {{
        let (found, expected) = (&$found, &$expected);
        if found != expected {
            let what = format!($($what)+);
            return Err($crate::report::Breach::Broken(format!(
                "{what}: found `{found:?}`, expected `{expected:?}`"
            )));
        }
    }};
}

pub(crate) use {must, must_equal};
