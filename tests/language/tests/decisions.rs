//! What the compiled form decides: which rules are looked at, how often, and which are named.
#![deny(warnings, missing_docs, clippy::pedantic)]

use lawful::prelude::*;
use std::cell::RefCell;

thread_local! {
    /// Every rule that was evaluated, in order.
    static LOOKED_AT: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

fn look(rule: &'static str, answer: bool) -> bool {
    LOOKED_AT.with_borrow_mut(|looked_at| looked_at.push(rule));
    answer
}

/// What `run` evaluates, in order.
fn looked_at<T>(run: impl FnOnce() -> T) -> (T, Vec<&'static str>) {
    LOOKED_AT.take();
    let answer = run();
    (answer, LOOKED_AT.take())
}

/// Three answers, given from outside.
#[state]
struct Probe {
    a: bool,
    b: bool,
    c: bool,
}

#[aggregate]
impl Probe {
    #[event]
    fn passed(&mut self) {}

    #[rule]
    fn a(&self) -> bool {
        look("a", self.a)
    }

    #[rule]
    fn b(&self) -> bool {
        look("b", self.b)
    }

    #[rule]
    fn c(&self) -> bool {
        look("c", self.c)
    }

    #[command(requires(a, b, c))]
    fn all_listed(&self) -> ProbeEvent {
        ProbeEvent::passed()
    }

    #[command(requires(a, then(b, then(c))))]
    fn one_by_one(&self) -> ProbeEvent {
        ProbeEvent::passed()
    }

    #[command(requires(not(a), any(b, c)))]
    fn connected(&self) -> ProbeEvent {
        ProbeEvent::passed()
    }

    #[command(requires(not(all(a, not(any(b, c))))))]
    fn nested(&self) -> ProbeEvent {
        ProbeEvent::passed()
    }

    #[command(requires(a), unless(b, then(c)))]
    fn silent(&self) -> ProbeEvent {
        ProbeEvent::passed()
    }

    #[command(requires(a))]
    fn told(&self) -> Result<ProbeEvent, ProbeRule> {
        Err(ProbeRule::C)
    }
}

fn probe(a: bool, b: bool, c: bool) -> Probe {
    Probe { a, b, c }
}

/// The rules that a rejection names, those that should not hold with `not`.
fn broken<E: std::fmt::Debug>(decided: Result<E, Rejection>) -> Vec<String> {
    let rejection = decided.expect_err("the command is refused");
    let named = rejection.broken().iter().map(|broken| {
        let not = if broken.expected() { "" } else { "not " };
        format!("{not}{}", broken.rule())
    });
    named.collect()
}

#[test]
fn every_rule_is_evaluated_once_and_in_order() {
    for a in [true, false] {
        let (_, looked) = looked_at(|| {
            probe(a, true, true)
                .decide(&ProbeCommand::all_listed())
                .is_ok()
        });
        let native = &looked[..3];
        assert_eq!(native, ["a", "b", "c"], "for a = {a}");
    }
    let (accepted, looked) =
        looked_at(|| probe(true, true, true).decide(&ProbeCommand::all_listed()));
    assert!(accepted.is_ok());
    assert_eq!(looked, ["a", "b", "c"]);
}

#[test]
fn every_broken_rule_is_named_in_declared_order() {
    let command = ProbeCommand::all_listed();
    assert_eq!(
        broken(probe(false, true, false).decide(&command)),
        ["a", "c"]
    );
    assert_eq!(
        broken(probe(false, false, false).decide(&command)),
        ["a", "b", "c"]
    );
}

#[test]
fn then_is_looked_at_only_when_all_before_hold() {
    let command = ProbeCommand::one_by_one();
    let (_, looked) = looked_at(|| probe(true, true, true).decide(&command).is_ok());
    assert_eq!(looked, ["a", "b", "c"]);
    assert_eq!(broken(probe(false, false, false).decide(&command)), ["a"]);
    assert_eq!(broken(probe(true, false, false).decide(&command)), ["b"]);
    assert_eq!(broken(probe(true, true, false).decide(&command)), ["c"]);
}

#[test]
fn connectives_say_what_was_expected() {
    let command = ProbeCommand::connected();
    assert!(probe(false, false, true).decide(&command).is_ok());
    assert_eq!(broken(probe(true, false, true).decide(&command)), ["not a"]);
    assert_eq!(
        broken(probe(true, false, false).decide(&command)),
        ["not a", "b"]
    );
}

#[test]
fn connectives_nest() {
    let command = ProbeCommand::nested();
    for (a, b, c) in [
        (true, true, false),
        (false, false, false),
        (true, false, true),
    ] {
        assert!(probe(a, b, c).decide(&command).is_ok());
    }
    assert_eq!(
        broken(probe(true, false, false).decide(&command)),
        ["not a"]
    );
}

#[test]
fn unless_comes_after_requires_and_records_nothing() {
    let command = ProbeCommand::silent();
    let decide = |b, c| looked_at(|| probe(true, b, c).decide(&command).unwrap().len());
    assert_eq!(decide(true, true), (0, vec!["a", "b", "c"]));
    assert_eq!(decide(false, true), (1, vec!["a", "b"]));
    assert_eq!(decide(true, false), (1, vec!["a", "b", "c"]));
    assert_eq!(broken(probe(false, true, true).decide(&command)), ["a"]);
}

#[test]
fn a_body_may_name_the_rule_that_only_it_can_tell() {
    assert_eq!(
        broken(probe(true, true, true).decide(&ProbeCommand::told())),
        ["c"]
    );
    assert_eq!(
        broken(probe(false, true, true).decide(&ProbeCommand::told())),
        ["a"]
    );
}

/// A level that a later release may find too high or too low.
#[state]
struct Tank {
    level: i64,
    sealed: bool,
}

#[aggregate]
impl Tank {
    #[event]
    fn set(&mut self, level: i64) {
        self.level = level;
    }

    #[event]
    fn sealed(&mut self) {
        self.sealed = true;
    }

    /// the level is above zero
    #[invariant]
    fn is_filled(&self) -> bool {
        self.level > 0
    }

    /// the level is below ten
    #[invariant]
    fn is_safe(&self) -> bool {
        self.level < 10
    }

    /// a sealed tank keeps its level
    #[invariant]
    fn keeps(&self, before: &Self) -> bool {
        !before.sealed || self.level == before.level
    }

    #[command]
    fn fill(&self, level: i64) -> TankEvent {
        TankEvent::set(level)
    }

    #[command]
    fn seal(&self) -> TankEvent {
        TankEvent::sealed()
    }

    #[command]
    fn overshoot(&self, level: i64) -> [TankEvent; 2] {
        [TankEvent::set(100), TankEvent::set(level)]
    }
}

fn tank(level: i64, sealed: bool) -> Tank {
    Tank { level, sealed }
}

#[test]
fn a_command_that_would_break_an_invariant_is_refused() {
    assert!(tank(5, false).decide(&TankCommand::fill(9)).is_ok());
    assert_eq!(
        broken(tank(5, false).decide(&TankCommand::fill(10))),
        ["is_safe"]
    );
    assert_eq!(
        broken(tank(5, true).decide(&TankCommand::fill(12))),
        ["is_safe", "keeps"]
    );
}

#[test]
fn only_the_state_after_the_last_event_counts() {
    assert!(tank(5, false).decide(&TankCommand::overshoot(7)).is_ok());
}

#[test]
fn what_was_broken_before_refuses_nothing() {
    assert!(tank(50, false).decide(&TankCommand::fill(60)).is_ok());
    assert!(tank(50, false).decide(&TankCommand::seal()).is_ok());
    assert_eq!(
        broken(tank(50, true).decide(&TankCommand::fill(60))),
        ["keeps"]
    );
    assert_eq!(
        broken(tank(50, false).decide(&TankCommand::fill(0))),
        ["is_filled"]
    );
}

#[test]
fn the_default_state_excuses_nothing() {
    assert_eq!(
        broken(Tank::default().decide(&TankCommand::seal())),
        ["is_filled"]
    );
}

#[test]
fn broken_invariants_are_listed_for_reports() {
    assert_eq!(tank(5, false).broken_invariants(), []);
    assert_eq!(tank(50, true).broken_invariants(), [TankRule::IsSafe]);
}

#[test]
fn a_rejection_knows_the_rules_of_its_aggregate() {
    let rejection = tank(5, false).decide(&TankCommand::fill(10)).unwrap_err();
    assert!(rejection.broke(TankRule::IsSafe));
    assert!(!rejection.broke(TankRule::IsFilled));
    assert!(!rejection.broke(ProbeRule::A));
    assert_eq!(rejection.command(), "fill");
}
