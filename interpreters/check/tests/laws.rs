//! Each law is broken by an aggregate that does exactly what the law forbids, and is caught by that law.

mod lying;

use lawful::prelude::*;
use lawful::{Broken, Rejection};
use lawful_check::Laws;
use lying::{Account, AccountCommand, AccountEvent, Honest, Lie, Lying};
use std::sync::atomic::{AtomicI64, Ordering};

const AGREE: &str = "the compiled code and the model agree";
const FUNCTION: &str = "decide is a function";
const TOTAL: &str = "nothing panics, at the extremes of every integer either";
const INVARIANTS: &str = "invariants hold after every accepted command";
const REJECTION: &str = "a rejection changes nothing and names what is broken";
const SNAPSHOT: &str = "a fold goes on from an encoded snapshot";
const FRAME: &str = "an event changes only the fields that its update names";
const SYMMETRY: &str = "ids of one kind can be exchanged";
const FOLD: &str = "a state is the fold of its history";
const COMMANDS: &str = "commands come back from JSON as they were";
const EVENTS: &str = "events come back from JSON and from stores as they were";
const STATES: &str = "states come back from JSON as they were";

/// Runs the laws of `A`; those that are broken are exactly these.
#[track_caller]
fn breaks<A: Aggregate>(laws: &[&str]) -> String {
    let report = Laws::<A>::new().run().expect("values");
    let broken = report.results().iter().filter(|law| law.broken().is_some());
    let broken: Vec<_> = broken.map(lawful_check::LawResult::law).collect();
    assert_eq!(broken, laws, "{report}");
    report.to_string()
}

#[test]
fn an_honest_aggregate_breaks_none() {
    breaks::<Lying<Honest>>(&[]);
    lawful_check::laws::<Account>();
}

#[derive(Clone, Debug, Default, PartialEq)]
struct GuardFailsSilently;

impl Lie for GuardFailsSilently {
    fn propose(
        state: &Account,
        command: &AccountCommand,
    ) -> Result<Events<AccountEvent>, Rejection> {
        Ok(state.propose(command).unwrap_or(Events::None))
    }
}

#[test]
fn a_command_whose_guard_fails_is_not_accepted_without_events() {
    let report = breaks::<Lying<GuardFailsSilently>>(&[AGREE]);
    insta::assert_snapshot!(report);
}

#[derive(Clone, Debug, Default, PartialEq)]
struct OneCopyInverted;

impl Lie for OneCopyInverted {
    fn propose(
        state: &Account,
        command: &AccountCommand,
    ) -> Result<Events<AccountEvent>, Rejection> {
        match (command, state.propose(command)) {
            (AccountCommand::Withdraw { amount }, Ok(_)) => {
                let broken = Broken::new("covers", "", true, "", Vec::new());
                let _ = amount;
                Err(Rejection::new("account", "withdraw", vec![broken]))
            }
            (_, decided) => decided,
        }
    }
}

#[test]
fn a_rule_whose_copy_is_inverted_is_found() {
    breaks::<Lying<OneCopyInverted>>(&[AGREE]);
}

#[derive(Clone, Debug, Default, PartialEq)]
struct SaysOneDoesAnother;

impl Lie for SaysOneDoesAnother {
    fn evolve(state: &mut Account, event: &AccountEvent) {
        match event {
            AccountEvent::Deposited { amount } => {
                state.evolve(&AccountEvent::deposited(*amount + 1));
            }
            event => state.evolve(event),
        }
    }
}

#[test]
fn an_output_that_says_one_thing_while_the_state_does_another_is_found() {
    breaks::<Lying<SaysOneDoesAnother>>(&[AGREE]);
}

#[derive(Clone, Debug, Default, PartialEq)]
struct AsksOutside;

static ASKED: AtomicI64 = AtomicI64::new(0);

impl Lie for AsksOutside {
    fn evolve(state: &mut Account, event: &AccountEvent) {
        state.evolve(event);
        if let AccountEvent::Deposited { .. } = event {
            state.evolve(&AccountEvent::deposited(
                ASKED.fetch_add(1, Ordering::Relaxed) % 2,
            ));
        }
    }
}

#[test]
fn a_clock_or_random_number_in_an_event_is_found() {
    breaks::<Lying<AsksOutside>>(&[AGREE, FUNCTION, INVARIANTS, SNAPSHOT, FOLD]);
}

#[derive(Clone, Debug, Default, PartialEq)]
struct UpholdsNothing;

impl Lie for UpholdsNothing {
    fn uphold(_: &Account, _: &Account, _: &AccountCommand) -> Result<(), Rejection> {
        Ok(())
    }
}

#[test]
fn an_invariant_that_nobody_looks_at_is_found() {
    // The model says that the invariant holds it back.
    breaks::<Lying<UpholdsNothing>>(&[AGREE, INVARIANTS]);
}

#[derive(Clone, Debug, Default, PartialEq)]
struct NamesNoRule;

impl Lie for NamesNoRule {
    fn propose(
        state: &Account,
        command: &AccountCommand,
    ) -> Result<Events<AccountEvent>, Rejection> {
        let renamed = |rejection: Rejection| {
            Rejection::new("account", rejection.command().to_owned(), Vec::new())
        };
        state.propose(command).map_err(renamed)
    }
}

