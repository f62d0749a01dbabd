//! The flow of a domain: programs ask for commands, commands record events. Read models, which take events in, will join behind the
//! events; processes that an event starts will, too.

use crate::names;
use crate::render::mermaid::label;
use crate::uses;
use lawful::model::{AggregateModel, DomainModel};
use std::fmt::Write;

/// How many letters of a name an id is made of: a diagram of more than 50,000 letters is not drawn.
const LONGEST: usize = 60;

/// The commands of an aggregate and the events that they record.
pub(crate) fn of_aggregate(aggregate: &AggregateModel) -> String {
    let mut flow = Flow::new();
    flow.aggregate(aggregate, "  ");
    flow.finish()
}

/// Everything that a domain declares.
pub(crate) fn of_domain(domain: &DomainModel) -> String {
    let mut flow = Flow::new();
    for program in &domain.programs {
        flow.node("program", &["program", &program.name], &program.name, "  ");
    }
    for aggregate in &domain.aggregates {
        let id = id(&["aggregate", &aggregate.name]);
        flow.line(&format!("  subgraph {id}[\"{}\"]", label(&aggregate.name)));
        flow.line("    direction LR");
        flow.aggregate(aggregate, "    ");
        flow.line("  end");
    }
    for service in &domain.services {
        flow.node("service", &["service", &service.name], &service.name, "  ");
    }
    for program in &domain.programs {
        let from = id(&["program", &program.name]);
        let mut known = Vec::new();
        for ask in program.asks.iter() {
            let (arrow, to) = if ask.of.is_empty() {
                ("-->", id(&["program", &ask.call]))
            } else if domain.service(&ask.of).is_some() {
                ("-->", id(&["service", &ask.of]))
            } else if ask.call == "state" {
                ("-.->", id(&["aggregate", &ask.of]))
            } else {
                ("-->", id(&["command", &ask.of, &ask.call]))
            };
            let said = match (ask.undoes, arrow) {
                (true, _) => "|undoes with|",
                (false, "-.->") => "|looks at|",
                _ => "",
            };
            let line = format!("  {from} {arrow}{said} {to}");
            if !known.contains(&line) {
                flow.line(&line);
                known.push(line);
            }
        }
    }
    flow.finish()
}

/// The id of a node. What is too long for one keeps its beginning and a number that is made of the rest.
fn id(parts: &[&str]) -> String {
    let mut id = names::id(parts, "__");
    if id.len() > LONGEST {
        let rest = id.split_off(LONGEST);
        let number = rest.bytes().fold(0_u64, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        id.push_str(&number.to_string());
    }
    id
}

struct Flow {
    out: String,
    /// The kinds of nodes that occur, for their colours.
    kinds: Vec<&'static str>,
}

impl Flow {
    fn new() -> Self {
        Flow {
            out: "flowchart LR".to_owned(),
            kinds: Vec::new(),
        }
    }

    fn line(&mut self, line: &str) {
        let _ = write!(self.out, "\n{line}");
    }

    fn aggregate(&mut self, aggregate: &AggregateModel, indent: &str) {
        let name = &*aggregate.name;
        for command in aggregate.commands.iter() {
            self.node(
                "command",
                &["command", name, &command.name],
                &command.name,
                indent,
            );
        }
        for event in aggregate.events.iter() {
            self.node("event", &["event", name, &event.name], &event.name, indent);
        }
        for command in aggregate.commands.iter() {
            let from = id(&["command", name, &command.name]);
            for event in uses::events(&command.body) {
                if aggregate.event(event).is_some() {
                    let to = id(&["event", name, event]);
                    self.line(&format!("{indent}{from} --> {to}"));
                }
            }
        }
    }

    fn node(&mut self, kind: &'static str, id: &[&str], name: &str, indent: &str) {
        let (open, close) = match kind {
            "command" => ("([", "])"),
            "program" => ("[[", "]]"),
            "service" => ("{{", "}}"),
            _ => ("[", "]"),
        };
        let (id, label) = (self::id(id), label(&names::words(name)));
        self.line(&format!("{indent}{id}{open}\"{label}\"{close}:::{kind}"));
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
    }

    /// The colours are those of event storming, with dark letters on both backgrounds.
    fn finish(mut self) -> String {
        for kind in std::mem::take(&mut self.kinds) {
            let colour = match kind {
                "command" => "#a9d3ff",
                "event" => "#ffc46b",
                "program" => "#d9b8ff",
                _ => "#ffb9d2",
            };
            self.line(&format!(
                "  classDef {kind} fill:{colour},stroke:#444,color:#111"
            ));
        }
        self.out
    }
}
