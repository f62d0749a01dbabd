use super::command::takes;
use super::{enumerated, id, reference, sentence, title, titled};
use crate::block::{Block, Inline, Item, Kind, Section, code, paragraph, text};
use crate::words::Words;
use crate::{declared, uses};
use lawful::model::{AggregateModel, EventModel};

pub(super) fn event(aggregate: &AggregateModel, event: &EventModel) -> Block {
    let mut blocks = Vec::new();
    blocks.extend(sentence(&event.doc));
    blocks.extend(
        takes(&event.parameters, Some(aggregate)).map(|block| match block {
            Block::Part(_, blocks) => Block::Part("Holds", blocks),
            other => other,
        }),
    );
    let words = Words::new(Some(aggregate), &event.parameters).update(&event.update);
    let mut changes = Vec::new();
    match words {
        Some(words) if words.is_empty() => changes.push(paragraph("nothing")),
        Some(words) => {
            changes.push(Block::List(words.into_iter().map(Item::new).collect()));
            changes.push(Block::Code(declared::event(event)));
        }
        None => changes.push(Block::Code(declared::event(event))),
    }
    blocks.push(Block::Part("Changes", changes));
    let commands = aggregate.commands.iter();
    let by: Vec<Inline> = commands
        .filter(|command| uses::events(&command.body).contains(&&*event.name))
        .map(|command| reference(&[&aggregate.name, "command", &command.name], &command.name))
        .collect();
    if by.is_empty() {
        blocks.push(paragraph(
            "No command records it any more, as far as could be read.",
        ));
    } else {
        blocks.push(Block::Part(
            "Recorded by",
            vec![Block::Paragraph(enumerated(by))],
        ));
    }
    blocks.extend(versions(event));
    let called = declared::signature(&event.name, &event.parameters);
    Block::Section(Section {
        id: id(&[&aggregate.name, "event", &event.name]),
        kind: Kind::Event,
        title: titled(title(&event.name), called),
        blocks,
    })
}

/// Under which names and in which shapes it was recorded before.
fn versions(event: &EventModel) -> Option<Block> {
    if event.version == 1 && event.aliases.is_empty() {
        return None;
    }
    let mut items = vec![Item::new(vec![text(format!(
        "now version {}",
        event.version
    ))])];
    let aliases = event
        .aliases
        .iter()
        .map(|alias| vec![text("also read as "), code(alias.clone())]);
    let upcasts = event.upcasts.iter().map(|upcast| {
        let from = format!("version {} is read with ", upcast.from);
        vec![text(from), code(upcast.path.clone())]
    });
    items.extend(aliases.chain(upcasts).map(Item::new));
    Some(Block::Part("Older recordings", vec![Block::List(items)]))
}
