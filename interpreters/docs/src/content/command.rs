use super::guard::guards;
use super::{Context, enumerated, id, reference, said, sentence, title, titled};
use crate::block::{Block, Inline, Item, Kind, Section, code, link, name, paragraph, text};
use crate::names::words;
use crate::uses;
use crate::words::type_words;
use crate::{declared, words::Words};
use lawful::model::{AggregateModel, CommandModel, Parameter};

impl Context<'_> {
    pub(super) fn command(&self, aggregate: &AggregateModel, command: &CommandModel) -> Block {
        let mut blocks = Vec::new();
        blocks.extend(sentence(&command.doc));
        blocks.extend(takes(&command.parameters, Some(aggregate)));
        if command.requires.is_empty() && command.unless.is_empty() {
            blocks.push(paragraph("Nothing needs to hold first."));
        }
        for (label, list) in [
            ("Accepted only if", &command.requires),
            ("Accepted, and nothing is recorded, if", &command.unless),
        ] {
            if !list.is_empty() {
                let items = guards(
                    Some(aggregate),
                    &command.parameters,
                    [&aggregate.name, "rule"],
                    list,
                );
                blocks.push(Block::Part(label, vec![Block::List(items)]));
            }
        }
        let stakes = uses::at_stake(aggregate, command);
        if !stakes.is_empty() {
            let items = stakes.iter().map(|rule| {
                let to = id(&[&aggregate.name, "rule", &rule.name]);
                Item::new(vec![link(
                    &to,
                    vec![text(stated(&rule.sentence, &rule.name))],
                )])
            });
            let items = Block::List(items.collect());
            blocks.push(Block::Part(
                "Refused if afterwards this would no longer be so",
                vec![items],
            ));
        }
        blocks.push(records(aggregate, command));
        let askers = uses::askers(self.domain, &aggregate.name, &command.name);
        if !askers.is_empty() {
            let askers = askers
                .iter()
                .map(|one| reference(&["the", "program", one], one));
            let line = Block::Paragraph(enumerated(askers.collect()));
            blocks.push(Block::Part("Asked for by", vec![line]));
        }
        Block::Section(Section {
            id: id(&[&aggregate.name, "command", &command.name]),
            kind: Kind::Command,
            title: titled(
                title(&command.name),
                declared::signature(&command.name, &command.parameters),
            ),
            blocks,
        })
    }
}

/// A rule's sentence; its name in words where the author wrote none.
pub(super) fn stated(sentence: &str, name: &str) -> String {
    let sentence = super::first_paragraph(sentence);
    if sentence.is_empty() {
        words(name)
    } else {
        sentence
    }
}

/// Parameters with what they hold.
pub(super) fn takes(parameters: &[Parameter], of: Option<&AggregateModel>) -> Option<Block> {
    if parameters.is_empty() {
        return None;
    }
    let items = parameters
        .iter()
        .map(|parameter| Item::new(typed(&parameter.name, &parameter.ty, of)));
    Some(Block::Part("Takes", vec![Block::List(items.collect())]))
}

/// `amount: cents`; a type that the page describes leads there.
pub(super) fn typed(called: &str, ty: &str, of: Option<&AggregateModel>) -> Vec<Inline> {
    let mut line = Vec::new();
    if !called.is_empty() {
        line.extend([name(words(called)), text(": ")]);
    }
    let shapes = of.map_or_else(Vec::new, |of| of.state.all_values());
    let mut names = ty.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    let shape = names.find(|name| shapes.iter().any(|shape| shape.name == **name));
    let said = text(type_words(ty));
    line.push(match (of, shape) {
        (Some(of), Some(shape)) => link(&id(&[&of.name, "value", shape]), vec![said]),
        _ => said,
    });
    if !is_said(ty) {
        line.extend([text(" "), code(ty)]);
    }
    line
}

/// Whether the words for a type say everything that its text does.
fn is_said(ty: &str) -> bool {
    type_words(ty) == ty
        || ty == "String"
        || ty == "bool"
        || ty.chars().all(char::is_alphanumeric) && type_words(ty) == words(ty)
}

/// The events that a command records, and its body where that says more.
fn records(aggregate: &AggregateModel, command: &CommandModel) -> Block {
    let events = uses::events(&command.body);
    let mut blocks = Vec::new();
    if events.is_empty() {
        blocks.push(Block::Code(declared::command(command)));
        return Block::Part("Records", blocks);
    }
    let items = events.iter().map(|called| {
        let mut line = vec![reference(&[&aggregate.name, "event", called], called)];
        let event = aggregate.event(called);
        line.extend(said(event.map_or("", |event| &event.doc)));
        let words = event
            .and_then(|event| Words::new(Some(aggregate), &event.parameters).update(&event.update));
        let inside = words
            .unwrap_or_default()
            .into_iter()
            .map(Item::new)
            .collect();
        Item { line, inside }
    });
    blocks.push(Block::List(items.collect()));
    let body = declared::command(command);
    if !is_plain(&body, &events, command) {
        blocks.push(Block::Code(body));
    }
    Block::Part("Records", blocks)
}

/// Whether a body only passes on what the command takes.
fn is_plain(body: &str, events: &[&str], command: &CommandModel) -> bool {
    let [event] = events else {
        return false;
    };
    let given: Vec<&str> = command
        .parameters
        .iter()
        .map(|parameter| &*parameter.name)
        .collect();
    let arguments = if given.is_empty() {
        String::new()
    } else {
        format!("({})", given.join(", "))
    };
    body == format!("emits {event}{arguments}")
}
