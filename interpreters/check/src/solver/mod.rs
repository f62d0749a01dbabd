//! Proofs for all values: what is to be proved of each command, printed as SMT-LIB 2 from the trees, and put to `z3` where that is
//! installed. Where it is not, nothing is claimed.
//!
//! Whole numbers are proved as whole numbers, and that arithmetic stays within its type is proved beside it; texts and ids are only
//! compared; maps and sets are arrays. What counts elements, or holds code that was not understood, has no counterpart: it is listed, and
//! nothing is claimed of it. A counterexample is run by the compiled code before it is shown.
//!
//! A proof is one step: from every state that keeps the invariants, not only from those that can be reached. A counterexample may
//! therefore begin in a state that never comes about; then a stronger invariant rules it out.

#[cfg(test)]
mod agreement;
mod arithmetic;
mod decision;
mod method;
mod native;
mod obligation;
mod pattern;
mod print;
mod run;
mod sort;
mod term;
mod translate;
mod update;
mod values;

pub use obligation::{Claim, Gap, Obligation};
pub use run::Solver;

use crate::caught::caught;
use crate::interpreted::Call;
use crate::{Domains, Evidence, Scope};
use lawful::{Aggregate, Rule};
use run::Reply;
use serde::Serialize;
use sort::Sorts;

/// Why something has no counterpart in the logic.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reason(String);

/// Everything that is to be proved of an aggregate.
#[derive(Debug, Clone)]
pub struct Obligations {
    /// The aggregate's name in snake case.
    pub aggregate: String,
    /// In declared order of the commands.
    pub each: Vec<Obligation>,
    /// What could not be said.
    pub gaps: Vec<Gap>,
}

/// What came of the obligations: see [`prove`].
#[derive(Debug, Clone, Serialize)]
pub struct Proofs {
    /// The aggregate's name in snake case.
    pub aggregate: String,
    /// The solver; `None` where there was none.
    pub solver: Option<String>,
    /// The invariants that the state before anything happened breaks: no proof of a step is worth much then.
    pub broken_at_first: Vec<String>,
    /// Each obligation and what came of it.
    pub results: Vec<Proof>,
    /// What could not be said in the logic.
    pub gaps: Vec<Gap>,
}

/// What came of an obligation.
#[derive(Debug, Clone, Serialize)]
pub struct Proof {
    /// The command's name in snake case.
    pub command: String,
    /// What was claimed.
    pub claim: Claim,
    /// What came of it.
    pub verdict: Verdict,
}

/// What came of an obligation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// It holds for all values.
    Proved(Evidence),
    /// It does not hold here: the compiled code was run and says so, too.
    Refuted(Example),
    /// Something that shall be possible is: the compiled code was run and says so, too.
    Shown(Example),
    /// Something that shall be possible never is, for all values: a rule that the others imply, a command that is never accepted.
    Impossible(Evidence),
    /// The solver took too long or does not know, or its counterexample is none for the compiled code.
    Unknown(String),
    /// There is no solver.
    Unasked,
}

/// A state, a command, and what the compiled code makes of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Example {
    /// The state before, which keeps every invariant, but may be out of reach.
    pub state: String,
    /// The command.
    pub when: Call,
    /// What becomes of it.
    pub then: String,
}

/// What is to be proved of an aggregate.
///
/// ```
/// use lawful_check::solver::obligations;
///
/// let account = obligations::<bank::Account>();
/// assert!(account.smt2().contains("withdraw of account: its rules keep is_solvent"));
/// ```
#[must_use]
pub fn obligations<A: Aggregate>() -> Obligations {
    obligations_with::<A>(&samples::<A>())
}

fn obligations_with<A: Aggregate>(samples: &[Call]) -> Obligations {
    let model = A::model();
    let (each, gaps) = obligation::obligations(model, samples);
    Obligations {
        aggregate: model.name.to_string(),
        each,
        gaps,
    }
}

/// A few commands, whose values tell what the names of types stand for.
fn samples<A: Aggregate>() -> Vec<Call> {
    let domains = Domains::<A>::derive(&Scope::new().ids(1).size(1).values(8));
    domains.map_or_else(
        |_| Vec::new(),
        |domains| domains.commands().iter().map(Call::of_command).collect(),
    )
}

impl Obligations {
    /// All questions in one text, for an expert to read or a solver to answer: each is on its own after a `(reset)`.
    #[must_use]
    pub fn smt2(&self) -> String {
        let scripts: Vec<_> = self.each.iter().map(|each| each.script.as_str()).collect();
        let gaps = self.gaps.iter().map(|gap| {
            let why = gap.why.replace('\n', " ");
            format!("; not expressed: {}: {why}\n", gap.what)
        });
        gaps.collect::<Vec<_>>().concat() + &scripts.join("(reset)\n")
    }
}

/// Puts every obligation of an aggregate to a solver. Without one, every verdict is [`Verdict::Unasked`].
///
/// ```
/// use lawful_check::solver::{Solver, prove};
///
/// let proofs = prove::<bank::Account>(Solver::find().as_ref());
/// println!("{proofs}");
/// ```
#[must_use]
pub fn prove<A: Aggregate>(solver: Option<&Solver>) -> Proofs {
    let samples = samples::<A>();
    let obligations = obligations_with::<A>(&samples);
    let sorts = obligation::sorts(A::model(), &samples);
    let results = obligations.each.iter().map(|obligation| Proof {
        command: obligation.command.clone(),
        claim: obligation.claim.clone(),
        verdict: solver.map_or(Verdict::Unasked, |solver| {
            verdict::<A>(&sorts, obligation, solver)
        }),
    });
    Proofs {
        aggregate: obligations.aggregate.clone(),
        solver: solver.map(Solver::name),
        broken_at_first: broken_at_first::<A>(),
        results: results.collect(),
        gaps: obligations.gaps.clone(),
    }
}

fn broken_at_first<A: Aggregate>() -> Vec<String> {
    let broken = caught(|| A::default().broken_invariants()).unwrap_or_default();
    broken.iter().map(|rule| rule.name().to_owned()).collect()
}

fn verdict<A: Aggregate>(sorts: &Sorts<'_>, obligation: &Obligation, solver: &Solver) -> Verdict {
    let is_possibility = matches!(obligation.claim, Claim::Refuses(_) | Claim::Accepts);
    let evidence = || Evidence::Proved {
        solver: solver.name(),
    };
    match solver.ask(&obligation.script) {
        Reply::Unknown(why) => Verdict::Unknown(why),
        Reply::Unsat if is_possibility => Verdict::Impossible(evidence()),
        Reply::Unsat => Verdict::Proved(evidence()),
        Reply::Sat(values) => {
            let name = &A::model().state.name;
            let Some((state, when)) = values::read(&values, obligation, sorts, name) else {
                return Verdict::Unknown("its counterexample cannot be read".to_owned());
            };
            match native::run::<A>(&state, &when, &obligation.claim) {
                Ok(then) => {
                    let state = state.to_string();
                    let example = Example { state, when, then };
                    if is_possibility {
                        Verdict::Shown(example)
                    } else {
                        Verdict::Refuted(example)
                    }
                }
                Err(why) => Verdict::Unknown(why),
            }
        }
    }
}
