use super::aggregate::calculations;
use super::command::typed;
use super::{group, id, title, titled};
use crate::block::{Block, Item, Kind, Section, name, paragraph};
use crate::names::words;
use lawful::model::{AggregateModel, Field, StateModel};

/// What an aggregate remembers, what that is made of, and what is calculated from it.
pub(super) fn state(aggregate: &AggregateModel) -> Block {
    let mut blocks = shape(&aggregate.state, aggregate);
    if let Some(events) = aggregate.snapshot {
        blocks.push(paragraph(format!(
            "A snapshot is taken each {events} events."
        )));
    }
    for value in aggregate.state.all_values() {
        blocks.push(Block::Section(Section {
            id: id(&[&aggregate.name, "value", &value.name]),
            kind: Kind::Value,
            title: titled(title(&value.name), value.name.clone().into_owned()),
            blocks: shape(value, aggregate),
        }));
    }
    blocks.extend(calculations(aggregate));
    group(
        &id(&[&aggregate.name, "state"]),
        "What it remembers",
        blocks,
    )
}

fn shape(shape: &StateModel, of: &AggregateModel) -> Vec<Block> {
    if !shape.variants.is_empty() {
        let variants = shape.variants.iter().map(|variant| Item {
            line: vec![name(words(&variant.name))],
            inside: fields(&variant.fields, of),
        });
        return vec![paragraph("One of these:"), Block::List(variants.collect())];
    }
    if shape.fields.is_empty() {
        return vec![paragraph("Nothing.")];
    }
    vec![Block::List(fields(&shape.fields, of))]
}

fn fields(fields: &[Field], of: &AggregateModel) -> Vec<Item> {
    let lines = fields.iter().map(|field| {
        // The fields of a tuple have no names.
        let is_numbered = field.name.parse::<usize>().is_ok();
        let name = if is_numbered { "" } else { &*field.name };
        Item::new(typed(name, &field.ty, Some(of)))
    });
    lines.collect()
}
