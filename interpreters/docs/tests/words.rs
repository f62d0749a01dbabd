//! Rules and updates in plain words, as far as there are any.

#![allow(
    clippy::nonminimal_bool,
    reason = "people write rules as they think of them"
)]

use lawful::prelude::*;
use lawful_docs::{Docs, markdown};
use std::collections::{BTreeMap, BTreeSet};

const MOST: u32 = 12_000;

/// How far it has come.
#[value]
#[derive(Default)]
enum Phase {
    #[default]
    Planned,
    Running,
    Done {
        by: String,
    },
}

/// A part of the work.
#[entity]
struct Task {
    id: Id<Self>,
    title: String,
    done: bool,
}

/// Something that takes a while.
#[state]
struct Project {
    phase: Phase,
    tasks: Vec<Task>,
    hours: BTreeMap<String, u32>,
    tags: BTreeSet<String>,
    owner: Option<String>,
    spent: u32,
    paused: bool,
}

#[aggregate]
impl Project {
    /// logic
    #[rule]
    fn logic(&self) -> bool {
        (self.paused || self.spent > 5) && self.spent > 3 || self.owner.is_none()
    }

    /// comparisons
    #[rule]
    fn comparisons(&self, spent: u32) -> bool {
        MOST >= self.spent && self.spent != spent && 1 < spent + self.spent * 2
    }

    /// denials
    #[rule]
    fn denials(&self, title: &str) -> bool {
        !(self.spent > MOST)
            && !self.tasks.is_empty()
            && !self.tags.contains(title)
            && !self.owner.is_some()
    }

    /// forms
    #[rule]
    fn forms(&self) -> bool {
        matches!(self.phase, Phase::Planned | Phase::Done { .. })
            || !matches!(self.phase, Phase::Running)
    }

    /// elements
    #[rule]
    fn elements(&self, task: Id<Task>) -> bool {
        self.tasks.iter().any(|one| one.id == task && !one.done)
            && self
                .tasks
                .iter()
                .all(|one| one.title != "nothing" || one.done)
            && self.tasks.iter().filter(|one| one.done).count() < 3
            && self.tasks.len() < 9
    }

    /// nothing of the kind
    #[rule]
    fn none(&self, task: Id<Task>) -> bool {
        !self.tasks.iter().any(|one| one.id == task)
    }

    /// entries
    #[rule]
    fn entries(&self, who: &str) -> bool {
        self.hours.contains_key(who) && (1..=8).contains(&self.spent) && who.trim() != "Ada"
    }

    /// one of the others
    #[rule]
    fn others(&self) -> bool {
        self.logic() && !self.forms() && self.left() > 0
    }

    /// only by code
    #[rule]
    fn by_code(&self, who: &str) -> bool {
        let hours = self.hours.get(who).copied().unwrap_or_default();
        hours < MOST
    }

    /// time does not run backwards
    #[invariant]
    fn goes_on(&self, before: &Self) -> bool {
        self.spent >= before.spent
    }

    fn left(&self) -> u32 {
        MOST - self.spent
    }

    /// It began.
    #[event]
    fn begun(&mut self, owner: &str) {
        self.phase = Phase::Running;
        self.owner = Some(owner.to_owned());
        self.paused = false;
        self.spent = 0;
    }

    /// Something was added.
    #[event]
    fn added(&mut self, task: Id<Task>, title: &str, tag: &str) {
        self.tasks.push(Task {
            id: task,
            title: title.to_owned(),
            done: false,
        });
        self.tags.insert(tag.to_owned());
        self.spent -= 1;
    }

    /// Something got done.
    #[event]
    fn ticked(&mut self, task: Id<Task>, who: &str, hours: u32) {
        if let Some(one) = self.tasks.iter_mut().find(|one| one.id == task) {
            one.done = true;
        }
        if self.paused {
            self.tags.clear();
        } else {
            self.hours.insert(who.to_owned(), hours);
        }
    }

    /// Something was given up.
    #[event]
    fn dropped(&mut self, task: Id<Task>, who: &str) {
        self.tasks.retain(|one| one.id != task);
        self.hours.remove(who);
    }

    /// What nobody has words for.
    #[event]
    fn shuffled(&mut self) {
        for task in &mut self.tasks {
            task.done = !task.done;
        }
    }
}

/// The lines of the sections of one kind that say something in words or in code.
fn said(of: &str) -> String {
    let markdown = markdown(Project::model());
    let sections = markdown
        .split("#### ")
        .filter(|section| section.contains(&format!("project-{of}-")));
    let sections = sections.map(|section| {
        let (title, rest) = section.split_once('\n').expect("a title");
        let lines = rest
            .lines()
            .take_while(|line| *line != "**Guards**" && *line != "**Part of**");
        let lines = lines.filter(|line| {
            line.starts_with("That is")
                || line.starts_with("- ")
                || line.starts_with("where ")
                || line.starts_with("How ")
        });
        let title = title.split_once("</a>").map_or(title, |(_, title)| title);
        let lines: Vec<String> = lines.map(|line| format!("  {line}\n")).collect();
        format!("{title}\n{}", lines.concat())
    });
    sections.collect()
}

#[test]
fn rules_in_words() {
    insta::assert_snapshot!(said("rule"));
}

#[test]
fn updates_in_words() {
    insta::assert_snapshot!(said("event"));
}

#[test]
fn what_was_not_read_is_said_aloud() {
    let mut model = Project::model().clone();
    model.rules.to_mut()[0].body = lawful::model::Expr::Opaque("ask(the, oracle)".into());
    let markdown = Docs::from(&model).markdown();
    let expected = "**Not read: this code runs, and nothing is known about it here**\n\n- `ask(the, oracle)`\n";
    assert!(markdown.contains(expected), "{markdown}");
    assert!(!lawful_docs::markdown(Project::model()).contains("Not read"));
}
