use crate::Evidence;
use serde::Serialize;

/// Which commands may be taken in two places at once: the coordination report of one aggregate.
///
/// [`Display`](std::fmt::Display) tells it to people, [`Coordination::to_json`] to programs. Both are the same bytes for the same
/// declaration and scope, so that either can be committed: a new pair that must be coordinated is a breaking change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coordination {
    /// In snake case: `account`.
    pub aggregate: String,
    /// How far the verdicts go. States are those that a replica may be in.
    pub evidence: Evidence,
    /// How many commands were tried, each with its arguments.
    pub commands: usize,
    /// Every class of pairs that can happen, in declared order of the commands.
    pub pairs: Vec<Pair>,
    /// What must be decided in one place at a time.
    pub one_at_a_time: OneAtATime,
    /// Rules without parameters that stay true once they are: sentences. Who acts on one of these need not ask again.
    pub stable: Vec<String>,
    /// Events of the first command must be delivered before those of the second, which may rest on them.
    pub causal: Vec<(String, String)>,
    /// Commands that were refused wherever they were tried: nothing is known about them.
    pub never_accepted: Vec<String>,
}

/// Two commands, and what may become of taking them in two places at once.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// The command that is declared first, by name.
    pub first: String,
    /// The other one; the same name for two commands of one kind.
    pub second: String,
    /// Which of their arguments agree.
    pub links: Vec<Agreement>,
    /// What may become of it.
    pub verdict: Verdict,
    /// What happens otherwise: the shortest story. For [`Verdict::MergeSafe`], one for each of the two that can be overtaken.
    pub stories: Vec<Story>,
    /// What to do about it.
    pub remedy: Option<Remedy>,
}

/// Whether an argument of the first command equals one of the second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Agreement {
    /// A parameter of the first command.
    pub first: String,
    /// A parameter of the second command.
    pub second: String,
    /// Whether they are equal.
    pub same: bool,
}

/// What may become of two commands that are taken in two places at once, each event then reaching every replica, causes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every such run equals one in which they come one after the other: whatever is true of those stays true.
    Free,
    /// Replicas agree and every invariant holds, but a rule that was true when one of them was decided is false where it arrives. Often
    /// the sign of an invariant that nobody wrote down.
    MergeSafe,
    /// Replicas that saw the same events may differ, so somebody must put the two in one order.
    Order,
    /// An invariant may be broken, so one of them must know of the other.
    Coordinate,
}

/// A history that both replicas share, what each decides alone, and what comes of it when each hears of the other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Story {
    /// Events that both saw.
    pub given: Vec<String>,
    /// The state to begin with, where no single replica comes there and so no history is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_state: Option<String>,
    /// Commands that one replica accepts.
    pub here: Vec<String>,
    /// Commands that the other replica accepts meanwhile.
    pub there: Vec<String>,
    /// What comes of it.
    pub ending: Ending,
    /// Whether it was found by execution, with all other demands of the report met, so that it shows this demand to be necessary.
    /// Otherwise it is the trace of the analysis, which may ask for too much.
    pub executed: bool,
}

/// How a story ends.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// An invariant is broken.
    Broken {
        /// Its sentence.
        invariant: String,
        /// The state that breaks it.
        state: String,
    },
    /// The replicas saw the same events, in different orders, and disagree.
    Apart {
        /// What one holds.
        here: String,
        /// What the other one holds.
        there: String,
    },
    /// A command would have been decided otherwise where its events arrive.
    Overtaken {
        /// The command.
        command: String,
        /// What would have been decided there.
        instead: Instead,
        /// The state in which its events arrive.
        state: String,
    },
}

/// What a command comes to in another state than the one in which it was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Instead {
    /// It is refused by these rules, in the author's words.
    Refused(Vec<String>),
    /// It is accepted and records these events, if any.
    Recorded(Vec<String>),
}

/// What must be decided in one place at a time, so that nothing of the report happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OneAtATime {
    /// The commands concerned, by name; empty where everything may be decided anywhere.
    pub commands: Vec<String>,
    /// Parameters: two of these commands that agree in none of them may be decided in two places. Empty where no argument tells them
    /// apart, so that they exclude each other within the whole aggregate.
    pub keys: Vec<String>,
}

/// What to do about a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// Give each replica an allowance of its own.
    Escrow {
        /// Both may go ahead while this holds, by the invariant's tree with both updates filled in.
        safe_while: String,
    },
    /// Record what changes instead of the result, which belongs to the state in which it was computed.
    RecordTheChange,
    /// A repeated command meets something that came anew in between: name the instance with an id of its own.
    NameTheInstance,
    /// One place decides for each value of these parameters.
    OnePlacePer(Vec<String>),
    /// One place decides for the whole aggregate.
    OnePlace,
    /// Ask whether it is acceptable; if not, an invariant is missing.
    IsItAcceptable,
}

impl Coordination {
    /// As JSON, indented, with a line feed at the end.
    ///
    /// # Panics
    ///
    /// Never: texts and numbers have a JSON form.
    #[must_use]
    pub fn to_json(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("texts and numbers have a JSON form");
        text + "\n"
    }

    /// The pairs of two commands by name, in either order.
    #[must_use]
    pub fn between(&self, one: &str, two: &str) -> Vec<&Pair> {
        let pairs = self.pairs.iter();
        pairs
            .filter(|pair| {
                let names = (pair.first.as_str(), pair.second.as_str());
                names == (one, two) || names == (two, one)
            })
            .collect()
    }
}

impl Pair {
    /// Whether the two must not be decided in two places at once.
    #[must_use]
    pub fn is_demand(&self) -> bool {
        matches!(self.verdict, Verdict::Order | Verdict::Coordinate)
    }
}
