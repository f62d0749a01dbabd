use super::{Outcome, Partitioned, Turn};
use lawful::{Aggregate, Events, Rejection};
use std::fmt::{Display, Formatter, Result};

impl<A: Aggregate> Display for Partitioned<A> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let names = self
            .replicas
            .iter()
            .map(|replica| replica.name.chars().count());
        let mut page = Page {
            margin: names.max().unwrap_or(0).max("given".len()) + 2,
            out: String::new(),
        };
        page.label("given");
        page.recorded::<A>(&self.given, &self.begun);
        for turn in &self.turns {
            self.turn(&mut page, turn);
        }
        f.write_str(page.out.trim_end_matches('\n'))
    }
}

impl<A: Aggregate> Partitioned<A> {
    fn turn(&self, page: &mut Page, turn: &Turn<A>) {
        let name = |replica: &usize| self.replicas[*replica].name.as_str();
        match turn {
            Turn::Split => page.out.push_str("split\n"),
            Turn::Heal => page.out.push_str("heal\n"),
            Turn::Join(names) => {
                page.label("join");
                page.line(names.join(", "));
            }
            Turn::Decides {
                replica,
                command,
                outcome,
                state,
            } => {
                page.label(name(replica));
                page.line(command);
                page.outcome(outcome, state);
            }
            Turn::Hears {
                replica,
                operation,
                instead,
                broken,
                defect,
                state,
            } => {
                let heard = &self.operations[*operation];
                page.label(name(replica));
                page.line(format_args!(
                    "hears of {} on {}",
                    heard.command,
                    name(&heard.replica)
                ));
                if let Some(instead) = instead {
                    page.instead(instead);
                }
                if let Some(rejection) = broken {
                    page.line("breaks an invariant");
                    page.rules(rejection);
                }
                if let Some(text) = defect {
                    page.line(format_args!("defect: {text}"));
                }
                page.line(format_args!("= {state:?}"));
            }
            Turn::Apart(states) => {
                page.label("apart");
                for (name, state) in states {
                    page.line(format_args!("{name} = {state:?}"));
                }
            }
        }
    }
}

/// Text whose every line but the first of a label begins at the margin.
struct Page {
    margin: usize,
    out: String,
}

impl Page {
    fn label(&mut self, label: &str) {
        self.out.push_str(label);
        let width = label.chars().count();
        self.out
            .push_str(&" ".repeat(self.margin.saturating_sub(width)));
    }

    fn line(&mut self, what: impl Display) {
        for line in what.to_string().lines() {
            if self.out.ends_with('\n') {
                self.out.push_str(&" ".repeat(self.margin));
            }
            self.out.push_str(line);
            self.out.push('\n');
        }
    }

    fn outcome<A: Aggregate>(&mut self, outcome: &Outcome<A>, state: &A) {
        match outcome {
            Outcome::Accepted(events) => self.recorded(events, state),
            Outcome::Rejected(rejection) => {
                self.line("rejected");
                self.rules(rejection);
            }
            Outcome::Defect(text) => self.line(format_args!("defect: {text}")),
        }
    }

    fn instead<A: Aggregate>(&mut self, instead: &Outcome<A>) {
        match instead {
            Outcome::Accepted(events) => self.otherwise(events),
            Outcome::Rejected(rejection) => {
                self.line("would be refused");
                self.rules(rejection);
            }
            Outcome::Defect(text) => self.line(format_args!("would be a defect: {text}")),
        }
    }

    fn otherwise<E: Display>(&mut self, events: &Events<E>) {
        if events.is_empty() {
            self.line("would record nothing");
        }
        for event in events {
            self.line(format_args!("would record {event}"));
        }
    }

    fn recorded<A: Aggregate>(&mut self, events: &[A::Event], state: &A) {
        if events.is_empty() {
            return self.line("nothing");
        }
        for event in events {
            self.line(event);
        }
        self.line(format_args!("= {state:?}"));
    }

    fn rules(&mut self, rejection: &Rejection) {
        for broken in rejection.broken() {
            let not = if broken.expected() { "" } else { "not: " };
            self.line(format_args!(
                "{}: {not}{}",
                broken.rule(),
                broken.sentence()
            ));
            for line in broken.to_string().lines() {
                self.line(format_args!("  {line}"));
            }
        }
    }
}
