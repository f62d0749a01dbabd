use crate::log::CommandId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt::{Debug, Display, Formatter};
use std::str::FromStr;
use std::sync::Arc;
use uuid::Uuid;

/// The name of one request in a run: the same program, given the same answers, makes the same requests under the same names.
///
/// Requests are numbered from 1. What `both` asks is numbered within its branch: `4.a.1` and `4.b.1` are the first requests of the two
/// branches of the `both` that stands in the fourth place. A version marker is named after the marker and takes no number, so that
/// adding one renames nothing: `@fees`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step {
    branch: Option<Arc<Branch>>,
    name: StepName,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum StepName {
    Number(u32),
    Marker(Arc<str>),
}

/// One side of a `both`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Branch {
    above: Option<Arc<Branch>>,
    both: u32,
    side: Side,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Side {
    A,
    B,
}

impl Step {
    /// The id of this step in the run `run`: a command's id, or an idempotency key. Always the same for the same two, different for
    /// different ones.
    ///
    /// It is mixed rather than hashed, because a command pays for it: in one run, different numbers always give different ids.
    #[must_use]
    pub fn id(&self, run: Uuid) -> Uuid {
        let scope = scope(self.branch.as_deref(), run.as_u128());
        Uuid::from_u128(match &self.name {
            StepName::Number(number) => mix(scope ^ u128::from(*number)),
            StepName::Marker(marker) => {
                Uuid::new_v5(&Uuid::from_u128(scope), marker.as_bytes()).as_u128()
            }
        })
    }

    /// [`Step::id`] as the id of a command.
    #[must_use]
    pub fn command_id(&self, run: Uuid) -> CommandId {
        CommandId::from(self.id(run))
    }

    /// Whether the two stand in different branches of one `both`, so that either may come first.
    #[must_use]
    pub fn beside(&self, other: &Step) -> bool {
        let (one, two) = (self.branches(), other.branches());
        let apart = one.iter().zip(&two).find(|(one, two)| one != two);
        apart.is_some_and(|(one, two)| one.0 == two.0)
    }

    /// Whether the two stand in the same branch of the same `both`, or both in none.
    pub(crate) fn is_in_branch_of(&self, other: &Step) -> bool {
        self.branch == other.branch
    }

    /// The number of the outermost `both` that it stands in.
    pub(crate) fn outermost_both(&self) -> Option<u32> {
        let (both, _) = *self.branches().first()?;
        Some(both)
    }

    /// Its number; 0 for a marker.
    #[inline]
    pub(crate) fn number(&self) -> u32 {
        match self.name {
            StepName::Number(number) => number,
            StepName::Marker(_) => 0,
        }
    }

    /// From the outermost `both` to the innermost.
    fn branches(&self) -> Vec<(u32, Side)> {
        let mut branches = Vec::new();
        let mut branch = self.branch.as_deref();
        while let Some(inner) = branch {
            branches.push((inner.both, inner.side));
            branch = inner.above.as_deref();
        }
        branches.reverse();
        branches
    }

    /// Whether this names a version marker, which a journal may lack.
    #[must_use]
    pub fn is_marker(&self) -> bool {
        matches!(self.name, StepName::Marker(_))
    }
}

fn scope(branch: Option<&Branch>, run: u128) -> u128 {
    match branch {
        // Runs may be numbered one after the other, as steps are: without this, 1 and 2 would meet 2 and 1.
        None => mix(run),
        Some(branch) => {
            let side = match branch.side {
                Side::A => 1,
                Side::B => 2,
            };
            mix(scope(branch.above.as_deref(), run) ^ (u128::from(branch.both) << 8 | side) << 64)
        }
    }
}

/// Two rounds of a multiply and a xor of halves: every step is invertible, so different inputs stay different.
const fn mix(mut bits: u128) -> u128 {
    bits = bits.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    bits ^= bits >> 64;
    bits = bits.wrapping_mul(0xd1b5_4a32_d192_ed03_94d0_49bb_1331_11eb);
    bits ^ bits >> 67
}

impl Display for Branch {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        if let Some(above) = &self.above {
            Display::fmt(above, f)?;
        }
        let side = match self.side {
            Side::A => 'a',
            Side::B => 'b',
        };
        write!(f, "{}.{side}.", self.both)
    }
}

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        if let Some(branch) = &self.branch {
            Display::fmt(branch, f)?;
        }
        match &self.name {
            StepName::Number(number) => Display::fmt(number, f),
            StepName::Marker(marker) => write!(f, "@{marker}"),
        }
    }
}

