//! Mutation: a weak model has survivors, which are listed; a strong one has none.

use bank::{Account, AccountCommand, AccountEvent, AccountRule};
use lawful::prelude::*;
use lawful_check::mutation::{Change, Fate, Mutation, mutate};
use lawful_check::{Domains, Evidence, Scope};
use lawful_pure::given;

/// A door that nothing is said about but its rules.
#[state]
struct Door {
    is_shut: bool,
    knocks: i64,
    most: i64,
}

#[aggregate]
impl Door {
    /// It was shut.
    #[event]
    fn shut(&mut self) {
        self.is_shut = true;
        self.knocks = 0;
    }

    /// It was opened.
    #[event]
    fn opened(&mut self) {
        self.is_shut = false;
    }

    /// Somebody knocked.
    #[event]
    fn knocked(&mut self) {
        self.knocks += 1;
    }

    /// It was silenced, and so much was counted.
    #[event]
    fn silenced(&mut self) {
        self.most = self.knocks;
        self.knocks = 0;
    }

    /// the door is shut
    #[rule]
    fn is_closed(&self) -> bool {
        self.is_shut
    }

    /// nobody knocks more than twice
    #[rule]
    fn is_patient(&self) -> bool {
        self.knocks < 2
    }

    /// it was knocked at twice before
    #[rule]
    fn was_loud(&self) -> bool {
        self.most >= 2
    }

    /// only a shut door is knocked at, and twice at most
    #[invariant]
    fn is_quiet(&self) -> bool {
        self.knocks <= 2
    }

    /// Shuts it.
    #[command(requires(not(is_closed)))]
    fn shut_it(&self) -> DoorEvent {
        DoorEvent::shut()
    }

    /// Opens it.
    #[command(requires(is_closed))]
    fn open_it(&self) -> DoorEvent {
        DoorEvent::opened()
    }

    /// Silences it.
    #[command(requires(not(is_patient), not(was_loud)))]
    fn silence(&self) -> DoorEvent {
        DoorEvent::silenced()
    }

    /// Knocks.
    #[command(requires(is_closed, is_patient))]
    fn knock(&self) -> DoorEvent {
        DoorEvent::knocked()
    }
}

fn door(stories: &[lawful_pure::Story<Door>]) -> Mutation {
    let domains = Domains::<Door>::derive(&Scope::new()).expect("values");
    mutate(&domains, stories, 100)
}

/// A story that walks through every rule and update of the door.
fn long_story() -> lawful_pure::Story<Door> {
    given::<Door>([])
        .when(DoorCommand::open_it())
        .when(DoorCommand::knock())
        .when(DoorCommand::shut_it())
        .when(DoorCommand::shut_it())
        .when(DoorCommand::knock())
        .when(DoorCommand::knock())
        .when(DoorCommand::knock())
        .when(DoorCommand::silence())
        .when(DoorCommand::silence())
        .when(DoorCommand::knock())
        .when(DoorCommand::knock())
        .when(DoorCommand::silence())
        .when(DoorCommand::open_it())
        .when(DoorCommand::knock())
        .when(DoorCommand::shut_it())
        .when(DoorCommand::knock())
        .then([DoorEvent::knocked()])
}

#[test]
fn a_model_that_is_not_tested_has_survivors() {
    insta::assert_snapshot!(door(&[]));
}

#[test]
fn a_model_that_is_tested_has_none() {
    let mutation = door(&[long_story()]);
    let survivors: Vec<_> = mutation.survivors().map(ToString::to_string).collect();
    assert_eq!(survivors, Vec::<String>::new());
    assert!(mutation.mutants.len() > 15, "{}", mutation.mutants.len());
    let kinds = |change| {
        mutation
            .mutants
            .iter()
            .any(|mutant| mutant.change == change)
    };
    for change in [
        Change::DropGuard,
        Change::FlipComparison,
        Change::ShiftConstant,
        Change::DropUpdate,
        Change::SwapUpdate,
        Change::NegateRule,
        Change::DropEvent,
    ] {
        assert!(kinds(change), "{change:?} was not tried");
    }
}

#[test]
fn an_invariant_notices_what_no_story_tells() {
    let mutation = door(&[]);
    let noticed: Vec<_> = mutation
        .mutants
        .iter()
        .filter(|mutant| matches!(mutant.fate, Fate::Invariant { .. }))
        .map(ToString::to_string)
        .collect();
    insta::assert_snapshot!(noticed.join("\n"));
}

/// A box whose second rule says nothing that the first one did not say.
#[state]
struct Shelf {
    things: u32,
}

#[aggregate]
impl Shelf {
    /// A thing was put on it.
    #[event]
    fn put(&mut self) {
        self.things += 1;
    }

    /// there is room for one more
    #[rule]
    fn has_room(&self) -> bool {
        self.things < 2
    }

    /// the shelf does not bend
    #[rule]
    fn is_straight(&self) -> bool {
        self.things <= 5
    }

    /// Puts a thing on it.
    #[command(requires(has_room, is_straight))]
    fn put_it(&self) -> ShelfEvent {
        ShelfEvent::put()
    }
}

#[test]
fn a_rule_that_never_matters_makes_no_difference() {
    let domains = Domains::<Shelf>::derive(&Scope::new()).expect("values");
    let mutation = mutate(&domains, &[], 100);
    let dropped = mutation
        .mutants
        .iter()
        .find(|mutant| mutant.after == ["requires has_room"])
        .expect("the rule was left out");
    assert!(
        matches!(
            dropped.fate,
            Fate::Same {
                evidence: Evidence::Complete { states: 3 }
            }
        ),
        "{dropped}"
    );
}

#[test]
fn the_survivors_of_the_account_are_listed() {
    let domains = Domains::<Account>::derive(&Scope::new()).expect("values");
    let opened = || given([AccountEvent::opened("Ada")]);
    let stories = [
        opened()
            .when(AccountCommand::open("Bob"))
            .then_rejected(AccountRule::IsOpen),
        opened()
            .when(AccountCommand::deposit(30))
            .when(AccountCommand::withdraw(50))
            .then_rejected(AccountRule::Covers),
    ];
    let mutation = mutate(&domains, &stories, 40);
    insta::assert_snapshot!(mutation);
    // The same again, to the letter.
    assert_eq!(
        mutate(&domains, &stories, 40).to_string(),
        mutation.to_string()
    );
    let json = serde_json::to_value(&mutation).expect("it serialises");
    assert_eq!(json["aggregate"], "account");
    assert_eq!(json["mutants"].as_array().map(Vec::len), Some(24));
}