#[test]
fn a_rejection_that_names_no_rule_is_found() {
    breaks::<Lying<NamesNoRule>>(&[AGREE, REJECTION]);
}

#[derive(Clone, Debug, Default, PartialEq)]
struct TouchesAnother;

impl Lie for TouchesAnother {
    fn evolve(state: &mut Account, event: &AccountEvent) {
        state.evolve(event);
        if let AccountEvent::Deposited { .. } = event {
            state.evolve(&AccountEvent::opened("z"));
        }
    }
}

#[test]
fn an_event_that_changes_another_field_is_found() {
    breaks::<Lying<TouchesAnother>>(&[AGREE, FRAME]);
}

/// A purse that forgets on the way to a snapshot.
#[state]
pub struct Forgetful {
    total: i8,
    #[serde(skip)]
    hidden: i8,
}

#[aggregate]
impl Forgetful {
    /// Something came in.
    #[event]
    fn added(&mut self, by: i8) {
        self.total += by;
        self.hidden += by;
    }

    /// there is room
    #[rule]
    fn has_room(&self) -> bool {
        self.hidden < 2
    }

    /// the amount is one
    #[rule]
    fn is_one(by: i8) -> bool {
        by == 1
    }

    /// Adds.
    #[command(requires(is_one(by), then(has_room)))]
    fn add(&self, by: i8) -> ForgetfulEvent {
        ForgetfulEvent::added(by)
    }
}

#[test]
fn a_decision_from_a_snapshot_that_differs_from_one_from_the_history_is_found() {
    // What serde leaves out, the model does not see either.
    breaks::<Forgetful>(&[AGREE, FUNCTION, SNAPSHOT, STATES]);
}

/// Somebody's data.
#[value]
pub struct Person {
    #[serde(skip)]
    name: String,
    age: u8,
}

/// A list of persons.
#[state]
pub struct Crowd {
    persons: Vec<Person>,
}

#[aggregate]
impl Crowd {
    /// Somebody came.
    #[event]
    fn came(&mut self, name: &str) {
        self.persons.push(Person {
            name: name.to_owned(),
            age: 1,
        });
    }

    /// there is room
    #[rule]
    fn has_room(&self) -> bool {
        self.persons.len() < 2
    }

    /// Comes.
    #[command(requires(has_room))]
    fn come(&self, name: &str) -> CrowdEvent {
        CrowdEvent::came(name)
    }
}

#[test]
fn data_that_is_lost_within_a_list_is_found() {
    // What serde leaves out, the model does not see either.
    breaks::<Crowd>(&[AGREE, SNAPSHOT, STATES]);
}

/// A number without bounds.
#[state]
pub struct Unbounded {
    total: i64,
}

#[aggregate]
impl Unbounded {
    /// Something came in.
    #[event]
    fn added(&mut self, by: i64) {
        self.total += by;
    }

    /// Adds.
    #[command]
    fn add(&self, by: i64) -> UnboundedEvent {
        UnboundedEvent::added(by)
    }
}

#[test]
fn an_overflow_at_the_extremes_is_found() {
    let report = breaks::<Unbounded>(&[TOTAL]);
    assert!(report.contains("overflow"), "{report}");
}

/// A queue that lets in only whose id is greater than the last one's.
#[state]
pub struct Ranked {
    last: Option<Id<Ranked>>,
}

#[aggregate]
impl Ranked {
    /// Somebody came.
    #[event]
    fn came(&mut self, who: Id<Ranked>) {
        self.last = Some(who);
    }

    /// nobody came, or somebody with a lesser id
    #[rule]
    fn is_next(&self, who: Id<Ranked>) -> bool {
        self.last.is_none_or(|last| last < who)
    }

    /// Comes.
    #[command(requires(is_next(who)))]
    fn come(&self, who: Id<Ranked>) -> RankedEvent {
        RankedEvent::came(who)
    }
}

#[test]
fn a_rule_that_depends_on_the_order_of_ids_is_found() {
    breaks::<Ranked>(&[SYMMETRY]);
    let scope = lawful_check::Scope::new().distinct_ids();
    let report = Laws::<Ranked>::new().scope(scope).run().expect("values");
    assert!(report.holds(), "{report}");
}

mod shouting {
    use lawful::__private::serde::Serializer;

    pub(crate) fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&text.to_uppercase())
    }
}

/// A note that shouts when it is written down.
#[state]
pub struct Shouted {
    told: bool,
}

#[aggregate]
impl Shouted {
    /// It was told.
    #[event]
    fn told(&mut self, #[serde(serialize_with = "shouting::serialize")] text: &str) {
        self.told = !text.is_empty();
    }

    /// Tells.
    #[command]
    fn tell(&self, #[serde(serialize_with = "shouting::serialize")] text: &str) -> ShoutedEvent {
        ShoutedEvent::told(text)
    }
}

#[test]
fn a_value_that_changes_when_it_is_written_is_found() {
    breaks::<Shouted>(&[COMMANDS, EVENTS]);
}

#[test]
#[should_panic(expected = "BROKEN       nothing panics")]
fn a_broken_law_fails_the_test_of_its_user() {
    lawful_check::laws::<Unbounded>();
}