impl Debug for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        Display::fmt(self, f)
    }
}

/// A text that names no step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no step: expected one such as `3`, `4.a.1` or `@marker`")]
pub struct NotAStep(String);

impl FromStr for Step {
    type Err = NotAStep;

    fn from_str(text: &str) -> Result<Self, NotAStep> {
        let refuse = || NotAStep(text.to_owned());
        let (mut rest, mut branch) = (text, None);
        loop {
            if let Some(marker) = rest.strip_prefix('@') {
                let name = StepName::Marker(marker.into());
                return Ok(Step { branch, name });
            }
            let Some((both, after)) = rest.split_once('.') else {
                let name = StepName::Number(rest.parse().map_err(|_| refuse())?);
                return Ok(Step { branch, name });
            };
            let (side, after) = after.split_once('.').ok_or_else(refuse)?;
            branch = Some(Arc::new(Branch {
                above: branch,
                both: both.parse().map_err(|_| refuse())?,
                side: match side {
                    "a" => Side::A,
                    "b" => Side::B,
                    _ => return Err(refuse()),
                },
            }));
            rest = after;
        }
    }
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Counts the requests of a run, for the driver.
pub(crate) struct Steps {
    /// The name of the last request, 0 before the first; it is counted on in place, so that no request moves or drops a name.
    last: Step,
    /// Those of the `both` that is under way.
    both: Option<Box<[Steps; 2]>>,
}

impl Default for Steps {
    fn default() -> Self {
        Steps::within(None)
    }
}

impl Steps {
    fn within(branch: Option<Arc<Branch>>) -> Self {
        let name = StepName::Number(0);
        Steps {
            last: Step { branch, name },
            both: None,
        }
    }

    /// The name of the next request.
    #[inline]
    pub(crate) fn next(&mut self) -> &Step {
        let number = self.last.number() + 1;
        if let StepName::Number(last) = &mut self.last.name {
            *last = number;
        }
        &self.last
    }

    /// The request that was named last; `None` before the first.
    pub(crate) fn last(&self) -> Option<&Step> {
        (self.last.number() > 0).then_some(&self.last)
    }

    pub(crate) fn marker(&self, marker: &str) -> Step {
        Step {
            branch: self.last.branch.clone(),
            name: StepName::Marker(marker.into()),
        }
    }

    /// The counters of both branches; a `both` that begins takes the next number.
    pub(crate) fn both(&mut self, begins: bool) -> &mut [Steps; 2] {
        if begins || self.both.is_none() {
            let both = self.next().number();
            let side = |side| {
                Steps::within(Some(Arc::new(Branch {
                    above: self.last.branch.clone(),
                    both,
                    side,
                })))
            };
            self.both = Some(Box::new([side(Side::A), side(Side::B)]));
        }
        self.both.get_or_insert_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Vec<Step> {
        let mut steps = Steps::default();
        let mut all = vec![steps.next().clone(), steps.next().clone()];
        all.push(steps.marker("fees"));
        let [a, b] = steps.both(true);
        all.extend([a.next().clone(), a.next().clone(), b.next().clone()]);
        let [a, _] = b.both(true);
        all.push(a.next().clone());
        let [a, _] = steps.both(false);
        all.push(a.next().clone());
        let [a, _] = steps.both(true);
        all.push(a.next().clone());
        all.push(steps.next().clone());
        all
    }

    #[test]
    fn steps_are_named_by_place() {
        let names: Vec<String> = some().iter().map(ToString::to_string).collect();
        assert_eq!(
            names,
            [
                "1",
                "2",
                "@fees",
                "3.a.1",
                "3.a.2",
                "3.b.1",
                "3.b.2.a.1",
                "3.a.3",
                "4.a.1",
                "5"
            ]
        );
    }

    #[test]
    fn a_name_comes_back() {
        for step in some() {
            assert_eq!(step.to_string().parse(), Ok(step));
        }
        for bad in ["", "x", "1.c.2", "1.a", "-1", "1.a.b.2"] {
            assert_eq!(bad.parse::<Step>(), Err(NotAStep(bad.to_owned())));
        }
    }

    #[test]
    fn ids_differ_between_steps_and_runs() {
        let runs = [1, 2, u128::MAX].map(Uuid::from_u128);
        let ids: std::collections::BTreeSet<Uuid> = runs
            .iter()
            .flat_map(|run| some().into_iter().map(|step| step.id(*run)))
            .collect();
        assert_eq!(ids.len(), runs.len() * some().len());
    }
}
