//! The coordination report on aggregates whose trouble is known: each verdict and each remedy has one that must be given it.

mod models;
mod partitioned;

use lawful::Aggregate;
use lawful_check::coordination::{Coordination, Pair, Remedy, Verdict};
use lawful_check::{Evidence, Scope, coordination};
use models::{auction, cart, guests, meter, moody, shop, tank, wage, wheel};
use std::hash::Hash;

fn report<A: Aggregate + Eq + Hash>() -> Coordination {
    coordination::<A>()
        .report()
        .expect("values can be made up for every parameter")
}

/// The pairs of two commands in which these, and only these, parameters agree.
#[track_caller]
fn pair<'r>(report: &'r Coordination, one: &str, two: &str, agree: &[&str]) -> &'r Pair {
    let mut pairs = report.between(one, two).into_iter().filter(|pair| {
        let same = pair.links.iter().filter(|link| link.same);
        same.map(|link| link.first.as_str())
            .eq(agree.iter().copied())
    });
    pairs
        .next()
        .unwrap_or_else(|| panic!("no pair of {one} and {two} agrees in {agree:?} in\n{report}"))
}

#[track_caller]
fn verdict(report: &Coordination, one: &str, two: &str, agree: &[&str]) -> Verdict {
    pair(report, one, two, agree).verdict
}

#[test]
fn lines_that_appear_in_a_cart_that_is_checked_out_are_shown_though_no_invariant_objects() {
    let report = report::<cart::Cart>();
    let late = pair(&report, "add", "check_out", &[]);
    assert_eq!(late.verdict, Verdict::MergeSafe);
    assert_eq!(late.remedy, Some(Remedy::IsItAcceptable));
    assert_eq!(verdict(&report, "add", "add", &["sku"]), Verdict::Free);
    assert_eq!(verdict(&report, "add", "remove", &[]), Verdict::Free);
    assert_eq!(verdict(&report, "add", "remove", &["sku"]), Verdict::Order);
    assert_eq!(
        verdict(&report, "remove", "remove", &["sku"]),
        Verdict::MergeSafe
    );
    assert_eq!(
        verdict(&report, "remove", "check_out", &[]),
        Verdict::Coordinate
    );
    assert_eq!(
        verdict(&report, "check_out", "check_out", &[]),
        Verdict::MergeSafe
    );
    assert_eq!(report.stable, ["the cart is checked out"]);
    insta::assert_snapshot!("cart", report);
    insta::assert_snapshot!("cart_as_json", report.to_json());
}

#[test]
fn bids_are_free_of_each_other_but_not_of_the_end_of_the_auction() {
    let report = report::<auction::Auction>();
    assert_eq!(verdict(&report, "bid", "bid", &[]), Verdict::Free);
    let last = pair(&report, "bid", "close", &[]);
    assert_eq!(last.verdict, Verdict::Coordinate);
    assert_eq!(last.remedy, Some(Remedy::OnePlace));
    assert_eq!(verdict(&report, "close", "close", &[]), Verdict::MergeSafe);
    insta::assert_snapshot!("auction", report);
}

#[test]
fn an_order_and_the_removal_of_its_customer_are_coordinated_and_of_another_customer_free() {
    let report = report::<shop::Shop>();
    assert_eq!(
        verdict(&report, "remove", "order", &["customer"]),
        Verdict::Coordinate
    );
    assert_eq!(verdict(&report, "remove", "order", &[]), Verdict::Free);
    let remedy = &pair(&report, "remove", "order", &["customer"]).remedy;
    assert_eq!(
        *remedy,
        Some(Remedy::OnePlacePer(vec!["customer".to_owned()]))
    );
    insta::assert_snapshot!("shop", report);
}

#[test]
fn events_that_hold_results_conflict_and_the_report_says_to_record_the_change() {
    let report = report::<tank::Tank>();
    let filled_twice = pair(&report, "fill", "fill", &[]);
    assert_eq!(filled_twice.verdict, Verdict::Order);
    assert_eq!(filled_twice.remedy, Some(Remedy::RecordTheChange));
    insta::assert_snapshot!("tank", report);
}

#[test]
fn nothing_is_asked_of_an_aggregate_without_trouble() {
    let report = report::<guests::Guests>();
    let all = report.pairs.iter();
    assert_eq!(
        all.filter(|pair| pair.verdict != Verdict::Free).count(),
        0,
        "{report}"
    );
    assert_eq!(report.stable, ["the doors are open"]);
    assert_eq!(report.never_accepted, ["vanish"]);
    insta::assert_snapshot!("guests", report);
}

#[test]
fn an_invariant_over_a_step_is_looked_at_where_events_arrive() {
    let report = report::<wage::Wage>();
    assert_eq!(verdict(&report, "raise", "raise", &[]), Verdict::Coordinate);
    insta::assert_snapshot!("wage", report);
}

