//! Proofs: obligations as text, what a solver makes of them where one is installed, and solvers that fail.

use bank::Account;
use lawful::prelude::*;
use lawful_check::solver::{Claim, Proofs, Solver, Verdict, obligations, prove};
use lawful_servers::Missing;
use std::path::PathBuf;
use std::time::Duration;

/// The solver of this machine; where it is missing, the test says so and is skipped.
fn z3() -> Option<Solver> {
    let found = Solver::find().map(|solver| solver.timeout(Duration::from_mins(1)));
    if found.is_none() {
        let missing = Missing {
            program: "z3".to_owned(),
            package: "z3".to_owned(),
        };
        missing.report();
    }
    found
}

/// A jar with a mistake of every kind.
#[state]
struct Jar {
    sweets: i64,
    lid: Option<String>,
}

#[aggregate]
impl Jar {
    /// Sweets came in.
    #[event]
    fn filled(&mut self, with: i64) {
        self.sweets += with;
    }

    /// Sweets went out.
    #[event]
    fn eaten(&mut self, sweets: i64) {
        self.sweets -= sweets;
    }

    /// It was closed.
    #[event]
    fn closed(&mut self, by: &str) {
        self.lid = Some(by.to_owned());
    }

    /// there is room
    #[rule]
    fn has_room(&self) -> bool {
        self.sweets < 10
    }

    /// the jar is not nearly full
    #[rule]
    fn is_light(&self) -> bool {
        self.sweets <= 12
    }

    /// it is a handful
    #[rule]
    fn is_handful(amount: i64) -> bool {
        0 < amount && amount <= 5
    }

    /// the lid is on
    #[rule]
    fn is_closed(&self) -> bool {
        self.lid.is_some()
    }

    /// there are never fewer than no sweets, nor too many
    #[invariant]
    fn is_possible(&self) -> bool {
        0 <= self.sweets && self.sweets <= 14
    }

    /// nobody eats more than five at a time
    #[invariant]
    fn is_modest(&self, before: &Self) -> bool {
        before.sweets - self.sweets <= 5
    }

    /// Fills it.
    #[command(requires(has_room, is_light, is_handful(with)))]
    fn fill(&self, with: i64) -> JarEvent {
        JarEvent::filled(with)
    }

    /// Eats; nobody asks whether so many are there.
    #[command(requires(is_handful(sweets)))]
    fn eat(&self, sweets: i64) -> JarEvent {
        JarEvent::eaten(sweets)
    }

    /// Closes what is closed and not.
    #[command(requires(is_closed, not(is_closed)))]
    fn close(&self, by: &str) -> JarEvent {
        JarEvent::closed(by)
    }
}

#[test]
fn the_obligations_of_the_account_are_readable() {
    insta::assert_snapshot!(obligations::<Account>().smt2());
}

#[test]
fn what_cannot_be_said_is_said() {
    insta::assert_snapshot!(prove::<todo::List>(None));
}

/// A weight, which is not exact.
pub type Grams = f64;

/// Scales.
#[state(inexact)]
struct Scales {
    shown: Grams,
}

#[aggregate(inexact)]
#[allow(
    clippy::eq_op,
    clippy::float_cmp,
    reason = "a number that is none is not equal to itself"
)]
impl Scales {
    /// Something was weighed.
    #[event]
    fn weighed(&mut self, shown: Grams) {
        self.shown = shown;
    }

    /// what is shown is itself, unless it is not a number
    #[invariant]
    fn is_itself(&self) -> bool {
        self.shown == self.shown
    }

    /// Weighs.
    #[command]
    fn weigh(&self, shown: Grams) -> ScalesEvent {
        ScalesEvent::weighed(shown)
    }
}

#[test]
fn nothing_is_claimed_of_floats() {
    let obligations = obligations::<Scales>();
    let gaps: Vec<_> = obligations
        .gaps
        .iter()
        .map(|gap| gap.why.as_str())
        .collect();
    assert_eq!(gaps, ["`shown == shown` compares what floats may be in"]);
    let keeps = |claim: &Claim| matches!(claim, Claim::Keeps(_));
    assert!(!obligations.each.iter().any(|each| keeps(&each.claim)));
}

