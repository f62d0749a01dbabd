//! Any name will do, in any place: the generated code keeps out of the author's way.
#![deny(warnings, missing_docs, clippy::pedantic)]
#![allow(missing_docs, reason = "a test crate exports nothing")]

use lawful::prelude::*;
use lawful::{Command, Event};

mod private {
    use lawful::prelude::*;

    /// Nobody outside sees it.
    #[state]
    struct Hidden {
        value: Inner,
    }

    #[value]
    #[derive(Default)]
    struct Inner(u8);

    #[aggregate(vis = pub(super), name = "secret")]
    impl Hidden {
        #[event]
        fn changed(&mut self, value: &Inner) {
            self.value.clone_from(value);
        }

        #[command]
        fn change(&self, value: &Inner) -> HiddenEvent {
            HiddenEvent::changed(value)
        }
    }

    #[test]
    fn a_private_struct_is_an_aggregate() {
        let events = Hidden::default()
            .decide(&HiddenCommand::change(Inner(1)))
            .unwrap();
        assert_eq!(events, [HiddenEvent::changed(Inner(1))]);
        assert_eq!(<Hidden as Aggregate>::NAME, "secret");
    }
}

/// Methods, parameters and fields with the names that generated code might use.
#[state]
struct Names {
    r#type: String,
    f: u32,
    source: u32,
}

#[aggregate]
impl Names {
    #[event]
    fn clone(&mut self, this: u32, part0: &str) {
        self.f = this;
        part0.clone_into(&mut self.r#type);
    }

    #[event]
    fn fmt(&mut self, f: u32, each: u32) {
        self.f = f.saturating_add(each);
    }

    #[event]
    fn evolve(&mut self, event: u32) {
        self.source = event;
    }

    #[event]
    fn r#type(&mut self, r#type: &str) {
        r#type.clone_into(&mut self.r#type);
    }

    #[event]
    fn unused(&mut self, name: &str, version: u32) {}

    #[rule]
    fn eq(&self, command: u32, held: &str) -> bool {
        self.f != command && held != self.r#type
    }

    #[rule]
    fn decide(command: &str) -> bool {
        !command.is_empty()
    }

    #[rule]
    fn always(&self) -> bool {
        true
    }

    #[invariant]
    fn partial_cmp(&self) -> bool {
        self.f < 1_000
    }

    fn unused_helper(&self) -> u32 {
        self.f
    }

    #[command(requires(eq(command, held), decide(held)), unless(not(always)))]
    fn propose(&self, command: u32, held: &str) -> NamesEvent {
        NamesEvent::clone(command, held)
    }

    #[command(requires(eq(held + self.f, &command), decide(command.trim())))]
    fn uphold(&self, command: String, held: u32) -> [NamesEvent; 2] {
        [NamesEvent::fmt(held, 1), NamesEvent::r#type(command)]
    }

    #[command]
    fn hash(&self, serializer: u32, deserializer: u32) -> NamesEvent {
        NamesEvent::evolve(serializer.min(deserializer))
    }

    #[command]
    fn r#try(&self, r#type: &str) -> NamesEvent {
        NamesEvent::r#type(r#type)
    }

    #[command]
    fn name(&self, arguments: u32) -> Option<NamesEvent> {
        None
    }
}

#[test]
fn methods_may_bear_the_names_of_traits() {
    let mut names = Names::default();
    for command in [
        NamesCommand::propose(7, "x"),
        NamesCommand::uphold("y".to_owned(), 8),
        NamesCommand::hash(3, 4),
    ] {
        for event in &Aggregate::decide(&names, &command).unwrap() {
            Aggregate::evolve(&mut names, event);
        }
    }
    let expected = Names {
        r#type: "y".to_owned(),
        f: 9,
        source: 3,
    };
    assert_eq!(names, expected);
}