#[test]
fn one_account_withdraws_in_one_place_or_within_an_allowance() {
    let report = report::<bank::Account>();
    let twice = pair(&report, "withdraw", "withdraw", &[]);
    assert_eq!(twice.verdict, Verdict::Coordinate);
    let safe_while = "balance - here.amount - there.amount >= 0".to_owned();
    assert_eq!(twice.remedy, Some(Remedy::Escrow { safe_while }));
    assert_eq!(verdict(&report, "deposit", "deposit", &[]), Verdict::Free);
    assert_eq!(verdict(&report, "deposit", "withdraw", &[]), Verdict::Free);
    assert_eq!(report.one_at_a_time.commands, ["open", "withdraw"]);
    assert!(
        matches!(report.evidence, Evidence::Bounded { states: 1000, .. }),
        "{report}"
    );
}

#[test]
fn a_search_that_was_cut_short_says_so() {
    let report = coordination::<cart::Cart>()
        .most_states(3)
        .report()
        .expect("values can be made up");
    assert_eq!(
        report.evidence.to_string(),
        "bounded (3 states; no more than 3 were looked at)"
    );
    let whole = self::report::<cart::Cart>();
    assert!(
        matches!(whole.evidence, Evidence::Complete { .. }),
        "{whole}"
    );
}

#[test]
fn hundreds_of_commands_in_one_state_end_the_search() {
    let report = coordination::<shop::Shop>()
        .scope(Scope::new().ids(40))
        .most_states(1)
        .report()
        .expect("values can be made up");
    let bound =
        "no more than 1 were looked at; no more than 200 meetings of two events were looked at";
    let evidence = report.evidence.to_string();
    assert!(evidence.contains(bound), "{evidence}");
}

#[test]
fn a_demand_that_no_short_run_shows_is_told_as_what_it_is() {
    let report = report::<wheel::Wheel>();
    let stories = report.pairs.iter().flat_map(|pair| &pair.stories);
    assert!(stories.clone().any(|story| !story.executed), "{report}");
    insta::assert_snapshot!("wheel", report);
}

#[test]
fn a_merge_that_panics_is_not_known_to_be_safe() {
    let report = report::<meter::Meter>();
    assert_eq!(
        report.evidence.to_string(),
        "bounded (3 states; some could not be computed, because the domain panicked)"
    );
}

#[test]
fn the_same_declaration_gives_the_same_bytes_and_a_larger_scope_the_same_demands() {
    let (once, again) = (report::<shop::Shop>(), report::<shop::Shop>());
    assert_eq!(once.to_string(), again.to_string());
    assert_eq!(once.to_json(), again.to_json());
    let larger = coordination::<shop::Shop>()
        .scope(Scope::new().ids(3))
        .report()
        .expect("values can be made up");
    let demands = |report: &Coordination| {
        let demands = report.pairs.iter().filter(|pair| pair.is_demand());
        let told = demands.map(|pair| format!("{} {} {:?}", pair.first, pair.second, pair.links));
        told.collect::<Vec<_>>()
    };
    assert_eq!(demands(&once), demands(&larger));
}

#[test]
fn every_story_of_a_demand_was_found_by_execution() {
    let reports = [
        report::<cart::Cart>(),
        report::<auction::Auction>(),
        report::<shop::Shop>(),
        report::<tank::Tank>(),
        report::<wage::Wage>(),
        report::<bank::Account>(),
        report::<todo::List>(),
        report::<counter::Counter>(),
    ];
    for report in reports {
        for pair in &report.pairs {
            assert_eq!(
                pair.stories.is_empty(),
                pair.verdict == Verdict::Free,
                "{report}"
            );
            assert!(pair.stories.iter().all(|story| story.executed), "{report}");
        }
    }
}

#[test]
fn an_invariant_that_is_no_function_of_the_state_is_found_and_not_blamed_on_a_pair() {
    let error = coordination::<moody::Moody>()
        .report()
        .expect_err("one place alone breaks the invariant");
    assert_eq!(
        error.to_string(),
        "`ask()` is accepted but breaks an invariant in one place already, in the state `Moody { favours: 0 }`, so nothing can be \
         said of two: is a command's body or a rule not a function of the state?"
    );
}

#[test]
fn nothing_that_two_replicas_can_do_belies_the_verdicts() {
    fn check<A: Aggregate + Eq + Hash>(decisions: usize) {
        let breach = coordination::<A>()
            .belied(2, decisions)
            .expect("values can be made up");
        if let Some(breach) = breach {
            panic!("{}: {breach}", A::model().name);
        }
    }
    check::<cart::Cart>(3);
    check::<auction::Auction>(3);
    check::<shop::Shop>(3);
    check::<tank::Tank>(4);
    check::<guests::Guests>(3);
    check::<wage::Wage>(3);
    check::<counter::Counter>(4);
}