#[test]
fn without_a_solver_nothing_is_claimed() {
    let proofs = prove::<Account>(None);
    assert_eq!(proofs.solver, None);
    assert!(!proofs.results.is_empty());
    let unasked = |verdict: &Verdict| *verdict == Verdict::Unasked;
    assert!(proofs.results.iter().all(|proof| unasked(&proof.verdict)));
    assert!(!proofs.to_string().contains("proved:"), "{proofs}");
    insta::assert_snapshot!(proofs);
}

/// What is shown, without the values, which another version of the solver may choose differently, and without its version.
fn verdicts(proofs: &Proofs) -> String {
    let each = proofs.results.iter().map(|proof| {
        let verdict = match &proof.verdict {
            Verdict::Proved(_) => "proved",
            Verdict::Refuted(_) => "refuted",
            Verdict::Shown(_) => "shown",
            Verdict::Impossible(_) => "impossible",
            Verdict::Unknown(why) => why,
            _ => "unasked",
        };
        format!("{} {verdict}: {}", proof.command, proof.claim)
    });
    each.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_account_is_proved() {
    let Some(solver) = z3() else { return };
    insta::assert_snapshot!(verdicts(&prove::<Account>(Some(&solver))));
}

#[test]
fn every_planted_mistake_is_found_and_happens_in_the_compiled_code() {
    let Some(solver) = z3() else { return };
    let proofs = prove::<Jar>(Some(&solver));
    insta::assert_snapshot!(verdicts(&proofs));
    let found = |command: &str, claim: &Claim| {
        let mut results = proofs.results.iter();
        let of = results.find(|proof| proof.command == command && proof.claim == *claim);
        of.map(|proof| &proof.verdict)
    };
    let keeps = Claim::Keeps("is_possible".to_owned());
    let Some(Verdict::Refuted(example)) = found("eat", &keeps) else {
        panic!("{proofs}");
    };
    assert_eq!(example.then, "rejected by is_possible");
    let Some(Verdict::Impossible(evidence)) = found("fill", &Claim::Refuses("is_light".to_owned()))
    else {
        panic!("{proofs}");
    };
    assert_eq!(evidence.to_string(), format!("proved ({})", solver.name()));
    assert!(matches!(
        found("close", &Claim::Accepts),
        Some(Verdict::Impossible(_))
    ));
    let text = proofs.to_string();
    assert!(
        text.contains("`is_light` is implied by the other rules"),
        "{text}"
    );
    assert!(text.contains("it is never accepted"), "{text}");
    assert!(text.contains("may be out of reach"), "{text}");
    let json = serde_json::to_value(&proofs).expect("it serialises");
    assert_eq!(json["results"][0]["command"], "fill");
}

/// What comes of a solver that fails, one of the scripts beside this file.
#[track_caller]
fn all_are_unknown(script: &str, limit: Duration, because: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/solvers");
    let solver = Solver::at(&folder.join(script)).expect("it tells its version");
    assert_eq!(solver.name(), "z3 0.1");
    let solver = solver.timeout(limit);
    let proofs = prove::<counter::Counter>(Some(&solver));
    assert!(!proofs.results.is_empty());
    for proof in &proofs.results {
        match &proof.verdict {
            Verdict::Unknown(why) if why.contains(because) => {}
            other => panic!("{}: {other:?}", proof.claim),
        }
    }
}

/// More than a solver needs that answers at all.
const LONG: Duration = Duration::from_mins(1);

#[test]
fn a_solver_that_takes_too_long_proves_nothing() {
    let limit = Duration::from_millis(50);
    all_are_unknown("slow", limit, "no answer within 50ms");
}

#[test]
fn a_solver_that_starts_another_one_does_not_hold_anybody_up() {
    let limit = Duration::from_millis(50);
    all_are_unknown("wrapped", limit, "no answer within 50ms");
}

#[test]
fn a_solver_that_does_not_know_proves_nothing() {
    all_are_unknown("unsure", LONG, "does not know");
    all_are_unknown("deaf", LONG, "the solver answers ``");
    all_are_unknown("odd", LONG, "the solver answers `(error");
}

#[test]
fn a_counterexample_that_is_none_is_not_shown() {
    let why = "`Counter { count: 77 }` breaks an invariant";
    all_are_unknown("lying", LONG, why);
    all_are_unknown("torn", LONG, "cannot be read");
}

#[test]
fn what_is_no_solver_is_not_taken_for_one() {
    assert!(Solver::at(&PathBuf::from("/bin/true")).is_none());
    assert!(Solver::at(&PathBuf::from("/nowhere/z3")).is_none());
}
