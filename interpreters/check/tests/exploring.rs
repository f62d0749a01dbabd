//! The explorer: exact, deterministic, shortest ways, and ids that are symmetric.

use bank::Account;
use counter::Counter;
use lawful::prelude::*;
use lawful_check::{Domains, Evidence, Scope, explore};
use todo::List;

#[test]
fn a_small_model_closes() {
    let domains = Domains::<Counter>::derive(&Scope::new()).expect("values");
    let found = explore(&domains);
    assert_eq!(found.evidence(), Evidence::Complete { states: 4 });
    assert_eq!(found.levels(), [1, 1, 1, 1]);
    assert_eq!(found.transitions().len(), 3 + 3 + 3);
    let path: Vec<_> = found.path(3).iter().map(ToString::to_string).collect();
    assert_eq!(path, ["increment()"; 3]);
    assert_eq!(found.history(2).len(), 2);
}

#[test]
fn values_come_from_the_constants() {
    let domains = Domains::<Account>::derive(&Scope::new()).expect("values");
    let commands: Vec<_> = domains.commands().iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(commands.join("\n"));
}

#[test]
fn a_large_model_ends_at_the_budget_and_says_so() {
    let scope = Scope::new().budget(50);
    let found = explore(&Domains::<Account>::derive(&scope).expect("values"));
    insta::assert_snapshot!(found.evidence());
    assert!(!found.is_closed());
}

#[test]
fn states_that_differ_only_in_which_id_is_which_are_one() {
    let scope = Scope::new().budget(2_000);
    let symmetric = explore(&Domains::<List>::derive(&scope).expect("values"));
    assert!(
        symmetric.is_closed() && symmetric.merges_ids(),
        "{}",
        symmetric.evidence()
    );
    let distinct = explore(&Domains::<List>::derive(&scope.distinct_ids()).expect("values"));
    assert!(
        distinct.is_closed() && !distinct.merges_ids(),
        "{}",
        distinct.evidence()
    );
    assert_eq!(symmetric.levels(), [1, 2, 4, 4, 2]);
    assert_eq!(distinct.levels(), [1, 4, 8, 8, 4]);
    // Every way can be walked as it is told.
    for (place, state) in symmetric.states().iter().enumerate() {
        let mut walked = List::default();
        for event in symmetric.history(place) {
            walked.evolve(&event);
        }
        assert_eq!(walked, *state);
    }
}

#[test]
fn the_same_declaration_gives_the_same_states_in_the_same_order() {
    let explored = || {
        let found = explore(&Domains::<List>::derive(&Scope::new()).expect("values"));
        let transitions: Vec<_> = found
            .transitions()
            .iter()
            .map(|transition| (transition.from, transition.command, transition.to))
            .collect();
        (found.states().to_vec(), transitions)
    };
    assert_eq!(explored(), explored());
}

/// A number, half of which serde does not see.
#[state]
pub struct Hidden {
    #[serde(skip)]
    count: u8,
}

#[aggregate]
impl Hidden {
    /// It was counted.
    #[event]
    fn counted(&mut self) {
        self.count += 1;
    }

    /// there is room
    #[rule]
    fn has_room(&self) -> bool {
        self.count < 3
    }

    /// Counts.
    #[command(requires(has_room))]
    fn count(&self) -> HiddenEvent {
        HiddenEvent::counted()
    }
}

#[test]
fn states_that_are_written_alike_but_differ_are_two() {
    let found = explore(&Domains::<Hidden>::derive(&Scope::new()).expect("values"));
    assert_eq!(found.levels(), [1, 1, 1, 1]);
}

#[test]
fn coverage_counts_what_was_tried() {
    let found = explore(&Domains::<Counter>::derive(&Scope::new()).expect("values"));
    let [increment, _, reset] = found.coverage().commands() else {
        panic!("three commands");
    };
    assert_eq!(
        (increment.tried, increment.accepted, increment.refused),
        (4, 3, 1)
    );
    assert_eq!(increment.clauses[0].clause, "has_room");
    assert_eq!(
        (increment.clauses[0].refused, increment.clauses[0].alone),
        (1, 1)
    );
    assert_eq!((reset.accepted, reset.nothing), (3, 1));
    let emitted: Vec<_> = found
        .coverage()
        .events()
        .iter()
        .map(|event| event.emitted)
        .collect();
    assert_eq!(emitted, [3, 3, 3]);
}

#[test]
fn progress_is_told() {
    let mut told = Vec::new();
    let domains = Domains::<Counter>::derive(&Scope::new()).expect("values");
    let _ = lawful_check::explore::explore_watched(&domains, &mut |progress| {
        told.push(progress.expanded);
    });
    assert_eq!(told, [1, 2, 3, 4]);
}

#[test]
fn a_search_ends_when_enough_commands_were_tried() {
    let scope = Scope::new().tries(14 * 3);
    let found = explore(&Domains::<Account>::derive(&scope).expect("values"));
    assert_eq!(found.expanded(), 3);
    let evidence = found.evidence().to_string();
    assert!(
        evidence.contains("the budget of 42 tried commands ended"),
        "{evidence}"
    );
}
