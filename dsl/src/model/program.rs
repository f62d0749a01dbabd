use super::{AggregateModel, Guard, List, Parameter, Text};
use serde::{Deserialize, Serialize};

/// A domain: its aggregates, what it asks of the outside world, and the work that spans them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DomainModel {
    /// The Rust name: `Bank`.
    pub name: Text,
    /// The author's sentence about it.
    pub doc: Text,
    /// Its aggregates, in declared order.
    pub aggregates: Vec<AggregateModel>,
    /// Its services, in declared order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<ServiceModel>,
    /// Its programs, in declared order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programs: Vec<ProgramModel>,
}

/// A service: what programs may ask of the outside world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServiceModel {
    /// In snake case, as programs call it: `notices`.
    pub name: Text,
    /// The author's sentence.
    pub doc: Text,
    /// Its methods, in declared order.
    pub calls: List<CallModel>,
}

/// One method of a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallModel {
    /// Its name: `send`.
    pub name: Text,
    /// The author's sentence.
    pub doc: Text,
    /// What a program passes.
    pub parameters: List<Parameter>,
    /// The type that a program is answered with, as written.
    pub answer: Text,
}

/// A program: work that spans aggregates, services and time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProgramModel {
    /// As stored: `transfer`.
    pub name: Text,
    /// The author's sentence.
    pub doc: Text,
    /// Its parameters beside the capability.
    pub parameters: List<Parameter>,
    /// Free rules that must hold before it begins.
    pub requires: List<Guard>,
    /// The type that it returns, as written.
    pub answer: Text,
    /// What its text asks for, in the order of the text, each once. A function that it calls and that is no program of the domain
    /// may ask for more.
    pub asks: List<AskModel>,
}

/// Something that a program asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskModel {
    /// The aggregate or service that is asked; empty for a program of the domain.
    pub of: Text,
    /// The command (`state` for the present state), the method of the service, or the program.
    pub call: Text,
    /// Whether it stands in a compensation, which is performed only where a later step fails.
    pub undoes: bool,
}

impl DomainModel {
    /// The aggregate of this name: `account`.
    #[must_use]
    pub fn aggregate(&self, name: &str) -> Option<&AggregateModel> {
        self.aggregates
            .iter()
            .find(|aggregate| aggregate.name == name)
    }

    /// The service of this name: `notices`.
    #[must_use]
    pub fn service(&self, name: &str) -> Option<&ServiceModel> {
        self.services.iter().find(|service| service.name == name)
    }

    /// The program of this name: `transfer`.
    #[must_use]
    pub fn program(&self, name: &str) -> Option<&ProgramModel> {
        self.programs.iter().find(|program| program.name == name)
    }

    /// Keeps of what the text of its programs may ask for only what the domain has: a macro sees names alone. `bank.of(id)` comes as
    /// the type of the id, or as `of` where that is not in sight.
    pub(crate) fn resolve(mut self) -> Self {
        let mut programs = std::mem::take(&mut self.programs);
        let names: Vec<Text> = programs.iter().map(|one| one.name.clone()).collect();
        for program in &mut programs {
            let mut known: Vec<AskModel> = Vec::new();
            for ask in program.asks.iter() {
                if let Some(of) = self.asked(ask, &names) {
                    let ask = AskModel { of, ..ask.clone() };
                    if !known.contains(&ask) {
                        known.push(ask);
                    }
                }
            }
            program.asks = known.into();
        }
        self.programs = programs;
        self
    }

    /// Who is asked, if the domain has it.
    fn asked(&self, ask: &AskModel, programs: &[Text]) -> Option<Text> {
        if ask.of.is_empty() {
            return programs.contains(&ask.call).then(Text::default);
        }
        let service = self.service(&ask.of);
        if service.is_some_and(|one| one.calls.iter().any(|call| call.name == ask.call)) {
            return Some(ask.of.clone());
        }
        let has = |one: &AggregateModel| ask.call == "state" || one.command(&ask.call).is_some();
        let named = |one: &&AggregateModel| one.name == ask.of || one.state.name == ask.of;
        let mut able = self.aggregates.iter().filter(|one| has(one));
        let found = if ask.of == "of" {
            // The type of the id is not in sight; the command says enough where only one aggregate has it.
            able.next().filter(|_| able.next().is_none())
        } else {
            able.find(named)
        };
        found.map(|one| one.name.clone())
    }
}
