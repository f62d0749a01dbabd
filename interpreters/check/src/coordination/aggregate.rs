use super::machine::{Arrival, Instance, Key, Machine};
use crate::Domains;
use crate::caught::caught;
use lawful::model::{AggregateModel, CommandModel};
use lawful::{Aggregate, Command, Datum, Rejection};
use std::hash::Hash;
use std::marker::PhantomData;

/// A declared aggregate, over the commands of its domains.
pub(super) struct Declared<'c, A: Aggregate> {
    commands: &'c [A::Command],
    /// Names and sentences of the rules without parameters.
    facts: Vec<(String, String)>,
    /// The ids that occur, and what stories call them.
    ids: Vec<(String, String)>,
    state: PhantomData<fn() -> A>,
}

impl<'c, A: Aggregate> Declared<'c, A> {
    pub(super) fn new(domains: &'c Domains<A>) -> Self {
        let rules = A::model().rules.iter();
        let facts = rules.filter(|rule| rule.parameters.is_empty());
        let mut ids: Vec<_> = domains.ids().keys().collect();
        ids.sort();
        Declared {
            commands: domains.commands(),
            facts: facts
                .map(|rule| (rule.name.to_string(), rule.sentence.to_string()))
                .collect(),
            ids: (1..)
                .zip(ids)
                .map(|(number, id)| (id.to_string(), format!("#{number}")))
                .collect(),
            state: PhantomData,
        }
    }

    /// Ids that were made up are long and say nothing: a story numbers them.
    fn told(&self, what: String) -> String {
        let ids = self.ids.iter();
        ids.fold(what, |told, (id, number)| told.replace(id, number))
    }
}

impl<A: Aggregate + Eq + Hash> Machine for Declared<'_, A> {
    type State = A;
    type Event = A::Event;

    fn start(&self) -> A {
        A::default()
    }

    fn commands(&self) -> Vec<Instance> {
        self.commands.iter().map(instance::<A>).collect()
    }

    fn decide(&self, state: &A, command: usize) -> Option<Vec<A::Event>> {
        let decided = caught(|| state.decide(&self.commands[command]));
        Some(decided.ok()?.ok()?.to_vec())
    }

    fn arrive(&self, before: &A, command: usize, events: &[A::Event]) -> Arrival<A> {
        let arrived = caught(|| {
            let mut after = before.clone();
            for event in events {
                after.evolve(event);
            }
            let upheld = A::uphold(before, &after, &self.commands[command]);
            (after, upheld)
        });
        match arrived {
            Ok((after, Ok(()))) => Arrival::Kept(after),
            Ok((after, Err(rejection))) => Arrival::Broken {
                invariant: sentence(&rejection),
                after,
            },
            Err(_) => Arrival::Outside,
        }
    }

    fn tell_state(&self, state: &A) -> String {
        self.told(format!("{state:?}"))
    }

    fn tell_event(&self, event: &A::Event) -> String {
        self.told(event.to_string())
    }

    fn tell_command(&self, command: usize) -> String {
        self.told(self.commands[command].to_string())
    }

    fn refusal(&self, state: &A, command: usize) -> Vec<String> {
        match caught(|| state.decide(&self.commands[command])) {
            Ok(Ok(_)) => Vec::new(),
            Ok(Err(rejection)) => refused(&rejection),
            Err(text) => vec![format!("a defect: {text}")],
        }
    }

    fn facts(&self) -> Vec<String> {
        let facts = self.facts.iter();
        facts.map(|(_, sentence)| sentence.clone()).collect()
    }

    fn holds(&self, state: &A, fact: usize) -> Option<bool> {
        let (rule, _) = &self.facts[fact];
        let state = Datum::of(state).ok()?;
        lawful::holds(A::model(), rule, &state, &[]).ok()
    }
}

/// The rules that refuse, in the author's words.
fn refused(rejection: &Rejection) -> Vec<String> {
    let broken = rejection.broken().iter();
    broken
        .map(|broken| {
            let not = if broken.expected() { "" } else { "not: " };
            format!("{not}{}", broken.sentence())
        })
        .collect()
}

fn sentence(rejection: &Rejection) -> String {
    let first = rejection.broken().first();
    first.map_or_else(String::new, |broken| broken.sentence().to_owned())
}

fn instance<A: Aggregate>(command: &A::Command) -> Instance {
    let model: &AggregateModel = A::model();
    let parameters = model.command(command.name());
    let arguments = command.arguments().into_iter();
    Instance {
        kind: command.name().to_owned(),
        keys: arguments
            .filter(|(_, value)| tells_apart(value))
            .map(|(name, value)| Key {
                name: name.to_owned(),
                of: type_of(parameters, name),
                value: value.to_string(),
            })
            .collect(),
    }
}

/// Whether a value is a name for something: an id, a text, a plain variant, or a struct around one such value. Of numbers, only those
/// in a type of their own: an amount is a quantity, a `Seat(12)` is a seat.
fn tells_apart(value: &Datum) -> bool {
    match value {
        Datum::Id(_) | Datum::Str(_) | Datum::Char(_) => true,
        Datum::Variant { fields, .. } => fields.is_empty(),
        Datum::Struct { fields, .. } => match fields.as_slice() {
            [(_, inner)] => matches!(inner, Datum::Int(..)) || tells_apart(inner),
            _ => false,
        },
        _ => false,
    }
}

/// The type of a parameter. A bare text says nothing of what it names, so it is compared with texts of the same name alone.
fn type_of(command: Option<&CommandModel>, name: &str) -> String {
    let mut parameters = command
        .into_iter()
        .flat_map(|command| command.parameters.iter());
    let ty = parameters
        .find(|parameter| parameter.name == name)
        .map_or("", |parameter| &parameter.ty);
    match ty {
        "String" | "char" | "Uuid" => format!("{ty} {name}"),
        ty => ty.to_owned(),
    }
}
