use super::{Context, event, group, id, not_read, rule, sentence, state, title, titled};
use crate::block::{Block, Kind, Section, code, paragraph, text};
use crate::declared;
use lawful::model::AggregateModel;

impl Context<'_> {
    pub(super) fn aggregate(&self, aggregate: &AggregateModel) -> Block {
        let name = &*aggregate.name;
        let mut blocks = Vec::new();
        blocks.extend(sentence(&aggregate.doc));
        blocks.extend(not_read(aggregate));
        blocks.extend(self.diagram(aggregate));
        let commands = aggregate.commands.iter();
        let commands = commands.map(|command| self.command(aggregate, command));
        let free = aggregate.free_rules();
        let rules = aggregate
            .rules
            .iter()
            .map(|rule| (&*rule.name, rule, Some(aggregate)));
        let rules = rules.chain(free.iter().map(|(path, rule)| (*path, *rule, None)));
        let rules = rules.map(|(called, rule, of)| rule::rule(aggregate, called, rule, of));
        let invariants = aggregate.invariants.iter();
        let invariants = invariants.map(|invariant| rule::invariant(aggregate, invariant));
        let events = aggregate
            .events
            .iter()
            .map(|event| event::event(aggregate, event));
        for (key, heading, sections) in [
            ("commands", "What you can do", commands.collect::<Vec<_>>()),
            ("rules", "What must hold first", rules.collect()),
            ("invariants", "What is always so", invariants.collect()),
            ("events", "What is recorded", events.collect()),
        ] {
            if !sections.is_empty() {
                blocks.push(group(&id(&[name, key]), heading, sections));
            }
        }
        blocks.push(state::state(aggregate));
        Block::Section(Section {
            id: id(&[name]),
            kind: Kind::Aggregate,
            title: titled(title(name), name.to_owned()),
            blocks,
        })
    }

    /// The state diagram, if the aggregate was explored.
    fn diagram(&self, aggregate: &AggregateModel) -> Option<Block> {
        let diagram = self
            .diagrams
            .iter()
            .find(|diagram| diagram.aggregate == aggregate.name)?;
        let blocks = vec![
            paragraph(diagram.about()),
            Block::Machine(diagram.places(aggregate)),
            Block::Diagram(diagram.mermaid()),
        ];
        Some(group(
            &id(&[&aggregate.name, "states"]),
            "How it moves",
            blocks,
        ))
    }
}

/// Helpers: what rules and events compute with.
pub(super) fn calculations(aggregate: &AggregateModel) -> Vec<Block> {
    let helpers = aggregate.helpers.iter().map(|helper| {
        let called = declared::signature(&helper.name, &helper.parameters);
        Block::Section(Section {
            id: id(&[&aggregate.name, "helper", &helper.name]),
            kind: Kind::Calculation,
            title: vec![text(title(&helper.name)), text(" "), code(called)],
            blocks: vec![Block::Code(declared::helper(helper))],
        })
    });
    helpers.collect()
}
