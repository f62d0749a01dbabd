//! The four classes of pairs that need coordination, and what becomes of the report when the declaration or the scope changes.

use lawful::Aggregate;
use lawful_check::coordination::{Coordination, Remedy, Verdict};
use lawful_check::{Partitioned, coordination};
use seats::{Seats, SeatsCommand, SeatsEvent, SeatsRule};

fn report() -> Coordination {
    coordination::<Seats>().report().expect("samples are given")
}

/// The demands: commands, whether seat and person agree, and the verdict.
fn demands(report: &Coordination) -> Vec<String> {
    let demands = report.pairs.iter().filter(|pair| pair.is_demand());
    demands
        .map(|pair| {
            let same: Vec<_> = pair.links.iter().map(|link| link.same).collect();
            format!("{} {} {same:?} {:?}", pair.first, pair.second, pair.verdict)
        })
        .collect()
}

#[test]
fn four_of_twelve_classes_need_coordination() {
    let report = report();
    assert_eq!(report.evidence.to_string(), "complete (217 states)");
    assert_eq!(report.pairs.len(), 12);
    assert_eq!(
        demands(&report),
        [
            "reserve reserve [false, true] Coordinate",
            "reserve reserve [true, false] Order",
            "reserve reserve [true, true] Order",
            "release release [true, true] Order",
        ]
    );
    assert_eq!(report.one_at_a_time.keys, ["seat", "person"]);
}

#[test]
fn a_late_release_frees_the_next_reservation() {
    let report = report();
    let pairs = report.between("release", "release").into_iter();
    let again: Vec<_> = pairs
        .filter(|pair| pair.verdict == Verdict::Order)
        .collect();
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].remedy, Some(Remedy::NameTheInstance));
    assert_eq!(
        again[0].stories[0].there,
        [
            r#"release(seat: "A1", person: "Ann")"#,
            r#"reserve(seat: "A1", person: "Ann")"#,
        ]
    );
    Partitioned::<Seats>::given([SeatsEvent::reserved("A1", "Ann")])
        .split()
        .on("here")
        .execute(SeatsCommand::release("A1", "Ann"))
        .on("there")
        .execute(SeatsCommand::release("A1", "Ann"))
        .on("there")
        .execute(SeatsCommand::reserve("A1", "Ann"))
        .heal()
        .then_apart();
}

#[test]
fn two_box_offices_may_sell_different_seats_to_different_people() {
    Partitioned::<Seats>::new()
        .split()
        .on("north")
        .execute(SeatsCommand::reserve("A1", "Ann"))
        .on("south")
        .execute(SeatsCommand::reserve("A2", "Bob"))
        .heal()
        .then_agreed()
        .on("north")
        .execute(SeatsCommand::reserve("A2", "Ann"))
        .then_rejected(SeatsRule::IsTaken);
}

#[test]
fn everything_is_read_from_the_declaration() {
    assert!(Seats::model().opaque().is_empty());
}
