use super::command::stated;
use super::{Context, enumerated, id, reference, titled};
use crate::block::{Block, Inline, Item, Kind, Section, code, link, paragraph, text};
use crate::names::{capital, words};
use crate::words::Words;
use crate::{declared, uses};
use lawful::model::{AggregateModel, Guard, RuleKind, RuleModel};

/// A rule of an aggregate, or a free one that it uses.
pub(super) fn rule(
    aggregate: &AggregateModel,
    called: &str,
    rule: &RuleModel,
    of: Option<&AggregateModel>,
) -> Block {
    let mut blocks = body(rule, of);
    let commands = aggregate.commands.iter();
    let users: Vec<Inline> = commands
        .filter(|command| uses::names_rule(command, called))
        .map(|command| reference(&[&aggregate.name, "command", &command.name], &command.name))
        .collect();
    let others = aggregate.rules.iter().chain(aggregate.invariants.iter());
    let others: Vec<Inline> = others
        .filter(|other| uses::mentions(&other.body, called))
        .map(|other| reference(&[&aggregate.name, "rule", &other.name], &other.name))
        .collect();
    if users.is_empty() && others.is_empty() {
        blocks.push(paragraph("No command asks for it."));
    }
    for (label, users) in [("Guards", users), ("Part of", others)] {
        if !users.is_empty() {
            blocks.push(Block::Part(
                label,
                vec![Block::Paragraph(enumerated(users))],
            ));
        }
    }
    section([&aggregate.name, "rule"], called, rule, Kind::Rule, blocks)
}

pub(super) fn invariant(aggregate: &AggregateModel, rule: &RuleModel) -> Block {
    let mut blocks = body(rule, Some(aggregate));
    let commands = aggregate.commands.iter().filter(|command| {
        let stakes = uses::at_stake(aggregate, command);
        stakes.iter().any(|stake| stake.name == rule.name)
    });
    let commands: Vec<Inline> = commands
        .map(|command| reference(&[&aggregate.name, "command", &command.name], &command.name))
        .collect();
    if commands.is_empty() {
        blocks.push(paragraph("No command changes anything that it speaks of."));
    } else {
        let line = Block::Paragraph(enumerated(commands));
        blocks.push(Block::Part("Looked at after", vec![line]));
    }
    section(
        [&aggregate.name, "rule"],
        &rule.name,
        rule,
        Kind::Invariant,
        blocks,
    )
}

impl Context<'_> {
    /// The free rules that a program requires, each once.
    pub(super) fn free_rules(&self) -> Vec<Block> {
        let mut seen: Vec<&str> = Vec::new();
        let mut sections = Vec::new();
        for program in &self.domain.programs {
            for (rule, _) in program.requires.iter().flat_map(Guard::rules) {
                let called = uses::called(rule);
                let Some(meant) = uses::meant(rule, None).filter(|_| !seen.contains(&called))
                else {
                    continue;
                };
                seen.push(called);
                let mut blocks = body(meant, None);
                let users = self.domain.programs.iter().filter(|program| {
                    let mut rules = program.requires.iter().flat_map(Guard::rules);
                    rules.any(|(rule, _)| uses::called(rule) == called)
                });
                let users =
                    users.map(|user| reference(&["the", "program", &user.name], &user.name));
                let line = Block::Paragraph(enumerated(users.collect()));
                blocks.push(Block::Part("Guards", vec![line]));
                sections.push(section(
                    ["the", "condition"],
                    called,
                    meant,
                    Kind::Rule,
                    blocks,
                ));
            }
        }
        sections
    }
}

fn section(
    scope: [&str; 2],
    called: &str,
    rule: &RuleModel,
    kind: Kind,
    blocks: Vec<Block>,
) -> Block {
    let parameters: Vec<&str> = rule.parameters.iter().map(|one| &*one.name).collect();
    let signature = if parameters.is_empty() {
        called.to_owned()
    } else {
        format!("{called}({})", parameters.join(", "))
    };
    Block::Section(Section {
        id: id(&[scope[0], scope[1], called]),
        kind,
        title: titled(capital(&stated(&rule.sentence, &rule.name)), signature),
        blocks,
    })
}

/// What a rule says: in plain words, if there are any, and as it was declared.
fn body(rule: &RuleModel, of: Option<&AggregateModel>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let declared = Block::Code(declared::rule(rule));
    if let Some(said) = Words::of_rule(of, rule).rule(&rule.body) {
        blocks.extend(spelled_out(said));
        blocks.push(declared);
    } else {
        // Words name the values of constants themselves.
        blocks.push(declared);
        blocks.extend(constants(rule));
    }
    if rule.kind == RuleKind::Step {
        blocks.push(paragraph(
            "It relates the state before a command to the state after it.",
        ));
    }
    blocks.extend(of.and_then(|of| calculations(rule, of)));
    blocks
}

/// A sentence, or a list where there is much that has to hold.
fn spelled_out(all: Vec<Vec<Inline>>) -> Vec<Block> {
    if all.len() > 2 {
        let items = all.into_iter().map(Item::new).collect();
        return vec![paragraph("That is all of this:"), Block::List(items)];
    }
    let mut line = vec![text("That is: ")];
    for (index, one) in all.into_iter().enumerate() {
        if index > 0 {
            line.push(text(", and "));
        }
        line.extend(one);
    }
    line.push(text("."));
    vec![Block::Paragraph(line)]
}

/// The calculations that a rule names.
fn calculations(rule: &RuleModel, of: &AggregateModel) -> Option<Block> {
    let named = of.helpers.iter().filter(|helper| {
        let mut found = false;
        rule.body.walk(&mut |expr| {
            found |= matches!(expr, lawful::model::Expr::Helper { name, .. } if *name == helper.name);
        });
        found
    });
    let named: Vec<Inline> = named
        .map(|helper| {
            let to = id(&[&of.name, "helper", &helper.name]);
            link(&to, vec![text(words(&helper.name))])
        })
        .collect();
    if named.is_empty() {
        return None;
    }
    let mut line = vec![text("How it is calculated: ")];
    line.extend(enumerated(named));
    Some(Block::Paragraph(line))
}

/// The values of constants whose names do not say them.
fn constants(rule: &RuleModel) -> Option<Block> {
    let constants = rule.body.constants();
    let constants: Vec<_> = constants
        .into_iter()
        .filter(|(path, _)| !says_its_value(path))
        .collect();
    if constants.is_empty() {
        return None;
    }
    let mut line = vec![text("where ")];
    for (index, (name, value)) in constants.iter().enumerate() {
        if index > 0 {
            line.push(text(", "));
        }
        line.push(code(format!("{name} = {}", value.get())));
    }
    Some(Block::Paragraph(line))
}

/// Variants, and the bounds of the standard library's types.
fn says_its_value(path: &str) -> bool {
    let (of, name) = path.rsplit_once("::").unwrap_or(("", path));
    let is_bound = matches!(name, "MIN" | "MAX" | "BITS" | "ZERO") && !of.is_empty();
    is_bound || name.contains(char::is_lowercase)
}
