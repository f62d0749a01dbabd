//! Which commands and events are tried: all that can be made from the values of a [`Scope`].
//!
//! Nothing but serde is needed for that. A command is read from a form that answers each question of its type (which number, which
//! variant, how many elements) with one of the possible answers; asked once for each combination, it gives all values.

mod choices;
mod constants;
mod error;
mod generate;
mod sample;
mod values;

pub use error::DomainError;

use crate::Scope;
use constants::Constants;
use generate::{Kind, generate};
use lawful::{Aggregate, Uuid};
use std::collections::HashMap;
use std::ops::Range;
use values::Values;

/// The commands and events of an aggregate that are tried, simplest values first.
#[derive(Debug, Clone)]
pub struct Domains<A: Aggregate> {
    scope: Scope,
    commands: Vec<A::Command>,
    kinds: Vec<(String, Range<usize>)>,
    events: Vec<A::Event>,
    cut: Vec<String>,
    ids: HashMap<Uuid, (usize, usize)>,
}

impl<A: Aggregate> Domains<A> {
    /// Derives them from the types of the parameters and from the constants in the rules: integers are each constant, plus and minus
    /// one, and 0 and 1; enums are all their variants; of ids there are as many as the scope says, of texts two, and the empty one where
    /// a rule asks for it. `#[samples(..)]` on a parameter overrides this.
    ///
    /// # Errors
    ///
    /// Where a parameter has a type of which no value can be made up: it needs `#[samples(..)]`.
    pub fn derive(scope: &Scope) -> Result<Self, DomainError> {
        let model = A::model();
        let mut constants = Constants::of(model);
        for other in &scope.others {
            constants.add(other);
        }
        let values = Values::new(scope, constants);
        let mut domains = Domains {
            scope: scope.clone(),
            commands: Vec::new(),
            kinds: Vec::new(),
            events: Vec::new(),
            cut: Vec::new(),
            ids: HashMap::new(),
        };
        for command in model.commands.iter() {
            let made = generate(&values, Kind::Command, &command.name, &command.parameters)?;
            let start = domains.commands.len();
            domains.commands.extend(made.values);
            domains
                .kinds
                .push((command.name.to_string(), start..domains.commands.len()));
            domains.cut.extend(made.cut);
        }
        for event in model.events.iter() {
            let made = generate(&values, Kind::Event, &event.name, &event.parameters)?;
            domains.events.extend(made.values);
        }
        domains.ids = values.ids();
        Ok(domains)
    }

    /// All commands, in declared order of their kinds.
    #[must_use]
    pub fn commands(&self) -> &[A::Command] {
        &self.commands
    }

    /// The commands of one kind, by its name in snake case: `withdraw`. Empty for an unknown name.
    #[must_use]
    pub fn commands_of(&self, name: &str) -> &[A::Command] {
        let kind = self.kinds.iter().find(|(kind, _)| kind == name);
        kind.map_or(&[], |(_, range)| &self.commands[range.clone()])
    }

    /// All events, in declared order of their kinds, also those that no command emits.
    #[must_use]
    pub fn events(&self) -> &[A::Event] {
        &self.events
    }

    /// What these were derived for.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Which commands have more values than the scope lets try, as sentences. Empty, if all are there.
    #[must_use]
    pub fn cut(&self) -> &[String] {
        &self.cut
    }

    /// The ids that occur: which kind of id it is, and which of its kind.
    pub(crate) fn ids(&self) -> &HashMap<Uuid, (usize, usize)> {
        &self.ids
    }
}