#[test]
fn raw_names_are_recorded_plainly() {
    let event = NamesEvent::r#type("x");
    assert_eq!(event.name(), "type");
    assert_eq!(event.to_string(), r#"type(type: "x")"#);
    assert_eq!(event.encode().unwrap(), r#"{"type":"x"}"#);
    assert_eq!(NamesEvent::decode("type", 1, r#"{"type":"x"}"#), Ok(event));
    assert_eq!(NamesCommand::name(1).name(), "name");
    assert_eq!(Names::model().state.fields[0].name, "type");
    assert_eq!(
        lawful::State::field(&Names::default(), "f"),
        Some(lawful::Datum::Int(lawful::IntType::U32, 0))
    );
}

#[test]
fn an_aggregate_may_live_in_a_function() {
    #[state]
    struct Local(u32);

    #[aggregate]
    impl Local {
        #[event]
        fn raised(&mut self, by: u32) {
            self.0 = self.0.saturating_add(by);
        }

        #[command]
        fn raise(&self, by: u32) -> LocalEvent {
            LocalEvent::raised(by)
        }
    }

    let mut local = Local::default();
    for event in &local.decide(&LocalCommand::raise(3)).unwrap() {
        local.evolve(event);
    }
    assert_eq!(local, Local(3));
}

macro_rules! counter {
    ($name:ident, $event:ident, $command:ident, $field:ident, $by:ident: $ty:ty) => {
        #[state]
        struct $name {
            $field: $ty,
        }

        #[aggregate]
        impl $name {
            #[event]
            fn raised(&mut self, $by: $ty) {
                self.$field = self.$field.saturating_add($by);
            }

            #[rule]
            fn is_some($by: $ty) -> bool {
                $by > 0
            }

            #[command(requires(is_some($by)))]
            fn raise(&self, $by: $ty) -> $event {
                $event::raised($by)
            }
        }

        #[test]
        fn an_aggregate_may_come_from_a_macro() {
            let mut counter = $name::default();
            for event in &counter.decide(&$command::raise(3)).unwrap() {
                counter.evolve(event);
            }
            assert_eq!(counter, $name { $field: 3 });
        }
    };
}

counter!(Counter, CounterEvent, CounterCommand, count, by: u64);

/// Nothing is declared about it yet.
#[state]
struct Empty;

#[aggregate]
impl Empty {}

#[test]
fn an_aggregate_may_be_empty() {
    assert!(Empty::model().events.is_empty());
    assert!(serde_json::from_str::<EmptyEvent>(r#"{"type":"x"}"#).is_err());
    assert!(EmptyEvent::decode("x", 1, "{}").is_err());
}

/// A temperature, which has no exact equality.
#[state(inexact)]
struct Room {
    degrees: f64,
}

#[value(inexact)]
#[derive(Copy, PartialOrd)]
struct Degrees(f64);

#[aggregate(inexact)]
impl Room {
    #[event]
    fn heated(&mut self, by: f64, to: Degrees) {
        self.degrees = by / 2.0 + to.0;
    }

    #[command]
    fn heat(&self, by: f64) -> RoomEvent {
        RoomEvent::heated(by, Degrees(1.0))
    }
}

#[test]
fn floats_are_welcome_where_exactness_is_given_up() {
    let events = Room::default().decide(&RoomCommand::heat(0.5)).unwrap();
    assert_eq!(events, [RoomEvent::heated(0.5, Degrees(1.0))]);
}

/// Written by hand where the derives do not fit.
#[state(without(Default))]
#[derive(Debug, Hash, Eq, PartialEq)]
enum Light {
    Off { since: u32 },
    On,
}

impl Default for Light {
    fn default() -> Self {
        Light::Off { since: 7 }
    }
}

#[aggregate]
impl Light {
    #[event]
    fn switched(&mut self) {
        *self = Light::On;
    }

    #[rule]
    fn is_dark(&self) -> bool {
        matches!(self, Light::Off { since } if *since > 0)
    }

    #[command(requires(is_dark))]
    fn switch(&self) -> LightEvent {
        LightEvent::switched()
    }
}

#[test]
fn a_default_may_be_written_by_hand() {
    assert_eq!(
        Light::default().decide(&LightCommand::switch()).unwrap(),
        [LightEvent::switched()]
    );
    assert_eq!(LightEvent::switched().to_string(), "switched()");
}
