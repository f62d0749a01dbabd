//! State diagrams: what is drawn as one, how much is drawn, and how far the search says that it went.

use lawful::prelude::*;
use lawful_check::{Evidence, Scope};
use lawful_docs::{Diagram, Docs};

/// A number between 0 and 3.
#[state]
struct Counter {
    count: i32,
}

#[aggregate]
impl Counter {
    #[event]
    fn incremented(&mut self) {
        self.count += 1;
    }

    #[event]
    fn reset(&mut self) {
        self.count = 0;
    }

    /// it is zero
    #[rule]
    fn is_zero(&self) -> bool {
        self.count == 0
    }

    /// there is room above
    #[rule]
    fn has_room(&self) -> bool {
        self.count < 3
    }

    #[command(requires(has_room))]
    fn increment(&self) -> CounterEvent {
        CounterEvent::incremented()
    }

    #[command(unless(is_zero))]
    fn clear(&self) -> CounterEvent {
        CounterEvent::reset()
    }
}

/// More switches than a diagram has room for.
#[allow(clippy::struct_excessive_bools, reason = "that is the point")]
#[state]
struct Switches {
    one: bool,
    two: bool,
    three: bool,
    four: bool,
    five: bool,
}

#[aggregate]
impl Switches {
    #[event]
    fn switched(&mut self, which: u8) {
        match which {
            0 => self.one = !self.one,
            1 => self.two = !self.two,
            2 => self.three = !self.three,
            3 => self.four = !self.four,
            _ => self.five = !self.five,
        }
    }

    #[rule]
    fn is_one_of_five(which: u8) -> bool {
        which == 0 || which == 1 || which == 2 || which == 3 || which == 4
    }

    #[command(requires(is_one_of_five(which)))]
    fn switch(&self, which: u8) -> SwitchesEvent {
        SwitchesEvent::switched(which)
    }
}

/// A total that nobody watches.
#[state]
struct Total {
    sum: u8,
}

#[aggregate]
impl Total {
    #[event]
    fn added(&mut self, amount: u8) {
        self.sum += amount;
    }

    /// Never asked for; but its constant is tried.
    #[rule]
    fn is_much(amount: u8) -> bool {
        amount > 200
    }

    #[command]
    fn add(&self, amount: u8) -> TotalEvent {
        TotalEvent::added(amount)
    }
}

/// Everything there is.
#[domain(aggregates(Counter, Switches, Total))]
struct All;

fn drawn<A: Aggregate>() -> Diagram {
    let docs = Docs::of::<All>().explored::<A>().expect("values");
    docs.diagrams()[0].clone()
}

#[test]
fn a_search_that_closes_says_so() {
    let diagram = drawn::<Counter>();
    assert_eq!(diagram.evidence, Evidence::Complete { states: 4 });
    insta::assert_snapshot!(diagram.mermaid(), @r#"
    ---
    title: "counter: complete, 4 states"
    ---
    stateDiagram-v2
      state "it is zero#59; there is room above" as is_zero__has_room
      state "not#58; it is zero#59; there is room above" as not_is_zero__has_room
      state "not#58; it is zero#59; not#58; there is room above" as not_is_zero__not_has_room
      [*] --> is_zero__has_room
      is_zero__has_room --> not_is_zero__has_room : increment
      not_is_zero__has_room --> is_zero__has_room : clear
      not_is_zero__has_room : stays with increment
      not_is_zero__has_room --> not_is_zero__not_has_room : increment
      not_is_zero__not_has_room --> is_zero__has_room : clear
    "#);
}

#[test]
fn a_diagram_has_at_most_twelve_boxes() {
    let diagram = drawn::<Switches>();
    assert_eq!(diagram.questions, ["one", "two", "three"]);
    assert_eq!(diagram.boxes.len(), 8);
    assert_eq!(diagram.evidence, Evidence::Complete { states: 32 });
}

#[test]
fn what_panics_leads_nowhere_and_is_said() {
    let diagram = drawn::<Total>();
    assert_eq!(diagram.boxes.len(), 1, "no question tells totals apart");
    let Evidence::Bounded { bound, .. } = &diagram.evidence else {
        panic!("{}", diagram.evidence);
    };
    assert!(bound.contains("panicked"), "{bound}");
    let markdown = Docs::of::<All>()
        .explored::<Total>()
        .expect("values")
        .markdown();
    assert!(markdown.contains("There may be ways that are not shown."));
}

#[test]
fn a_later_diagram_takes_the_place_of_an_earlier_one() {
    let docs = Docs::of::<All>().explored::<Counter>().expect("values");
    let docs = docs
        .explored_within::<Counter>(&Scope::new().ids(1))
        .expect("values");
    assert_eq!(docs.diagrams().len(), 1);
    assert_eq!(docs.mermaid().len(), 5);
}
