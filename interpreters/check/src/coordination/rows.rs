use super::report::{Agreement, Ending, Instead, Pair, Remedy, Verdict};
use std::fmt::{Display, Formatter};
use std::mem::{Discriminant, discriminant};

/// Pairs that people need not tell apart: the same two kinds, and what agrees in them makes no difference.
pub(super) struct Row<'r> {
    /// The pair with the shortest stories.
    pub(super) pair: &'r Pair,
    links: Vec<Option<bool>>,
}

impl<'r> Row<'r> {
    /// The rows of a report, in its order.
    pub(super) fn all(pairs: &'r [Pair]) -> Vec<Row<'r>> {
        let rows = pairs.iter().map(|pair| Row {
            pair,
            links: pair.links.iter().map(|link| Some(link.same)).collect(),
        });
        let mut rows: Vec<Row> = rows.collect();
        let most = pairs.iter().map(|pair| pair.links.len()).max().unwrap_or(0);
        // The last argument is the least telling one, so it goes first.
        for place in (0..most).rev() {
            let mut kept: Vec<Row> = Vec::new();
            for row in rows {
                match kept
                    .iter_mut()
                    .find(|known| known.is_other_half(&row, place))
                {
                    Some(known) => known.take(&row, place),
                    None => kept.push(row),
                }
            }
            rows = kept;
        }
        rows
    }

    /// Whether the other row says the same of pairs that differ in this argument alone.
    fn is_other_half(&self, other: &Row, place: usize) -> bool {
        let mut links = self.links.iter().zip(&other.links).enumerate();
        says(self.pair) == says(other.pair)
            && self.links.len() == other.links.len()
            && place < self.links.len()
            && links.all(|(at, (one, two))| {
                (at == place) == (one != two) && (one == two || one.is_some() && two.is_some())
            })
    }

    fn take(&mut self, other: &Row<'r>, place: usize) {
        self.links[place] = None;
        if length(other.pair) < length(self.pair) {
            self.pair = other.pair;
        }
    }

    /// What makes a difference, in words: `same seat, different person`.
    pub(super) fn agreements(&self) -> String {
        let told = self.links.iter().zip(&self.pair.links);
        let told = told.filter_map(|(kept, link)| kept.map(|same| agreement(link, same)));
        told.collect::<Vec<_>>().join(", ")
    }
}

impl Display for Row<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ∥ {}", self.pair.first, self.pair.second)?;
        let agreements = self.agreements();
        if agreements.is_empty() {
            Ok(())
        } else {
            write!(f, " ({agreements})")
        }
    }
}

fn agreement(link: &Agreement, same: bool) -> String {
    if link.first == link.second {
        format!("{} {}", if same { "same" } else { "different" }, link.first)
    } else {
        format!(
            "{} {} {}",
            link.first,
            if same { "=" } else { "≠" },
            link.second
        )
    }
}

/// What a row tells beside its story.
#[derive(PartialEq)]
struct Says<'r> {
    commands: (&'r str, &'r str),
    verdict: Verdict,
    breaks: Option<&'r str>,
    overtaken: Vec<(&'r str, &'r [String])>,
    remedy: Option<Discriminant<Remedy>>,
}

fn says(pair: &Pair) -> Says<'_> {
    Says {
        commands: (&pair.first, &pair.second),
        verdict: pair.verdict,
        breaks: breaks(pair),
        overtaken: overtaken(pair),
        remedy: pair.remedy.as_ref().map(discriminant),
    }
}

fn breaks(pair: &Pair) -> Option<&str> {
    pair.stories.iter().find_map(|story| match &story.ending {
        Ending::Broken { invariant, .. } => Some(invariant.as_str()),
        _ => None,
    })
}

/// Which commands are overtaken, by name, and what refuses them: nothing, where they are accepted.
fn overtaken(pair: &Pair) -> Vec<(&str, &[String])> {
    let stories = pair.stories.iter();
    stories
        .filter_map(|story| match &story.ending {
            Ending::Overtaken {
                command, instead, ..
            } => Some((
                name(command),
                match instead {
                    Instead::Refused(rules) => rules.as_slice(),
                    Instead::Recorded(_) => &[],
                },
            )),
            _ => None,
        })
        .collect()
}

/// `reserve(seat: "A1")` without its arguments.
pub(super) fn name(command: &str) -> &str {
    command.split('(').next().unwrap_or(command)
}

fn length(pair: &Pair) -> usize {
    let stories = pair.stories.iter();
    stories
        .map(|story| 2 * (story.here.len() + story.there.len()) + story.given.len())
        .sum()
}

impl Verdict {
    /// What stands before a row.
    pub(super) fn mark(self) -> &'static str {
        match self {
            Verdict::Free => "yes",
            Verdict::MergeSafe => "merge",
            Verdict::Order => "order",
            Verdict::Coordinate => "NO",
        }
    }
}

impl Display for Remedy {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Remedy::Escrow { safe_while } => write!(
                f,
                "give each place an allowance of its own; both may go ahead while `{safe_while}`"
            ),
            Remedy::RecordTheChange => {
                f.write_str("record the change in the event, not the result")
            }
            Remedy::NameTheInstance => f.write_str(
                "a late repetition meets what came anew in between: give each instance an id, and name it in the command",
            ),
            Remedy::OnePlacePer(keys) => {
                write!(f, "let one place decide for each {}", keys.join(" and "))
            }
            Remedy::OnePlace => f.write_str("let one place decide"),
            Remedy::IsItAcceptable => {
                f.write_str("is that acceptable? if not, an invariant is missing")
            }
        }
    }
}
