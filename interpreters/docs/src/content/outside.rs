//! Programs and services: what spans aggregates, and what is asked of the world.

use super::command::takes;
use super::guard::guards;
use super::{Context, enumerated, group, id, reference, said, sentence, title, titled};
use crate::block::{Block, Inline, Item, Kind, Section, code, paragraph, text};
use crate::declared;
use crate::uses;
use lawful::model::{AskModel, CallModel, ProgramModel, ServiceModel};

impl Context<'_> {
    pub(super) fn programs(&self) -> Option<Block> {
        let programs = self
            .domain
            .programs
            .iter()
            .map(|program| self.program(program));
        let mut sections: Vec<Block> = programs.collect();
        if sections.is_empty() {
            return None;
        }
        sections.extend(self.free_rules());
        Some(group(
            "the-programs",
            "Work that spans several of them",
            sections,
        ))
    }

    fn program(&self, program: &ProgramModel) -> Block {
        let mut blocks = Vec::new();
        blocks.extend(sentence(&program.doc));
        blocks.extend(takes(&program.parameters, None));
        if !program.requires.is_empty() {
            let items = guards(
                None,
                &program.parameters,
                ["the", "condition"],
                &program.requires,
            );
            blocks.push(Block::Part("Begins only if", vec![Block::List(items)]));
        }
        for (label, undoes) in [
            ("Asks for", false),
            ("Undoes, where a later step fails, with", true),
        ] {
            let asks = program.asks.iter().filter(|ask| ask.undoes == undoes);
            let items: Vec<Item> = asks.map(|ask| Item::new(self.ask(ask))).collect();
            if !items.is_empty() {
                blocks.push(Block::Part(label, vec![Block::List(items)]));
            }
        }
        if program.asks.is_empty() {
            blocks.push(paragraph(
                "Its text names nothing that it asks for; what it calls may.",
            ));
        }
        let users = uses::askers(self.domain, "", &program.name);
        if !users.is_empty() {
            let users = users
                .iter()
                .map(|user| reference(&["the", "program", user], user));
            let line = Block::Paragraph(enumerated(users.collect()));
            blocks.push(Block::Part("Part of", vec![line]));
        }
        Block::Section(Section {
            id: id(&["the", "program", &program.name]),
            kind: Kind::Program,
            title: titled(
                title(&program.name),
                declared::signature(&program.name, &program.parameters),
            ),
            blocks,
        })
    }

    /// What is asked for, with the author's sentence about it.
    fn ask(&self, ask: &AskModel) -> Vec<Inline> {
        let (of, call) = (&*ask.of, &*ask.call);
        if let Some(program) = self.domain.program(call).filter(|_| of.is_empty()) {
            let mut line = vec![reference(&["the", "program", call], call)];
            line.extend(said(&program.doc));
            return line;
        }
        let called = format!("{of}: {call}");
        if let Some(service) = self.domain.service(of) {
            let mut line = vec![reference(&["the", "service", of], &called)];
            let method = service.calls.iter().find(|one| one.name == call);
            line.extend(said(method.map_or("", |method| &method.doc)));
            return line;
        }
        let command = self.domain.aggregate(of).and_then(|one| one.command(call));
        match command {
            Some(command) => {
                let mut line = vec![reference(&[of, "command", call], &called)];
                line.extend(said(&command.doc));
                line
            }
            None => vec![reference(&[of, "state"], &called), text(": looks at it")],
        }
    }

    pub(super) fn services(&self) -> Option<Block> {
        let services = self
            .domain
            .services
            .iter()
            .map(|service| self.service(service));
        let sections: Vec<Block> = services.collect();
        (!sections.is_empty()).then(|| {
            group(
                "the-services",
                "What is asked of the world outside",
                sections,
            )
        })
    }

    fn service(&self, service: &ServiceModel) -> Block {
        let mut blocks = Vec::new();
        blocks.extend(sentence(&service.doc));
        let calls = service.calls.iter().map(|call| Item {
            line: call_line(call),
            inside: self.users(service, call),
        });
        blocks.push(Block::List(calls.collect()));
        Block::Section(Section {
            id: id(&["the", "service", &service.name]),
            kind: Kind::Service,
            title: titled(title(&service.name), service.name.clone().into_owned()),
            blocks,
        })
    }

    fn users(&self, service: &ServiceModel, call: &CallModel) -> Vec<Item> {
        let users = uses::askers(self.domain, &service.name, &call.name);
        if users.is_empty() {
            return Vec::new();
        }
        let mut line = vec![text("asked for by ")];
        let users = users
            .iter()
            .map(|user| reference(&["the", "program", user], user));
        line.extend(enumerated(users.collect()));
        vec![Item::new(line)]
    }
}

fn call_line(call: &CallModel) -> Vec<Inline> {
    let signature = declared::signature(&call.name, &call.parameters);
    let mut line = vec![code(format!("{signature} -> {}", call.answer))];
    line.extend(said(&call.doc));
    line
}
