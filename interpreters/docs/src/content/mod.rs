//! What a documentation says, as a tree.

mod aggregate;
mod command;
mod event;
mod guard;
mod outside;
mod rule;
mod state;

use crate::block::{Block, Inline, Item, Kind, Section, code, link, paragraph, text};
use crate::diagram::Diagram;
use crate::names::{self, capital, words};
use crate::{Docs, flow, uses};
use lawful::model::{AggregateModel, CommandModel, DomainModel};

/// What everything on a page may refer to.
pub(crate) struct Context<'d> {
    pub(crate) domain: &'d DomainModel,
    pub(crate) diagrams: &'d [Diagram],
}

impl<'d> Context<'d> {
    pub(crate) fn new(docs: &'d Docs) -> Self {
        Context {
            domain: &docs.model,
            diagrams: &docs.diagrams,
        }
    }

    /// The whole documentation.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        blocks.extend(sentence(&self.domain.doc));
        blocks.push(self.overview());
        let aggregates = self.domain.aggregates.iter();
        blocks.extend(aggregates.map(|aggregate| self.aggregate(aggregate)));
        blocks.extend(self.programs());
        blocks.extend(self.services());
        blocks
    }

    /// What the page holds, and what leads to what.
    fn overview(&self) -> Block {
        let aggregates = self.domain.aggregates.iter().map(|aggregate| {
            let mut line = vec![link(
                &id(&[&aggregate.name]),
                vec![text(title(&aggregate.name))],
            )];
            line.extend(said(&aggregate.doc));
            let commands = aggregate.commands.iter();
            Item {
                line,
                inside: commands.map(|command| leads(aggregate, command)).collect(),
            }
        });
        let programs = self.domain.programs.iter().map(|program| {
            let to = id(&["the", "program", &program.name]);
            let mut line = vec![link(&to, vec![text(title(&program.name))])];
            line.extend(said(&program.doc));
            Item::new(line)
        });
        let services = self.domain.services.iter().map(|service| {
            let to = id(&["the", "service", &service.name]);
            let mut line = vec![link(&to, vec![text(title(&service.name))])];
            line.extend(said(&service.doc));
            Item::new(line)
        });
        let items = Block::List(aggregates.chain(programs).chain(services).collect());
        let picture = Block::Diagram(flow::of_domain(self.domain));
        group("at-a-glance", "At a glance", vec![items, picture])
    }
}

/// A command, and the events that it can record.
fn leads(aggregate: &AggregateModel, command: &CommandModel) -> Item {
    let to = |kind: &str, name: &str| reference(&[&aggregate.name, kind, name], name);
    let mut line = vec![to("command", &command.name)];
    let events = uses::events(&command.body);
    if !events.is_empty() {
        line.push(text(" → "));
        line.extend(enumerated(
            events.iter().map(|event| to("event", event)).collect(),
        ));
    }
    Item::new(line)
}

/// The id of a section.
pub(crate) fn id(parts: &[&str]) -> String {
    names::id(parts, "-")
}

/// A name as a title.
pub(crate) fn title(name: &str) -> String {
    capital(&words(name))
}

/// The author's sentence as a paragraph, if there is one.
pub(crate) fn sentence(doc: &str) -> Option<Block> {
    (!doc.trim().is_empty()).then(|| paragraph(first_paragraph(doc)))
}

/// The author's sentence behind something that it is about.
pub(crate) fn said(doc: &str) -> Vec<Inline> {
    if doc.trim().is_empty() {
        Vec::new()
    } else {
        vec![text(format!(": {}", first_paragraph(doc)))]
    }
}

/// The first paragraph of a doc comment, on one line.
pub(crate) fn first_paragraph(doc: &str) -> String {
    let lines = doc.trim().lines().map(str::trim);
    let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    lines.join(" ")
}

/// Sections of one kind under a heading of their own.
pub(crate) fn group(id: &str, title: &str, blocks: Vec<Block>) -> Block {
    Block::Section(Section {
        id: id.to_owned(),
        kind: Kind::Group,
        title: vec![text(title)],
        blocks,
    })
}

/// A title in words, and what the thing is called in the declaration.
pub(crate) fn titled(title: String, called: String) -> Vec<Inline> {
    vec![text(title), text(" "), code(called)]
}

/// Entries on one line with commas between them.
pub(crate) fn enumerated(entries: Vec<Inline>) -> Vec<Inline> {
    let mut out = Vec::new();
    for (index, entry) in entries.into_iter().enumerate() {
        if index > 0 {
            out.push(text(", "));
        }
        out.push(entry);
    }
    out
}

/// A link to a command, event, rule or program, by its name in words.
pub(crate) fn reference(parts: &[&str], called: &str) -> Inline {
    link(&id(parts), vec![text(words(called))])
}

/// What was not understood in a declaration.
pub(crate) fn not_read(aggregate: &AggregateModel) -> Option<Block> {
    let sources = aggregate.opaque();
    if sources.is_empty() {
        return None;
    }
    let items = sources.iter().map(|source| Item::new(vec![code(*source)]));
    Some(Block::Part(
        "Not read: this code runs, and nothing is known about it here",
        vec![Block::List(items.collect())],
    ))
}
