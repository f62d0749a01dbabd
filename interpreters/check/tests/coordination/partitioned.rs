//! Parted replicas, and that the stories of reports happen among them.

use crate::models::{auction, cart, meter, wage, wheel};
use crate::report;
use lawful::Aggregate;
use lawful_check::coordination::{Ending, Story};
use lawful_check::{Domains, Partitioned, Scope};
use std::hash::Hash;

use auction::{Auction, AuctionCommand, AuctionRule};
use cart::{Cart, CartCommand, CartEvent, CartRule};
use meter::{Meter, MeterCommand};

#[test]
fn an_overtaken_command_is_applied_and_shown() {
    let story = Partitioned::<Cart>::given([CartEvent::added("a")])
        .split()
        .on("phone")
        .execute(CartCommand::add("b"))
        .then_accepted()
        .on("desk")
        .execute(CartCommand::check_out())
        .heal()
        .then_overtaken(CartRule::IsCheckedOut)
        .then_agreed();
    insta::assert_snapshot!(story);
}

#[test]
fn replicas_that_hear_of_the_same_in_other_orders_may_differ() {
    let story = Partitioned::<Cart>::given([CartEvent::added("a")])
        .split()
        .on("here")
        .execute(CartCommand::remove("a"))
        .on("there")
        .execute(CartCommand::add("a"))
        .heal()
        .then_apart();
    assert!(story.is_apart());
    insta::assert_snapshot!(story);
}

#[test]
fn connected_replicas_hear_of_everything_at_once_and_late_ones_were_there_all_along() {
    let story = Partitioned::<Auction>::new()
        .on("a")
        .execute(AuctionCommand::bid(2))
        .on("b")
        .execute(AuctionCommand::close())
        .on("c")
        .execute(AuctionCommand::bid(3))
        .then_rejected(AuctionRule::IsClosed);
    assert_eq!(story.state("a"), story.state("c"));
    assert_eq!(story.state("a"), story.state("nobody"));
    insta::assert_snapshot!(story);
}

#[test]
fn some_replicas_may_come_together_before_the_others() {
    let story = Partitioned::<Auction>::new()
        .split()
        .on("a")
        .execute(AuctionCommand::bid(1))
        .join(&["a", "b"])
        .then_agreed()
        .on("b")
        .execute(AuctionCommand::close())
        .on("c")
        .execute(AuctionCommand::bid(3))
        .then_accepted()
        .heal()
        .then_broken(AuctionRule::IsFair);
    let broken: Vec<_> = story.broken().iter().map(|(replica, _)| *replica).collect();
    assert_eq!(broken, ["a", "b", "c"]);
    insta::assert_snapshot!(story);
}

#[test]
fn a_panic_where_events_arrive_is_told_and_changes_nothing() {
    let story = Partitioned::<Meter>::new()
        .split()
        .on("a")
        .execute(MeterCommand::advance(200))
        .on("b")
        .execute(MeterCommand::advance(200))
        .heal();
    assert_eq!(story.overtaken(), 2);
    insta::assert_snapshot!(story);
}

#[test]
fn an_assertion_that_fails_tells_the_whole_story() {
    let failed = std::panic::catch_unwind(|| {
        Partitioned::<Auction>::new()
            .on("a")
            .execute(AuctionCommand::bid(1))
            .then_rejected(AuctionRule::IsClosed)
    });
    let text = *failed
        .expect_err("the bid is accepted")
        .downcast::<String>()
        .expect("a text");
    insta::assert_snapshot!(text);
    let checks: [fn(Partitioned<Auction>); 4] = [
        |story| drop(story.then_accepted()),
        |story| drop(story.then_broken(AuctionRule::IsFair)),
        |story| drop(story.then_overtaken(AuctionRule::IsClosed)),
        |story| drop(story.then_apart()),
    ];
    for check in checks {
        let story = Partitioned::<Auction>::new().split().heal();
        assert!(std::panic::catch_unwind(|| check(story)).is_err());
    }
    let apart = || {
        Partitioned::<Cart>::given([CartEvent::added("a")])
            .split()
            .on("a")
            .execute(CartCommand::remove("a"))
            .on("b")
            .execute(CartCommand::add("a"))
            .heal()
    };
    assert!(std::panic::catch_unwind(|| drop(apart().then_agreed())).is_err());
}

/// What a story tells happens among parted replicas, to the letter.
fn happens<A: Aggregate>(story: &Story) {
    let domains = Domains::<A>::derive(&Scope::new()).expect("values can be made up");
    let event = |text: &String| {
        let mut events = domains.events().iter();
        events
            .find(|event| event.to_string() == *text)
            .cloned()
            .expect("an event of the domain")
    };
    let command = |text: &String| {
        let mut commands = domains.commands().iter();
        commands
            .find(|command| command.to_string() == *text)
            .cloned()
            .expect("a command of the domain")
    };
    let mut parted = Partitioned::<A>::given(story.given.iter().map(event)).split();
    for (replica, commands) in [("here", &story.here), ("there", &story.there)] {
        for text in commands {
            parted = parted.on(replica).execute(command(text)).then_accepted();
        }
    }
    let merged = parted.heal();
    let found = match &story.ending {
        Ending::Broken { invariant, .. } => merged
            .broken()
            .iter()
            .any(|(_, rejection)| rejection.broken()[0].sentence() == invariant),
        Ending::Apart { here, there } => {
            merged.is_apart()
                && format!("{:?}", merged.state("here")) == *here
                && format!("{:?}", merged.state("there")) == *there
        }
        Ending::Overtaken { .. } => merged.overtaken() > 0,
    };
    assert!(found, "{story}\n\n{merged}");
}

fn stories_happen<A: Aggregate + Eq + Hash>() {
    let report = report::<A>();
    let stories = report.pairs.iter().flat_map(|pair| &pair.stories);
    assert!(stories.clone().count() > 0, "{report}");
    stories.for_each(happens::<A>);
}

#[test]
fn the_stories_of_reports_happen_among_parted_replicas() {
    stories_happen::<Cart>();
    stories_happen::<Auction>();
    stories_happen::<wage::Wage>();
    stories_happen::<bank::Account>();
    stories_happen::<counter::Counter>();
    // Its longest one is a trace of the analysis, and happens all the same.
    stories_happen::<wheel::Wheel>();
}
