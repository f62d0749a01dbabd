use super::Writer;
use super::aggregate::{Typed, sentence};
use crate::model::{AskModel, DomainModel, ProgramModel, ServiceModel};
use std::fmt::{Display, Formatter};

impl Display for DomainModel {
    /// Its name and sentence, then its aggregates, services and programs with a blank line before each.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "domain {}{}", self.name, sentence(&self.doc))?;
        for aggregate in &self.aggregates {
            write!(f, "\n\n{aggregate}")?;
        }
        for service in &self.services {
            write!(f, "\n\n{service}")?;
        }
        for program in &self.programs {
            write!(f, "\n\n{program}")?;
        }
        Ok(())
    }
}

impl Display for ServiceModel {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "service {}{}", self.name, sentence(&self.doc))?;
        for call in self.calls.iter() {
            let (given, doc) = (Typed(&call.parameters), sentence(&call.doc));
            write!(f, "\n  call {}{given} -> {}{doc}", call.name, call.answer)?;
        }
        Ok(())
    }
}

impl Display for ProgramModel {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let (given, doc) = (Typed(&self.parameters), sentence(&self.doc));
        write!(f, "program {}{given} -> {}{doc}", self.name, self.answer)?;
        if !self.requires.is_empty() {
            let mut writer = Writer::new(&self.parameters, &[]);
            writer.guards(&self.requires);
            write!(f, "\n  requires {}", writer.out)?;
        }
        for ask in self.asks.iter() {
            write!(f, "\n  {ask}")?;
        }
        Ok(())
    }
}

impl Display for AskModel {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let word = if self.undoes { "undoes with" } else { "asks" };
        let dot = if self.of.is_empty() { "" } else { "." };
        write!(f, "{word} {}{dot}{}", self.of, self.call)
    }
}
