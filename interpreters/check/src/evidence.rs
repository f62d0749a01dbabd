use serde::Serialize;
use std::fmt::{Display, Formatter};

/// How far a claim goes. Nothing is ever called verified without it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Evidence {
    /// The search closed: everything that can be reached with the values of the scope was seen.
    Complete {
        /// How many states there are.
        states: usize,
    },
    /// The search ended at a bound; nothing is known beyond it.
    Bounded {
        /// How many states were seen.
        states: usize,
        /// Why it ended, and what was left out.
        bound: String,
    },
    /// Some of many were tried.
    Sampled {
        /// How many.
        n: usize,
        /// What the choice is repeated with.
        seed: u64,
    },
    /// A solver proved it for all values.
    Proved {
        /// Which solver, with its version.
        solver: String,
    },
}

impl Display for Evidence {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Evidence::Complete { states } => write!(f, "complete ({})", Counted(*states)),
            Evidence::Bounded { states, bound } => {
                write!(f, "bounded ({}; {bound})", Counted(*states))
            }
            Evidence::Sampled { n, seed } => write!(f, "sampled ({n}, seed {seed})"),
            Evidence::Proved { solver } => write!(f, "proved ({solver})"),
        }
    }
}

/// `1 state`, `2 states`.
struct Counted(usize);

impl Display for Counted {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let plural = if self.0 == 1 { "" } else { "s" };
        write!(f, "{} state{plural}", self.0)
    }
}
